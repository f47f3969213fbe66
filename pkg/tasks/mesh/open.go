package mesh

import (
	"fmt"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Open returns the learned field of a run without the meshes that it was learned
// on. dir is the run's own folder, in the Dir of the recipe, with a file
// config.json and checkpoints, of which it takes the newest. It is an error if that is
// damaged, or if its variables are not exactly those of the network. Close the result
// after use.
func Open(dir string) (*Learned, error) {
	key, err := runs.ReadKey(dir)
	if err != nil {
		return nil, fmt.Errorf("mesh: run: %w", err)
	}
	r, err := recipeOf(key)
	if err != nil {
		return nil, fmt.Errorf("mesh: %s: %w", dir, err)
	}
	c, err := r.complete().config()
	if err != nil {
		return nil, err
	}
	like, err := r.like()
	if err != nil {
		return nil, err
	}
	l, err := learn.Open(dir, c.Field, learn.OpenOptions{Like: like})
	if err != nil {
		return nil, fmt.Errorf("mesh: %w", err)
	}
	return &Learned{l, r}, nil
}

// like is an item of one vertex, with as many features as a surface's.
func (r Recipe) like() (*learn.Item, error) {
	g, err := isinggraph.NewGraph(1, nil)
	if err != nil {
		return nil, err
	}
	return &learn.Item{Graph: g, X: make([]float32, r.invariants()+3)}, nil
}
