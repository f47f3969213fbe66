package exact

import (
	"math"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"

	"gonum.org/v1/gonum/integrate/quad"
)

var criticalBeta = math.Log(1+math.Sqrt2) / 2

// TestKaufmanEnergyMatchesEnumeration covers square and oblong tori, odd and
// even, on both sides of the critical point and at it.
func TestKaufmanEnergyMatchesEnumeration(t *testing.T) {
	for _, size := range [][2]int{{3, 3}, {4, 4}, {3, 5}, {5, 3}} {
		grid, err := isinggraph.NewGrid(size[0], size[1], 4, true)
		if err != nil {
			t.Fatal(err)
		}
		g, err := grid.Graph()
		if err != nil {
			t.Fatal(err)
		}
		for _, beta := range []float32{0.001, 0.1, 0.3, float32(criticalBeta), 0.5, 2} {
			got, err := KaufmanEnergy(size[0], size[1], float64(beta))
			if err != nil {
				t.Fatal(err)
			}
			x := mustEnumerate(t, isinggraph.Model{Graph: g, Beta: beta})
			testutil.Near(t, "energy", got, x.Energy/float64(g.NumNodes()), 1e-11)
		}
	}
}

// TestKaufmanEnergyTendsToOnsager compares large tori with Onsager's limit
// -coth 2β [1 + (2/π)(2 tanh²2β - 1) K(k)], k = 2 sinh 2β/cosh² 2β, away from
// the critical point, where the difference falls exponentially in the size.
func TestKaufmanEnergyTendsToOnsager(t *testing.T) {
	for _, beta := range []float64{0.1, 0.3, 0.4, 0.48, 0.6, 1, 40, 60} {
		k := 2 * math.Sinh(2*beta) / math.Pow(math.Cosh(2*beta), 2)
		elliptic := quad.Fixed(func(phi float64) float64 {
			return 1 / math.Sqrt(1-k*k*math.Sin(phi)*math.Sin(phi))
		}, 0, math.Pi/2, 400, nil, 0)
		tanh := math.Tanh(2 * beta)
		want := -(1 + 2/math.Pi*(2*tanh*tanh-1)*elliptic) / tanh
		for _, size := range [][2]int{{512, 512}, {256, 1024}} {
			got, err := KaufmanEnergy(size[0], size[1], beta)
			if err != nil {
				t.Fatal(err)
			}
			testutil.Near(t, "energy", got, want, 1e-9)
		}
	}
}

// TestKaufmanEnergyAtCriticality: the energy is symmetric in the sides, is
// -sqrt 2 in the limit and approaches it from below as 1/L (Ferdinand and
// Fisher 1969, doi 10.1103/PhysRev.185.832).
func TestKaufmanEnergyAtCriticality(t *testing.T) {
	scaled := make([]float64, 0, 2)
	for _, size := range []int{256, 1024} {
		got, err := KaufmanEnergy(size, size, criticalBeta)
		if err != nil {
			t.Fatal(err)
		}
		scaled = append(scaled, (got+math.Sqrt2)*float64(size))
	}
	if scaled[0] >= 0 || math.Abs(scaled[1]/scaled[0]-1) > 1e-3 {
		t.Errorf("L(u+√2) = %v, want two equal negative numbers", scaled)
	}
	a, _ := KaufmanEnergy(30, 70, 0.44)
	b, _ := KaufmanEnergy(70, 30, 0.44)
	testutil.Near(t, "energy of the transposed torus", a, b, 1e-12)
}

func TestKaufmanEnergyLimitsAndErrors(t *testing.T) {
	zero, err := KaufmanEnergy(8, 8, 0)
	if err != nil || zero != 0 {
		t.Errorf("energy at β=0 is %v, %v", zero, err)
	}
	small, _ := KaufmanEnergy(8, 8, 1e-4)
	testutil.Near(t, "energy at β=1e-4", small, -2e-4, 1e-10)
	for _, beta := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := KaufmanEnergy(8, 8, beta)
		wantError(t, err, "inverse temperature")
	}
	_, err = KaufmanEnergy(2, 8, 1)
	wantError(t, err, "torus of 2 by 8")
}
