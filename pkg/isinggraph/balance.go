package isinggraph

import "slices"

// balancePasses bounds the passes of Coloring.Balance; the gain falls quickly,
// and meshes and random graphs need a handful.
const balancePasses = 32

// Balance returns a colouring with as many colours and nearly equal class
// sizes: a node of a larger class moves to the smallest class that none of its
// neighbours has, while that evens the sizes. It is deterministic and a pass
// runs in O(E + V·Colors). c must be valid for g. Some graphs (a star in two
// colours) admit no equal classes.
func (c Coloring) Balance(g *Graph) Coloring {
	b := Coloring{Color: slices.Clone(c.Color), Colors: c.Colors}
	size := b.Sizes()
	seen := make([]int32, c.Colors) // 1 + the last node with a neighbour of this colour
	for range balancePasses {
		moved := false
		clear(seen)
		for i, from := range b.Color {
			for _, j := range g.Neighbors(i) {
				seen[b.Color[j]] = int32(i) + 1
			}
			to := from
			for k, s := range size {
				if s < size[to] && seen[k] != int32(i)+1 {
					to = int32(k)
				}
			}
			if size[from] > size[to]+1 {
				b.Color[i] = to
				size[from]--
				size[to]++
				moved = true
			}
		}
		if !moved {
			break
		}
	}
	return b
}
