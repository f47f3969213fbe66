package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
)

// graphFormats are the formats of graph files with the endings that name them.
var graphFormats = []struct {
	name    string
	endings []string
}{
	{"coo", []string{".coo"}},
	{"dimacs", []string{".col", ".dimacs"}},
	{"edges", []string{".wel", ".edges", ".edgelist"}},
	{"graphml", []string{".graphml"}},
	{"metis", []string{".graph", ".metis"}},
	{"rudy", []string{".txt", ".mc", ".rudy", ".gset"}},
}

// graphFormatHelp is the part on formats of the commands that read a graph.
const graphFormatHelp = `The ending of FILE says its format, or --format does: edges (.wel, .edges,
.edgelist: "u v [weight]"), rudy (.txt, .mc, .rudy, .gset: Gset and Biq Mac), graphml,
metis (.graph, .metis), dimacs (.col, .dimacs), coo (.coo: couplings and fields in
dimod's signs).`

// graphFile is a graph as a file has it.
type graphFile struct {
	graph   *isinggraph.Graph
	weights isinggraph.Couplings // of each edge; 1 where the file has none
	fields  []float32            // h of a .coo file; none of others
	offset  float64              // constant energy of a .coo file
	dropped string               // what the reader left out; "" for nothing
}

// formatOf returns the format of a file, which a flag may name.
func formatOf(path, flag string) (string, error) {
	var names []string
	ending := strings.ToLower(filepath.Ext(path))
	for _, f := range graphFormats {
		for _, e := range f.endings {
			if flag == f.name || flag == "" && e == ending {
				return f.name, nil
			}
		}
		names = append(names, f.name)
	}
	if flag == "" {
		return "", usageError{fmt.Errorf("%s: no format of graphs ends in %q: name one with --format %s", path, ending, strings.Join(names, "|"))}
	}
	return "", usageError{fmt.Errorf("--format %q is none of %s", flag, strings.Join(names, ", "))}
}

// readGraph reads a graph of up to isinggraph's limits.
func readGraph(path, format string) (*graphFile, error) {
	format, err := formatOf(path, format)
	if err != nil {
		return nil, err
	}
	g, m := &data.EdgeList{}, &data.IsingModel{}
	switch format {
	case "coo":
		if m, err = data.ReadCOO(path, data.AnyVarType); err == nil {
			g = &m.EdgeList
		}
	case "dimacs":
		g.N, g.Edges, err = data.ReadDIMACS(path)
		for range g.Edges {
			g.Weights = append(g.Weights, 1)
		}
	case "edges":
		g, err = data.ReadEdgeList(path, data.EdgeListOptions{})
	case "graphml":
		g, _, err = data.ReadGraphML(path)
	case "metis":
		var k *data.METIS
		if k, err = data.ReadMETIS(path); err == nil {
			g = &k.EdgeList
		}
	case "rudy":
		if g, err = data.ReadRudy(path); err != nil && filepath.Ext(path) == ".txt" {
			err = fmt.Errorf("%w (for lines \"u v\" without a line of counts: --format edges)", err)
		}
	}
	if err != nil {
		return nil, err
	}
	f := &graphFile{offset: m.Offset, fields: float32s(m.Fields)}
	f.graph, f.weights, err = isinggraph.NewWeightedGraph(g.N, g.Edges, float32s(g.Weights))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if g.Duplicates+g.SelfLoops > 0 {
		f.dropped = fmt.Sprintf("%s: dropped %d repeated edges and %d self loops", path, g.Duplicates, g.SelfLoops)
	}
	return f, nil
}

// couplings returns the weights times factor: one number where all are alike, which
// samples faster.
func (f *graphFile) couplings(factor float32) isinggraph.Couplings {
	j := make([]float32, f.graph.NumEdges())
	for i, w := range f.weights.Each(f.graph) {
		j[i] = factor * w
	}
	if len(j) > 0 && slices.Min(j) == slices.Max(j) {
		return isinggraph.Uniform(j[0])
	}
	return isinggraph.PerEdge(j)
}

// addFormatFlag adds --format to a command that reads a graph.
func addFormatFlag(cmd *cobra.Command, format *string) {
	cmd.Flags().StringVar(format, "format", "", "`format` of FILE, if its ending does not say it")
}

// float32s rounds values.
func float32s(x []float64) []float32 {
	if x == nil {
		return nil
	}
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}
