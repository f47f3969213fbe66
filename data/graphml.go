package data

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ReadGraphML reads the undirected graph of a GraphML file
// (http://graphml.graphdrawing.org/specification.html) and the ids of its
// nodes, which are numbered in the order of the file. The weight of an edge is
// its data of the key for edges whose attr.name is "weight", or the key's
// default; 1 if there is none. Other data and ports are skipped.
//
// Refused are directed graphs and edges, hyperedges, graphs within nodes or
// edges, a second graph, repeated ids, edges that repeat or lead from a node
// to itself, weights that are not finite, and other encodings than UTF-8.
// Entities of a document type are not expanded. It takes O(size) time and
// memory.
func ReadGraphML(path string) (g *EdgeList, ids []string, err error) {
	r, err := readFile(path, parseGraphML)
	if err != nil {
		return nil, nil, err
	}
	return r.graph, r.ids, nil
}

// graphmlReader is the state between the elements of a GraphML file.
type graphmlReader struct {
	name    string
	decoder *xml.Decoder
	graph   *EdgeList
	ids     []string
	index   map[string]int32 // of ids

	key, standard string // of the weight: id, and default if hasStandard
	hasStandard   bool

	edges []graphmlEdge
	seen  bool // a graph
}

// graphmlEdge is an edge whose nodes may yet have to come.
type graphmlEdge struct {
	source, target string
	weight         float64
	weighted       bool
	line           int
}

func parseGraphML(r io.Reader, name string, limit int64) (*graphmlReader, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	g := &graphmlReader{name: name, graph: &EdgeList{}, index: map[string]int32{}}
	g.decoder = xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	err = g.children("", func(e xml.StartElement) error {
		if e.Name.Local != "graphml" {
			return g.errorf(e.Name.Local, "want the element graphml")
		}
		return g.children("graphml", g.top)
	})
	if err != nil {
		return nil, err
	}
	if !g.seen {
		return nil, fileErrorf(name, 0, "no graph")
	}
	if err := g.resolve(); err != nil {
		return nil, err
	}
	return g, nil
}

// errorf makes an error for the current line.
func (g *graphmlReader) errorf(value, format string, args ...any) *FileError {
	line, _ := g.decoder.InputPos()
	e := fileErrorf(g.name, line, format, args...)
	e.Value = short(value)
	return e
}

