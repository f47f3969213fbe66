package inverse

import (
	"context"
	"fmt"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// SparseField is a trained field for whole sparse matrices: a weighted GCNII in
// plain Go, whose messages follow the nonzeros.
type SparseField struct {
	training Recipe
	network  *fields.SparseGCNII
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
	network, err := t.Field.Sparse(l.Store(), "/field")
	if err != nil {
		return nil, fmt.Errorf("inverse: %w", err)
	}
	if got, want := network.NumFeatures(), f.width()-fields.PositionFeatures; got != want {
		return nil, fmt.Errorf("inverse: a network for %d features, the training has %d", got, want)
	}
	return &SparseField{t, network}, nil
}

// maxMessages bounds the entries of P.
const maxMessages = 1 << 28

// newMessages lists the weights of (Ã X + X Ã)/2 at the nodes, for a symmetric Ã.
func newMessages(p *Positions, tilde *data.Matrix) (*fields.Messages, error) {
	m := &fields.Messages{Start: make([]int32, 1, p.NumNodes()+1)}
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
					m.From, m.Weight = append(m.From, from), append(m.Weight, float32(values[e]/2))
				}
			}
		}
		if len(m.From) > maxMessages {
			return nil, fmt.Errorf("inverse: more than %d messages at node %d of %d", maxMessages, node, p.NumNodes())
		}
		m.Start = append(m.Start, int32(len(m.From)))
	}
	return m, nil
}

// Field computes the field at positions of a whole matrix, which sees its
// symmetric part (A + Aᵀ)/2. See [fields.SparseGCNII.Field] for the cost.
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
	messages, err := newMessages(p, normalized(tilde))
	if err != nil {
		return nil, err
	}
	return s.network.Field(ctx, features, messages)
}
