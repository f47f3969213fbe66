package learn

import (
	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
)

// runConfig is what of a configuration can be written, and is hashed.
type runConfig struct {
	Key                        string
	Loss                       string
	Coupling                   bool
	J                          []float32 // nil, one of all edges, two of a kernel, or one by edge
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
		Key: c.Key, Loss: "total", Coupling: c.Coupling != nil, J: values(c.J), Beta: c.Beta, CreditRadius: -1, Penalty: c.Penalty,
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
	data := runs.NewData()
	for _, it := range items {
		rowPtr, col := it.Graph.CSR()
		runs.Add(data, rowPtr)
		runs.Add(data, col)
		runs.Add(data, values(it.J))
		runs.Add(data, it.X)
		runs.Add(data, it.EdgeX)
	}
	r.Data = data.Sum()
	return r
}

// values returns the numbers that couplings are made of, nil for those that say nothing.
func values(c isinggraph.Couplings) []float32 {
	if j, ok := c.Uniform(); ok && !c.IsZero() {
		return []float32{j}
	}
	if straight, diagonal, ok := c.Kernel(); ok {
		return []float32{straight, diagonal}
	}
	return c.ByEdge()
}
