package mesh

import (
	"fmt"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// scale is the factor of the paper's Table 5, by which the absolute values there
// fit best: 10 times the mean distance in mean edge lengths.
const scale = 10

// Parts returns the parts of the loss of one sample, one a vertex [n], that sum
// to
//
//	(10/n) Σ_i d_i/ē       unsquared, the scale of Table 5
//	(10/n) Σ_i (d_i/ē)²    squared, as eq. 18
//
// with the distances d_i of [Surface.Distances] and the mean edge length ē.
func (s *Surface) Parts(keep []int8, squared bool) ([]float64, error) {
	parts, err := s.Distances(keep, nil)
	if err != nil {
		return nil, err
	}
	for i, d := range parts {
		d /= s.meanEdge
		if squared {
			d *= d
		}
		parts[i] = scale / float64(len(parts)) * d
	}
	return parts, nil
}

// NewLoss returns the loss of a [learn.Learner] by [Surface.Parts], for
// global credit as for local: part i belongs to vertex i. Items are those of [NewItem].
func NewLoss(squared bool) learn.Loss {
	return learn.Loss{Parts: func(it *learn.Item, x []int8) ([]float64, error) {
		s, ok := it.Data.(*Surface)
		if !ok {
			return nil, fmt.Errorf("mesh: an item with %T in its Data, need the *Surface of NewItem", it.Data)
		}
		return s.Parts(x, squared)
	}}
}
