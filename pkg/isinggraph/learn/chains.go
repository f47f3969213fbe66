package learn

import "example.org/isinggraph/internal/spinbits"

// Chains of contrastive estimators go on where an item's last step left them. They are
// kept packed, a bit a spin, and are part of the run's state.

// chains returns where a batch's chains begin, [K, n].
func (l *Learner) chains(s *batchState, begins from) []int8 {
	samples, n := l.c.Sampling.Samples, s.batch.Graph.NumNodes()
	spins := make([]int8, samples*n)
	for i, it := range s.batch.Items {
		kept := l.state.Chains[s.index[i]]
		for k := range samples {
			x := s.batch.spins(spins, i, k)
			if begins == fromBefore && kept != nil {
				spinbits.Unpack(x, kept, k*len(x))
				continue
			}
			for p, v := range it.Target {
				if x[p] = v; v == 0 { // unknown
					x[p] = -1
				}
			}
		}
	}
	return spins
}

// keepChains keeps where a batch's chains have come to.
func (l *Learner) keepChains(s *batchState, spins []int8) {
	if l.state.Chains == nil {
		l.state.Chains = make(map[int][]byte)
	}
	samples := l.c.Sampling.Samples
	for i, it := range s.batch.Items {
		n := it.Graph.NumNodes()
		packed := make([]byte, (samples*n+7)/8)
		for k := range samples {
			spinbits.Pack(packed, k*n, s.batch.spins(spins, i, k))
		}
		l.state.Chains[s.index[i]] = packed
	}
}
