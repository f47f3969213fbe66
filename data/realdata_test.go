package data

import (
	"path/filepath"
	"testing"
)

// The real Mutagenicity set has the counts of its publication: 4,337 molecules
// of 14 kinds of atoms and 3 of bonds.
func TestRealMutagenicity(t *testing.T) {
	set, err := ReadTU(filepath.Join(realData(t), "mutagenicity"))
	if err != nil {
		t.Fatal(err)
	}
	atoms, bonds := map[int]bool{}, map[int]bool{}
	var nodes, edges, truth, mutagens int
	for _, g := range set.Graphs {
		nodes, edges = nodes+g.N, edges+len(g.Edges)
		if g.Label == 0 {
			mutagens++
		}
		for _, a := range g.NodeLabels {
			atoms[a] = true
		}
		for i, b := range g.EdgeLabels {
			bonds[b] = true
			if g.EdgeTruth[i] {
				truth++
			}
		}
	}
	if set.Name != "Mutagenicity" || len(set.Graphs) != 4337 || nodes != 131488 || 2*edges != 266894 || 2*truth != 7352 || mutagens != 2401 || len(atoms) != 14 || len(bonds) != 3 {
		t.Errorf("%s: %d graphs (%d of label 0), %d nodes, %d edges, %d of the ground truth, %d atoms, %d bonds",
			set.Name, len(set.Graphs), mutagens, nodes, edges, truth, len(atoms), len(bonds))
	}
}
