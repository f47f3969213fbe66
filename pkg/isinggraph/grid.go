package isinggraph

import (
	"fmt"
	"math"
)

// Grid is a two-dimensional lattice. Node (row, col) has index row*Cols + col.
type Grid struct {
	Rows, Cols int
	Neighbors  int  // 4: up, down, left, right; 8: the diagonals too
	Periodic   bool // both directions wrap around
}

// NewGrid returns a checked grid. Sizes are positive, Neighbors is 4 or 8, and
// a periodic grid is at least 3 wide and high, since on a shorter torus a node
// meets the same neighbour on both sides, which doubles the edge.
func NewGrid(rows, cols, neighbors int, periodic bool) (Grid, error) {
	g := Grid{Rows: rows, Cols: cols, Neighbors: neighbors, Periodic: periodic}
	return g, g.validate()
}

func (g Grid) validate() error {
	if g.Neighbors != 4 && g.Neighbors != 8 {
		return fmt.Errorf("isinggraph: grid with %d neighbours, need 4 or 8", g.Neighbors)
	}
	if g.Rows < 1 || g.Cols < 1 {
		return fmt.Errorf("isinggraph: grid of %d by %d nodes, sizes must be positive", g.Rows, g.Cols)
	}
	if g.Periodic && (g.Rows < 3 || g.Cols < 3) {
		return fmt.Errorf("isinggraph: periodic grid of %d by %d nodes, sizes must be at least 3 (a torus of size 2 has double edges)", g.Rows, g.Cols)
	}
	if limit := math.MaxInt32 / g.Neighbors; g.Rows > limit/g.Cols {
		return fmt.Errorf("isinggraph: grid of %d by %d nodes, at most %d fit", g.Rows, g.Cols, limit)
	}
	return nil
}

// NumNodes returns Rows*Cols.
func (g Grid) NumNodes() int { return g.Rows * g.Cols }

// Graph returns the grid as a graph, which remembers the grid.
func (g Grid) Graph() (*Graph, error) {
	if err := g.validate(); err != nil {
		return nil, err
	}
	steps := [][2]int{{0, 1}, {1, 0}}
	if g.Neighbors == 8 {
		steps = append(steps, [2]int{1, 1}, [2]int{1, -1})
	}
	edges := make([][2]int32, 0, g.NumNodes()*len(steps))
	for r := range g.Rows {
		for c := range g.Cols {
			for _, s := range steps {
				r2, c2 := r+s[0], c+s[1]
				if g.Periodic {
					r2, c2 = r2%g.Rows, (c2+g.Cols)%g.Cols
				} else if r2 >= g.Rows || c2 < 0 || c2 >= g.Cols {
					continue
				}
				edges = append(edges, [2]int32{int32(r*g.Cols + c), int32(r2*g.Cols + c2)})
			}
		}
	}
	graph, err := NewGraph(g.NumNodes(), edges)
	if err == nil {
		graph.grid = &g
	}
	return graph, err
}

// Coloring returns the checkerboard: colour (row+col) mod 2 for 4 neighbours
// and 2(row mod 2) + (col mod 2) for 8. On a torus a side of odd length cannot
// alternate, so its last line gets a third colour: 3 colours for 4 neighbours,
// and 6 or 9 for 8.
func (g Grid) Coloring() (Coloring, error) {
	if err := g.validate(); err != nil {
		return Coloring{}, err
	}
	rowColors, colColors := lineColors(g.Rows, g.Periodic), lineColors(g.Cols, g.Periodic)
	c := Coloring{Color: make([]int32, g.NumNodes()), Colors: rowColors * colColors}
	if g.Neighbors == 4 {
		c.Colors = max(rowColors, colColors)
	}
	for r := range g.Rows {
		a := lineColor(r, g.Rows, rowColors)
		for col := range g.Cols {
			b := lineColor(col, g.Cols, colColors)
			if g.Neighbors == 4 {
				c.Color[r*g.Cols+col] = int32((a + b) % c.Colors)
			} else {
				c.Color[r*g.Cols+col] = int32(a*colColors + b)
			}
		}
	}
	return c, nil
}

// lineColors returns how many colours a path or cycle of the given length needs.
func lineColors(length int, cycle bool) int {
	if cycle && length%2 == 1 {
		return 3
	}
	return min(length, 2)
}

// lineColor returns the colour of position i on such a path or cycle.
func lineColor(i, length, colors int) int {
	if colors == 3 && i == length-1 {
		return 2
	}
	return i % 2
}
