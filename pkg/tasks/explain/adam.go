package explain

import "math"

// adam is the optimizer of Kingma and Ba 2015 (arXiv 1412.6980) for small sets of
// parameters on the host, with their β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸.
type adam struct {
	rate  float64
	steps int
	m, v  []float64
}

// step moves x against its gradient.
func (a *adam) step(x, gradient []float64) {
	if a.m == nil {
		a.m, a.v = make([]float64, len(x)), make([]float64, len(x))
	}
	a.steps++
	const b1, b2 = 0.9, 0.999
	c1, c2 := 1-math.Pow(b1, float64(a.steps)), 1-math.Pow(b2, float64(a.steps))
	for i, g := range gradient {
		a.m[i] = b1*a.m[i] + (1-b1)*g
		a.v[i] = b2*a.v[i] + (1-b2)*g*g
		x[i] -= a.rate * (a.m[i] / c1) / (math.Sqrt(a.v[i]/c2) + 1e-8)
	}
}

// sigmoid returns 1/(1 + e^−x).
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
