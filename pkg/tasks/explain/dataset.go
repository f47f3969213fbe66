package explain

import (
	"fmt"
	"slices"

	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Dataset is a set of labelled graphs with known motifs.
type Dataset struct {
	Name    string
	Classes int
	Items   []*learn.Item
	Labels  []int
	// Motifs are the nodes of each motif of each graph, ascending, [graph][motif];
	// none where the label has no reason that one could point to.
	Motifs [][][]int32
	Size   Size // of explanations, as in the paper

	Atoms  [][]string // symbols of molecules' nodes, [graph][n]; else nil
	Bonds  [][]int    // orders of molecules' edges in canonical order, [graph][m]; else nil
	Source []int      // each graph's number in the file, from 0; nil if it was generated
}

// Truth returns the nodes of all motifs of graph k, a mask [n].
func (d *Dataset) Truth(k int) []bool {
	mask := make([]bool, d.Items[k].Graph.NumNodes())
	for _, m := range d.Motifs[k] {
		for _, i := range m {
			mask[i] = true
		}
	}
	return mask
}

// Explained returns the graphs that have a motif.
func (d *Dataset) Explained() []int {
	var index []int
	for k, m := range d.Motifs {
		if len(m) > 0 {
			index = append(index, k)
		}
	}
	return index
}

// Subset returns the data set of some of the graphs.
func (d *Dataset) Subset(index []int) *Dataset {
	s := &Dataset{Name: d.Name, Classes: d.Classes, Size: d.Size}
	for _, k := range index {
		s.Items, s.Labels, s.Motifs = append(s.Items, d.Items[k]), append(s.Labels, d.Labels[k]), append(s.Motifs, d.Motifs[k])
		if d.Atoms != nil {
			s.Atoms, s.Bonds = append(s.Atoms, d.Atoms[k]), append(s.Bonds, d.Bonds[k])
		}
		if d.Source != nil {
			s.Source = append(s.Source, d.Source[k])
		}
	}
	return s
}

// addMolecule adds a graph whose nodes are atoms, as one-hot features, and
// whose edges are bonds, likewise.
func (d *Dataset) addMolecule(atoms []int, edges [][2]int32, orders []int, label int, motifs [][]int32) error {
	g, err := isinggraph.NewGraph(len(atoms), edges)
	if err != nil {
		return err
	}
	it := &learn.Item{Graph: g, X: make([]float32, len(atoms)*len(atomSymbols)), EdgeX: make([]float32, len(edges)*bondOrders)}
	symbols := make([]string, len(atoms))
	for i, a := range atoms {
		if a < 0 || a >= len(atomSymbols) {
			return fmt.Errorf("explain: atom %d is of kind %d of %d", i, a, len(atomSymbols))
		}
		it.X[i*len(atomSymbols)+a] = 1
		symbols[i] = atomSymbols[a]
	}
	order := make(map[[2]int32]int, len(edges))
	for e, uv := range edges {
		if orders[e] < 1 || orders[e] > bondOrders {
			return fmt.Errorf("explain: bond %d has order %d, want 1 to %d", e, orders[e], bondOrders)
		}
		order[[2]int32{min(uv[0], uv[1]), max(uv[0], uv[1])}] = orders[e]
	}
	bonds := make([]int, len(edges))
	for e, uv := range g.Edges() {
		bonds[e] = order[uv]
		it.EdgeX[e*bondOrders+bonds[e]-1] = 1
	}
	for _, m := range motifs {
		slices.Sort(m)
	}
	d.Items, d.Labels, d.Motifs = append(d.Items, it), append(d.Labels, label), append(d.Motifs, motifs)
	d.Atoms, d.Bonds = append(d.Atoms, symbols), append(d.Bonds, bonds)
	return nil
}

// atomSymbols are Mutagenicity's atoms by their number in its files.
var atomSymbols = []string{"C", "O", "Cl", "H", "N", "F", "Br", "S", "P", "I", "Na", "K", "Li", "Ca"}

const (
	atomC = iota
	atomO
	atomCl
	atomH
	atomN
	atomF
	atomBr
	_ // S
	_ // P
	atomI
)

// bondOrders is how many bond orders there are: 1, 2, 3.
const bondOrders = 3

// GNN returns the network of the set's classifier and field.
func (d *Dataset) GNN() GNN { return GNN{Layers: 3, Hidden: 64, Depth: 1} }

// IGConfig returns the settings of IGExplainer for the set: the defaults, and
// the set's size of explanations as Keep. Molecules have Necessity 1, chosen by
// fidelity. BA-2Motifs has loss (17) alone, a larger β and a larger rate without
// clipping, chosen by the fidelity of IGExplainer's top nodes.
func (d *Dataset) IGConfig() IGConfig {
	c := IGConfig{Network: d.GNN(), Keep: d.share(), Necessity: 1}
	if d.Name == SetBA2Motifs {
		c.Necessity = 0
		c.Beta, c.Samples, c.LearningRate, c.ClipNorm = 10, 2, 1e-2, unclipped
	}
	return c
}

// fieldEpochs is how long IGExplainer trains; 300 is the paper's.
func (d *Dataset) fieldEpochs() int {
	if d.Name == SetBA2Motifs {
		return 60
	}
	return 300
}

// share is the part of the nodes that explanations keep.
func (d *Dataset) share() float64 {
	nodes := 0
	kept := 0
	for _, it := range d.Items {
		nodes += it.Graph.NumNodes()
		kept += d.Size.Of(it.Graph.NumNodes())
	}
	return float64(kept) / float64(nodes)
}
