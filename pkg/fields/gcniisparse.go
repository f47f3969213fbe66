package fields

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/stat"
)

// Messages is the matrix P [V, V] of a [GCNII] in rows: node v takes Weight[e] of what
// node From[e] has, for e from Start[v] to Start[v+1].
type Messages struct {
	Start, From []int32
	Weight      []float32
}

// SparseGCNII is a trained [GCNII] in plain Go for one large graph: its messages follow
// a list, in place of products of dense matrices.
type SparseGCNII struct {
	network            GCNII
	hidden, width      int
	in, inBias         []float32 // shapes (F, H), (H)
	mapping            []float32 // shape (H, H)
	head               []float32 // shape (H)
	headBias           float32
	strength, constant float32 // of a Standard field
}

// Sparse takes the weights that [GCNII.Field] has below a scope, such as "/field" of a
// learner's store. A variable that is missing or has another shape is an error.
func (c GCNII) Sparse(store *model.Store, scope string) (*SparseGCNII, error) {
	s := &SparseGCNII{network: c, hidden: cmp.Or(c.Hidden, 64)}
	read := func(name string, to *[]float32, dims ...int) error {
		path := scope + "/" + name
		v := store.GetVariable(path)
		if v == nil {
			return fmt.Errorf("fields: GCNII without the variable %q", path)
		}
		value, err := v.Value()
		if err != nil {
			return fmt.Errorf("fields: GCNII's variable %q: %w", path, err)
		}
		if name == "in/dense/weights" { // the features are as many as it says
			s.width = value.Shape().Dimensions[0]
			dims[0] = s.width
		}
		if err := value.Shape().CheckDims(dims...); err != nil {
			return fmt.Errorf("fields: GCNII's variable %q: %w", path, err)
		}
		*to, err = tensors.CopyFlatData[float32](value)
		return err
	}
	var headBias, strength, constant []float32
	type variable struct {
		name string
		to   *[]float32
		dims []int
	}
	h := s.hidden
	variables := []variable{
		{"in/dense/weights", &s.in, []int{0, h}}, {"in/dense/biases", &s.inBias, []int{h}}, {"weights", &s.mapping, []int{h, h}},
		{"head/dense/weights", &s.head, []int{h, 1}}, {"head/dense/biases", &headBias, []int{1}},
	}
	if c.Standard {
		variables = append(variables, variable{"strength", &strength, nil}, variable{"constant", &constant, nil})
	}
	for _, v := range variables {
		if err := read(v.name, v.to, v.dims...); err != nil {
			return nil, err
		}
	}
	s.headBias = headBias[0]
	if c.Standard {
		s.strength, s.constant = strength[0], constant[0]
	}
	return s, nil
}

// NumFeatures returns F, the number of a node's features without its position.
func (s *SparseGCNII) NumFeatures() int { return s.width }

// Field computes h [V] from the features of the nodes [V, F], row by row and without
// their positions. A layer takes O(V·Hidden² + messages·Hidden).
func (s *SparseGCNII) Field(ctx context.Context, features []float32, p *Messages) ([]float32, error) {
	v, h := len(p.Start)-1, s.hidden
	if len(features) != v*s.width {
		return nil, fmt.Errorf("fields: GCNII of %d features for %d nodes, want %d a node", len(features), v, s.width)
	}
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
	alpha, theta := cmp.Or(float32(s.network.Alpha), 0.1), cmp.Or(s.network.Theta, 0.5)
	for l := range cmp.Or(s.network.Layers, 4) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for node := range v {
			row := sum[node*h : node*h+h]
			for c := range row {
				row[c] = alpha * first[node*h+c]
			}
			for e := p.Start[node]; e < p.Start[node+1]; e++ {
				w := (1 - alpha) * p.Weight[e]
				other := x[int(p.From[e])*h:][:h]
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
	return s.last(x, v), nil
}

// last is the linear layer to h, of embeddings x [V, H] less their mean.
func (s *SparseGCNII) last(x []float32, v int) []float32 {
	h := s.hidden
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
	if s.network.Standard {
		s.standardize(out)
	}
	return out
}

// standardize is [GCNII]'s Standard.
func (s *SparseGCNII) standardize(h []float32) {
	values := make([]float64, len(h))
	for i, v := range h {
		values[i] = float64(v)
	}
	mean, variance := stat.PopMeanVariance(values, nil)
	scale := float64(s.strength) / math.Sqrt(variance+standardTiny)
	for i, v := range values {
		h[i] = float32((v-mean)*scale) + s.constant
	}
}

func relu(x []float32) {
	for k, v := range x {
		x[k] = max(v, 0)
	}
}
