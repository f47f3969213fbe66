package learn

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"

	"example.org/isinggraph/internal/wholefile"
)

// runConfig is what of a configuration can be written, and is hashed.
type runConfig struct {
	Key                        string
	Loss                       string
	Coupling                   bool
	J                          []float32
	Beta                       float64
	CreditRadius               int // −1 for none
	CreditOf                   bool
	Penalty                    Penalty
	Samples, Sweeps            int
	Rule                       string
	Steps, BatchSize, Shuffles int
	LearningRate               float64
	Decay                      Decay
	ClipNorm                   float64
	Seed                       uint64
	ValidateEvery, Patience    int
	Items, Train               int
	Data                       string // SHA-256 of graphs and features
}

// plain returns the part of c that can be written.
func (c *Config) plain(items []*Item, train int) runConfig {
	r := runConfig{
		Key: c.Key, Loss: "total", Coupling: c.Coupling != nil, J: c.J, Beta: c.Beta, CreditRadius: -1, Penalty: c.Penalty,
		Samples: c.Samples, Sweeps: c.Sweeps, Rule: c.Rule.String(), Steps: c.Steps, BatchSize: c.BatchSize, Shuffles: c.Shuffles,
		LearningRate: c.LearningRate, Decay: c.Decay, ClipNorm: c.ClipNorm, Seed: c.Seed,
		ValidateEvery: c.ValidateEvery, Patience: c.Patience, Items: len(items), Train: train,
	}
	switch {
	case c.Loss.Graph != nil:
		r.Loss = "graph"
	case c.Loss.Parts != nil:
		r.Loss = "parts"
	}
	if c.Credit != nil {
		r.CreditRadius, r.CreditOf = c.Credit.Radius, c.Credit.Of != nil
	}
	h := sha256.New()
	for _, it := range items {
		hashItem(h, it)
	}
	r.Data = fmt.Sprintf("%x", h.Sum(nil))
	return r
}

// hashItem adds an item's graph, couplings and features to h.
func hashItem(h hash.Hash, it *Item) {
	rowPtr, col := it.Graph.CSR()
	for _, part := range []any{rowPtr, col, it.Graph.Couplings(), it.X, it.EdgeX} {
		var buf []byte
		buf = binary.LittleEndian.AppendUint64(buf, uint64(binary.Size(part)))
		buf, err := binary.Append(buf, binary.LittleEndian, part)
		if err != nil {
			panic(err) // slices of fixed-size numbers only
		}
		h.Write(buf) // never fails
	}
}

// runHash returns the SHA-256 of a configuration and its data.
func runHash(c *Config, items []*Item, train int) (string, error) {
	text, err := json.Marshal(c.plain(items, train))
	if err != nil {
		return "", fmt.Errorf("learn: writing the configuration: %w", err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text)), nil
}

// openDir makes the run's folder with config.json, and loads its newest sound
// checkpoint.
func (l *Learner) openDir() error {
	l.dir = filepath.Join(l.c.Dir, l.hash[:16])
	if err := os.MkdirAll(l.dir, 0o777); err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	record := struct {
		Hash     string
		Config   runConfig
		Go       string
		Versions map[string]string
	}{l.hash, l.c.plain(l.items, l.train), runtime.Version(), versions()}
	text, err := json.MarshalIndent(record, "", "\t")
	if err != nil {
		return fmt.Errorf("learn: writing the configuration: %w", err)
	}
	if err := writeFile(filepath.Join(l.dir, "config.json"), append(text, '\n')); err != nil {
		return err
	}
	return l.load()
}

// versions returns the versions of this module and of GoMLX's modules.
func versions() map[string]string {
	all := make(map[string]string)
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return all
	}
	all[info.Main.Path] = info.Main.Version
	for _, m := range info.Deps {
		switch m.Path {
		case "github.com/gomlx/gomlx", "github.com/gomlx/compute", "github.com/gomlx/go-xla":
			all[m.Path] = m.Version
		}
	}
	return all
}

// saveFailure writes a loss's failure beside the checkpoints.
func (l *Learner) saveFailure(e *LossError) error {
	if l.dir == "" {
		return nil
	}
	cause := ""
	if e.Err != nil {
		cause = e.Err.Error()
	}
	text, err := json.MarshalIndent(struct {
		Step, Item, Sample  int
		Value, Cause, Stack string
		Spins               []int8
	}{l.state.Step + 1, e.Item, e.Sample, fmt.Sprint(e.Value), cause, e.Stack, e.Spins}, "", "\t")
	if err != nil {
		return fmt.Errorf("learn: writing the failure: %w", err)
	}
	return writeFile(filepath.Join(l.dir, "failure.json"), append(text, '\n'))
}

// writeFile writes a file in one step: all of it, on disk, or nothing.
func writeFile(path string, text []byte) error {
	if err := wholefile.Write(path, text); err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	return nil
}
