package inverse

import (
	"fmt"
	"math"
	"math/rand/v2"

	"example.org/isinggraph/data"
)

// StandInMatrices makes sparse matrices of 300 to 1,500 rows in place of a
// collection of real ones, a number of each of five families: five-point
// convection and diffusion on a grid, diffusion with coefficients that jump,
// admittances of a power grid, circuits of many small cells with a few shared
// nets, and random bands; all have a diagonal of ones. Matrix i of a family depends on the seed and i alone.
func StandInMatrices(each int, seed uint64) ([]SourceMatrix, error) {
	if each < 1 || each > 1000 {
		return nil, fmt.Errorf("inverse: %d stand-in matrices of each family, want 1 to 1000", each)
	}
	families := []struct {
		name string
		make func(*rand.Rand) (int, []data.Entry, error)
	}{
		{"convection", convection}, {"layers", layers}, {"powergrid", admittances}, {"circuit", circuit}, {"band", randomBand},
	}
	var out []SourceMatrix
	for f, family := range families {
		for i := range each {
			n, entries, err := family.make(rand.New(rand.NewPCG(seed, uint64(f)<<32|uint64(i))))
			if err != nil {
				return nil, err
			}
			unitDiagonal(n, entries)
			m, err := data.NewMatrix(n, n, entries)
			if err != nil {
				return nil, err
			}
			out = append(out, SourceMatrix{Name: fmt.Sprintf("%s %d", family.name, i), Matrix: m})
		}
	}
	return out, nil
}

// unitDiagonal scales rows and columns alike so that the diagonal, which is
// positive, becomes 1.
func unitDiagonal(n int, entries []data.Entry) {
	d := make([]float64, n)
	for _, e := range entries {
		if e.Row == e.Col {
			d[e.Row] += e.Value
		}
	}
	for k := range entries {
		e := &entries[k]
		e.Value /= math.Sqrt(d[e.Row] * d[e.Col])
	}
}

// grid returns the entries of a five-point operator: weight of the coupling from
// cell a to cell b, and what the diagonal has beyond their sum.
func grid(rows, cols int, weight func(a, b int) float64, shift float64) (int, []data.Entry, error) {
	var entries []data.Entry
	for a := range rows * cols {
		diagonal := shift
		i, j := a/cols, a%cols
		for _, d := range [][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
			k, l := i+d[0], j+d[1]
			b := k*cols + l
			w := weight(a, min(max(b, 0), rows*cols-1))
			diagonal += w
			if k >= 0 && k < rows && l >= 0 && l < cols {
				entries = append(entries, data.Entry{Row: int32(a), Col: int32(b), Value: -w})
			}
		}
		entries = append(entries, data.Entry{Row: int32(a), Col: int32(a), Value: diagonal})
	}
	return rows * cols, entries, nil
}

// convection has a flow to the right and down of a random strength.
func convection(r *rand.Rand) (int, []data.Entry, error) {
	rows, cols := 15+r.IntN(20), 15+r.IntN(25)
	right, down := 1+r.Float64(), 1+r.Float64()
	return grid(rows, cols, func(a, b int) float64 {
		switch b {
		case a - 1:
			return right
		case a - cols:
			return down
		}
		return 1
	}, 0.2*r.Float64())
}

// layers has conductivities over two decades, one a cell; a coupling is their
// harmonic mean.
func layers(r *rand.Rand) (int, []data.Entry, error) {
	rows, cols := 15+r.IntN(20), 15+r.IntN(25)
	k := make([]float64, rows*cols)
	for i := range k {
		k[i] = 0.1 + 10*r.Float64()*r.Float64()*r.Float64()
	}
	return grid(rows, cols, func(a, b int) float64 { return 2 * k[a] * k[b] / (k[a] + k[b]) }, 0.1)
}

func admittances(r *rand.Rand) (int, []data.Entry, error) {
	n := 300 + r.IntN(700)
	edges, _, err := data.GeneratePowerGrid(n, r.Uint64())
	if err != nil {
		return 0, nil, err
	}
	return n, conductances(n, edges, 0.5, func() float64 { return 0.2 + r.ExpFloat64() }), nil
}

// circuit joins each node to one or two of the eight before it and some nodes to
// one of a few nets.
func circuit(r *rand.Rand) (int, []data.Entry, error) {
	n := 300 + r.IntN(1200)
	var edges [][2]int32
	for i := 8; i < n; i++ {
		for range 1 + r.IntN(2) {
			edges = append(edges, [2]int32{int32(i - 1 - r.IntN(8)), int32(i)})
		}
		if r.Float64() < 0.3 {
			edges = append(edges, [2]int32{int32(r.IntN(8)), int32(i)})
		}
	}
	return n, conductances(n, edges, 0.3, func() float64 { return []float64{0.1, 0.5, 1}[r.IntN(3)] }), nil
}

// conductances returns the entries of a weighted Laplacian plus shift on the
// diagonal.
func conductances(n int, edges [][2]int32, shift float64, draw func() float64) []data.Entry {
	var entries []data.Entry
	for i := range int32(n) {
		entries = append(entries, data.Entry{Row: i, Col: i, Value: shift})
	}
	for _, e := range edges {
		w := draw()
		entries = append(entries,
			data.Entry{Row: e[0], Col: e[1], Value: -w}, data.Entry{Row: e[1], Col: e[0], Value: -w},
			data.Entry{Row: e[0], Col: e[0], Value: w}, data.Entry{Row: e[1], Col: e[1], Value: w})
	}
	return entries
}

// randomBand has entries of either sign within three to eight of the diagonal, not
// symmetric.
func randomBand(r *rand.Rand) (int, []data.Entry, error) {
	n, width := 300+r.IntN(600), 3+r.IntN(6)
	var entries []data.Entry
	for i := range n {
		entries = append(entries, data.Entry{Row: int32(i), Col: int32(i), Value: 1 + r.Float64()})
		for j := max(0, i-width); j < min(n, i+width+1); j++ {
			if j != i && r.Float64() < 0.35 {
				entries = append(entries, data.Entry{Row: int32(i), Col: int32(j), Value: 0.5 * r.NormFloat64()})
			}
		}
	}
	return n, entries, nil
}
