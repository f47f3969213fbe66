package isinggraph

// Annealing returns factors on β that rise linearly from first to last.
func Annealing(sweeps int, first, last float32) []float32 {
	s := make([]float32, sweeps)
	for t := range s {
		s[t] = first + (last-first)*float32(t)/float32(max(sweeps-1, 1))
	}
	return s
}
