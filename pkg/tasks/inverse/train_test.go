package inverse

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"example.org/isinggraph/internal/study"
	"example.org/isinggraph/pkg/isinggraph"
)

// quick is a small training whose learner runs on XLA, or the test is skipped.
func quick(t testing.TB, train Recipe) Recipe {
	t.Helper()
	if os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("ISINGGRAPH_NO_XLA is set")
	}
	if _, err := isinggraph.OpenEngine(); err != nil {
		t.Skipf("no XLA: %v", err)
	}
	train.Field.Size, train.Field.Hidden, train.Field.Layers = 8, 8, 2
	train.Epochs, train.BatchSize, train.Seed = 15, 12, 1
	return train
}

// TestTrainBeatsRandom trains on small matrices and compares with a random half;
// and the field in plain Go with XLA's.
func TestTrainBeatsRandom(t *testing.T) {
	train := quick(t, WholeRecipe(8))
	ctx, setting := context.Background(), Setting{Number: 1, Fraction: 0.5}
	problems := small(t, 96, setting, train.Features)
	parts := &Parts{Train: problems[:48], Validation: problems[48:60], Test: problems[60:]}
	l, err := Train(ctx, train, parts.Train, parts.Validation)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	h, err := l.Fields(ctx, Items(parts.Test))
	if err != nil {
		t.Fatal(err)
	}
	chain, err := PaperChain(1).Tuned(ctx, parts.Test, h, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	x, err := chain.Sample(ctx, parts.Test, h)
	if err != nil {
		t.Fatal(err)
	}
	learned, err := score(ctx, "learned", leastSquares(parts.Test), x)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := setting.Baselines(ctx, parts.Test, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Name == "RANDOM" && !(learned.Loss < r.Loss-0.1) {
			t.Errorf("learned %.3f, random %.3f at %.2f and %.2f kept", learned.Loss, r.Loss, learned.Kept, r.Kept)
		}
		if r.Name == "GREEDY" && learned.Loss < r.Loss {
			t.Errorf("learned %.3f, greedy %.3f: too good", learned.Loss, r.Loss)
		}
	}

	s, err := NewSparseField(l, train)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range parts.Test[:3] {
		got, err := s.Field(ctx, dense(p.Matrix), p.Positions)
		if err != nil {
			t.Fatal(err)
		}
		for node, v := range got {
			if math.Abs(float64(v-h[i][node])) > 1e-3*(1+math.Abs(float64(v))) {
				t.Fatalf("matrix %d, node %d: field %v in plain Go, %v on XLA", i, node, v, h[i][node])
			}
		}
	}
	a := dense(parts.Test[0].Matrix)
	pattern, err := s.Sample(ctx, a, 0.5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSPAI(ctx, a, pattern); err != nil {
		t.Fatal(err)
	}
}

// TestStudy runs a shard at a small size, writes it twice with different
// seeds and losses, and merges the two.
func TestStudy(t *testing.T) {
	train := quick(t, PaperRecipe(Size, false))
	train.Field.Size, train.Field.Layers, train.Epochs, train.Dir = Size, 1, 1, t.TempDir()
	s, err := Study{Setting: settings[0], Recipe: train, Count: 15}.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for seed := range uint64(2) {
		s.Seed = seed
		s.Rows[0].Loss += float64(seed)
		if _, err := study.Write(dir, s); err != nil {
			t.Fatal(err)
		}
	}
	shards, err := ReadShards(dir)
	if err != nil || len(shards) != 2 {
		t.Fatalf("%d shards, error %v", len(shards), err)
	}
	tables, err := Merge(shards)
	if err != nil || len(tables) != 1 || len(tables[0].Seeds) != 2 {
		t.Fatalf("tables %+v", tables)
	}
	for k, row := range tables[0].Rows {
		a, b := shards[0].Rows[k], shards[1].Rows[k]
		if row.Name != a.Name || math.Abs(row.Loss-(a.Loss+b.Loss)/2) > 1e-12 || math.Abs(row.OverSeeds-math.Abs(a.Loss-b.Loss)/math.Sqrt2) > 1e-12 {
			t.Errorf("row %+v of %+v and %+v", row, a, b)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "settingx.json"), []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadShards(dir); err == nil {
		t.Error("a file without rows passes for a shard")
	}
}

// TestJoin: the training part alone grows, by matrices of Dataset 1, and the split
// that it came from stays.
func TestJoin(t *testing.T) {
	ms := []*Matrix{{N: 1, Values: []float64{1}}, {N: 1, Values: []float64{2}}}
	split := Split{Train: ms[:1], Validation: ms[1:]}
	joined, err := Recipe{Generated: 3}.Join(context.Background(), split)
	if err != nil || len(joined.Train) != 4 || joined.Train[0] != ms[0] || len(joined.Validation) != 1 || len(split.Train) != 1 || ms[1].Values[0] != 2 {
		t.Errorf("joined %+v, error %v", joined, err)
	}
	for _, m := range joined.Train[1:] {
		if m.N != Size {
			t.Errorf("a matrix of size %d", m.N)
		}
	}
	if same, err := (Recipe{}).Join(context.Background(), split); err != nil || len(same.Train) != 1 {
		t.Errorf("none joined: %+v, error %v", same, err)
	}
}
