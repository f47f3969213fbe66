package exact

import (
	"fmt"
	"math"
)

// KaufmanEnergy returns the exact mean energy per spin of the periodic square
// lattice of rows by cols spins, with J = 1 and no field, at the inverse
// temperature beta >= 0 (Kaufman 1949, doi 10.1103/PhysRev.76.1232):
//
//	Z = ½ (2 sinh 2β)^(mn/2) [Π_r 2cosh(mγ_{2r+1}/2) + Π_r 2sinh(mγ_{2r+1}/2)
//	                        + Π_r 2cosh(mγ_{2r}/2)   + Π_r 2sinh(mγ_{2r}/2)]
//	cosh γ_l = cosh 2β coth 2β - cos(πl/n),  γ_0 = 2β + ln tanh β
//
// for m rows, n columns and r = 0..n-1, and the energy is -∂ ln Z/∂β / mn. The
// derivative is analytic; cancellation leaves an absolute error of about
// 1e-16/β at small β. Both sizes must be at least 3, as in NewGrid.
func KaufmanEnergy(rows, cols int, beta float64) (float64, error) {
	if rows < 3 || cols < 3 {
		return 0, fmt.Errorf("exact: torus of %d by %d spins, sizes must be at least 3", rows, cols)
	}
	if !(beta >= 0) || math.IsInf(beta, 1) {
		return 0, fmt.Errorf("exact: inverse temperature %v, need a finite value of at least 0", beta)
	}
	switch {
	case beta == 0:
		return 0, nil
	case beta > 50: // the ground state, to e^-600
		return -2, nil
	}
	m, s := float64(rows), math.Sinh(2*beta)
	coth := math.Cosh(2*beta) / s
	rise := 2 * coth * (s - 1/s) // ∂ cosh γ_l/∂β

	// The four products without their factor l = 0, where γ may vanish.
	var oddCosh, oddSinh, evenCosh, evenSinh product
	for l := 1; l < 2*cols; l++ {
		// cosh γ - 1 = 2q², free of cancellation.
		sine := math.Sin(math.Pi * float64(l) / float64(2*cols))
		q := math.Sqrt((s-1)*(s-1)/(2*s) + sine*sine)
		y := m * math.Asinh(q)
		dy := m * rise / (4 * q * math.Sqrt(1+q*q))
		if l%2 == 1 {
			oddCosh.cosh(y, dy)
			oddSinh.sinh(y, dy)
		} else {
			evenCosh.cosh(y, dy)
			evenSinh.sinh(y, dy)
		}
	}
	y0 := m * math.Asinh((s-1)/math.Sqrt(2*s)) // mγ_0/2, of the sign of T_c - T
	dy0 := m * (1 + 1/s)
	evenCosh.cosh(math.Abs(y0), math.Copysign(dy0, y0))

	top := max(oddCosh.log, evenCosh.log)
	var z, dz float64
	for _, t := range []product{oddCosh, oddSinh, evenCosh} {
		z += math.Exp(t.log - top)
		dz += math.Exp(t.log-top) * t.slope
	}
	// The last product is 2sinh(y0) times the rest, and 2sinh(y0) may be 0.
	scale := math.Exp(evenSinh.log + math.Abs(y0) - top)
	fall := math.Exp(-2 * math.Abs(y0))
	sinh0, cosh0 := math.Copysign(1-fall, y0), 1+fall // 2sinh(y0) and 2cosh(y0) over e^|y0|
	z += scale * sinh0
	dz += scale * (sinh0*evenSinh.slope + cosh0*dy0)
	return -coth - dz/z/(m*float64(cols)), nil
}

// product is a product of hyperbolic functions: its logarithm, and the
// derivative of that in β.
type product struct{ log, slope float64 }

// cosh multiplies by 2cosh(y), y >= 0, of derivative dy.
func (p *product) cosh(y, dy float64) {
	p.log += y + math.Log1p(math.Exp(-2*y))
	p.slope += dy * math.Tanh(y)
}

// sinh multiplies by 2sinh(y), y > 0, of derivative dy.
func (p *product) sinh(y, dy float64) {
	p.log += y + math.Log1p(-math.Exp(-2*y))
	p.slope += dy / math.Tanh(y)
}
