package explain

import (
	"context"
	"math"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestRecipes trains the field of the planted classifier by the paper's recipe, and by those of
// both data sets: the loss of the last steps is nearer to the least than that of the first.
func TestRecipes(t *testing.T) {
	c := planted(t)
	var items []*learn.Item
	for seed := range uint64(32) {
		it, _ := plantedItem(t, seed)
		items = append(items, it)
	}
	// The classifier sees three pairs in each graph, so that loss (17) is at least its entropy.
	p := 1 / (1 + math.Exp(-6))
	least := -p*math.Log(p) - (1-p)*math.Log(1-p)
	recipes := []IGConfig{PaperRecipe()}
	for _, name := range []string{SetBA2Motifs, SetMutag} {
		d := &Dataset{Name: name, Items: items, Size: Size{Nodes: 3}}
		recipes = append(recipes, d.IGConfig())
	}
	for k, r := range recipes {
		r.Seed = 1 // and an epoch is one step
		f, err := NewIGField(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Train(context.Background(), c, items); err != nil {
			t.Fatal(err)
		}
		const some = 20
		var first, last float64
		h := f.History()
		for i := range some {
			first += h[i].Loss / some
			last += h[len(h)-1-i].Loss / some
		}
		f.Close()
		if steps := len(h); steps != 300 || !(last-least < 0.5*(first-least)) {
			t.Errorf("recipe %d: loss %.4f of the last of %d steps, %.4f of the first, and at least %.4f", k, last, steps, first, least)
		}
	}
}
