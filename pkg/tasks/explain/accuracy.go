package explain

import (
	"context"
	"fmt"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Accuracy returns the share of graphs whose most probable class is their label.
func Accuracy(ctx context.Context, c *Classifier, items []*learn.Item, labels []int) (float64, error) {
	if len(items) == 0 || len(labels) != len(items) {
		return 0, fmt.Errorf("explain: accuracy of %d graphs with %d labels", len(items), len(labels))
	}
	p, err := c.Predict(ctx, items)
	if err != nil {
		return 0, err
	}
	right := 0
	for k := range p {
		if Class(p[k]) == labels[k] {
			right++
		}
	}
	return float64(right) / float64(len(p)), nil
}
