package isinggraph

import (
	"fmt"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/philox"
)

// Rule is how one spin is updated.
type Rule int

const (
	// HeatBath draws x_i = +1 with probability 1/(1+exp(−2βh_i^eff)), h_i^eff of
	// eq. 4, whatever x_i was.
	HeatBath Rule = iota
	// Metropolis flips x_i with probability min(1, exp(−βΔE_i)), ΔE_i = 2x_i
	// h_i^eff (Algorithm 1, whose printed exp(−2βΔE) is an erratum). Where ΔE = 0
	// it flips with certainty: an isolated node with h = 0 alternates and never
	// mixes.
	Metropolis
)

func (r Rule) String() string {
	if r == Metropolis {
		return "Metropolis"
	}
	return "heat bath"
}

// Request is one call of a [Sampler]. The zero value of every field but Sweeps is
// useful.
type Request struct {
	Model  // Graph nil is the sampler's own; another graph is an error
	Chains Chains
	Sweeps int    // sweeps over all nodes
	Seed   uint64 // of the random numbers; equal seeds give equal samples
	Rule   Rule
	// Schedule multiplies β in each sweep of this call (annealing); nil for 1.
	Schedule []float32
	// Clamp holds nodes at ±1; 0 leaves a node free. Nil leaves all free.
	Clamp []int8
	// From continues chains: their states, and their random numbers from the sweep
	// that they had reached. Its seed must be this call's, so that a run cut into
	// calls equals one call, bit by bit. Nil starts from uniform random spins.
	From   *Samples
	Record Record
}

// Chains are the independent chains of a call. With H or Beta each samples a model
// of its own.
type Chains struct {
	Count int // 0 is 1
	// First is the number of the first chain, even: chains a … b−1 of a call of n
	// chains are those that a call with First a and Count b−a draws.
	First int
	H     []float32 // fields of each chain [Count*n], chain-major, in place of the model's; nil for that
	Beta  []float32 // β ≥ 0 of each chain [Count], in place of the model's; nil for that
}

// Record says what a call keeps beside the last states.
type Record struct {
	// Trace keeps the energy and the magnetization before the first and after every
	// sweep.
	Trace bool
	// Marginals averages every chain's spins over the states after each sweep of
	// this call, leaving out the first BurnIn sweeps.
	Marginals bool
	BurnIn    int
}

// On returns the request with its defaults filled in, for a sampler of g. It is an
// error if anything in it is not valid for g. Samplers call it first.
func (r Request) On(g *Graph) (Request, error) {
	if r.Graph != nil && !r.Graph.same(g) {
		return r, fmt.Errorf("isinggraph: the request's graph of %d nodes and %d edges is not the sampler's, of %d and %d",
			r.Graph.NumNodes(), r.Graph.NumEdges(), g.NumNodes(), g.NumEdges())
	}
	r.Graph = g
	if r.Chains.Count == 0 {
		r.Chains.Count = 1
	}
	if err := r.Model.Validate(); err != nil {
		return r, err
	}
	r.Beta = r.InverseTemperature()
	if err := r.Chains.validate(g.NumNodes()); err != nil {
		return r, err
	}
	return r, r.validate(g.NumNodes())
}

// Validate checks the whole request for its own graph, as On does for a sampler's.
func (r Request) Validate() error {
	if r.Graph == nil {
		return r.Model.Validate()
	}
	_, err := r.On(r.Graph)
	return err
}

func (c Chains) validate(n int) error {
	switch {
	case c.Count < 1:
		return fmt.Errorf("isinggraph: %d chains, need at least 1", c.Count)
	case int64(c.Count)*int64(n) > 1<<40:
		return fmt.Errorf("isinggraph: %d chains of %d nodes are too many", c.Count, n)
	case c.First < 0 || c.First%2 != 0 || c.First > 1<<30:
		return fmt.Errorf("isinggraph: Chains.First is %d, need an even number from 0 to 2³⁰", c.First)
	case len(c.H) != 0 && len(c.H) != c.Count*n:
		return fmt.Errorf("isinggraph: Chains.H has %d fields, need none or one per chain and node (%d)", len(c.H), c.Count*n)
	case len(c.Beta) != 0 && len(c.Beta) != c.Count:
		return fmt.Errorf("isinggraph: Chains.Beta has %d values, need none or one per chain (%d)", len(c.Beta), c.Count)
	}
	for i, v := range c.H {
		if !finite(v) {
			return fmt.Errorf("isinggraph: field Chains.H[%d] is %v", i, v)
		}
	}
	for k, v := range c.Beta {
		if !finite(v) || v < 0 {
			return fmt.Errorf("isinggraph: Chains.Beta[%d] is %v, need a finite value of at least 0", k, v)
		}
	}
	return nil
}

