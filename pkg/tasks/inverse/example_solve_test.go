package inverse_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/inverse"
)

// chain returns the matrix with 2.1 on the diagonal and -1 beside it.
func chain(n int32) *data.Matrix {
	var entries []data.Entry
	for i := range n {
		entries = append(entries, data.Entry{Row: i, Col: i, Value: 2.1})
		if i > 0 {
			entries = append(entries, data.Entry{Row: i, Col: i - 1, Value: -1}, data.Entry{Row: i - 1, Col: i, Value: -1})
		}
	}
	a, err := data.NewMatrix(int(n), int(n), entries)
	if err != nil {
		log.Fatal(err)
	}
	return a
}

// A sparse approximate inverse on the pattern of A² needs fewer products.
func ExampleSolve() {
	ctx, a := context.Background(), chain(200)
	pattern, err := inverse.PowerPattern(a, 2)
	if err != nil {
		log.Fatal(err)
	}
	p, err := inverse.NewSPAI(ctx, a, pattern)
	if err != nil {
		log.Fatal(err)
	}
	b := make([]float64, 200)
	b[100] = 1
	plain, err := inverse.Solve(ctx, a, b, nil, inverse.DefaultKrylov())
	if err != nil {
		log.Fatal(err)
	}
	better, err := inverse.Solve(ctx, a, b, p, inverse.DefaultKrylov())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(plain.Converged, plain.Products(), better.Converged, better.Products())
	// Output: true 60 true 23
}

// Windows along the diagonal of a large matrix, as in Dataset 2.
func ExampleWindows() {
	bounds := inverse.PaperBounds()
	bounds.MinDet = 0 // the paper asks for 0.001
	ws, err := inverse.Windows(chain(100), "chain", 30, bounds)
	if err != nil {
		log.Fatal(err)
	}
	for _, w := range ws {
		fmt.Printf("%d rows from %d of %s, %.2f of the entries zero\n", w.N, w.First, w.Source, w.Sparsity())
	}
	// Output:
	// 30 rows from 0 of chain, 0.90 of the entries zero
	// 30 rows from 30 of chain, 0.90 of the entries zero
	// 30 rows from 60 of chain, 0.90 of the entries zero
}

// The loss (eq. 20) of bands around the diagonal of a small matrix.
func ExampleBandPattern() {
	a, err := inverse.NewMatrix(3, []float64{2, -1, 0, -1, 2, -1, 0, -1, 2})
	if err != nil {
		log.Fatal(err)
	}
	p := inverse.AllPositions(3, true)
	l, err := inverse.NewLeastSquares(a, p)
	if err != nil {
		log.Fatal(err)
	}
	for kept := 3; kept <= 6; kept++ {
		loss, err := l.Loss(inverse.BandPattern(p, kept))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d positions: %.3f\n", kept, loss)
	}
	// Output:
	// 3 positions: 0.856
	// 4 positions: 0.746
	// 5 positions: 0.378
	// 6 positions: 0.000
}
