package inverse

import (
	"context"
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/stat"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// SparseField is a trained field for whole sparse matrices: a weighted GCNII in
// plain Go, whose messages follow the nonzeros.
type SparseField struct {
	training              Recipe
	hidden, layers, width int
	in, inBias            []float32 // shapes (F, H), (H)
	mapping               []float32 // shape (H, H)
	head                  []float32 // shape (H)
	headBias              float32
	strength, constant    float32 // of a standard field
}

// WholeRecipe trains a field for whole matrices on windows: the positions of A²,
// features that do not depend on the matrix's scale, a standard field, and half of
// the positions kept.
func WholeRecipe(n int) Recipe {
	t := BestRecipe(n)
	t.Name, t.Features = "whole", Features{Powers: 2, Scaled: true, Normalized: true, Gains: 1}
	t.Field.Standard, t.Epochs = true, 12
	return t
}

// NewSparseField takes the weights of a learner that [Train] returned for
// [WholeRecipe], or for one like it.
func NewSparseField(l *learn.Learner, t Recipe) (*SparseField, error) {
	f := t.Features
	if !t.Field.Weighted || t.Field.Ordered || f != WholeRecipe(1).Features {
		return nil, fmt.Errorf("inverse: sparse field of %+v with %+v: want those of WholeRecipe", t.Field, f)
	}
	s := &SparseField{training: t, width: f.width() - 2, layers: t.Field.Layers}
	if s.layers == 0 {
		s.layers = 4
	}
	read := func(path string) (flat []float32, err error) {
		v := l.Store().GetVariable("/field/" + path)
		if v == nil {
			return nil, fmt.Errorf("inverse: the learner has no variable %q", path)
		}
		value, err := v.Value()
		if err == nil {
			flat, err = tensors.CopyFlatData[float32](value)
		}
		return flat, err
	}
	var headBias, strength, constant []float32
	type variable struct {
		path string
		to   *[]float32
	}
	variables := []variable{
		{"in/dense/weights", &s.in}, {"in/dense/biases", &s.inBias}, {"weights", &s.mapping},
		{"head/dense/weights", &s.head}, {"head/dense/biases", &headBias},
	}
	if t.Field.Standard {
		variables = append(variables, variable{"strength", &strength}, variable{"constant", &constant})
	}
	for _, v := range variables {
		var err error
		if *v.to, err = read(v.path); err != nil {
			return nil, err
		}
	}
	s.hidden, s.headBias = len(s.inBias), headBias[0]
	if t.Field.Standard {
		s.strength, s.constant = strength[0], constant[0]
	}
	return s, nil
}

// messageList holds, for every node, what it takes from which: P in rows.
type messageList struct {
	start, from []int32
	weight      []float32
}

// maxMessages bounds the entries of P.
const maxMessages = 1 << 28

// newMessageList lists the weights of (Ã X + X Ã)/2 at the nodes, for a symmetric Ã.
func newMessageList(p *Positions, tilde *data.Matrix) (*messageList, error) {
	m := &messageList{start: make([]int32, 1, p.NumNodes()+1)}
	at := make([]map[int32]int32, p.N) // node by row, of each column
	for j, slots := range p.columns {
		at[j] = make(map[int32]int32, len(slots))
		for _, s := range slots {
			at[j][s.row] = s.node
		}
	}
	for node, i := range p.Row {
		j := p.Col[node]
		for _, pair := range [2][2]int32{{i, j}, {j, i}} {
			cols, values := tilde.Row(int(pair[0]))
			for e, k := range cols {
				if from, ok := at[pair[1]][k]; ok {
					m.from, m.weight = append(m.from, from), append(m.weight, float32(values[e]/2))
				}
			}
		}
		if len(m.from) > maxMessages {
			return nil, fmt.Errorf("inverse: more than %d messages at node %d of %d", maxMessages, node, p.NumNodes())
		}
		m.start = append(m.start, int32(len(m.from)))
	}
	return m, nil
}

// Field computes the field at positions of a whole matrix, which sees its
// symmetric part (A + Aᵀ)/2. A layer takes O(V·H² + messages·H).
func (s *SparseField) Field(ctx context.Context, a *data.Matrix, p *Positions) ([]float32, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	if p.N != a.Rows || !p.Symmetric {
		return nil, fmt.Errorf("inverse: positions of size %d (symmetric: %t) for a matrix of size %d, want symmetric ones", p.N, p.Symmetric, a.Rows)
	}
	tilde := normalized(symmetricPart(a))
	features, err := s.features(ctx, a, tilde, p)
	if err != nil {
		return nil, err
	}
	messages, err := newMessageList(p, normalized(tilde))
	if err != nil {
		return nil, err
	}
	v, h := p.NumNodes(), s.hidden
	general := func(rows, cols int, data []float32) blas32.General {
		return blas32.General{Rows: rows, Cols: cols, Stride: cols, Data: data}
	}
	first := make([]float32, v*h)
	for k := range v {
		copy(first[k*h:], s.inBias)
	}
	blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, general(v, s.width, features), general(s.width, h, s.in), 1, general(v, h, first))
	relu(first)
	x := append([]float32(nil), first...)
	sum := make([]float32, v*h)
	alpha, theta := float32(0.1), 0.5
	if s.training.Field.Alpha != 0 {
		alpha = float32(s.training.Field.Alpha)
	}
	if s.training.Field.Theta != 0 {
		theta = s.training.Field.Theta
	}
	for l := range s.layers {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for node := range v {
			row := sum[node*h : node*h+h]
			for c := range row {
				row[c] = alpha * first[node*h+c]
			}
			for e := messages.start[node]; e < messages.start[node+1]; e++ {
				w := (1 - alpha) * messages.weight[e]
				other := x[int(messages.from[e])*h:][:h]
				for c := range row {
					row[c] += w * other[c]
				}
			}
		}
		beta := float32(math.Log(theta/float64(l+1) + 1))
		copy(x, sum)
		blas32.Gemm(blas.NoTrans, blas.NoTrans, beta, general(v, h, sum), general(h, h, s.mapping), 1-beta, general(v, h, x))
		relu(x)
	}
	mean := make([]float64, h)
	for k, value := range x {
		mean[k%h] += float64(value) / float64(v)
	}
	bias := float64(s.headBias)
	for c, value := range mean {
		bias -= value * float64(s.head[c])
	}
	out := make([]float32, v)
	for node := range out {
		value := float32(bias)
		for c, w := range s.head {
			value += w * x[node*h+c]
		}
		out[node] = value
	}
	if s.training.Field.Standard {
		s.standardize(out)
	}
	return out, nil
}

// standardize is the end of a field that is [fields.GCNII]'s Standard.
func (s *SparseField) standardize(h []float32) {
	values := make([]float64, len(h))
	for i, v := range h {
		values[i] = float64(v)
	}
	mean, variance := stat.PopMeanVariance(values, nil)
	scale := float64(s.strength) / math.Sqrt(variance+1e-12)
	for i, v := range values {
		h[i] = float32((v-mean)*scale) + s.constant
	}
}

func relu(x []float32) {
	for k, v := range x {
		x[k] = max(v, 0)
	}
}