// validate checks what is neither the model's nor the chains'.
func (r Request) validate(n int) error {
	if r.Sweeps < 0 {
		return fmt.Errorf("isinggraph: %d sweeps", r.Sweeps)
	}
	if r.Rule != HeatBath && r.Rule != Metropolis {
		return fmt.Errorf("isinggraph: unknown rule %d", r.Rule)
	}
	if k := len(r.Schedule); k != 0 && k != r.Sweeps {
		return fmt.Errorf("isinggraph: Schedule has %d values for %d sweeps", k, r.Sweeps)
	}
	for t, v := range r.Schedule {
		if !finite(v) || v < 0 {
			return fmt.Errorf("isinggraph: Schedule[%d] is %v, need a finite value of at least 0", t, v)
		}
	}
	if k := len(r.Clamp); k != 0 && k != n {
		return fmt.Errorf("isinggraph: Clamp has %d values for %d nodes", k, n)
	}
	for i, v := range r.Clamp {
		if v < -1 || v > 1 {
			return fmt.Errorf("isinggraph: Clamp[%d] is %d, need -1, 0 or 1", i, v)
		}
	}
	if c := r.Record; c.BurnIn < 0 || c.Marginals && c.BurnIn >= r.Sweeps {
		return fmt.Errorf("isinggraph: BurnIn is %d of %d sweeps", c.BurnIn, r.Sweeps)
	}
	return r.validateFrom(n)
}

func (r Request) validateFrom(n int) error {
	f := r.From
	if f == nil {
		return nil
	}
	if f.Chains != r.Chains.Count || len(f.Spins) != f.Chains*n {
		return fmt.Errorf("isinggraph: From has %d chains of %d spins, need %d of %d", f.Chains, len(f.Spins)/max(f.Chains, 1), r.Chains.Count, n)
	}
	if f.Seed != r.Seed {
		return fmt.Errorf("isinggraph: From has the seed %d, the request %d: chains go on with the random numbers that they began with", f.Seed, r.Seed)
	}
	for i, v := range f.Spins {
		if v != 1 && v != -1 {
			return fmt.Errorf("isinggraph: From.Spins[%d] is %d, need -1 or 1", i, v)
		}
	}
	return nil
}

// Of returns the model that a chain of the call samples, 0 ≤ chain < Chains.Count:
// the request's, with the chain's own field and β where it has such.
func (r Request) Of(chain int) Model {
	m := r.Model
	m.H = r.field(chain)
	if len(r.Chains.Beta) > 0 {
		m.Beta = r.Chains.Beta[chain]
	}
	return m
}

// field returns h of a chain [n], or nil.
func (r Request) field(chain int) []float32 {
	if len(r.Chains.H) == 0 {
		return r.H
	}
	n := len(r.Chains.H) / r.Chains.Count
	return r.Chains.H[chain*n : (chain+1)*n]
}

// BetaIn returns β of a chain in sweep t of the call, with the schedule's factor.
// The request must be one that On returned.
func (r Request) BetaIn(chain, t int) float32 {
	beta := r.Beta
	if len(r.Chains.Beta) > 0 {
		beta = r.Chains.Beta[chain]
	}
	if len(r.Schedule) > 0 {
		beta *= r.Schedule[t]
	}
	return beta
}

// Energies returns the energy (eq. 2) of each chain of spins, those of the call's
// chains, each with its own field.
func (r Request) Energies(spins []int8) []float64 {
	return energies(r.Graph, r.J, spins, r.field)
}

// Start returns the samples from which the call begins, with room for what it
// records: those of From, or uniform random spins, with clamped nodes where they
// are held. Sweeps is the number of sweeps that the chains have behind them. The
// request must be one that On returned.
func (r Request) Start() *Samples {
	s := r.emptySamples()
	r.setFirstSpins(s)
	return s
}

// setFirstSpins sets the spins of s to those from which the call begins.
func (r Request) setFirstSpins(s *Samples) {
	if r.From != nil {
		copy(s.Spins, r.From.Spins)
	} else {
		par.Range(s.Chains, 1+(1<<16)/r.Graph.NumNodes(), func(lo, hi int) {
			for c := lo; c < hi; c++ {
				philox.Spins(s.Chain(c), r.Seed, r.Chains.First+c, 0)
			}
		})
	}
	for i, v := range r.Clamp {
		if v != 0 {
			for c := range s.Chains {
				s.Chain(c)[i] = v
			}
		}
	}
}

// emptySamples is Start without the spins.
func (r Request) emptySamples() *Samples {
	n, chains := r.Graph.NumNodes(), r.Chains.Count
	s := &Samples{Spins: make([]int8, chains*n), Chains: chains, Seed: r.Seed}
	if r.From != nil {
		s.Sweeps = r.From.Sweeps
	}
	if r.Record.Trace {
		s.Trace = &Trace{make([][]float64, chains), make([][]float64, chains)}
		for c := range chains {
			s.Trace.Energy[c] = make([]float64, r.Sweeps+1)
			s.Trace.Magnetization[c] = make([]float64, r.Sweeps+1)
		}
	}
	if r.Record.Marginals {
		s.Mean = make([]float32, chains*n)
	}
	return s
}

// fresh tells whether the call begins with random spins alone.
func (r Request) fresh() bool { return r.From == nil && len(r.Clamp) == 0 }
