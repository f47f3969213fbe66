package explain

import (
	"math"
	"testing"
)

// TestMerge averages two seeds by hand: values, standard deviations, curves
// and their areas; an explainer that one seed lacks has no row.
func TestMerge(t *testing.T) {
	curve := func(a, b float64) []CurvePoint {
		return []CurvePoint{{Sparsity: 0.2, Characteristic: a}, {Sparsity: 0.6, Characteristic: b, Fidelity: Fidelity{Plus: a}}}
	}
	seed := func(seed uint64, gea float64, curve []CurvePoint, others ...*Report) *Shard {
		return &Shard{
			Set: "s", Seed: seed, Accuracy: gea, TrainSeconds: map[string]float64{},
			Reports: append([]*Report{{Explainer: "a", Graphs: 2, UnionGEA: gea, Curve: curve}}, others...),
			Whole:   []*Report{{Explainer: "a", Graphs: 9, UnionGEA: gea / 2}},
		}
	}
	all, err := Merge([]*Shard{seed(2, 0.4, curve(1, 0.4)), seed(1, 0.2, curve(0.6, 0), &Report{Explainer: "b"})})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || len(all[0].Seeds) != 2 || all[0].Seeds[0] != 1 || len(all[0].Rows) != 1 || len(all[0].Whole) != 1 {
		t.Fatalf("summary %+v, want one set of seeds 1 and 2 with one row of each kind", all)
	}
	row, near := all[0].Rows[0], func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }
	if !near(row.UnionGEA.Mean, 0.3) || !near(row.UnionGEA.SD, math.Sqrt(0.02)) || !near(all[0].Whole[0].UnionGEA.Mean, 0.15) || all[0].Whole[0].Graphs != 9 {
		t.Errorf("row %+v and %+v, want 0.3 ± 0.141 and 0.15 on 9 graphs", row, all[0].Whole[0])
	}
	if len(row.Curve) != 2 || !near(row.Curve[0].Characteristic, 0.8) || !near(row.Curve[1].Fidelity.Plus, 0.8) || !near(row.Curve[1].Sparsity, 0.6) {
		t.Errorf("curve %+v, want 0.8 at 0.2 and fidelity+ 0.8 at 0.6", row.Curve)
	}
	if row.Area == nil || !near(row.Area.Mean, 0.5) || !near(row.Area.Values[0], 0.3) || all[0].Whole[0].Area != nil {
		t.Errorf("area %+v, want 0.5, 0.3 of the first seed, and none for all graphs", row.Area)
	}
	if _, err := Merge([]*Shard{seed(1, 0, nil), seed(1, 0, nil)}); err == nil {
		t.Error("two shards of one seed are merged")
	}
}
