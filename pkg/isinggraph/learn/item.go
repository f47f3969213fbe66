package learn

import (
	"errors"
	"fmt"

	"example.org/isinggraph/pkg/isinggraph"
)

// Item is one graph of a data set with what a field network and a loss see of it.
type Item struct {
	Graph  *isinggraph.Graph
	X      []float32            // node features [n, F], row-major; nil for F = 1, all ones
	J      isinggraph.Couplings // of the edges, where Model.J says nothing; the zero value is 1
	EdgeX  []float32            // edge features [m, Fe], row-major in canonical edge order; or nil
	Target []int8               // ±1 of each node, 0 where unknown [n], for likelihoods; or nil
	// Data is the user's own, for losses to find: what it points to is no part of a
	// run's identity beyond the losses that it leads to.
	Data any
}

// checkTarget reports a target of the wrong length or values, or a missing one.
func (it *Item) checkTarget(needed bool) error {
	if it.Target == nil {
		if needed {
			return errors.New("no Target, which the estimator needs")
		}
		return nil
	}
	if n := it.Graph.NumNodes(); len(it.Target) != n {
		return fmt.Errorf("its Target has %d values for %d nodes", len(it.Target), n)
	}
	for i, v := range it.Target {
		if v < -1 || v > 1 {
			return fmt.Errorf("its Target[%d] is %d, need -1, 0 or 1", i, v)
		}
	}
	return nil
}

// needsTargets reports whether an estimator needs the items' targets.
func (c *Config) needsTargets() bool {
	o := c.Objective
	return o.Estimator.kind().targets || o.Warm != nil && o.Warm.kind().targets
}
