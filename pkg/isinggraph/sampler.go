package isinggraph

import (
	"context"
	"fmt"

	"example.org/isinggraph/internal/par"
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

// Options describe one call of a Sampler. The zero value of every field but
// Sweeps is useful.
type Options struct {
	Params
	// Diagonal is the coupling of diagonal edges on grids with 8 neighbours, none
	// or one: with J = {w} and Diagonal = {w*}, the 3×3 kernel of the
	// segmentation energy. Without it J holds for all edges.
	Diagonal []float32
	Rule     Rule
	Chains   int // independent chains; 0 is 1
	// FirstChain is the number of the first chain, even: chains a … b−1 of a call of
	// n chains are those that a call with FirstChain a and b−a Chains draws.
	FirstChain int
	Sweeps     int    // sweeps over all colours
	Seed       uint64 // of the random numbers; equal seeds give equal samples
	// Schedule multiplies β in each sweep of this call (annealing); none for 1.
	Schedule []float32
	// Clamp holds nodes at ±1; 0 leaves a node free. None for all free.
	Clamp []int8
	// From continues chains: their states, and their random numbers from the sweep
	// that they had reached. A run cut into calls equals one call, bit by bit.
	// None starts from uniform random spins.
	From *Samples
	// Trace records the energy and the magnetization before the first and after
	// every sweep.
	Trace bool
	// Marginals averages every chain's spins over the states after each sweep of
	// this call, leaving out the first BurnIn sweeps.
	Marginals bool
	BurnIn    int
}

// Trace is the record of a run, [chain][state]: the initial state and the state
// after every sweep.
type Trace struct {
	Energy        [][]float64 // E(x), eq. 2
	Magnetization [][]float64 // mean_i x_i, as in eq. 8
}

// Samples are the states of the chains after a call.
type Samples struct {
	Spins  []int8 // chain-major, spin i of chain c at [c*n+i]
	Chains int
	Seed   uint64
	Sweeps uint64 // done since the random start
	Trace  *Trace
	// Mean holds the mean spins of every chain, chain-major, if Options.Marginals.
	Mean []float32

	graph  *Graph
	params Params
}

// Chain returns the spins of chain c; they alias s.Spins.
func (s *Samples) Chain(c int) []int8 {
	n := len(s.Spins) / s.Chains
	return s.Spins[c*n : (c+1)*n]
}

// Energies returns E(x) (2) of every chain, computed in float64 when asked for.
func (s *Samples) Energies() []float64 {
	return Energies(s.graph, s.params, s.Spins, s.Chains)
}

// Marginals returns the mean of every spin over chains and recorded states
// [n], or over the chains' last states if none were recorded.
func (s *Samples) Marginals() []float64 {
	n := len(s.Spins) / s.Chains
	m := make([]float64, n)
	for c := range s.Chains {
		for i := range m {
			if s.Mean != nil {
				m[i] += float64(s.Mean[c*n+i])
			} else {
				m[i] += float64(s.Spins[c*n+i])
			}
		}
	}
	for i := range m {
		m[i] /= float64(s.Chains)
	}
	return m
}

// A Sampler draws from p(x) ∝ exp(−βE(x)) (eq. 1) on one graph by Algorithm 1: all
// nodes of a colour at once, colour after colour, sweep after sweep. It may be
// used from several goroutines.
type Sampler interface {
	// Sample runs the chains. When ctx ends it returns ctx's error within about a
	// second, and no samples.
	Sample(ctx context.Context, o Options) (*Samples, error)
	// Graph is what is sampled on.
	Graph() *Graph
	// Name says how: "xla:gather", "xla:lattice" or "go".
	Name() string
	// Close frees compiled programs' inputs. A closed sampler must not be used.
	Close()
}

// validate checks o against g and fills in defaults.
func (o *Options) validate(g *Graph, grid *Grid) error {
	if o.Chains == 0 {
		o.Chains = 1
	}
	if err := o.Params.Validate(g, o.Chains); err != nil {
		return err
	}
	n := g.NumNodes()
	if int64(o.Chains)*int64(n) > 1<<40 {
		return fmt.Errorf("isinggraph: %d chains of %d nodes are too many", o.Chains, n)
	}
	if o.FirstChain < 0 || o.FirstChain%2 != 0 || o.FirstChain > 1<<30 {
		return fmt.Errorf("isinggraph: FirstChain is %d, need an even number from 0 to 2³⁰", o.FirstChain)
	}
	if o.Sweeps < 0 {
		return fmt.Errorf("isinggraph: %d sweeps", o.Sweeps)
	}
	if o.Rule != HeatBath && o.Rule != Metropolis {
		return fmt.Errorf("isinggraph: unknown rule %d", o.Rule)
	}
	if len(o.Diagonal) > 0 {
		switch {
		case grid == nil || grid.Neighbors != 8:
			return fmt.Errorf("isinggraph: Diagonal needs a grid with 8 neighbours")
		case len(o.Diagonal) > 1 || len(o.J) != 1:
			return fmt.Errorf("isinggraph: Diagonal needs one value and one J, has %d and %d", len(o.Diagonal), len(o.J))
		case !finite(o.Diagonal[0]):
			return fmt.Errorf("isinggraph: Diagonal is %v", o.Diagonal[0])
		}
	}
	if k := len(o.Schedule); k != 0 && k != o.Sweeps {
		return fmt.Errorf("isinggraph: Schedule has %d values for %d sweeps", k, o.Sweeps)
	}
	for t, v := range o.Schedule {
		if !finite(v) || v < 0 {
			return fmt.Errorf("isinggraph: Schedule[%d] is %v, need a finite value of at least 0", t, v)
		}
	}
	if k := len(o.Clamp); k != 0 && k != n {
		return fmt.Errorf("isinggraph: Clamp has %d values for %d nodes", k, n)
	}
	for i, v := range o.Clamp {
		if v < -1 || v > 1 {
			return fmt.Errorf("isinggraph: Clamp[%d] is %d, need -1, 0 or 1", i, v)
		}
	}
	if f := o.From; f != nil && (f.Chains != o.Chains || len(f.Spins) != o.Chains*n) {
		return fmt.Errorf("isinggraph: From has %d chains of %d spins, need %d of %d", f.Chains, len(f.Spins)/max(f.Chains, 1), o.Chains, n)
	}
	if f := o.From; f != nil {
		for i, v := range f.Spins {
			if v != 1 && v != -1 {
				return fmt.Errorf("isinggraph: From.Spins[%d] is %d, need -1 or 1", i, v)
			}
		}
	}
	if o.BurnIn < 0 || o.Marginals && o.BurnIn >= o.Sweeps {
		return fmt.Errorf("isinggraph: BurnIn is %d of %d sweeps", o.BurnIn, o.Sweeps)
	}
	return nil
}

// start returns the samples from which a call begins, with room for its results.
func (o *Options) start(g *Graph, edges Params) *Samples {
	s := o.room(g, edges)
	o.begin(s)
	return s
}

// room is start without the spins.
func (o *Options) room(g *Graph, edges Params) *Samples {
	n := g.NumNodes()
	s := &Samples{
		Spins: make([]int8, o.Chains*n), Chains: o.Chains, Seed: o.Seed,
		graph: g, params: edges,
	}
	if o.From != nil {
		s.Sweeps = o.From.Sweeps
	}
	if o.Trace {
		s.Trace = &Trace{make([][]float64, o.Chains), make([][]float64, o.Chains)}
		for c := range o.Chains {
			s.Trace.Energy[c] = make([]float64, o.Sweeps+1)
			s.Trace.Magnetization[c] = make([]float64, o.Sweeps+1)
		}
	}
	if o.Marginals {
		s.Mean = make([]float32, o.Chains*n)
	}
	return s
}

// begin sets s's spins to those from which the call begins.
func (o *Options) begin(s *Samples) {
	n := len(s.Spins) / s.Chains
	if o.From != nil {
		copy(s.Spins, o.From.Spins)
	} else {
		par.Range(o.Chains, 1+(1<<16)/max(n, 1), func(lo, hi int) {
			for c := lo; c < hi; c++ {
				randomSpins(s.Chain(c), o.Seed, o.FirstChain+c, 0)
			}
		})
	}
	for i, v := range o.Clamp {
		if v != 0 {
			for c := range o.Chains {
				s.Spins[c*n+i] = v
			}
		}
	}
}

// fresh tells whether the call begins with random spins alone.
func (o *Options) fresh() bool { return o.From == nil && len(o.Clamp) == 0 }

// beta returns β of a chain in sweep t of the call, times −2, in float32 as the
// samplers use it.
func (o *Options) minusTwoBeta(chain int) float32 { return -2 * o.BetaOf(chain) }

// scale returns the factor on β in sweep t of the call.
func (o *Options) scale(t int) float32 {
	if len(o.Schedule) == 0 {
		return 1
	}
	return o.Schedule[t]
}
