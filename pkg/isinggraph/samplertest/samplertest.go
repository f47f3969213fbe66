// Package samplertest is the conformance suite of samplers: what an
// [isinggraph.Sampler] must do, whoever wrote it.
//
//	func TestConforms(t *testing.T) {
//		samplertest.Run(t, func(g *isinggraph.Graph) (isinggraph.Sampler, error) { return NewMine(g) }, samplertest.Options{})
//	}
//
// It compares what a sampler draws with all probabilities of small models, by
// enumeration, and holds it to the promises of [isinggraph.Request]: a run cut into
// calls equals one call, a chain is the same whichever others run, a schedule stands
// for its β, equal seeds give equal samples, bad requests are errors, a call ends with
// its context.
package samplertest

import (
	"context"
	"slices"
	"testing"

	"example.org/isinggraph/pkg/isinggraph"
)

// Options narrow the suite to what a sampler is for. The zero value asks for
// everything.
type Options struct {
	// Graphs are those to sample, of at least 2 nodes; default some small ones, of all
	// kinds. The free nodes of a graph of more than 10 nodes hang together; the others
	// are clamped.
	Graphs []*isinggraph.Graph
	Rules  []isinggraph.Rule // that the sampler has; default both
	Sweeps int               // from random spins to the distribution of 10 nodes; default 64

	Uniform       bool // the sampler takes one coupling for all edges alone
	Ferromagnetic bool // it takes J ≥ 0 alone
	NoField       bool // it takes no field
	NoClamp       bool // it clamps no nodes: graphs of more than 10 nodes are left out
	NoSchedule    bool // it takes no schedule

	// Compiled asks for few kinds of calls, for samplers that compile each for seconds.
	Compiled bool
}

// Run runs the suite as subtests of t, a parallel one for each graph. It opens one
// sampler for each graph, which it closes. A graph that is a grid says so: see
// [isinggraph.Graph.Grid].
func Run(t *testing.T, open func(g *isinggraph.Graph) (isinggraph.Sampler, error), o Options) {
	t.Helper()
	if len(o.Rules) == 0 {
		o.Rules = []isinggraph.Rule{isinggraph.HeatBath, isinggraph.Metropolis}
	}
	if o.Sweeps == 0 {
		o.Sweeps = 64
	}
	for _, m := range o.models(t) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			s, err := open(m.graph)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			u := &suite{Options: o, model: m, sampler: s}
			t.Run("distribution", u.distribution)
			t.Run("stationary", u.stationary)
			t.Run("marginals", u.marginals)
			t.Run("cut", u.cut)
			t.Run("chains", u.chains)
			if !o.NoSchedule {
				t.Run("schedule", u.schedule)
			}
			t.Run("seeds", u.seeds)
			t.Run("goroutines", u.goroutines)
			t.Run("errors", u.errors)
			t.Run("context", u.context)
		})
	}
}

// suite is the suite for one sampler of one model.
type suite struct {
	Options
	model
	sampler isinggraph.Sampler
}

// rules are those that mix on the model.
func (u *suite) rules() []isinggraph.Rule {
	if u.bare && slices.Contains(u.Rules, isinggraph.HeatBath) { // Metropolis may alternate
		return []isinggraph.Rule{isinggraph.HeatBath}
	}
	return u.Rules
}

// rule is that of runs which need but one.
func (u *suite) rule() isinggraph.Rule {
	rules := u.rules()
	if _, grid := u.graph.Grid(); grid {
		return rules[len(rules)-1]
	}
	return rules[0]
}

// recorded are the rules of which runs are recorded: on compiled samplers one a
// model, since each takes a second to compile.
func (u *suite) recorded() []isinggraph.Rule {
	if u.Compiled {
		return []isinggraph.Rule{u.rule()}
	}
	return u.rules()
}

// few is a number of chains. All runs of a compiled sampler but those of the
// distribution have one, and so share a program.
func (u *suite) few() int {
	if u.Compiled {
		return replicated
	}
	return 9
}

// alike records all there is, where what a run needs is less, so that on compiled
// samplers it shares the program of the others; on two models it leaves r alone.
func (u *suite) alike(r *isinggraph.Request) {
	if u.Compiled && u.name != "graph" && u.name != "4×16 of 8, periodic" {
		r.Record.Trace, r.Record.Marginals = true, true
	}
}

// sample draws, or fails the test.
func (u *suite) sample(t *testing.T, r isinggraph.Request) *isinggraph.Samples {
	t.Helper()
	out, err := u.sampler.Sample(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