// children calls f for each element within the current one, "" being the
// whole document. f must read the element to its end.
func (g *graphmlReader) children(within string, f func(e xml.StartElement) error) error {
	for {
		token, err := g.decoder.Token()
		if err == io.EOF && within == "" {
			return nil
		}
		if err != nil {
			return g.syntax(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := f(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// syntax makes an error of a message of the XML parser.
func (g *graphmlReader) syntax(err error) error {
	e := g.errorf("", "not XML")
	var s *xml.SyntaxError
	if errors.As(err, &s) {
		e.Line, err = s.Line, errors.New(s.Msg)
	}
	e.Err = err
	return e
}

// skip reads the current element to its end.
func (g *graphmlReader) skip() error {
	if err := g.decoder.Skip(); err != nil {
		return g.syntax(err)
	}
	return nil
}

// text returns the text of the current element, which it reads to its end.
func (g *graphmlReader) text() (string, error) {
	var s strings.Builder
	for {
		token, err := g.decoder.Token()
		if err != nil {
			return "", g.syntax(err)
		}
		switch t := token.(type) {
		case xml.CharData:
			s.Write(t)
		case xml.StartElement:
			if err := g.skip(); err != nil {
				return "", err
			}
		case xml.EndElement:
			return strings.TrimSpace(s.String()), nil
		}
	}
}

// attribute returns an attribute of an element, "" if there is none.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// top reads what is directly in graphml: keys and the graph.
func (g *graphmlReader) top(e xml.StartElement) error {
	switch e.Name.Local {
	case "key":
		domain := attribute(e, "for")
		isWeight := attribute(e, "attr.name") == "weight" && (domain == "edge" || domain == "all" || domain == "")
		if isWeight && g.key != "" {
			return g.errorf(attribute(e, "id"), "second key of a weight of edges")
		}
		if isWeight {
			if g.key = attribute(e, "id"); g.key == "" {
				return g.errorf("", "key without id")
			}
		}
		return g.children("key", func(d xml.StartElement) error {
			s, err := g.text()
			if isWeight && d.Name.Local == "default" {
				g.standard, g.hasStandard = s, true
			}
			return err
		})
	case "graph":
		if g.seen {
			return g.errorf(attribute(e, "id"), "second graph")
		}
		if d := attribute(e, "edgedefault"); d != "undirected" {
			return g.errorf(d, "edgedefault of the graph is not undirected")
		}
		g.seen = true
		return g.children("graph", g.item)
	}
	return g.skip()
}

// item reads what is directly in a graph.
func (g *graphmlReader) item(e xml.StartElement) error {
	switch e.Name.Local {
	case "hyperedge":
		return g.errorf(attribute(e, "id"), "hyperedges are not read")
	case "node":
		id := attribute(e, "id")
		if _, twice := g.index[id]; twice || id == "" {
			return g.errorf(id, "node without an id of its own")
		}
		g.index[id] = int32(len(g.ids))
		g.ids = append(g.ids, id)
		return g.children("node", func(c xml.StartElement) error {
			if c.Name.Local == "graph" {
				return g.errorf(id, "graph within a node")
			}
			return g.skip()
		})
	case "edge":
		return g.edge(e)
	}
	return g.skip()
}

func (g *graphmlReader) edge(e xml.StartElement) error {
	line, _ := g.decoder.InputPos()
	edge := graphmlEdge{source: attribute(e, "source"), target: attribute(e, "target"), line: line}
	if d := attribute(e, "directed"); d != "" && d != "false" {
		return g.errorf(d, "edge is directed")
	}
	if err := g.children("edge", func(c xml.StartElement) error {
		switch {
		case c.Name.Local == "graph":
			return g.errorf(edge.source+" "+edge.target, "graph within an edge")
		case c.Name.Local != "data" || g.key == "" || attribute(c, "key") != g.key:
			return g.skip()
		case edge.weighted:
			return g.errorf(edge.source+" "+edge.target, "second weight of an edge")
		}
		s, err := g.text()
		if err != nil {
			return err
		}
		edge.weighted = true
		edge.weight, err = g.weight(s)
		return err
	}); err != nil {
		return err
	}
	g.edges = append(g.edges, edge)
	return nil
}

// weight parses a weight on the current line.
func (g *graphmlReader) weight(s string) (float64, error) {
	line, _ := g.decoder.InputPos()
	return (&lines{name: g.name, number: line}).float(s, "weight")
}

// resolve turns ids into indices once all nodes are known.
func (g *graphmlReader) resolve() error {
	standard := 1.0
	if g.hasStandard {
		var err error
		if standard, err = (&lines{name: g.name}).float(g.standard, "default weight"); err != nil {
			return err
		}
	}
	g.graph.N = len(g.ids)
	for _, e := range g.edges {
		var ends [2]int32
		for k, id := range [2]string{e.source, e.target} {
			i, ok := g.index[id]
			if !ok {
				err := fileErrorf(g.name, e.line, "edge to an unknown node")
				err.Value = short(id)
				return err
			}
			ends[k] = i
		}
		if !e.weighted {
			e.weight = standard
		}
		g.graph.Edges, g.graph.Weights = append(g.graph.Edges, ends), append(g.graph.Weights, e.weight)
	}
	return g.graph.tidy(true, func(i int) *FileError {
		return &FileError{File: g.name, Line: g.edges[i].line, Value: short(fmt.Sprint(g.edges[i].source, " ", g.edges[i].target))}
	})
}
