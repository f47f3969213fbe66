package fetch

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/wholefile"
)

// conversions are the ways to make a file from a download, by the names that
// the catalogue gives them.
var conversions = map[string]func(from, to string) error{"jsonl": motifsToJSON}

// motifsToJSON turns BA-2Motifs' pickle into JSON lines. The bytes are part of
// the contract, since the catalogue states their hash: a blank behind each
// colon and comma, edges in increasing order with loops among them.
func motifsToJSON(from, to string) error {
	graphs, err := data.ReadBA2MotifsPickle(from)
	if err != nil {
		return err
	}
	return writeMotifs(graphs, to)
}

func writeMotifs(graphs []data.MotifGraph, to string) error {
	return wholefile.Func(to, func(w *bufio.Writer) error { return printMotifs(w, graphs) })
}

func printMotifs(w *bufio.Writer, graphs []data.MotifGraph) error {
	for _, g := range graphs {
		edges := slices.Clone(g.Edges)
		for _, v := range g.SelfLoops {
			edges = append(edges, [2]int32{v, v})
		}
		slices.SortFunc(edges, func(a, b [2]int32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
		fmt.Fprintf(w, `{"id": %d, "label": %d, "n": %d, "motif": [`, g.ID, g.Label, g.N)
		for k, v := range g.Motif {
			fmt.Fprintf(w, "%s%d", comma(k), v)
		}
		fmt.Fprint(w, `], "edges": [`)
		for k, e := range edges {
			fmt.Fprintf(w, "%s[%d, %d]", comma(k), e[0], e[1])
		}
		fmt.Fprint(w, "]}\n")
	}
	return nil
}

// comma returns what parts item k of a list from the one before.
func comma(k int) string {
	if k == 0 {
		return ""
	}
	return ", "
}
