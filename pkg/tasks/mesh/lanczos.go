package mesh

import (
	"context"
	"math"
	"math/rand/v2"

	"example.org/isinggraph/pkg/isinggraph"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/lapack/lapack64"
)

const (
	// Tolerance is the residual at which an eigenpair counts as found, relative
	// to the eigenvalue.
	Tolerance = 1e-7
	// firstSteps and mostSteps bound the length of a Lanczos iteration, and
	// mostProducts all iterations together.
	firstSteps, mostSteps, mostProducts = 128, 4096, 40_000
)

// Eigenpair is an approximate eigenpair.
type Eigenpair struct {
	Value    float64   // Rayleigh quotient
	Vector   []float64 // of norm 1
	Residual float64   // ‖L v − λ v‖ / λ
	Products int       // with the matrix, that it took
}

// laplace multiplies with a graph's Laplacian.
type laplace struct {
	rowPtr, col []int32
	diagonal    []float64
	root        []float64 // 1/√degree, or 1 for D − A
}

func newLaplace(g *isinggraph.Graph, combinatorial bool) *laplace {
	l := new(laplace)
	l.rowPtr, l.col = g.CSR()
	for i := range g.NumNodes() {
		d, r := float64(g.Degree(i)), 1.0
		if !combinatorial && d > 0 {
			d, r = 1, 1/math.Sqrt(d)
		}
		l.diagonal, l.root = append(l.diagonal, d), append(l.root, r)
	}
	return l
}

// apply sets y = L x; scaled is room for a vector.
func (l *laplace) apply(y, x, scaled []float64) {
	floats.MulTo(scaled, l.root, x)
	for i, d := range l.diagonal {
		var sum float64
		for _, j := range l.col[l.rowPtr[i]:l.rowPtr[i+1]] {
			sum += scaled[j]
		}
		y[i] = d*x[i] - l.root[i]*sum
	}
}

// LargestEigenpair returns the largest eigenvalue of a connected graph's
// normalised Laplacian I − D^−½ A D^−½, or of D − A, and its eigenvector: by the
// Lanczos iteration without reorthogonalisation, whose extreme Ritz values
// converge all the same (Paige 1980, doi:10.1016/0024-3795(80)90167-6), run twice,
// the second time to sum up the vector, so that it keeps four vectors only. It
// restarts until the residual, computed from the vector, is at most [Tolerance],
// or until 40,000 products; the caller looks at the residual. Each product takes
// O(V + E).
func LargestEigenpair(ctx context.Context, g *isinggraph.Graph, combinatorial bool, seed uint64) (*Eigenpair, error) {
	n := g.NumNodes()
	l := newLaplace(g, combinatorial)
	rng := rand.New(rand.NewPCG(seed, 0))
	p := &Eigenpair{Vector: make([]float64, n)}
	for i := range p.Vector {
		p.Vector[i] = rng.NormFloat64()
	}
	product, scaled := make([]float64, n), make([]float64, n)
	for {
		t := newLanczos(l, p.Vector)
		for steps := firstSteps; ; steps *= 2 {
			if !t.extend(ctx, steps) || steps >= mostSteps {
				break
			}
			if _, residual := t.ritz(); residual <= Tolerance/2*t.scale() {
				break
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		y, _ := t.ritz()
		p.Vector = t.combine(ctx, p.Vector, y)
		p.Products += 2*len(t.alpha) + 1
		floats.Scale(1/floats.Norm(p.Vector, 2), p.Vector)
		l.apply(product, p.Vector, scaled)
		p.Value = floats.Dot(p.Vector, product)
		floats.AddScaled(product, -p.Value, p.Vector)
		p.Residual = floats.Norm(product, 2) / math.Max(p.Value, math.SmallestNonzeroFloat64)
		if p.Residual <= Tolerance || p.Products >= mostProducts {
			return p, nil
		}
	}
}

// lanczos is a Lanczos iteration: T = Qᵀ L Q has diagonal alpha and, between
// neighbours, beta.
type lanczos struct {
	l               *laplace
	alpha, beta     []float64
	q, last, r, tmp []float64 // q_k, q_k−1 and room
}

func newLanczos(l *laplace, start []float64) *lanczos {
	n := len(start)
	t := &lanczos{l: l, q: make([]float64, n), last: make([]float64, n), r: make([]float64, n), tmp: make([]float64, n)}
	floats.ScaleTo(t.q, 1/floats.Norm(start, 2), start)
	return t
}

// extend runs up to the given number of steps in all; it returns false where the
// iteration ended, in an invariant subspace or with ctx.
func (t *lanczos) extend(ctx context.Context, steps int) bool {
	for len(t.alpha) < steps {
		if len(t.alpha)%64 == 0 && ctx.Err() != nil {
			return false
		}
		t.l.apply(t.r, t.q, t.tmp)
		if k := len(t.beta); k > 0 {
			floats.AddScaled(t.r, -t.beta[k-1], t.last)
		}
		a := floats.Dot(t.r, t.q)
		floats.AddScaled(t.r, -a, t.q)
		b := floats.Norm(t.r, 2)
		t.alpha, t.beta = append(t.alpha, a), append(t.beta, b)
		if b <= 1e-14*t.scale() {
			return false
		}
		t.q, t.last, t.r = t.r, t.q, t.last
		floats.Scale(1/b, t.q)
	}
	return true
}

// scale returns the size of T.
func (t *lanczos) scale() float64 { return floats.Max(t.alpha) }

// ritz returns the eigenvector of T's largest eigenvalue, by inverse iteration,
// and the estimate β_k |y_k| of the residual of its Ritz vector.
func (t *lanczos) ritz() (y []float64, residual float64) {
	k := len(t.alpha)
	values, off := append([]float64(nil), t.alpha...), append([]float64(nil), t.beta[:k-1]...)
	gonum.Implementation{}.Dsterf(k, values, off)
	shift := values[k-1] + 1e-13*math.Abs(values[k-1]) // not quite singular
	y = make([]float64, k)
	for i := range y {
		y[i] = 1
	}
	for range 3 {
		a := lapack64.Tridiagonal{N: k}
		a.DL = append([]float64(nil), t.beta[:k-1]...)
		a.DU = append([]float64(nil), t.beta[:k-1]...)
		for _, d := range t.alpha {
			a.D = append(a.D, d-shift)
		}
		lapack64.Gtsv(blas.NoTrans, a, blas64.General{Rows: k, Cols: 1, Stride: 1, Data: y})
		floats.Scale(1/floats.Norm(y, 2), y)
	}
	return y, t.beta[k-1] * math.Abs(y[k-1])
}

// combine returns Σ_k y_k q_k, repeating the iteration from its start.
func (t *lanczos) combine(ctx context.Context, start, y []float64) []float64 {
	again := newLanczos(t.l, start)
	out := make([]float64, len(start))
	for k, c := range y {
		floats.AddScaled(out, c, again.q)
		if k+1 < len(y) {
			again.extend(ctx, k+1)
		}
	}
	return out
}
