package exact

import (
	"errors"
	"math"
	"testing"

	"example.org/isinggraph/internal/testutil"
	"example.org/isinggraph/pkg/isinggraph"
)

// TestMeanFieldSolvesEquation10 recomputes the residual from eq. 10 for every
// form of parameters; |J| up to 2 on dense graphs makes many of them glassy.
func TestMeanFieldSolvesEquation10(t *testing.T) {
	rng := testutil.Rand(13)
	for range 30 {
		n := 2 + rng.IntN(40)
		g := randomGraph(t, n, 0.3, rng)
		m, j := randomModel(g, rng)
		mean, residual, _, err := MeanField(m, MeanFieldOptions{})
		if err != nil {
			t.Fatal(err)
		}
		local := make([]float64, n)
		for i := range n {
			local[i] = float64(m.H[i])
		}
		for e, uv := range g.Edges() {
			local[uv[0]] += float64(j[e]) * mean[uv[1]]
			local[uv[1]] += float64(j[e]) * mean[uv[0]]
		}
		var want float64
		for i, h := range local {
			want = max(want, math.Abs(mean[i]-math.Tanh(float64(m.Beta)*h)))
		}
		testutil.Near(t, "residual", residual, want, 1e-14)
		if residual > 1e-10 {
			t.Errorf("residual %v above the tolerance", residual)
		}
	}
}

// TestMeanFieldOfTorus compares with the scalar equation m = tanh(β(h + 4Jm)).
func TestMeanFieldOfTorus(t *testing.T) {
	grid, err := isinggraph.NewGrid(6, 6, 4, true)
	if err != nil {
		t.Fatal(err)
	}
	g, err := grid.Graph()
	if err != nil {
		t.Fatal(err)
	}
	h := make([]float32, 36)
	for i := range h {
		h[i] = 0.25
	}
	for _, j := range []float32{0.2, 0.5, -0.2} {
		mean, _, _, err := MeanField(isinggraph.Model{Graph: g, J: isinggraph.Uniform(j), H: h}, MeanFieldOptions{})
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := 0., 1. // m - tanh(...) changes sign once on (0, 1)
		for range 60 {
			m := (lo + hi) / 2
			if m < math.Tanh(0.25+4*float64(j)*m) {
				lo = m
			} else {
				hi = m
			}
		}
		for _, m := range mean {
			testutil.Near(t, "mean", m, lo, 1e-8)
		}
	}
}

// TestMeanFieldOfAntiferromagnet: with a strong J < 0 a simultaneous update
// alternates for ever; ours finds the staggered solution.
func TestMeanFieldOfAntiferromagnet(t *testing.T) {
	g := mustGraph(t, 10, testutil.Cycle(10))
	h := make([]float32, 10)
	for i := range h {
		h[i] = 0.01
	}
	mean, _, _, err := MeanField(isinggraph.Model{Graph: g, J: isinggraph.Uniform(-3), H: h}, MeanFieldOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range mean {
		if m*mean[(i+1)%10] > -0.99 {
			t.Errorf("spins %d and the next have means %v and %v, want opposite ones", i, m, mean[(i+1)%10])
		}
	}
}

// TestMeanFieldStartChooses: below the critical temperature the sign of the
// start is the sign of the solution, and zero stays.
func TestMeanFieldStartChooses(t *testing.T) {
	g := mustGraph(t, 5, testutil.Cycle(5))
	for _, start := range []float64{-0.5, 0, 0.5} {
		first := make([]float64, 5)
		for i := range first {
			first[i] = start
		}
		mean, _, _, err := MeanField(isinggraph.Model{Graph: g}, MeanFieldOptions{Start: first})
		if err != nil {
			t.Fatal(err)
		}
		testutil.Near(t, "mean", mean[2], 2*start*0.957504, 1e-5) // m = tanh 2m
	}
}

func TestMeanFieldErrors(t *testing.T) {
	g := mustGraph(t, 4, testutil.Cycle(4))
	m := isinggraph.Model{Graph: g, H: []float32{1, -1, 0.5, 0.25}}
	mean, residual, iterations, err := MeanField(m, MeanFieldOptions{MaxIterations: 2})
	wantError(t, err, "not converged", "after 2 iterations")
	if !errors.Is(err, ErrNotConverged) || len(mean) != 4 || residual <= 1e-10 || iterations != 2 {
		t.Errorf("got %v, %v, %v, %v", mean, residual, iterations, err)
	}
	for _, c := range []struct {
		opts MeanFieldOptions
		word string
	}{
		{MeanFieldOptions{Tolerance: -1}, "tolerance -1"},
		{MeanFieldOptions{Tolerance: math.NaN()}, "tolerance NaN"},
		{MeanFieldOptions{MaxIterations: -1}, "-1 iterations"},
		{MeanFieldOptions{Start: []float64{0}}, "1 values for 4 nodes"},
		{MeanFieldOptions{Start: []float64{0, 0, 2, 0}}, "start[2] is 2"},
	} {
		_, _, _, err := MeanField(m, c.opts)
		wantError(t, err, c.word)
	}
	_, _, _, err = MeanField(isinggraph.Model{Graph: g, Beta: -1}, MeanFieldOptions{})
	testutil.WantError(t, "isinggraph", err, "Beta is -1")
}
