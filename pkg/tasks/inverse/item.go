package inverse

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Features say what a field network sees of a matrix beside the rows and the
// columns of its positions; A_ij always comes first.
type Features struct {
	Powers int // (Aᵖ)_ij for p up to Powers, at least 1
	// Scaled divides Aᵖ by the (p−1)-th power of the mean sum of |A|'s rows, and adds
	// whether a position is on the diagonal.
	Scaled bool
	Ones   bool // a feature of ones
	// Normalized takes Ã = D^-½ A D^-½ for A in all but the gains, D being the sums of
	// |A|'s rows: features that do not depend on A's scale.
	Normalized bool
	// Gains adds, for some patterns, the square root of how much flipping the position
	// there changes the square of eq. 20, and the same with a minus where the
	// position is not kept. The patterns are that of A, that of the half of the
	// positions with the largest entries of |A|², and from the third on the half with
	// the largest gains at the pattern before.
	Gains int
}

// PaperFeatures are A and A², and ones where all positions are allowed.
func PaperFeatures(all bool) Features { return Features{Powers: 2, Ones: all} }

// GainFeatures are A to A⁴, the diagonal, and the gains at three patterns. The
// third is itself made of gains, a round of refinement: see the row "top of the
// gains" of [Evaluate] for what that alone gives.
func GainFeatures() Features { return Features{Powers: 4, Scaled: true, Gains: 3} }

// Problem is a matrix with its positions as an item for learning.
type Problem struct {
	*LeastSquares
	Item *learn.Item

	sampler isinggraph.Sampler
}

// Problems makes problems of matrices, in parallel. Positions come from allowed;
// matrices whose positions are the same *Positions share one line graph.
func Problems(ctx context.Context, ms []*Matrix, allowed func(*Matrix) (*Positions, error), f Features) ([]*Problem, error) {
	if f.Powers < 1 || f.Gains < 0 {
		return nil, fmt.Errorf("inverse: features %+v: want at least the first power and no negative number of gains", f)
	}
	type lines struct {
		graph   *isinggraph.Graph
		sampler isinggraph.Sampler
	}
	shared := make(map[*Positions]lines)
	at := make([]*Positions, len(ms))
	count := make(map[*Positions]int)
	for i, a := range ms {
		var err error
		if at[i], err = allowed(a); err != nil {
			return nil, err
		}
		count[at[i]]++
	}
	open := func(p *Positions) (l lines, err error) {
		if l.graph, err = p.LineGraph(); err == nil {
			l.sampler, err = p.Sampler(l.graph)
		}
		return l, err
	}
	for p, n := range count {
		if n > 1 {
			l, err := open(p)
			if err != nil {
				return nil, err
			}
			shared[p] = l
		}
	}
	out := make([]*Problem, len(ms))
	err := par.Each(ctx, len(ms), func() func(int) error {
		return func(i int) error {
			l, ok := shared[at[i]]
			if !ok {
				var err error
				if l, err = open(at[i]); err != nil {
					return err
				}
			}
			ls, err := NewLeastSquares(ms[i], at[i])
			if err != nil {
				return err
			}
			x, err := f.of(ls)
			if err != nil {
				return err
			}
			p := &Problem{LeastSquares: ls, Item: &learn.Item{Graph: l.graph, X: x}, sampler: l.sampler}
			p.Item.Data = p
			out[i] = p
			return nil
		}
	})
	return out, err
}

// Items returns the items of problems.
func Items(problems []*Problem) []*learn.Item {
	items := make([]*learn.Item, len(problems))
	for i, p := range problems {
		items[i] = p.Item
	}
	return items
}

// width returns how many features a node has, with its row and column.
func (f Features) width() int {
	w := fields.PositionFeatures + f.Powers + 2*f.Gains
	for _, on := range []bool{f.Scaled, f.Ones} {
		if on {
			w++
		}
	}
	return w
}

