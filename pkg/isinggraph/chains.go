package isinggraph

import (
	"context"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/philox"
	"example.org/isinggraph/internal/splitmix"
)

// Stream gives uniform random numbers by their place, so that what is drawn depends
// on seed, chain, sweep and place alone, not on the order in which it is asked for.
// The generator is Philox2x32 (Salmon et al. 2011, doi:10.1145/2063384.2063405).
type Stream struct {
	k0, k1 uint32
	odd    bool // chain, which shares its words with the even one before
}

// NewStream returns the numbers of one sweep of a chain. Sweeps count from the
// chain's random start, chains from 0 with those of other calls: see [Chains].
func NewStream(seed uint64, chain int, sweep uint64) Stream {
	lo, hi := splitmix.Mix(seed)
	k0, k1 := philox.Key(lo, hi, sweep, 0, uint32(chain/2))
	return Stream{k0, k1, chain%2 == 1}
}

// Bits returns 32 random bits of place i, 0 ≤ i < 2³²: for one number a node, the
// node.
func (s Stream) Bits(i int) uint32 {
	even, odd := philox.Words(s.k0, s.k1, uint32(i))
	if s.odd {
		return odd
	}
	return even
}

// Uniform returns the number of place i in (0, 1), one of the 2²³ midpoints of equal
// cells.
func (s Stream) Uniform(i int) float32 { return philox.Uniform(s.Bits(i)) }

// RunChains runs the chains of a request that [Request.On] returned, several at once,
// and records what it asks for. For each chain, numbered from 0 in this call, it
// calls begin with the spins from which the chain starts, and what begin returns once
// for every sweep: with the number of sweeps that the chain has behind it, and its β.
// It changes the spins in place, and may return early when ctx ends.
func RunChains(ctx context.Context, r Request, begin func(chain int, x []int8) func(sweep uint64, beta float32)) (*Samples, error) {
	out := r.Start()
	done := out.Sweeps
	par.Range(out.Chains, 1, func(lo, hi int) {
		for c := lo; c < hi; c++ {
			rec := NewRecorder(r, out, c)
			step := begin(c, out.Chain(c))
			for t := range r.Sweeps {
				if ctx.Err() != nil {
					return
				}
				step(done+uint64(t), r.BetaIn(c, t))
				rec.Swept()
			}
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out.Sweeps += uint64(r.Sweeps)
	return out, nil
}

// Recorder keeps what a request asks for of one chain: energies, magnetizations and
// mean spins.
type Recorder struct {
	r     Request
	out   *Samples
	chain int
	model Model
	sweep int   // of the call, that are done
	ups   []int // states of each node that were +1
}

// NewRecorder returns the recorder of a chain of the call r, numbered from 0, whose
// results go to out, and records the spins with which it begins. The request is one
// that [Request.On] returned, out what its Start returned.
func NewRecorder(r Request, out *Samples, chain int) *Recorder {
	rec := &Recorder{r: r, out: out, chain: chain}
	if r.Record.Trace {
		rec.model = r.Of(chain)
		_, each := r.J.resolve(r.Graph)
		if each != nil { // spelled out once for all states
			rec.model.J = PerEdge(each)
		}
		rec.trace()
	}
	if r.Record.Marginals {
		rec.ups = make([]int, r.Graph.NumNodes())
	}
	return rec
}

// Swept records the chain's spins after one more sweep.
func (rec *Recorder) Swept() {
	rec.sweep++
	r := rec.r
	if r.Record.Trace {
		rec.trace()
	}
	if !r.Record.Marginals || rec.sweep <= r.Record.BurnIn {
		return
	}
	for i, v := range rec.out.Chain(rec.chain) {
		rec.ups[i] += int(v+1) / 2
	}
	if rec.sweep == r.Sweeps {
		kept, mean := float64(r.Sweeps-r.Record.BurnIn), rec.out.Mean[rec.chain*len(rec.ups):]
		for i, up := range rec.ups {
			mean[i] = float32(2*float64(up)/kept - 1)
		}
	}
}

func (rec *Recorder) trace() {
	x := rec.out.Chain(rec.chain)
	rec.out.Trace.Energy[rec.chain][rec.sweep] = rec.model.Energy(x)
	rec.out.Trace.Magnetization[rec.chain][rec.sweep] = Magnetization(x)
}
