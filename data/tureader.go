package data

import (
	"slices"
	"strconv"
	"strings"
)

// tuReader holds what the files of a TU set share while they are read.
type tuReader struct {
	files tuFiles
	set   *TU
	owner []int32 // graph of each node
	first []int32 // first node of each graph, and the number of nodes

	record []tuRecord // the undirected edge of each line of A
}

// tuRecord says which edge of which graph a line of A is.
type tuRecord struct{ graph, edge int32 }

// edges reads A.
func (t *tuReader) edges() error {
	var name string
	pairs, err := readTUColumn(t.files, "A", -1, false, func(l *lines, f []string) ([3]int32, error) {
		name = l.name
		if len(f) != 2 {
			return [3]int32{}, l.errorf(strings.Join(f, ", "), "want the two nodes of an edge")
		}
		u, err := l.index(f[0], "node", 1, len(t.owner))
		if err != nil {
			return [3]int32{}, err
		}
		v, err := l.index(f[1], "node", 1, len(t.owner))
		switch {
		case err != nil:
		case u == v:
			err = l.errorf(strings.Join(f, ", "), "edge from a node to itself")
		case t.owner[u] != t.owner[v]:
			err = l.errorf(strings.Join(f, ", "), "edge between graphs %d and %d", t.owner[u]+1, t.owner[v]+1)
		}
		return [3]int32{u, v, int32(l.number)}, err
	})
	if err != nil {
		return err
	}
	undirected := make([][2]int32, len(pairs))
	for i, p := range pairs {
		undirected[i] = [2]int32{min(p[0], p[1]), max(p[0], p[1])}
	}
	twin := make([]int32, len(pairs)) // the earliest line that names the same edge
	order := sortEdges(len(t.owner), undirected)
	for k := 0; k < len(order); {
		end := k + 1
		for end < len(order) && undirected[order[end]] == undirected[order[k]] {
			end++
		}
		for j, i := range order[k:end] {
			if j > 1 || j == 1 && pairs[i][0] == pairs[order[k]][0] {
				e := fileErrorf(name, int(pairs[i][2]), "edge repeats an earlier one")
				e.Value = strconv.Itoa(int(pairs[i][0])+1) + ", " + strconv.Itoa(int(pairs[i][1])+1)
				return e
			}
			twin[i] = order[k]
		}
		k = end
	}
	t.record = make([]tuRecord, len(pairs))
	for i, e := range undirected {
		if int(twin[i]) < i {
			t.record[i] = t.record[twin[i]]
			continue
		}
		g := t.owner[e[0]]
		graph := &t.set.Graphs[g]
		t.record[i] = tuRecord{g, int32(len(graph.Edges))}
		graph.Edges = append(graph.Edges, [2]int32{e[0] - t.first[g], e[1] - t.first[g]})
	}
	return nil
}

// nodeData reads node_labels and node_attributes.
func (t *tuReader) nodeData() error {
	labels, err := readTUColumn(t.files, "node_labels", len(t.owner), true, tuLabel)
	if err != nil {
		return err
	}
	values, err := readTUColumn(t.files, "node_attributes", len(t.owner), true, tuValues())
	if err != nil {
		return err
	}
	for g := range t.set.Graphs {
		graph, first, last := &t.set.Graphs[g], t.first[g], t.first[g+1]
		if labels != nil {
			graph.NodeLabels = labels[first:last:last]
		}
		if values != nil {
			graph.NodeValues = values[first:last:last]
		}
	}
	return nil
}

// edgeData reads edge_labels, edge_gt and edge_attributes.
func (t *tuReader) edgeData() error {
	err := readTUEdges(t, "edge_labels", tuLabel, func(a, b int) bool { return a == b },
		func(g *TUGraph) *[]int { return &g.EdgeLabels })
	if err != nil {
		return err
	}
	err = readTUEdges(t, "edge_gt", func(l *lines, f []string) (bool, error) {
		if len(f) != 1 || f[0] != "0" && f[0] != "1" {
			return false, l.errorf(strings.Join(f, ", "), "want 0 or 1")
		}
		return f[0] == "1", nil
	}, func(a, b bool) bool { return a == b }, func(g *TUGraph) *[]bool { return &g.EdgeTruth })
	if err != nil {
		return err
	}
	return readTUEdges(t, "edge_attributes", tuValues(), slices.Equal, func(g *TUGraph) *[][]float64 { return &g.EdgeValues })
}

// readTUEdges reads a file with a record for each line of A into a field of
// the graphs; the records of both directions must be equal.
func readTUEdges[T any](t *tuReader, suffix string, parse func(l *lines, f []string) (T, error), equal func(a, b T) bool, field func(g *TUGraph) *[]T) error {
	i := 0
	column, err := readTUColumn(t.files, suffix, len(t.record), true, func(l *lines, f []string) (T, error) {
		x, err := parse(l, f)
		if err != nil {
			return x, err
		}
		r := t.record[i]
		i++
		values := field(&t.set.Graphs[r.graph])
		switch {
		case int(r.edge) == len(*values):
			*values = append(*values, x)
		case !equal((*values)[r.edge], x):
			err = l.errorf(strings.Join(f, ", "), "contradicts the other direction of the edge")
		}
		return x, err
	})
	if err != nil || column == nil {
		return err
	}
	for g := range t.set.Graphs {
		if values := field(&t.set.Graphs[g]); *values == nil {
			*values = []T{} // a graph without edges in a set that has the file
		}
	}
	return nil
}

// graphData reads graph_attributes.
func (t *tuReader) graphData() error {
	values, err := readTUColumn(t.files, "graph_attributes", len(t.set.Graphs), true, tuValues())
	for g := range values {
		t.set.Graphs[g].Values = values[g]
	}
	return err
}

// tuLabel parses a line of one label.
func tuLabel(l *lines, f []string) (int, error) {
	if len(f) != 1 {
		return 0, l.errorf(strings.Join(f, ", "), "want one label")
	}
	x, err := strconv.Atoi(f[0])
	if err != nil {
		return 0, l.errorf(f[0], "label is not an integer")
	}
	return x, nil
}

// tuValues returns a parser of lines of attributes, as many as the first line
// has.
func tuValues() func(l *lines, f []string) ([]float64, error) {
	dimension := 0
	return func(l *lines, f []string) ([]float64, error) {
		if dimension == 0 {
			dimension = len(f)
		}
		if len(f) != dimension {
			return nil, l.errorf(strings.Join(f, ", "), "%d attributes where the first line has %d", len(f), dimension)
		}
		x := make([]float64, len(f))
		for k := range f {
			var err error
			if x[k], err = l.float(f[k], "attribute"); err != nil {
				return nil, err
			}
		}
		return x, nil
	}
}
