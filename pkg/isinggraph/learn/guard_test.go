package learn_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// TestChanged opens a run under its key with other code: another loss, another
// network of the same variables, one of other variables, another sampler. Each is an
// error that names what has changed; the loss may be accepted, or begin a run beside
// which is found again, as the first is by the first loss.
func TestChanged(t *testing.T) {
	c, items, validation := savedRun(t, t.TempDir())
	c.Optimizer.Steps, c.Model.Coupling = 6, nil
	var log bytes.Buffer
	c.Runtime.Log = runs.Lines(func(line string) { log.WriteString(line + "\n") })
	train(t, newLearner(t, c, items, validation))
	if strings.Contains(log.String(), "opened a run") {
		t.Errorf("a new run is opened: %s", &log)
	}
	newLearner(t, c, items, validation)
	if !strings.Contains(log.String(), "opened a run at step 6 of 6, done, saved ") || !strings.Contains(log.String(), "key saved run") {
		t.Errorf("opening says %q", &log)
	}
	opens := func(what string, change func(*learn.Config)) {
		t.Helper()
		other := c
		change(&other)
		l, err := learn.NewLearner(other, items, validation)
		var changed *learn.Changed
		if !errors.As(err, &changed) || !strings.Contains(err.Error(), what+" has changed: ") {
			t.Errorf("%s: %v", what, err)
		}
		if err == nil {
			l.Close()
		}
	}
	half := learn.Loss{Total: func(it *learn.Item, x []int8) (float64, error) {
		v, err := cut(it, x)
		return v / 2, err
	}}
	opens("the loss", func(c *learn.Config) { c.Objective.Loss = half })
	opens("the field", func(c *learn.Config) {
		c.Field = func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
			return graph.MulScalar(fields.MLP{Layers: 1, Hidden: 4}.Field()(scope, b), 1.5)
		}
	})
	opens("the network", func(c *learn.Config) { c.Field = fields.MLP{Layers: 1, Hidden: 5}.Field() })
	opens("a spin of the sampler", func(c *learn.Config) {
		c.Sampling.Sampler = func(b *learn.Batch) (isinggraph.Sampler, error) {
			return otherSeed{isinggraph.Plain(b.Graph)}, nil
		}
	})

	log.Reset()
	other := c
	other.Objective.Loss, other.Storage.Changed = half, learn.Accept
	if n := len(newLearner(t, other, items, validation).History()); n != 6 || !strings.Contains(log.String(), "the loss has changed") {
		t.Errorf("accepted with %d steps: %s", n, &log)
	}
	other.Storage.Changed = learn.Anew
	l := newLearner(t, other, items, validation)
	if n := len(l.History()); n != 0 || !strings.Contains(log.String(), "; training anew") {
		t.Errorf("anew with %d steps: %s", n, &log)
	}
	train(t, l)
	other.Storage.Changed = learn.Fail
	for name, c := range map[string]learn.Config{
		"first": c, "second": other,
	} {
		if n := len(newLearner(t, c, items, validation).History()); n != 6 {
			t.Errorf("the %s loss opens a run of %d steps, want 6", name, n)
		}
	}
}

// otherSeed draws as another seed says.
type otherSeed struct{ isinggraph.Sampler }

func (s otherSeed) Sample(ctx context.Context, r isinggraph.Request) (*isinggraph.Samples, error) {
	r.Seed++
	return s.Sampler.Sample(ctx, r)
}

// TestRandomLoss: a loss that is random by intent is none by which a run is
// recognized.
func TestRandomLoss(t *testing.T) {
	c, items, validation := savedRun(t, t.TempDir())
	c.Optimizer.Steps = 2
	c.Objective.Loss = learn.Loss{Random: true, Total: func(*learn.Item, []int8) (float64, error) { return rand.Float64(), nil }}
	train(t, newLearner(t, c, items, validation))
	if n := len(newLearner(t, c, items, validation).History()); n != 2 {
		t.Errorf("opened at step %d, want 2", n)
	}
	c.Objective.Loss.Random = false
	if _, err := learn.NewLearner(c, items, validation); err == nil || !strings.Contains(err.Error(), "the loss has changed: not recorded") {
		t.Errorf("a loss that is random by accident: %v", err)
	}
}
