package inverse

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// small are matrices of 8×8 with all positions or those of A².
func small(t testing.TB, count int, s Setting, f Features) []*Problem {
	t.Helper()
	g := Dataset1(3)
	g.N, g.Decay = 8, 1.5
	ms, err := Generate(context.Background(), g, count)
	if err != nil {
		t.Fatal(err)
	}
	problems, err := Problems(context.Background(), ms, s.Allowed(true), f)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

// TestFeatures checks an item's features against their definitions.
func TestFeatures(t *testing.T) {
	f := Features{Powers: 2, Ones: true, Gains: 1}
	for _, p := range small(t, 3, Setting{All: true}, f) {
		n, w := p.Matrix.N, f.width()
		a := p.Matrix.Values
		x, err := OnlyA(p.Positions, p.Matrix)
		if err != nil {
			t.Fatal(err)
		}
		before, err := p.Columns(nil, x)
		if err != nil {
			t.Fatal(err)
		}
		for node, i := range p.Positions.Row {
			j := p.Positions.Col[node]
			var square float64
			for k := range n {
				square += a[int(i)*n+k] * a[k*n+int(j)]
			}
			flipped := slices.Clone(x)
			flipped[node] = -flipped[node]
			after, err := p.Columns(nil, flipped)
			if err != nil {
				t.Fatal(err)
			}
			var gain float64
			for k := range before {
				gain += before[k] - after[k]
			}
			root := math.Sqrt(math.Abs(gain))
			want := []float64{float64(i), float64(j), a[int(i)*n+int(j)], square, 1, root, float64(x[node]) * root}
			for k, v := range want {
				if got := float64(p.Item.X[node*w+k]); math.Abs(got-v) > 1e-5 {
					t.Fatalf("feature %d of node (%d, %d) is %v, want %v", k, i, j, got, v)
				}
			}
		}
	}
}

// TestProblemsShareGraphs checks that all positions share one graph, and that
// those of A² have their own.
func TestProblemsShareGraphs(t *testing.T) {
	all := small(t, 2, Setting{All: true}, PaperFeatures(true))
	if all[0].Item.Graph != all[1].Item.Graph || all[0].sampler != all[1].sampler {
		t.Error("all positions have two graphs")
	}
	own := small(t, 2, Setting{}, PaperFeatures(false))
	if own[0].Item.Graph == own[1].Item.Graph {
		t.Error("two matrices share the positions of A²")
	}
}

// TestBatchSampler compares the sampler of a batch with that of each matrix: they
// sample on the same graph, and one with an overwhelming field follows it.
func TestBatchSampler(t *testing.T) {
	problems := small(t, 3, Setting{}, PaperFeatures(false))
	b, err := learn.NewBatch(Items(problems), learn.BatchShape{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := batchSampler(8, true)(b)
	if err != nil {
		t.Fatal(err)
	}
	h := make([]float32, b.Graph.NumNodes())
	for i := range h {
		h[i] = float32(200*(i%2) - 100)
	}
	out, err := s.Sample(context.Background(), isinggraph.Request{Model: isinggraph.Model{J: isinggraph.Uniform(Coupling), H: h}, Sweeps: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range out.Spins {
		if float32(v)*h[i] < 0 {
			t.Fatalf("node %d is %d in a field of %v", i, v, h[i])
		}
	}
}

// TestOrderedPositionsSample checks the sampler of positions (i, j) ≠ (j, i).
func TestOrderedPositionsSample(t *testing.T) {
	p := AllPositions(5, false)
	line, err := p.LineGraph()
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Sampler(line)
	if err != nil {
		t.Fatal(err)
	}
	r := isinggraph.Request{Model: isinggraph.Model{Graph: line, J: isinggraph.Uniform(Coupling)}, Sweeps: 3, Record: isinggraph.Record{Trace: true}}
	out, err := s.Sample(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Energies(out.Spins)[0], out.Trace.Energy[0][3]; got != want {
		t.Errorf("energy %v, traced %v", got, want)
	}
}

// TestTuned checks that a shift found on problems keeps the fraction asked for.
func TestTuned(t *testing.T) {
	problems := small(t, 200, Setting{All: true}, PaperFeatures(true))
	c, err := PaperChain(1).Tuned(context.Background(), problems, nil, 0.6)
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Sample(context.Background(), problems, nil)
	if err != nil {
		t.Fatal(err)
	}
	if kept := MeanKept(x); math.Abs(kept-0.6) > 0.005 {
		t.Errorf("a fraction of %v is kept, want 0.6", kept)
	}
	if _, err := c.Tuned(context.Background(), problems, nil, 1); err == nil {
		t.Error("a fraction of 1 passes")
	}
}

func TestSettingErrors(t *testing.T) {
	for want, err := range map[string]error{
		"no setting 4":    second(PaperSetting(4, false)),
		"no setting 1":    second(PaperSetting(1, true)),
		`variant "other"`: second(settings[0].Recipe("other")),
		"features":        second(Problems(context.Background(), nil, nil, Features{})),
		"training on 0":   second(Train(context.Background(), PaperRecipe(8, true), nil, nil)),
		"do not fit":      second(Train(context.Background(), BestRecipe(8), small(t, 1, Setting{}, PaperFeatures(false)), nil)),
		"want those of":   second(NewSparseField(nil, PaperRecipe(8, true))),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// dense returns a matrix as a sparse one.
func dense(m *Matrix) *data.Matrix {
	a := &data.Matrix{Rows: m.N, Cols: m.N, RowStart: make([]int32, 1, m.N+1)}
	for i := range m.N {
		for j, v := range m.Values[i*m.N : (i+1)*m.N] {
			if v != 0 {
				a.Col, a.Value = append(a.Col, int32(j)), append(a.Value, v)
			}
		}
		a.RowStart = append(a.RowStart, int32(len(a.Col)))
	}
	return a
}

// TestSparseGains compares the gains of a whole matrix with the dense ones.
func TestSparseGains(t *testing.T) {
	for _, p := range small(t, 3, Setting{}, PaperFeatures(false)) {
		x, err := OnlyA(p.Positions, p.Matrix)
		if err != nil {
			t.Fatal(err)
		}
		want, err := p.Gains(nil, x)
		if err != nil {
			t.Fatal(err)
		}
		got, kept, err := patternGains(context.Background(), dense(p.Matrix), p.Positions)
		if err != nil {
			t.Fatal(err)
		}
		for node := range want {
			if math.Abs(got[node]-want[node]) > 1e-10 || kept[node] != (x[node] > 0) {
				t.Fatalf("node %d: gain %v, kept %t; want %v, %d", node, got[node], kept[node], want[node], x[node])
			}
		}
	}
}
