package data

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
)

// WriteGraphML writes a graph and the ids of its nodes for [ReadGraphML]; ids
// nil stands for n0, n1, …. It refuses ids that are empty, repeat or hold
// signs that XML cannot.
func WriteGraphML(path string, g *EdgeList, ids []string) error {
	return writeFile(path, func(w *bufio.Writer) error { return g.writeGraphML(w, ids) })
}

func (g *EdgeList) writeGraphML(w *bufio.Writer, ids []string) error {
	if err := g.check(); err != nil {
		return err
	}
	if ids != nil && len(ids) != g.N {
		return fmt.Errorf("%d ids for %d nodes", len(ids), g.N)
	}
	quoted, seen := make([]string, g.N), map[string]bool{}
	for i := range quoted {
		id := "n" + strconv.Itoa(i)
		if ids != nil {
			id = ids[i]
		}
		var buf bytes.Buffer
		if err := xml.EscapeText(&buf, []byte(id)); err != nil {
			return err
		}
		quoted[i] = buf.String()
		if seen[id] || id == "" || bytes.ContainsRune(buf.Bytes(), '\uFFFD') {
			return fmt.Errorf("id %q of node %d is empty, repeats or holds signs that XML cannot", short(id), i)
		}
		seen[id] = true
	}
	w.WriteString(xml.Header + `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="weight" for="edge" attr.name="weight" attr.type="double"/>
  <graph edgedefault="undirected">
`)
	for _, id := range quoted {
		fmt.Fprintf(w, "    <node id=\"%s\"/>\n", id)
	}
	for i, e := range g.Edges {
		fmt.Fprintf(w, "    <edge source=\"%s\" target=\"%s\"><data key=\"weight\">%v</data></edge>\n", quoted[e[0]], quoted[e[1]], g.Weights[i])
	}
	w.WriteString("  </graph>\n</graphml>\n")
	return nil
}
