package isinggraph

import (
	"fmt"
	"sync"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// A call of at most smallCall spin updates whose parameters are those of the
// call before runs in plain Go by tables: XLA would spend most of its time on
// being called. The tables' exponentials are XLA's, so that no spin depends on
// the way taken.
const smallCall = 1 << 15

// small returns the table of a small call's parameters, or nil where the call is
// XLA's.
func (s *compiled) small(o *job) (*lookup, error) {
	if o.Chains*o.Sweeps*s.graph.NumNodes() > smallCall || !fitsLookup(s.graph, s.layout, o) {
		return nil, nil
	}
	c := &s.recent
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.holds(o) {
		return nil, nil
	}
	if c.table == nil {
		if c.visits == nil {
			c.visits = newVisits(s.graph, s.layout)
		}
		var err error
		if c.table, err = newLookup(s.graph, c.visits, o, s.engine.exp); err != nil {
			return nil, fmt.Errorf("isinggraph: tabulating probabilities: %w", err)
		}
	}
	return c.table, nil
}

// program is one that the engine compiles when it is first needed.
type program struct {
	once sync.Once
	x    *graph.Exec
	err  error
}

// exec returns the program of what builds its graph.
func (p *program) exec(e *Engine, build func(in []*graph.Node) *graph.Node) (*graph.Exec, error) {
	p.once.Do(func() {
		if p.x, p.err = graph.NewExec(e.backend, func(in []*graph.Node) *graph.Node {
			e.built.Add(1)
			return build(in)
		}); p.err == nil {
			p.x.SetMaxCache(-1)
		}
	})
	return p.x, p.err
}

// exp replaces x by the exponentials that the compiled sweeps compute.
func (e *Engine) exp(x []float32) error {
	p, err := e.exponential.exec(e, func(in []*graph.Node) *graph.Node { return graph.Exp(in[0]) })
	if err != nil {
		return err
	}
	size := 1024
	for size < len(x) {
		size *= 2
	}
	in := tensors.FromFlatDataAndDimensions(append(make([]float32, 0, size), x...)[:size], size)
	defer in.MustFinalizeAll()
	outs, err := p.Call(in)
	if err != nil {
		return err
	}
	defer outs[0].MustFinalizeAll()
	return tensors.ConstFlatData(outs[0], func(flat []float32) { copy(x, flat) })
}
