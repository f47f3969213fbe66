package inverse

import (
	"context"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestColumnCredit compares the credit by the two columns of a position with finite
// differences of the expected loss, on a trained field of small matrices: it is biased,
// and goes the loss's way with several times the signal-to-noise of the whole loss.
func TestColumnCredit(t *testing.T) {
	if testing.Short() {
		t.Skip("a long statistical test")
	}
	train := quick(t, BestRecipe(8))
	problems := small(t, 24, Setting{Number: 1, Fraction: 0.5}, train.Features)
	train.Epochs = 4
	l, err := Train(context.Background(), train, problems[:12], nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if !train.Local {
		t.Fatal("the best recipe has no local credit")
	}
	report, err := l.Check(context.Background(), Items(problems[12:16]), learn.CheckOptions{
		Samples: []int{2}, Repeats: 600, Chains: 1 << 14, Directions: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", report)
	for _, row := range report.Rows {
		t.Logf("%s: %v", row.Estimator, row.Slopes)
	}
	t.Logf("finite differences: %v", report.Differences)
	whole, columns := report.Rows[0], report.Rows[1]
	if columns.Cosine < 0.7 || columns.SignalToNoise < 2*whole.SignalToNoise {
		t.Errorf("cosine %.2f, signal to noise %.3f; of the whole loss %.3f", columns.Cosine, columns.SignalToNoise, whole.SignalToNoise)
	}
}
