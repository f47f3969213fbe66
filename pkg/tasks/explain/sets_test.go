package explain

import (
	"math"
	"testing"

	"example.org/isinggraph/data"
)

// TestBA2Motifs compares the generator's law with the published file's, where
// there is one: motifs, joining edges, and the base's largest degree.
func TestBA2Motifs(t *testing.T) {
	d, err := GenerateBA2Motifs(1000, 3)
	if err != nil {
		t.Fatal(err)
	}
	joined, mean := describe(t, d)
	// 960 of 1,000 by the law; four standard deviations of a binomial
	if math.Abs(joined-960) > 4*math.Sqrt(1000*0.96*0.04) {
		t.Errorf("%v graphs are joined, want about 960", joined)
	}
	if math.Abs(mean-7.6) > 0.4 {
		t.Errorf("the base's largest degree is %v on average, want about 7.6", mean)
	}
	set, err := Load(realData(t), SetBA2Motifs, 0)
	if err != nil {
		t.Fatal(err)
	}
	if joined, real := describe(t, set); len(set.Items) != 1000 || joined != 960 || math.Abs(real-mean) > 0.4 {
		t.Errorf("%d real graphs, %v joined, largest degree %v on average; generated %v", len(set.Items), joined, real, mean)
	}
}

// describe checks each graph's motif and returns how many are joined, and the
// mean of the largest degree in the base.
func describe(t *testing.T, d *Dataset) (joined, mean float64) {
	t.Helper()
	for k, it := range d.Items {
		inside, join, base := 0, 0, 0
		degree := make([]int, 20)
		for _, e := range it.Graph.Edges() {
			switch {
			case e[0] >= 20:
				inside++
			case e[1] >= 20:
				join++
			default:
				base++
				degree[e[0]]++
				degree[e[1]]++
			}
		}
		if it.Graph.NumNodes() != 25 || base != 19 || inside != 5+d.Labels[k] || join > 1 {
			t.Fatalf("graph %d of label %d: %d nodes, %d edges in the base, %d in the motif, %d between", k, d.Labels[k], it.Graph.NumNodes(), base, inside, join)
		}
		joined += float64(join)
		most := 0
		for _, v := range degree {
			most = max(most, v)
		}
		mean += float64(most) / float64(len(d.Items))
	}
	return joined, mean
}

// TestGenerateMolecules matches the planted groups by Mutagenicity's rules.
func TestGenerateMolecules(t *testing.T) {
	d, err := GenerateMolecules(200, 5)
	if err != nil {
		t.Fatal(err)
	}
	for k, it := range d.Items {
		m := molecule{g: it.Graph, edges: it.Graph.Edges()}
		for i := range it.Graph.NumNodes() {
			for a := range atomSymbols {
				if it.X[i*len(atomSymbols)+a] == 1 {
					m.atoms = append(m.atoms, a)
				}
			}
		}
		found := m.toxicophores(atomN)
		if (len(found) > 0) != (d.Labels[k] == 1) || len(found) < len(d.Motifs[k]) {
			t.Fatalf("molecule %d of label %d: %d groups found, %d planted", k, d.Labels[k], len(found), len(d.Motifs[k]))
		}
		for e, order := range d.Bonds[k] {
			if order < 1 || order > 3 || it.EdgeX[e*bondOrders+order-1] != 1 {
				t.Fatalf("molecule %d: bond %d has order %d", k, e, order)
			}
		}
	}
}

func TestBadSets(t *testing.T) {
	for name, f := range map[string]func() error{
		"no graphs":    func() error { _, err := GenerateBA2Motifs(0, 1); return err },
		"no molecules": func() error { _, err := GenerateMolecules(-1, 1); return err },
		"unknown set":  func() error { _, err := Load("", "other", 1); return err },
		"no folder":    func() error { _, err := Load(t.TempDir(), SetMutag, 1); return err },
		"no file":      func() error { _, err := Load(t.TempDir(), SetBA2Motifs, 1); return err },
		"label": func() error {
			_, err := BA2Motifs([]data.MotifGraph{{N: 2, Label: 2}})
			return err
		},
		"edge": func() error {
			_, err := BA2Motifs([]data.MotifGraph{{N: 2, Edges: [][2]int32{{0, 5}}}})
			return err
		},
		"bonds without orders": func() error {
			_, err := Mutagenicity(&data.TU{Graphs: []data.TUGraph{{N: 2, NodeLabels: []int{0, 0}, Edges: [][2]int32{{0, 1}}}}}, CurationGraphXAI)
			return err
		},
		"atom": func() error {
			_, err := Mutagenicity(&data.TU{Graphs: []data.TUGraph{{N: 2, NodeLabels: []int{0, 99}, Edges: [][2]int32{{0, 1}}, EdgeLabels: []int{0}}}}, CurationGraphXAI)
			return err
		},
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
