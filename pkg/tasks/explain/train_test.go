package explain

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// degrees is a linear map of the sum over neighbours, scaled: a small network, which
// compiles fast.
func degrees(scale float64) Network {
	return func(scope *model.Scope, b *learn.BatchNodes, _ Mask) (logits, nodes *graph.Node) {
		x := graph.Mul(fields.NeighborSum(b, b.X), graph.ExpandAxes(graph.ConvertDType(b.Degree, dtypes.Float32), -1))
		return linear(scope, fields.SumPool(b, graph.MulScalar(x, scale)), 2), nil
	}
}

// weightsOf is the hash of a classifier's variables.
func weightsOf(t *testing.T, c *Classifier) string {
	t.Helper()
	sum, err := runs.SumOf(c.store, classifierScope...)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestResume interrupts a training and goes on: the classifier is the same as
// without an interrupt, and a third call opens it. Under the same key another
// network is an error that names the difference, or trains anew.
func TestResume(t *testing.T) {
	planted(t) // skips where nothing compiles
	d, err := GenerateBA2Motifs(16, 2)
	if err != nil {
		t.Fatal(err)
	}
	config := TrainConfig{Key: "resume", Network: degrees(1), Classes: 2, Epochs: 12, BatchSize: 5, Seed: 3}
	whole, err := TrainClassifier(context.Background(), config, d.Items, d.Labels)
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	config.Storage.Dir = t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	config.Storage.Progress = func(epoch int, _ float64) {
		if epoch == 5 {
			cancel()
		}
	}
	if _, err := TrainClassifier(ctx, config, d.Items, d.Labels); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "stopped at step 5 of 12, saved") {
		t.Fatalf("interrupted training returns %v", err)
	}
	train := func(want int) *Classifier {
		t.Helper()
		epochs := 0
		config.Storage.Progress = func(int, float64) { epochs++ }
		c, err := TrainClassifier(context.Background(), config, d.Items, d.Labels)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		if epochs != want {
			t.Errorf("%d epochs, want %d", epochs, want)
		}
		return c
	}
	for _, want := range []int{7, 0} {
		if weightsOf(t, train(want)) != weightsOf(t, whole) {
			t.Error("the resumed classifier differs from the whole run's")
		}
	}
	config.Network = degrees(0.5)
	var changed *runs.Changed
	if _, err := TrainClassifier(context.Background(), config, d.Items, d.Labels); !errors.As(err, &changed) || !strings.Contains(err.Error(), "the probability of a class has changed: ") {
		t.Errorf("another network opens the run: %v", err)
	}
	config.Storage.Changed = runs.Anew
	train(12)
	train(0)
	config.Network, config.Storage.Changed = degrees(1), runs.Fail
	if weightsOf(t, train(0)) != weightsOf(t, whole) {
		t.Error("the first network opens another run")
	}
}

// TestResumePGExplainer interrupts the training of PGExplainer and goes on: the
// network is the same as without an interrupt.
func TestResumePGExplainer(t *testing.T) {
	c, ctx := planted(t), context.Background()
	items := make([]*learn.Item, 12)
	for k := range items {
		items[k], _ = plantedItem(t, uint64(k))
	}
	whole := &PGExplainer{Size: Size{Nodes: 3}, Epochs: 8, BatchSize: 5, Seed: 4}
	if err := whole.Train(ctx, c, items); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	stopped, cancel := context.WithCancel(ctx)
	defer cancel()
	parts := &PGExplainer{Size: Size{Nodes: 3}, Epochs: 8, BatchSize: 5, Seed: 4, Storage: Storage{Dir: dir, Progress: func(epoch int, loss float64) {
		if epoch == 3 {
			cancel()
		}
		if loss-loss != 0 || loss <= 0 {
			t.Errorf("epoch %d: loss %v", epoch, loss)
		}
	}}}
	if err := parts.Train(stopped, c, items); !errors.Is(err, context.Canceled) || parts.mlp != nil {
		t.Fatalf("interrupted training returns %v", err)
	}
	for _, want := range []int{5, 0} {
		epochs := 0
		parts.Storage.Progress = func(int, float64) { epochs++ }
		if err := parts.Train(ctx, c, items); err != nil {
			t.Fatal(err)
		}
		if epochs != want || !slices.Equal(parts.mlp.params, whole.mlp.params) {
			t.Errorf("%d epochs, want %d; the network is that of one go: %t", epochs, want, slices.Equal(parts.mlp.params, whole.mlp.params))
		}
	}
}

// TestStrict makes classifiers of stores that lack a variable, have one too many and
// one of another shape.
func TestStrict(t *testing.T) {
	planted(t) // skips where nothing compiles
	d, err := GenerateBA2Motifs(2, 2)
	if err != nil {
		t.Fatal(err)
	}
	store := model.NewStore()
	for path, count := range map[string]int{"/classifier/dense/biases": 3, "/classifier/other": 1} {
		if _, err := store.CreateVariable(path, tensors.FromFlatDataAndDimensions(make([]float32, count), count)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = NewClassifier(degrees(1), 2, d.Items[0], store, nil)
	var m *runs.Mismatch
	if !errors.As(err, &m) || len(m.Missing) != 1 || len(m.Unused) != 1 || len(m.Misshaped) != 1 {
		t.Errorf("classifier of other variables: %v", err)
	}
}
