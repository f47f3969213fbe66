package explain

import (
	"context"
	"fmt"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// supported checks what every explainer needs.
func supported(size Size, c *Classifier, it *learn.Item) error {
	switch {
	case c == nil:
		return fmt.Errorf("explain: no classifier")
	case it == nil || it.Graph == nil:
		return fmt.Errorf("explain: no graph")
	}
	return size.check()
}

// classes returns the inputs of whole graphs and the classes predicted for them.
func classes(ctx context.Context, e Explainer, c *Classifier, items []*learn.Item) ([]Input, []int, error) {
	for _, it := range items {
		if err := e.Supports(c, it); err != nil {
			return nil, nil, err
		}
	}
	inputs, class := inputsOf(items), make([]int, len(items))
	p, err := c.Evaluate(ctx, inputs)
	if err != nil {
		return nil, nil, err
	}
	for k := range p {
		class[k] = Class(p[k])
	}
	return inputs, class, nil
}
