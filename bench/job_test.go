package main

import "testing"

// TestJobs makes each job twice: the graphs have the degrees that their names promise, and two
// calls make one model.
func TestJobs(t *testing.T) {
	degree := map[string]int{"grid512": 4, "rr3": 3, "mesh16": 6}
	for _, j := range jobs(false) {
		if j.name == "grid2048" {
			continue
		}
		g, _, p, err := j.model()
		if err != nil {
			t.Fatal(err)
		}
		if d := degree[j.name]; d > 0 && (g.MaxDegree() != d || 2*g.NumEdges() != d*g.NumNodes()) {
			t.Errorf("%s: %d edges of %d nodes, largest degree %d", j.name, g.NumEdges(), g.NumNodes(), g.MaxDegree())
		}
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
		again, _, q, err := j.model()
		if err != nil {
			t.Fatal(err)
		}
		if again.NumEdges() != g.NumEdges() || again.Edges()[1] != g.Edges()[1] || len(p.H) > 0 && p.H[0] != q.H[0] {
			t.Errorf("%s: two calls make two models", j.name)
		}
	}
}
