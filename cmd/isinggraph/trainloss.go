package main

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// losses are the built-in losses in parts, one a node.
var losses = map[string]func(it *learn.Item, x []int8) ([]float64, error){
	"cut": uncut, "dominate": undominated,
}

// uncut splits Σ_{(i,j)∈E} w_ij [x_i = x_j] / Σ|w| evenly among the ends of each
// edge, in O(V + E).
func uncut(it *learn.Item, x []int8) ([]float64, error) {
	parts, total := make([]float64, len(x)), 0.0
	w := it.J.Each(it.Graph)
	for e, ends := range it.Graph.Edges() {
		weight := float64(w[e])
		total += math.Abs(weight)
		if x[ends[0]] == x[ends[1]] {
			parts[ends[0]] += weight / 2
			parts[ends[1]] += weight / 2
		}
	}
	for i := range parts {
		parts[i] /= max(total, math.SmallestNonzeroFloat32) // without edges all parts are 0
	}
	return parts, nil
}

// undominated is 1/n for each kept node and 2/n for each that is neither kept nor
// next to a kept one, in O(V + E).
func undominated(it *learn.Item, x []int8) ([]float64, error) {
	parts := make([]float64, len(x))
	for i := range parts {
		cost := 2.0
		for _, j := range it.Graph.Neighbors(i) {
			if x[j] > 0 {
				cost = 0
				break
			}
		}
		if x[i] > 0 {
			cost = 1
		}
		parts[i] = cost / float64(len(x))
	}
	return parts, nil
}

// splitItems holds out k items, drawn with the seed, and keeps the order of the others.
func splitItems(items []*learn.Item, k int, seed uint64) (train, validation []*learn.Item) {
	held := make([]bool, len(items))
	for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(items))[:k] {
		held[i] = true
	}
	for i, it := range items {
		if held[i] {
			validation = append(validation, it)
		} else {
			train = append(train, it)
		}
	}
	return train, validation
}

// score is what predictions reach, as means over graphs.
type score struct{ loss, coins, kept float64 }

// scoreOf returns the loss of each graph's sample of lowest energy, that of a fair
// coin a node, and the share of nodes that the samples keep.
func scoreOf(loss string, items []*learn.Item, p []*learn.Prediction, seed uint64) (s score, err error) {
	rng := rand.New(rand.NewPCG(seed, 1))
	mean := func(it *learn.Item, x []int8) (sum float64) {
		parts, e := losses[loss](it, x)
		if e != nil {
			err = e
		}
		for _, v := range parts {
			sum += v / float64(len(items))
		}
		return sum
	}
	for k, it := range items {
		mode := p[k].Mode()
		s.loss += mean(it, mode)
		s.kept += isinggraph.Fraction(mode) / float64(len(items))
		coins := make([]int8, len(mode))
		for i := range coins {
			coins[i] = int8(2*rng.IntN(2) - 1)
		}
		s.coins += mean(it, coins)
	}
	return s, err
}

// writePredictions writes the field and the sample of lowest energy of each graph.
func writePredictions(path string, p []*learn.Prediction) error {
	if filepath.Ext(path) == ".npz" {
		offsets, field, spin := []int64{0}, []float32{}, []int8{}
		for _, q := range p {
			field, spin = append(field, q.H...), append(spin, q.Mode()...)
			offsets = append(offsets, int64(len(field)))
		}
		return data.WriteNPZ(path, map[string]data.Tensor{
			"offsets": {Shape: []int{len(offsets)}, Data: offsets},
			"field":   {Shape: []int{len(field)}, Data: field},
			"spin":    {Shape: []int{len(spin)}, Data: spin},
		})
	}
	var b strings.Builder
	b.WriteString("graph,node,field,spin\n")
	for k, q := range p {
		mode := q.Mode()
		for i, h := range q.H {
			b.WriteString(strconv.Itoa(k) + "," + strconv.Itoa(i) + "," + strconv.FormatFloat(float64(h), 'g', -1, 32) + "," + strconv.Itoa(int(mode[i])) + "\n")
		}
	}
	return wholefile.Write(path, []byte(b.String()))
}
