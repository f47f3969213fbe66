package mesh

import (
	"context"
	"math"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestLocalCreditOnMesh compares local credit with finite differences of the expected
// loss on a triangulated sphere of 258 vertices, at the field with which a recipe
// begins: radius 1, which has by far the largest signal-to-noise, points the other
// way; radius 4, the recipes', and the tapered window of radius 3 go the loss's way.
func TestLocalCreditOnMesh(t *testing.T) {
	if testing.Short() {
		t.Skip("a long statistical test")
	}
	s := surface(t, sphere(3))
	c, err := Recipe{Network: PerVertex, Steps: 1, Seed: 1}.complete().config()
	if err != nil {
		t.Fatal(err)
	}
	items := []*learn.Item{NewItem(s)}
	l, err := learn.NewLearner(c, items, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	report, err := l.Check(context.Background(), items, learn.CheckOptions{
		Estimators: []learn.Estimator{learn.Local{Radius: 1}, learn.Local{Radius: 4}, learn.Local{Radius: 3, Taper: true}},
		Samples:    []int{2}, Repeats: 150, Chains: 2048, Directions: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", report)
	want := report.Differences[0]
	for k, row := range report.Rows {
		got := row.Slopes[0]
		off := math.Abs(got.Mean - want.Mean)
		within := 4*math.Hypot(got.StdErr, want.StdErr) + 0.2*math.Abs(want.Mean)
		if (off < within) != (k > 0) {
			t.Errorf("%s: slope %v, by finite differences %v", row.Estimator, got, want)
		}
	}
	if report.Rows[0].SignalToNoise < report.Rows[1].SignalToNoise {
		t.Errorf("signal to noise of radius 1 %.3f, of radius 4 %.3f", report.Rows[0].SignalToNoise, report.Rows[1].SignalToNoise)
	}
}
