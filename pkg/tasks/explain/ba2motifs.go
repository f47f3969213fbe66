package explain

import (
	"fmt"
	"math/rand/v2"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// motifs of BA-2Motifs on nodes 20 to 24: label 0 is a 5-cycle, 1 a house.
var ba2Motifs = [2][][2]int32{
	{{20, 21}, {21, 22}, {22, 23}, {23, 24}, {20, 24}},
	{{20, 21}, {21, 22}, {22, 23}, {20, 23}, {20, 24}, {21, 24}},
}

// BA2Motifs returns the set of graphs read by [data.ReadBA2Motifs]. Edges from a
// node to itself, which the published file has in 40 graphs, are left out.
func BA2Motifs(graphs []data.MotifGraph) (*Dataset, error) {
	d := newBA2Motifs()
	for k, g := range graphs {
		if g.Label < 0 || g.Label > 1 {
			return nil, fmt.Errorf("explain: graph %d of BA-2Motifs has label %d, want 0 or 1", g.ID, g.Label)
		}
		if err := d.addBA2Motifs(g.N, g.Edges, g.Motif, g.Label); err != nil {
			return nil, fmt.Errorf("explain: graph %d of BA-2Motifs: %w", g.ID, err)
		}
		d.Source = append(d.Source, k)
	}
	return d, nil
}

// GenerateBA2Motifs makes count graphs of the law of BA-2Motifs (Luo et al.
// 2020, arXiv 2011.04573): a Barabási–Albert tree of 20 nodes, to whose oldest node
// a motif is joined, a 5-cycle (label 0) or a house (label 1), in turn. As in
// the published file, one graph in 25 lacks the joining edge. Features are 0.1
// ten times.
func GenerateBA2Motifs(count int, seed uint64) (*Dataset, error) {
	if count < 1 || count > 1<<20 {
		return nil, fmt.Errorf("explain: %d graphs of BA-2Motifs, need 1 to %d", count, 1<<20)
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	d := newBA2Motifs()
	for k := range count {
		var edges [][2]int32
		ends := []int32{0} // each node as often as it has edges
		for v := int32(1); v < 20; v++ {
			u := ends[rng.IntN(len(ends))]
			edges = append(edges, [2]int32{u, v})
			if v == 1 {
				ends = nil
			}
			ends = append(ends, u, v)
		}
		edges = append(edges, ba2Motifs[k%2]...)
		if rng.IntN(25) > 0 {
			edges = append(edges, [2]int32{0, 20})
		}
		if err := d.addBA2Motifs(25, edges, []int32{20, 21, 22, 23, 24}, k%2); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func newBA2Motifs() *Dataset {
	return &Dataset{Name: "ba2motifs", Classes: 2, Size: Size{Nodes: 5}}
}

// addBA2Motifs adds a graph of n nodes, with ten features of 0.1 each.
func (d *Dataset) addBA2Motifs(n int, edges [][2]int32, motif []int32, label int) error {
	g, err := isinggraph.NewGraph(n, edges)
	if err != nil {
		return err
	}
	x := make([]float32, n*10)
	for i := range x {
		x[i] = 0.1
	}
	d.Items = append(d.Items, &learn.Item{Graph: g, X: x})
	d.Labels, d.Motifs = append(d.Labels, label), append(d.Motifs, [][]int32{motif})
	return nil
}
