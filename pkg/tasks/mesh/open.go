package mesh

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/ml/model/checkpoint"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Open returns the learned field of a run without the meshes that it was learned
// on. dir is the run's own folder, in the Dir of the recipe, with a file
// config.json and checkpoints, of which it takes the newest. Close the result
// after use.
func Open(dir string) (*Learned, error) {
	path := filepath.Join(dir, "config.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("mesh: run: %w", err)
	}
	var run struct{ Config struct{ Key string } }
	if err := json.Unmarshal(text, &run); err != nil {
		return nil, fmt.Errorf("mesh: %s: %w", path, err)
	}
	for _, network := range []string{Equivariant, PerVertex, DevConv} {
		for _, squared := range []bool{false, true} {
			if r := (Recipe{Network: network, Squared: squared}).complete(); r.key() == run.Config.Key {
				return open(r, dir)
			}
		}
	}
	return nil, fmt.Errorf("mesh: %s: run of %q, which is no recipe of this version", path, run.Config.Key)
}

// open makes a learner of any surface and gives it the run's weights.
func open(r Recipe, dir string) (*Learned, error) {
	checkpoints, err := filepath.Glob(filepath.Join(dir, "step-*", "*.json"))
	if err != nil || len(checkpoints) == 0 {
		return nil, fmt.Errorf("mesh: no checkpoint in %s", dir)
	}
	newest := filepath.Dir(slices.MaxFunc(checkpoints, func(a, b string) int { return strings.Compare(filepath.Dir(a), filepath.Dir(b)) }))
	s, err := NewSurface(&data.Mesh{
		Vertices: [][3]float64{{}, {1}, {0, 1}, {0, 0, 1}}, Faces: [][3]int32{{0, 2, 1}, {0, 1, 3}, {0, 3, 2}, {1, 2, 3}},
	})
	if err != nil {
		return nil, err
	}
	c, err := r.config([]*Surface{s})
	if err != nil {
		return nil, err
	}
	c.Log = func(string) {}
	l, err := learn.NewLearner(c, []*learn.Item{NewItem(s)}, nil)
	if err != nil {
		return nil, err
	}
	if _, err := checkpoint.Load(l.Store()).Dir(newest).Immediate().Done(); err != nil {
		l.Close()
		return nil, fmt.Errorf("mesh: checkpoint %s: %w", newest, err)
	}
	return &Learned{l, r.Network == DevConv}, nil
}
