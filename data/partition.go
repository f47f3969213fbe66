package data

import (
	"fmt"
	"io"
)

// ReadPartition reads the two sides of a cut, such as the .sol.json files of
// known optimal cuts of github.com/CharJon/ScientificMaxcutSolver,
//
//	{"partition_0": [1, 2], "partition_1": [0, 3]}
//
// as spins [n]: −1 for the nodes of partition_0 and +1 for those of
// partition_1. Each of the nodes 0 … n−1 is wanted once, and
// either key. O(size).
func ReadPartition(path string) ([]int8, error) { return readFile(path, parsePartition) }

func parsePartition(r io.Reader, name string, limit int64) ([]int8, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	var sides struct {
		Zero *[]int `json:"partition_0"`
		One  *[]int `json:"partition_1"`
	}
	if err := parseJSONObject(text, name, "an object of lists of whole numbers", &sides); err != nil {
		return nil, err
	}
	if sides.Zero == nil || sides.One == nil {
		return nil, fileErrorf(name, 0, "want partition_0 and partition_1")
	}
	spins := make([]int8, len(*sides.Zero)+len(*sides.One))
	if len(spins) == 0 {
		return nil, fileErrorf(name, 0, "no nodes")
	}
	for side, nodes := range [][]int{*sides.Zero, *sides.One} {
		line := func(k int) int { return elementLine(text, fmt.Sprintf("partition_%d", side), k) }
		for k, i := range nodes {
			if i < 0 || i >= len(spins) {
				return nil, fileErrorf(name, line(k), "node %d of %d", i, len(spins))
			}
			if spins[i] != 0 {
				return nil, fileErrorf(name, line(k), "node %d comes twice", i)
			}
			spins[i] = int8(2*side - 1)
		}
	}
	return spins, nil
}
