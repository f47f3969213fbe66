package data

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	var nodes, edges, truth, mutagens, isolated int
	for _, g := range set.Graphs {
		nodes, edges = nodes+g.N, edges+len(g.Edges)
		if g.Label == 0 {
			mutagens++
		}
		touched := map[int32]bool{}
		for _, e := range g.Edges {
			touched[e[0]], touched[e[1]] = true, true
		}
		if len(touched) < g.N {
			isolated++
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
	if set.Name != "Mutagenicity" || len(set.Graphs) != 4337 || nodes != 131488 || 2*edges != 266894 || 2*truth != 7352 || mutagens != 2401 || len(atoms) != 14 || len(bonds) != 3 || isolated != 121 {
		t.Errorf("%s: %d graphs (%d of label 0), %d nodes, %d edges, %d of the ground truth, %d atoms, %d bonds, %d graphs with isolated atoms",
			set.Name, len(set.Graphs), mutagens, nodes, edges, truth, len(atoms), len(bonds), isolated)
	}
}

// The real BA-2Motifs: 500 cycles with 25 edges, 500 houses with 26, the motif
// in the last five nodes; in 40 graphs the joining edge is a loop at node 20.
func TestRealBA2Motifs(t *testing.T) {
	graphs, err := ReadBA2Motifs(filepath.Join(realData(t), "ba2motifs", "ba2motifs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	count, loops := [2]int{}, 0
	for _, g := range graphs {
		count[g.Label]++
		within := 0
		for _, e := range g.Edges {
			if e[0] >= 20 {
				within++
			}
		}
		if len(g.SelfLoops) > 0 {
			loops++
		}
		if g.N != 25 || len(g.Edges)+len(g.SelfLoops) != 25+g.Label || within != 5+g.Label || !slices.Equal(g.Motif, []int32{20, 21, 22, 23, 24}) {
			t.Errorf("graph %d: label %d, %d nodes, %d edges, %d in the motif, motif %d", g.ID, g.Label, g.N, len(g.Edges), within, g.Motif)
		}
	}
	if len(graphs) != 1000 || count != [2]int{500, 500} || loops != 40 {
		t.Errorf("%d graphs, %d of each class, %d with a loop", len(graphs), count, loops)
	}
}

// The curated Mutagenicity set of the paper and the values of the released
// weights.
func TestRealGroundTruth(t *testing.T) {
	dir := realData(t)
	truth, err := ReadGroundTruth(filepath.Join(dir, "mutagenicity", "gt_graphxai_1768.jsonl"))
	count := [2]int{}
	for _, g := range truth {
		count[g.Label]++
		if (len(g.Nodes) > 0) != (g.Label == 1) {
			t.Errorf("graph %d: label %d, nodes %d", g.Graph, g.Label, g.Nodes)
		}
	}
	if err != nil || count != [2]int{1128, 640} {
		t.Errorf("%d graphs of each class, %v", count, err)
	}
	set, err := ReadTU(filepath.Join(dir, "mutagenicity"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"golden_h_first10.json": 10, "golden_logits_first40.json": 40} {
		values, err := ReadValues(filepath.Join(dir, "ising_weights", name))
		if err != nil || len(values) != want {
			t.Errorf("%s: %d graphs, %v", name, len(values), err)
		}
		for i, row := range values {
			g, touched := set.Graphs[i], map[int32]bool{}
			for _, e := range g.Edges {
				touched[e[0]], touched[e[1]] = true, true
			}
			if want == 40 && len(row) != 2 || want == 10 && len(row) != len(touched) {
				t.Errorf("%s: %d values for graph %d", name, len(row), i)
			}
		}
	}
}

// The released weights have the shapes of the paper's networks.
func TestRealTorch(t *testing.T) {
	dir := filepath.Join(realData(t), "ising_weights")
	// Sums that Python finds in the raw storages.
	sums := map[string]float64{"mutag_model.pt": -184.1536160503474, "mutag_explainer.pt": -326.32817906462515}
	for name, outputs := range map[string]int{"mutag_model.pt": 2, "mutag_explainer.pt": 1} {
		state, err := ReadTorch(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
			continue
		}
		shapes := map[string][]int{"mlp1.weight": {64, 14}, "conv1.nn.weight": {64, 14}, "conv1.eps": {1}, "conv2.lin.weight": {64, 3}, "mlp3.weight": {64, 64}, "lin.weight": {outputs, 64}}
		for key, want := range shapes {
			if x, ok := state[key]; !ok || !slices.Equal(x.Shape, want) {
				t.Errorf("%s: %s has shape %d, want %d", name, key, x.Shape, want)
			}
		}
		sum := 0.0
		for _, x := range state["mlp3.weight"].Float64() {
			sum += x
		}
		if len(state) != 23 || math.Abs(sum-sums[name]) > 1e-9 {
			t.Errorf("%s: %d tensors, sum of mlp3.weight %v, want 23 and %v", name, len(state), sum, sums[name])
		}
	}
}

// Every file of the folders of graphs and of weights reads, but for tables,
// solutions and texts, whose names are listed: a new file must find its reader.
func TestRealFiles(t *testing.T) {
	dir := realData(t)
	read := func(path string) error {
		var err error
		switch name := filepath.Base(path); {
		case strings.HasPrefix(name, "Mutagenicity_"):
			_, err = ReadTU(filepath.Dir(path))
		case name == "ba2motifs.jsonl":
			_, err = ReadBA2Motifs(path)
		case strings.HasSuffix(name, ".jsonl"):
			_, err = ReadGroundTruth(path)
		case strings.HasPrefix(name, "golden_"):
			_, err = ReadValues(path)
		case strings.HasSuffix(name, ".pt"):
			_, err = ReadTorch(path)
		case strings.HasSuffix(name, ".col"):
			_, _, err = ReadDIMACS(path)
		case strings.HasSuffix(name, ".wel"):
			_, err = ReadEdgeList(path, EdgeListOptions{Strict: true})
		case strings.HasSuffix(name, ".sol.json"):
			_, err = ReadPartition(path)
		case name == "COLORS.tsv" || name == "reference_microsoft.csv":
			_, err = ReadTable(path)
		case name == "optimal_energy.txt" || name == "best_known_cut_openising.txt":
			_, err = ReadOptima(path)
		default:
			_, err = ReadRudy(path)
		}
		return err
	}
	files := map[string]int{}
	for _, folder := range []string{"ba2motifs", "mutagenicity", "ising_weights", "gset", "biqmac_ising", "dimacs_color", "real_graphs"} {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		tu := false // the files of a TU folder are read once, together
		for _, e := range entries {
			name := e.Name()
			isTU := strings.HasPrefix(name, "Mutagenicity_")
			if name == "README.md" {
				continue
			}
			files[folder]++
			if isTU && tu {
				continue
			}
			tu = tu || isTU
			if err := read(filepath.Join(dir, folder, name)); err != nil {
				t.Error(err)
			}
		}
	}
	want := map[string]int{"ba2motifs": 1, "mutagenicity": 8, "ising_weights": 4, "gset": 14, "biqmac_ising": 31, "dimacs_color": 54, "real_graphs": 15}
	if !maps.Equal(files, want) {
		t.Errorf("files %v, want %v", files, want)
	}
	cuts, err := ReadOptima(filepath.Join(dir, "gset", "best_known_cut_openising.txt"))
	if err != nil || cuts["G1"] != 11624 || cuts["G48"] != 6000 {
		t.Errorf("best cuts of G1 and G48: %g, %g, %v", cuts["G1"], cuts["G48"], err)
	}
	for name, want := range map[string][2]int{"G1": {800, 19176}, "G48": {3000, 6000}, "G81": {20000, 40000}} {
		g, err := ReadRudy(filepath.Join(dir, "gset", name+".txt"))
		if err != nil || g.N != want[0] || len(g.Edges) != want[1] {
			t.Errorf("%s: %v, want %d nodes and edges", name, err, want)
		}
	}
}
