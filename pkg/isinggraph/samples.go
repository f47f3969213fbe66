package isinggraph

// Samples are the states of the chains after a call. A literal with Spins, Chains
// and Seed says where the chains of a [Request] begin.
type Samples struct {
	Spins  []int8 // chain-major, spin i of chain c at [c*n+i]
	Chains int
	Seed   uint64 // of the random numbers
	Sweeps uint64 // done since the random start
	Trace  *Trace // if Record.Trace
	// Mean holds the mean spins of every chain, chain-major, if Record.Marginals.
	Mean []float32
}

// Trace is the record of a run, [chain][state]: the initial state and the state
// after every sweep.
type Trace struct {
	Energy        [][]float64 // E(x), eq. 2
	Magnetization [][]float64 // mean_i x_i, as in eq. 8
}

// Chain returns the spins of chain c; they alias s.Spins.
func (s *Samples) Chain(c int) []int8 {
	n := len(s.Spins) / s.Chains
	return s.Spins[c*n : (c+1)*n]
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
