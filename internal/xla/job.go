package xla

import (
	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/philox"
)

// Job is a call in plain data: what is sampled, and where the results go.
type Job struct {
	Chains, First, Sweeps int
	Seed, Done            uint64 // Done sweeps lie behind the chains
	Metropolis            bool
	J                     Couplings
	H                     []float32 // [n], or [Chains*n] for fields by chain; nil for none
	Beta                  []float32 // one, or one by chain
	Schedule              []float32 // [Sweeps], or nil
	Clamp                 []int8    // [n], or nil
	Fresh                 bool      // the chains begin with random spins, which Run makes, in place of Spins
	BurnIn                int

	Spins                 []int8      // [Chains*n], of the first states, then of the last ones
	Energy, Magnetization [][]float64 // [Chains][Sweeps+1], or nil
	Mean                  []float32   // [Chains*n], or nil
}

// Couplings are the J of a job: one for all edges, or one of straight and one of
// diagonal edges of lattices; or, if Each is set, one per edge. A lattice's kernel has
// all three.
type Couplings struct {
	One, Diagonal float32
	Each          []float32
}

// chain returns the spins of a chain.
func (o *Job) chain(c int) []int8 {
	n := len(o.Spins) / o.Chains
	return o.Spins[c*n : (c+1)*n]
}

// field returns h of node i in a chain.
func (o *Job) field(chain, i int) float32 {
	n := len(o.Spins) / o.Chains
	switch {
	case len(o.H) == 0:
		return 0
	case len(o.H) > n:
		return o.H[chain*n+i]
	}
	return o.H[i]
}

// minusTwoBeta returns −2β of a chain, as the sweeps use it.
func (o *Job) minusTwoBeta(chain int) float32 { return -2 * o.Beta[min(chain, len(o.Beta)-1)] }

// records tells whether pieces are short, with a β for each of their sweeps.
func (o *Job) records() bool { return o.Energy != nil || o.Mean != nil || len(o.Schedule) > 0 }

// scale returns the factor on β in sweep t of the call.
func (o *Job) scale(t int) float32 {
	if len(o.Schedule) == 0 {
		return 1
	}
	return o.Schedule[t]
}

// drawFirstSpins fills Spins with the random spins of a fresh job.
func (o *Job) drawFirstSpins() {
	par.Range(o.Chains, 1+(1<<16)/max(1, len(o.Spins)/o.Chains), func(lo, hi int) {
		for c := lo; c < hi; c++ {
			philox.Spins(o.chain(c), o.Seed, o.First+c, 0)
		}
	})
}

// alike tells whether chains share their field and β in all sweeps, and are updated
// by heat bath with one coupling: then probabilities can be tabulated.
func (o *Job) alike() bool {
	return !o.Metropolis && o.J.Each == nil && len(o.H) <= len(o.Spins)/o.Chains && len(o.Beta) == 1 && len(o.Schedule) == 0
}

// Biases returns h_i − Σ_j J_ij of every node in a chain, [n].
func (o *Job) Biases(g *Graph, l *Layout, chain int) []float32 {
	bias := make([]float32, g.NumNodes())
	o.biases(g, l, false, func(_, i int, v float32) { bias[i] = v }, []int{chain})
	return bias
}

// biases calls set with h_i − Σ_j J_ij of every node in each of some chains, over
// neighbours of later colours only if later is set, from several goroutines.
func (o *Job) biases(g *Graph, l *Layout, later bool, set func(chain, node int, v float32), chains []int) {
	rowPtr, col := g.RowPtr, g.Col
	var ids []int32
	if o.J.Each != nil {
		ids = g.EdgeIDs()
	}
	par.Range(g.NumNodes(), 1<<14, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			var sum float32
			count := rowPtr[i+1] - rowPtr[i]
			if o.J.Each != nil || later {
				count = 0
				for half := rowPtr[i]; half < rowPtr[i+1]; half++ {
					if later && l.Color[col[half]] <= l.Color[i] {
						continue
					}
					if count++; o.J.Each != nil {
						sum += o.J.Each[ids[half]]
					}
				}
			}
			if o.J.Each == nil {
				sum = o.J.One * float32(count)
			}
			for _, chain := range chains {
				set(chain, i, o.field(chain, i)-sum)
			}
		}
	})
}
