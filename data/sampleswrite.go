package data

import (
	"bufio"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
)

// WriteSamples writes samples in the form that the extension of path names:
//
//   - .csv: a line "energy,count,x0,x1,…", then one per sample. Marginals are not
//     written, see [WriteMarginals].
//   - .jsonl: a line {"marginals": […]} if there are any, then one per sample,
//     {"energy": −1.5, "count": 2, "spins": [1, −1]}
//   - .npz: arrays spins (int8, samples × N), energies (float64), counts (int64)
//     and, if there are any, marginals (float64), which [ReadNPZ] and numpy.load
//     read.
//
// Numbers are written so that reading gives the same float64.
func WriteSamples(path string, s *Samples) error {
	write, known := map[string]func(w *bufio.Writer) error{".csv": s.writeCSV, ".jsonl": s.writeJSONLines, ".npz": s.writeNPZ}[filepath.Ext(path)]
	if !known {
		return fileErrorf(path, 0, "cannot write samples: the extension is not .csv, .jsonl or .npz")
	}
	if err := s.check(); err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: err}
	}
	return writeFile(path, write)
}

func (s *Samples) writeCSV(w *bufio.Writer) error {
	w.WriteString("energy,count")
	for k := range s.N {
		w.WriteString(",x" + strconv.Itoa(k))
	}
	w.WriteByte('\n')
	var line []byte
	for i, e := range s.Energies {
		line = strconv.AppendFloat(line[:0], e, 'g', -1, 64)
		line = strconv.AppendInt(append(line, ','), s.count(i), 10)
		for _, x := range s.Sample(i) {
			line = strconv.AppendInt(append(line, ','), int64(x), 10)
		}
		w.Write(append(line, '\n'))
	}
	return nil
}

func (s *Samples) writeJSONLines(w *bufio.Writer) error {
	e := json.NewEncoder(w)
	if s.Marginals != nil {
		if err := e.Encode(map[string][]float64{"marginals": s.Marginals}); err != nil {
			return err
		}
	}
	for i, energy := range s.Energies {
		if err := e.Encode(struct {
			Energy float64 `json:"energy"`
			Count  int64   `json:"count"`
			Spins  []int8  `json:"spins"`
		}{energy, s.count(i), s.Sample(i)}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Samples) writeNPZ(w *bufio.Writer) error {
	counts := make([]int64, s.Len())
	for i := range counts {
		counts[i] = s.count(i)
	}
	arrays := map[string]Tensor{
		"spins":    {Shape: []int{s.Len(), s.N}, Data: s.Spins},
		"energies": {Shape: []int{s.Len()}, Data: s.Energies},
		"counts":   {Shape: []int{s.Len()}, Data: counts},
	}
	if s.Marginals != nil {
		arrays["marginals"] = Tensor{Shape: []int{s.N}, Data: s.Marginals}
	}
	return writeNPZ(w, arrays)
}

// WriteMarginals writes marginals P(x_i = 1) as CSV: a line
// "spin,probability", then one per spin, counted from 0.
func WriteMarginals(path string, marginals []float64) error {
	if err := (&Samples{N: len(marginals), Marginals: marginals}).check(); err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: err}
	}
	return writeFile(path, func(w *bufio.Writer) error {
		w.WriteString("spin,probability\n")
		for i, p := range marginals {
			fmt.Fprintf(w, "%d,%v\n", i, p)
		}
		return nil
	})
}
