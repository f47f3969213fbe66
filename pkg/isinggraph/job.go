package isinggraph

import "example.org/isinggraph/internal/par"

// job is a call in plain data: what is sampled, and where the results go.
type job struct {
	Chains, First, Sweeps int
	Seed, Done            uint64 // Done sweeps lie behind the chains
	Metropolis            bool
	J                     kernel
	H                     []float32 // [n], or [Chains*n] for fields by chain; nil for none
	Beta                  []float32 // one, or one by chain
	Schedule              []float32 // [Sweeps], or nil
	Clamp                 []int8    // [n], or nil
	Fresh                 bool      // the chains begin with random spins, which are not in Spins yet
	BurnIn                int

	Spins                 []int8      // [Chains*n], of the first states, then of the last ones
	Energy, Magnetization [][]float64 // [Chains][Sweeps+1], or nil
	Mean                  []float32   // [Chains*n], or nil
}

// kernel are the couplings of a call: one for all edges, or one of straight and one
// of diagonal edges of lattices; or, if each is set, one per canonical edge.
type kernel struct {
	one, diagonal float32
	each          []float32
}

// newJob returns the job of a request that On returned, with room for its results,
// which it shares with out. The spins are not made yet.
func newJob(r Request, out *Samples) *job {
	o := &job{
		Chains: r.Chains.Count, First: r.Chains.First, Sweeps: r.Sweeps, Seed: r.Seed, Done: out.Sweeps,
		Metropolis: r.Rule == Metropolis, H: r.H, Beta: []float32{r.Beta}, Schedule: r.Schedule, Clamp: r.Clamp,
		Fresh: r.fresh(), BurnIn: r.Record.BurnIn, Spins: out.Spins, Mean: out.Mean,
	}
	if straight, diagonal, ok := r.J.Kernel(); ok {
		o.J = kernel{straight, diagonal, r.J.Each(r.Graph)}
	} else {
		j, each := r.J.resolve(r.Graph)
		o.J = kernel{j, j, each}
	}
	if len(r.Chains.H) > 0 {
		o.H = r.Chains.H
	}
	if len(r.Chains.Beta) > 0 {
		o.Beta = r.Chains.Beta
	}
	if out.Trace != nil {
		o.Energy, o.Magnetization = out.Trace.Energy, out.Trace.Magnetization
	}
	return o
}

// chain returns the spins of a chain.
func (o *job) chain(c int) []int8 {
	n := len(o.Spins) / o.Chains
	return o.Spins[c*n : (c+1)*n]
}

// field returns h of node i in a chain.
func (o *job) field(chain, i int) float32 {
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
func (o *job) minusTwoBeta(chain int) float32 { return -2 * o.Beta[min(chain, len(o.Beta)-1)] }

// scale returns the factor on β in sweep t of the call.
func (o *job) scale(t int) float32 {
	if len(o.Schedule) == 0 {
		return 1
	}
	return o.Schedule[t]
}

// alike tells whether chains share their field and β in all sweeps, and are updated
// by heat bath with one coupling: then probabilities can be tabulated.
func (o *job) alike() bool {
	return !o.Metropolis && o.J.each == nil && len(o.H) <= len(o.Spins)/o.Chains && len(o.Beta) == 1 && len(o.Schedule) == 0
}

// biases calls set with h_i − Σ_j J_ij of every node in each of some chains, over
// neighbours of later colours only if later is set, from several goroutines.
func (o *job) biases(g *Graph, l *layout, later bool, set func(chain, node int, v float32), chains []int) {
	rowPtr, col := g.CSR()
	var ids []int32
	if o.J.each != nil {
		ids = g.edgeIDs()
	}
	par.Range(g.NumNodes(), 1<<14, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			var sum float32
			count := rowPtr[i+1] - rowPtr[i]
			if o.J.each != nil || later {
				count = 0
				for half := rowPtr[i]; half < rowPtr[i+1]; half++ {
					if later && l.color[col[half]] <= l.color[i] {
						continue
					}
					if count++; o.J.each != nil {
						sum += o.J.each[ids[half]]
					}
				}
			}
			if o.J.each == nil {
				sum = o.J.one * float32(count)
			}
			for _, chain := range chains {
				set(chain, i, o.field(chain, i)-sum)
			}
		}
	})
}
