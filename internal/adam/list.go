package adam

import "math"

// listEpsilon is Kingma and Ba's ε.
const listEpsilon = 1e-8

// List moves one list of numbers, which is no variable, in float64 and with Kingma
// and Ba's ε = 10⁻⁸. The zero value with a rate begins.
type List struct {
	Rate          float64
	Steps         int       // done
	First, Second []float64 // moments; nil for zeros
}

// Step moves x against its gradient.
func (l *List) Step(x, gradient []float64) {
	if l.First == nil {
		l.First, l.Second = make([]float64, len(x)), make([]float64, len(x))
	}
	l.Steps++
	mean, squares := 1-math.Pow(meanDecay, float64(l.Steps)), 1-math.Pow(squaresDecay, float64(l.Steps))
	for i, g := range gradient {
		l.First[i] = meanDecay*l.First[i] + (1-meanDecay)*g
		l.Second[i] = squaresDecay*l.Second[i] + (1-squaresDecay)*g*g
		x[i] -= l.Rate * (l.First[i] / mean) / (math.Sqrt(l.Second[i]/squares) + listEpsilon)
	}
}
