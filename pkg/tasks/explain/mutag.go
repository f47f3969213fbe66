package explain

import (
	"fmt"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
)

// Curation says which graphs of Mutagenicity are kept, and as what.
type Curation string

const (
	// CurationGraphXAI is the paper's set, that of GraphXAI (Agarwal et al. 2023,
	// doi:10.1038/s41597-023-01974-x): graphs in which (there is a toxicophore) =
	// (the file's label is 1). The file's label 1 means non-mutagenic, so that its
	// 640 positives are non-mutagens with a toxicophore and its 1,128 negatives
	// mutagens without one. 1,768 graphs.
	CurationGraphXAI Curation = "graphxai"
	// CurationAuthors is the set on which the authors' released weights were
	// trained: their copy of the matcher looks for oxygen where it means nitrogen.
	// 2,508 graphs, 303 positives.
	CurationAuthors Curation = "authors"
	// CurationMutagens is the sense that one expects: mutagens with a toxicophore
	// (label 1) and non-mutagens without (label 0).
	CurationMutagens Curation = "mutagens"
)

// Mutagenicity curates the molecules of the TU set Mutagenicity (Kazius et al.
// 2005, doi:10.1021/jm040835a; Riesen and Bunke 2008,
// doi:10.1007/978-3-540-89689-0_33). Atoms without bonds are dropped. Motifs are
// the toxicophores of the positives, as GraphXAI matches them: NH2, NO2, nitroso
// N–O, azo N–N, and halogens on a ring of more than four atoms. Features are the
// one-hot atoms [n, 14] and bond orders [m, 3].
func Mutagenicity(set *data.TU, curation Curation) (*Dataset, error) {
	nitrogen, sense := atomN, 1
	switch curation {
	case CurationGraphXAI:
	case CurationAuthors:
		nitrogen = atomO
	case CurationMutagens:
		sense = 0
	default:
		return nil, fmt.Errorf("explain: curation %q, want %q, %q or %q", curation, CurationGraphXAI, CurationAuthors, CurationMutagens)
	}
	d := &Dataset{Name: "mutag", Classes: 2, Size: Size{Fraction: 0.4}}
	for k, t := range set.Graphs {
		m, err := newMolecule(&t)
		if err != nil {
			return nil, fmt.Errorf("explain: graph %d of %s: %w", k, set.Name, err)
		}
		if m == nil {
			continue // no atom has a bond
		}
		motifs := m.toxicophores(nitrogen)
		label := 0
		if t.Label == sense {
			label = 1
		}
		if (len(motifs) > 0) != (label == 1) {
			continue
		}
		if err := d.addMolecule(m.atoms, m.edges, m.orders, label, motifs); err != nil {
			return nil, fmt.Errorf("explain: graph %d of %s: %w", k, set.Name, err)
		}
		d.Source = append(d.Source, k)
	}
	return d, nil
}

// molecule is a molecule without isolated atoms.
type molecule struct {
	atoms  []int
	edges  [][2]int32
	orders []int
	of     []int32 // each atom's number in the file's graph
	g      *isinggraph.Graph
}

// newMolecule drops the atoms without bonds; nil if none has any.
func newMolecule(t *data.TUGraph) (*molecule, error) {
	if len(t.NodeLabels) != t.N || len(t.EdgeLabels) != len(t.Edges) {
		return nil, fmt.Errorf("%d atoms for %d nodes and %d bonds for %d edges", len(t.NodeLabels), t.N, len(t.EdgeLabels), len(t.Edges))
	}
	m := new(molecule)
	at := make([]int32, t.N)
	for _, e := range t.Edges {
		at[e[0]], at[e[1]] = 1, 1
	}
	for i, bonded := range at {
		if bonded > 0 {
			at[i] = int32(len(m.of))
			m.of = append(m.of, int32(i))
			m.atoms = append(m.atoms, t.NodeLabels[i])
		}
	}
	if len(m.of) == 0 {
		return nil, nil
	}
	for e, uv := range t.Edges {
		m.edges = append(m.edges, [2]int32{at[uv[0]], at[uv[1]]})
		m.orders = append(m.orders, t.EdgeLabels[e]+1)
	}
	var err error
	m.g, err = isinggraph.NewGraph(len(m.atoms), m.edges)
	return m, err
}

// toxicophores returns the nodes of each match, with the given atom in the place
// of nitrogen.
func (m *molecule) toxicophores(nitrogen int) [][]int32 {
	var all [][]int32
	is := func(i int32, atom, degree int) bool { return m.atoms[i] == atom && m.g.Degree(int(i)) == degree }
	for i := range m.atoms { // NH2, NO2
		if !is(int32(i), nitrogen, 3) {
			continue
		}
		for _, arm := range []int{atomH, atomO} {
			var ends []int32
			for _, j := range m.g.Neighbors(i) {
				if is(j, arm, 1) {
					ends = append(ends, j)
				}
			}
			for a := range ends {
				for b := range a {
					all = append(all, []int32{int32(i), ends[a], ends[b]})
				}
			}
		}
	}
	for _, e := range m.g.Edges() { // nitroso and azo
		u, v := e[0], e[1]
		if is(u, nitrogen, 2) && is(v, atomO, 1) || is(v, nitrogen, 2) && is(u, atomO, 1) || is(u, nitrogen, 2) && is(v, nitrogen, 2) {
			all = append(all, []int32{u, v})
		}
	}
	for i, a := range m.atoms { // halides
		if (a == atomCl || a == atomF || a == atomBr || a == atomI) && m.g.Degree(i) == 1 && m.onRing(m.g.Neighbors(i)[0], 5) {
			all = append(all, []int32{int32(i)})
		}
	}
	return all
}

// onRing reports whether an atom lies on a ring of at least size atoms that is
// the smallest through one of its bonds.
func (m *molecule) onRing(i int32, size int) bool {
	for _, j := range m.g.Neighbors(int(i)) {
		if d := m.around(i, j); d > 0 && d+1 >= size {
			return true
		}
	}
	return false
}

// around returns the length of the shortest path from u to v but for their own
// bond, or 0.
func (m *molecule) around(u, v int32) int {
	dist := make([]int, len(m.atoms))
	dist[u] = 1
	queue := []int32{u}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, j := range m.g.Neighbors(int(i)) {
			if dist[j] > 0 || i == u && j == v {
				continue
			}
			if dist[j] = dist[i] + 1; j == v {
				return dist[i]
			}
			queue = append(queue, j)
		}
	}
	return 0
}