// of returns the features of a matrix's nodes, shape (nodes, width).
func (f Features) of(l *LeastSquares) ([]float32, error) {
	a, p, n := l.Matrix, l.Positions, l.Matrix.N
	w := f.width()
	x := make([]float32, p.NumNodes()*w)
	at := 0
	put := func(value func(node int) float64) {
		for node := range p.NumNodes() {
			x[node*w+at] = float32(value(node))
		}
		at++
	}
	put(func(node int) float64 { return float64(p.Row[node]) })
	put(func(node int) float64 { return float64(p.Col[node]) })
	entry := func(m []float64) func(int) float64 {
		return func(node int) float64 { return m[int(p.Row[node])*n+int(p.Col[node])] }
	}
	values := append([]float64(nil), a.Values...)
	if f.Normalized {
		normalize(n, values)
	}
	power, one := mat.NewDense(n, n, values), mat.NewDense(n, n, values)
	scale := 1.0
	if f.Scaled {
		if sum := floats.Norm(values, 1) / float64(n); sum > 0 {
			scale = 1 / sum
		}
	}
	for k := range f.Powers {
		if k > 0 {
			next := mat.NewDense(n, n, nil)
			next.Mul(power, one)
			next.Scale(scale, next)
			power = next
		}
		put(entry(power.RawMatrix().Data))
	}
	if f.Scaled {
		put(func(node int) float64 {
			if p.Row[node] == p.Col[node] {
				return 1
			}
			return 0
		})
	}
	if f.Ones {
		put(func(int) float64 { return 1 })
	}
	var pattern []int8
	var gains []float64
	for k := range f.Gains {
		var err error
		if pattern, err = l.gainPattern(k, gains); err != nil {
			return nil, err
		}
		if gains, err = l.Gains(gains, pattern); err != nil {
			return nil, err
		}
		root := func(node int) float64 { return math.Sqrt(math.Abs(gains[node])) }
		put(root)
		put(func(node int) float64 { return float64(pattern[node]) * root(node) })
	}
	return x, nil
}

// normalize replaces a, of shape (n, n), by D^-½ A D^-½.
func normalize(n int, a []float64) {
	root := make([]float64, n)
	for i := range root {
		if sum := floats.Norm(a[i*n:i*n+n], 1); sum > 0 {
			root[i] = 1 / math.Sqrt(sum)
		}
	}
	for k := range a {
		a[k] *= root[k/n] * root[k%n]
	}
}

// gainPattern returns the pattern at which the k-th gains are taken.
func (l *LeastSquares) gainPattern(k int, gains []float64) ([]int8, error) {
	p, n := l.Positions, l.Matrix.N
	values := make([]float64, p.NumNodes())
	if k == 0 {
		x := make([]int8, len(values))
		for node := range x {
			x[node] = -1
			if i, j := int(p.Row[node]), int(p.Col[node]); l.Matrix.Values[i*n+j] != 0 || i == j {
				x[node] = 1
			}
		}
		return x, nil
	}
	if k == 1 {
		sizes := make([]float64, n*n)
		for i, v := range l.Matrix.Values {
			sizes[i] = math.Abs(v)
		}
		one, two, four := mat.NewDense(n, n, sizes), mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
		two.Mul(one, one)
		four.Mul(two, two)
		tie := 1e-6 / max(mat.Max(four), math.SmallestNonzeroFloat64)
		for node := range values {
			i, j := int(p.Row[node]), int(p.Col[node])
			values[node] = two.At(i, j) + tie*four.At(i, j)
		}
	} else {
		for node, g := range gains {
			values[node] = math.Abs(g)
		}
	}
	return learn.Top(values, (len(values)+1)/2)
}

// Sampler samples the line graph of the positions by sums over rows and columns,
// with the colours (row + column) mod N, a colouring of every such graph.
func (p *Positions) Sampler(line *isinggraph.Graph) (isinggraph.Sampler, error) {
	c := isinggraph.Coloring{Color: make([]int32, p.NumNodes()), Colors: p.N}
	ends := make([][2]int32, p.NumNodes())
	for node, i := range p.Row {
		ends[node] = sharedIndices(i, p.Col[node], int32(p.N), p.Symmetric)
		c.Color[node] = (i + p.Col[node]) % int32(p.N)
	}
	return isinggraph.NewLineSampler(line, ends, c)
}

// sharedIndices are the indices that the neighbours of position (i, j) share: its
// row and column, which are the same indices where symmetric.
func sharedIndices(i, j, n int32, symmetric bool) [2]int32 {
	if symmetric {
		return [2]int32{i, j}
	}
	return [2]int32{i, n + j}
}

// batchSampler returns a learner's samplers for batches of matrices up to size n,
// whose rows and columns are their items' first features.
func batchSampler(n int, symmetric bool) func(*learn.Batch) (isinggraph.Sampler, error) {
	return func(b *learn.Batch) (isinggraph.Sampler, error) {
		nodes := b.Graph.NumNodes()
		c := isinggraph.Coloring{Color: make([]int32, 0, nodes), Colors: n}
		ends := make([][2]int32, 0, nodes)
		for k, it := range b.Items {
			f := len(it.X) / it.Graph.NumNodes()
			for at := 0; at < len(it.X); at += f {
				i, j := int32(it.X[at]), int32(it.X[at+1])
				ends = append(ends, sharedIndices(int32(n*k)+i, int32(n*k)+j, int32(n*len(b.Items)), symmetric))
				c.Color = append(c.Color, (i+j)%int32(n))
			}
		}
		return isinggraph.NewLineSampler(b.Graph, ends, c)
	}
}
