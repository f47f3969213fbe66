package learn

import (
	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
)

// runConfig is what of a configuration can be written, and is hashed.
type runConfig struct {
	Key             string
	Loss            string
	Estimator, Warm string
	WarmSteps       int
	Penalty         Penalty
	Coupling        bool
	J               []float32 // nil, one of all edges, two of a kernel, or one by edge
	Beta            float64
	Samples, Sweeps int
	Rule            string
	Optimizer       Optimizer
	Validation      Validation
	Seed            uint64
	Items, Train    int
	Data            string // SHA-256 of graphs, features and targets
}

// plain returns the part of c that can be written.
func (c *Config) plain(items []*Item, train int) runConfig {
	o, m, s := c.Objective, c.Model, c.Sampling
	r := runConfig{
		Key: c.Key, Loss: o.Loss.form(), Estimator: o.Estimator.String(), WarmSteps: o.WarmSteps, Penalty: o.Penalty,
		Coupling: m.Coupling != nil, J: values(m.J), Beta: m.Beta, Samples: s.Samples, Sweeps: s.Sweeps, Rule: s.Rule.String(),
		Optimizer: c.Optimizer, Validation: c.Validation, Seed: c.Seed, Items: len(items), Train: train,
	}
	if o.Warm != nil {
		r.Warm = o.Warm.String()
	}
	data := runs.NewData()
	for _, it := range items {
		rowPtr, col := it.Graph.CSR()
		runs.Add(data, rowPtr)
		runs.Add(data, col)
		runs.Add(data, values(it.J))
		runs.Add(data, it.X)
		runs.Add(data, it.EdgeX)
		runs.Add(data, it.Target)
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
