package isinggraph

import "fmt"

// Couplings are the J of a model: one for all edges, one per canonical edge, or the
// 3×3 kernel of a grid. J > 0 is ferromagnetic. The zero value is J = 1 on every
// edge.
type Couplings struct {
	kind               couplingKind
	straight, diagonal float32   // uniform couplings have straight alone
	each               []float32 // [edges]
}

type couplingKind uint8

const (
	kindUnsaid couplingKind = iota // J = 1
	kindUniform
	kindPerEdge
	kindKernel
)

// Uniform is the coupling j of all edges.
func Uniform(j float32) Couplings { return Couplings{kind: kindUniform, straight: j} }

// PerEdge are couplings of each edge, in the graph's canonical order. It keeps j.
func PerEdge(j []float32) Couplings { return Couplings{kind: kindPerEdge, each: j} }

// Kernel is the 3×3 kernel of a grid with 8 neighbours: one coupling of the edges
// along rows and columns, one of the diagonals.
func Kernel(straight, diagonal float32) Couplings {
	return Couplings{kind: kindKernel, straight: straight, diagonal: diagonal}
}

// IsZero tells whether nothing was said: J is 1.
func (c Couplings) IsZero() bool { return c.kind == kindUnsaid }

// Uniform returns the coupling that all edges share, if the couplings say but one.
func (c Couplings) Uniform() (j float32, ok bool) {
	switch c.kind {
	case kindUnsaid:
		return 1, true
	case kindUniform:
		return c.straight, true
	}
	return 0, false
}

// Kernel returns the couplings of straight and of diagonal edges, if they are a
// kernel's.
func (c Couplings) Kernel() (straight, diagonal float32, ok bool) {
	return c.straight, c.diagonal, c.kind == kindKernel
}

// ByEdge returns the couplings of [PerEdge], nil for others.
func (c Couplings) ByEdge() []float32 { return c.each }

// Of returns J of the canonical edge e of g, O(log n) for kernels, else O(1).
func (c Couplings) Of(g *Graph, e int) float32 {
	switch c.kind {
	case kindPerEdge:
		return c.each[e]
	case kindKernel:
		u, v := g.Edge(e)
		return c.pair(g.grid, int(u), int(v))
	}
	j, _ := c.Uniform()
	return j
}

// pair returns a kernel's J of two neighbours on a grid.
func (c Couplings) pair(gr *Grid, u, v int) float32 {
	if u/gr.Cols == v/gr.Cols || u%gr.Cols == v%gr.Cols {
		return c.straight
	}
	return c.diagonal
}

// Each returns J of all canonical edges of g, [edges]. It is a new slice but for
// couplings of [PerEdge], whose own it is. O(E).
func (c Couplings) Each(g *Graph) []float32 {
	if c.kind == kindPerEdge {
		return c.each
	}
	each := make([]float32, 0, g.NumEdges())
	j, _ := c.Uniform()
	for u := range g.NumNodes() {
		for _, v := range g.upper(u) {
			if c.kind == kindKernel {
				j = c.pair(g.grid, u, int(v))
			}
			each = append(each, j)
		}
	}
	return each
}

// Validate checks that the couplings are finite and fit g. Errors name the edge and
// the value.
func (c Couplings) Validate(g *Graph) error {
	switch c.kind {
	case kindPerEdge:
		if len(c.each) != g.NumEdges() {
			return fmt.Errorf("isinggraph: %d couplings J, need one per edge (%d)", len(c.each), g.NumEdges())
		}
		for e, v := range c.each {
			if !finite(v) {
				u, w := g.Edge(e)
				return fmt.Errorf("isinggraph: coupling J[%d] of edge (%d, %d) is %v", e, u, w, v)
			}
		}
	case kindKernel:
		if g.grid == nil || g.grid.Neighbors != 8 {
			return fmt.Errorf("isinggraph: a kernel of couplings J needs the graph of a grid with 8 neighbours")
		}
		if !finite(c.straight) || !finite(c.diagonal) {
			return fmt.Errorf("isinggraph: the kernel of couplings J has the values %v and %v", c.straight, c.diagonal)
		}
	default:
		if !finite(c.straight) {
			return fmt.Errorf("isinggraph: coupling J is %v", c.straight)
		}
	}
	return nil
}

// String says the couplings in a few words.
func (c Couplings) String() string {
	switch c.kind {
	case kindPerEdge:
		return fmt.Sprintf("J of each of %d edges", len(c.each))
	case kindKernel:
		return fmt.Sprintf("J = %v, diagonally %v", c.straight, c.diagonal)
	}
	j, _ := c.Uniform()
	return fmt.Sprintf("J = %v", j)
}

// resolve returns J per canonical edge or, if that is nil, the one coupling that
// all edges have.
func (c Couplings) resolve(g *Graph) (j float32, each []float32) {
	if j, ok := c.Uniform(); ok {
		return j, nil
	}
	return 0, c.Each(g)
}
