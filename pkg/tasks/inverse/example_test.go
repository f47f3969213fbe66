package inverse_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/inverse"
)

// The loss of a pattern, and what pruning from all positions makes of as many.
func ExampleLeastSquares() {
	ms, err := inverse.Generate(context.Background(), inverse.Dataset1(1), 1)
	if err != nil {
		log.Fatal(err)
	}
	p := inverse.AllPositions(30, true)
	l, err := inverse.NewLeastSquares(ms[0], p)
	if err != nil {
		log.Fatal(err)
	}
	band := inverse.BandPattern(p, p.Count(0.5))
	all := inverse.BandPattern(p, p.NumNodes())
	pruned, err := l.Prune(all, p.Count(0.5))
	if err != nil {
		log.Fatal(err)
	}
	for _, x := range [][]int8{band, pruned, all} {
		loss, err := l.Loss(x)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d of %d positions: %.2f\n", inverse.Kept(x), p.NumNodes(), loss)
	}
	// Output:
	// 233 of 465 positions: 2.18
	// 233 of 465 positions: 1.15
	// 465 of 465 positions: 0.00
}

// A Poisson equation on a 40×40 grid, with and without preconditioners.
func ExampleCompare() {
	const side = 40
	var entries []data.Entry
	for c := range int32(side * side) {
		entries = append(entries, data.Entry{Row: c, Col: c, Value: 4})
		if c%side > 0 {
			entries = append(entries, data.Entry{Row: c, Col: c - 1, Value: -1}, data.Entry{Row: c - 1, Col: c, Value: -1})
		}
		if c >= side {
			entries = append(entries, data.Entry{Row: c, Col: c - side, Value: -1}, data.Entry{Row: c - side, Col: c, Value: -1})
		}
	}
	a, err := data.NewMatrix(side*side, side*side, entries)
	if err != nil {
		log.Fatal(err)
	}
	b := make([]float64, side*side)
	b[0] = 1
	for _, row := range inverse.Compare(context.Background(), a, b, inverse.DefaultKrylov(), inverse.StandardCandidates(a)) {
		if row.Err != nil {
			log.Fatal(row.Err)
		}
		fmt.Printf("%-10s %3d products\n", row.Name, row.Solution.Products())
	}
	// Output:
	// none       136 products
	// Jacobi     136 products
	// ILU(0)      34 products
	// SPAI on A   81 products
	// SPAI on A²  48 products
}
