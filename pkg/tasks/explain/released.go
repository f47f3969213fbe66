package explain

import "math"

// Released is the characteristic fidelity of one graph as the authors' released
// code has it (github.com/mariabankestad/IsingOnGraphs), the harmonic mean of
//
//	|p(G) − p(G∖S)| + 0.001 and 1 − |p(G) − p(G_S)| + 0.001.
//
// It differs from [Fidelity.Characteristic] in its absolute values, which count a
// prediction that grows more certain as one that suffers, in the constant, and in
// being averaged over graphs, not made of averages. It is within (0, 1.001].
func (r Response) Released() float64 {
	plus := math.Abs(r.Whole-r.Without) + 0.001
	minus := 1 - math.Abs(r.Whole-r.Only) + 0.001
	return 2 * plus * minus / (plus + minus)
}
