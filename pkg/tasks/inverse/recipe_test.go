package inverse

import (
	"context"
	"testing"
)

// TestRecipes trains by the paper's recipe and by the best one on small matrices (the one of whole
// matrices is in [TestTrainBeatsRandom]): the loss of the last steps is lower than that of the
// first.
func TestRecipes(t *testing.T) {
	for _, recipe := range []Recipe{PaperRecipe(8, false), BestRecipe(8)} {
		r := quick(t, recipe)
		problems := small(t, 60, Setting{Number: 1}, r.Features)
		l, err := Train(context.Background(), r, problems[:48], problems[48:])
		if err != nil {
			t.Fatal(err)
		}
		const some = 8 // two epochs
		var first, last float64
		h := l.History()
		for i := range some {
			first += h[i].Loss / some
			last += h[len(h)-1-i].Loss / some
		}
		l.Close()
		if !(last < first-0.1) {
			t.Errorf("recipe %q: loss %.3f of the last of %d steps, %.3f of the first", r.Name, last, len(h), first)
		}
	}
}
