package explain

import (
	"encoding/binary"
	"math/bits"
)

// nodeSet is a set of nodes of a graph as bits, node i in word i/64.
type nodeSet []uint64

func newNodeSet(n int) nodeSet { return make(nodeSet, (n+63)/64) }

// allNodes returns the set of n nodes.
func allNodes(n int) nodeSet {
	s := newNodeSet(n)
	for i := range n {
		s.add(i)
	}
	return s
}

func (s nodeSet) add(i int)         { s[i/64] |= 1 << (i % 64) }
func (s nodeSet) remove(i int)      { s[i/64] &^= 1 << (i % 64) }
func (s nodeSet) has(i int) bool    { return s[i/64]>>(i%64)&1 != 0 }
func (s nodeSet) clone() nodeSet    { return append(nodeSet(nil), s...) }
func (s nodeSet) union(t nodeSet)   { s.each(t, func(a, b uint64) uint64 { return a | b }) }
func (s nodeSet) without(t nodeSet) { s.each(t, func(a, b uint64) uint64 { return a &^ b }) }

func (s nodeSet) each(t nodeSet, f func(a, b uint64) uint64) {
	for k := range s {
		s[k] = f(s[k], t[k])
	}
}

// size returns how many nodes s has.
func (s nodeSet) size() int {
	size := 0
	for _, w := range s {
		size += bits.OnesCount64(w)
	}
	return size
}

// nodes returns the nodes of s in ascending order.
func (s nodeSet) nodes() []int {
	list := make([]int, 0, s.size())
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			list = append(list, 64*k+bits.TrailingZeros64(w))
		}
	}
	return list
}

// key identifies s among the sets of a graph.
func (s nodeSet) key() string {
	b := make([]byte, 0, 8*len(s))
	for _, w := range s {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return string(b)
}

// mask returns the first n nodes' membership.
func (s nodeSet) mask(n int) []bool {
	m := make([]bool, n)
	for i := range m {
		m[i] = s.has(i)
	}
	return m
}

// setOf returns the nodes where mask is true.
func setOf(mask []bool) nodeSet {
	s := newNodeSet(len(mask))
	for i, on := range mask {
		if on {
			s.add(i)
		}
	}
	return s
}
