package isinggraph

import "example.org/isinggraph/internal/par"

// couplings are the J of one call: one number, or one per canonical edge; on
// lattices one straight and one diagonal number.
type couplings struct {
	one, diagonal float32
	each          []float32
}

// params returns p with the couplings in the graph's own form.
func (c couplings) params(p Params) Params {
	if c.each != nil {
		p.J = c.each
	} else {
		p.J = []float32{c.one}
	}
	return p
}

// edgeCouplings resolves the couplings of o. With Diagonal it spells the kernel
// out by edge, for energies and for grids that are sampled as graphs.
func edgeCouplings(g *Graph, grid *Grid, o *Options) couplings {
	one, each := o.couplings(g)
	c := couplings{one: one, diagonal: one, each: each}
	if len(o.Diagonal) == 0 {
		return c
	}
	c.diagonal = o.Diagonal[0]
	c.each = make([]float32, 0, g.NumEdges())
	for u := range g.NumNodes() {
		for _, v := range g.upper(u) {
			if u/grid.Cols == int(v)/grid.Cols || u%grid.Cols == int(v)%grid.Cols {
				c.each = append(c.each, c.one)
			} else {
				c.each = append(c.each, c.diagonal)
			}
		}
	}
	return c
}

// biases calls set with h_i − Σ_j J_ij of every node in each of some chains, over
// neighbours of later colours only if later is set, from several goroutines.
func (c couplings) biases(g *Graph, l *layout, p Params, later bool, set func(chain, node int, v float32), chains []int) {
	n := g.NumNodes()
	rowPtr, col := g.CSR()
	var ids []int32
	if c.each != nil {
		ids = g.EdgeIDs()
	}
	par.Range(n, 1<<14, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			var sum float32
			count := rowPtr[i+1] - rowPtr[i]
			if c.each != nil || later {
				count = 0
				for half := rowPtr[i]; half < rowPtr[i+1]; half++ {
					if later && l.color[col[half]] <= l.color[i] {
						continue
					}
					if count++; c.each != nil {
						sum += c.each[ids[half]]
					}
				}
			}
			if c.each == nil {
				sum = c.one * float32(count)
			}
			for _, chain := range chains {
				set(chain, i, p.Field(chain, i, n)-sum)
			}
		}
	})
}
