package data

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"example.org/isinggraph/internal/wholefile"
)

// WriteTU writes a set as a TU folder that [ReadTU] reads back: dir, which
// must not exist, appears once all its files are complete. Both directions of
// an edge are written. It refuses what ReadTU would refuse.
func WriteTU(dir string, set *TU) error {
	refuse := func(err error) error { return &FileError{File: dir, Msg: "cannot write", Err: err} }
	if err := set.check(); err != nil {
		return refuse(err)
	}
	if _, err := os.Lstat(dir); err == nil {
		return refuse(os.ErrExist)
	}
	err := wholefile.Folder(dir, false, func(temporary string) error {
		for suffix, write := range set.writers() {
			if err := wholefile.Func(filepath.Join(temporary, set.Name+"_"+suffix+".txt"), write); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return refuse(cause(err))
	}
	return nil
}

// writers returns the writer of each file of the set by the file's suffix.
func (s *TU) writers() map[string]func(w *bufio.Writer) error {
	// each calls write for every item of every graph.
	each := func(count func(g *TUGraph) int, write func(w *bufio.Writer, g *TUGraph, i int)) func(w *bufio.Writer) error {
		return func(w *bufio.Writer) error {
			for k := range s.Graphs {
				g := &s.Graphs[k]
				for i := range count(g) {
					write(w, g, i)
				}
			}
			return nil
		}
	}
	nodes := func(g *TUGraph) int { return g.N }
	twice := func(g *TUGraph) int { return 2 * len(g.Edges) }
	one := func(*TUGraph) int { return 1 }
	files := map[string]func(w *bufio.Writer) error{
		"A":               s.writeEdges,
		"graph_indicator": s.writeIndicator,
		"graph_labels":    each(one, func(w *bufio.Writer, g *TUGraph, _ int) { fmt.Fprintln(w, g.Label) }),
	}
	first := s.Graphs[0]
	if first.NodeLabels != nil {
		files["node_labels"] = each(nodes, func(w *bufio.Writer, g *TUGraph, i int) { fmt.Fprintln(w, g.NodeLabels[i]) })
	}
	if first.EdgeLabels != nil {
		files["edge_labels"] = each(twice, func(w *bufio.Writer, g *TUGraph, i int) { fmt.Fprintln(w, g.EdgeLabels[i/2]) })
	}
	if first.EdgeTruth != nil {
		files["edge_gt"] = each(twice, func(w *bufio.Writer, g *TUGraph, i int) {
			w.WriteString(map[bool]string{false: "0\n", true: "1\n"}[g.EdgeTruth[i/2]])
		})
	}
	if first.NodeValues != nil {
		files["node_attributes"] = each(nodes, func(w *bufio.Writer, g *TUGraph, i int) { writeTUValues(w, g.NodeValues[i]) })
	}
	if first.EdgeValues != nil {
		files["edge_attributes"] = each(twice, func(w *bufio.Writer, g *TUGraph, i int) { writeTUValues(w, g.EdgeValues[i/2]) })
	}
	if first.Values != nil {
		files["graph_attributes"] = each(one, func(w *bufio.Writer, g *TUGraph, _ int) { writeTUValues(w, g.Values) })
	}
	return files
}

func (s *TU) writeEdges(w *bufio.Writer) error {
	first := int32(1)
	for k := range s.Graphs {
		for _, e := range s.Graphs[k].Edges {
			u, v := e[0]+first, e[1]+first
			fmt.Fprintf(w, "%d, %d\n%d, %d\n", u, v, v, u)
		}
		first += int32(s.Graphs[k].N)
	}
	return nil
}

func (s *TU) writeIndicator(w *bufio.Writer) error {
	for k := range s.Graphs {
		for range s.Graphs[k].N {
			fmt.Fprintln(w, k+1)
		}
	}
	return nil
}

func writeTUValues(w *bufio.Writer, values []float64) {
	for k, x := range values {
		if k > 0 {
			w.WriteString(", ")
		}
		w.Write(strconv.AppendFloat(w.AvailableBuffer(), x, 'g', -1, 64))
	}
	w.WriteByte('\n')
}
