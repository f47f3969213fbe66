package data

import (
	"encoding/json"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
)

// GroundTruth names the nodes that explain the label of one graph of a set,
// such as the toxicophores of a molecule of Mutagenicity.
type GroundTruth struct {
	Graph       int            // index in the set, from 0
	Label       int            // y: 1 for a graph with a motif
	Nodes       []int32        // gt_nodes: indices within the graph, from 0, isolated nodes counted; increasing
	NonIsolated int            // nodes that have an edge
	Kinds       map[string]int // how often each kind of motif occurs
}

type groundTruthWire struct {
	Graph       *jsonIndex     `json:"graph"`
	Label       *int           `json:"y"`
	Nodes       []jsonIndex    `json:"gt_nodes"`
	NonIsolated *jsonIndex     `json:"n_nonisolated"`
	Kinds       map[string]int `json:"kinds"`
}

// ReadGroundTruth reads ground truth of explanations, a JSON object a line:
//
//	{"graph": 19, "y": 1, "gt_nodes": [3, 11, 12], "n_nonisolated": 13, "kinds": {"NH2": 1}}
//
// All members are wanted; nodes increase. A graph that comes twice is an
// error. It takes O(size) time and memory.
func ReadGroundTruth(path string) ([]GroundTruth, error) { return readFile(path, parseGroundTruth) }

func parseGroundTruth(r io.Reader, name string, limit int64) ([]GroundTruth, error) {
	seen := map[jsonIndex]bool{}
	return parseJSONLines(r, name, limit, func(l *lines, w *groundTruthWire) (GroundTruth, error) {
		if w.Graph == nil || w.Label == nil || w.Nodes == nil || w.NonIsolated == nil || w.Kinds == nil {
			return GroundTruth{}, l.errorf("", "want graph, y, gt_nodes, n_nonisolated and kinds")
		}
		if seen[*w.Graph] {
			return GroundTruth{}, l.errorf(strconv.Itoa(int(*w.Graph)), "graph comes twice")
		}
		seen[*w.Graph] = true
		for kind, count := range w.Kinds {
			if count < 1 {
				return GroundTruth{}, l.errorf(kind, "a kind of motif occurs %d times", count)
			}
		}
		nodes, err := l.indices(w.Nodes, "node", math.MaxInt32)
		return GroundTruth{Graph: int(*w.Graph), Label: *w.Label, Nodes: nodes, NonIsolated: int(*w.NonIsolated), Kinds: w.Kinds}, err
	})
}

// ReadValues reads a JSON object of numbers by graph, {"0": [1.5, -2], "7": [0]},
// such as the logits and the fields that come with released weights. Keys
// are indices of graphs, each once. It takes O(size) time and memory.
func ReadValues(path string) (map[int][]float64, error) { return readFile(path, parseValues) }

func parseValues(r io.Reader, name string, limit int64) (map[int][]float64, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	var wire map[string][]json.Number
	if err := parseJSONObject(text, name, "an object of lists of numbers", &wire); err != nil {
		return nil, err
	}
	values := make(map[int][]float64, len(wire))
	for _, key := range slices.Sorted(maps.Keys(wire)) {
		numbers := wire[key]
		i, err := strconv.ParseUint(key, 10, 31)
		if err != nil {
			return nil, fileErrorf(name, elementLine(text, key, -1), "key %q is not the index of a graph", short(key))
		}
		if _, twice := values[int(i)]; twice {
			return nil, fileErrorf(name, elementLine(text, key, -1), "graph %d comes twice", i)
		}
		row := make([]float64, len(numbers))
		for k, x := range numbers {
			if row[k], err = x.Float64(); err != nil {
				return nil, fileErrorf(name, elementLine(text, key, k), "value %d of graph %d is not a finite number", k, i)
			}
		}
		values[int(i)] = row
	}
	if len(values) == 0 {
		return nil, fileErrorf(name, 0, "no values")
	}
	return values, nil
}
