package mesh

import (
	"encoding/json"
	"fmt"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Open returns the learned field of a run without the meshes that it was learned
// on. dir is the run's own folder, in the Dir of the recipe, with a file
// config.json and checkpoints, of which it takes the newest. It is an error if that is
// damaged, or if its variables are not exactly those of the network. Close the result
// after use.
func Open(dir string) (*Learned, error) {
	saved, err := runs.Read(dir, nil)
	if err != nil {
		return nil, fmt.Errorf("mesh: run: %w", err)
	}
	defer saved.Close()
	var c struct{ Key string }
	if err := json.Unmarshal(saved.Config, &c); err != nil {
		return nil, fmt.Errorf("mesh: run %s: %w", dir, err)
	}
	network, err := networkOf(c.Key)
	if err != nil {
		return nil, fmt.Errorf("mesh: %s: %w", dir, err)
	}
	l, err := anySurface(Recipe{Network: network}.complete())
	if err != nil {
		return nil, err
	}
	if err := l.Take(saved); err != nil {
		l.Close()
		return nil, fmt.Errorf("mesh: %s: %w", dir, err)
	}
	return &Learned{l, network == DevConv}, nil
}

// anySurface makes a learner of fields of any surface, by the smallest one.
func anySurface(r Recipe) (*learn.Learner, error) {
	s, err := NewSurface(&data.Mesh{
		Vertices: [][3]float64{{}, {1}, {0, 1}, {0, 0, 1}}, Faces: [][3]int32{{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}},
	})
	if err != nil {
		return nil, err
	}
	c, err := r.config()
	if err != nil {
		return nil, err
	}
	return learn.NewLearner(c, []*learn.Item{NewItem(s)}, nil)
}
