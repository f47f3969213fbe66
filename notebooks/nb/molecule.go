package nb

import (
	"fmt"
	"image/color"
	"math"
	"math/rand/v2"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Molecule is a molecule in the plane: atoms are nodes, bonds edges.
type Molecule struct {
	Drawing
	Symbols []string // of the atoms
	Orders  []int    // of the bonds, 1 to 3
}

// LayoutMolecule places up to 500 nodes such that distances in the plane are
// near those along the edges: it makes the stress Σ (|x_i − x_j| − d_ij)²/d_ij² small by
// majorization (Gansner et al. 2004, doi:10.1007/978-3-540-31843-9_25), which
// draws rings as polygons. Parts that are not joined lie apart. O(n²) a round.
func LayoutMolecule(n int, edges [][2]int32) (Drawing, error) {
	if n < 1 || n > 500 {
		return Drawing{}, fmt.Errorf("nb: molecule of %d atoms, need 1 to 500", n)
	}
	for e, uv := range edges {
		if min(uv[0], uv[1]) < 0 || int(max(uv[0], uv[1])) >= n {
			return Drawing{}, fmt.Errorf("nb: bond %d joins atoms %d and %d of %d", e, uv[0], uv[1], n)
		}
	}
	d := distances(n, edges)
	var best Drawing
	least := math.Inf(1)
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 0))
		g := Drawing{X: make([]float64, n), Y: make([]float64, n), Edges: edges}
		for i := range n {
			g.X[i], g.Y[i] = rng.NormFloat64(), rng.NormFloat64()
		}
		for range 300 {
			g.majorize(d)
		}
		if s := g.stress(d); s < least {
			least, best = s, g
		}
	}
	return best, nil
}

// distances returns the lengths of shortest paths, and more than the longest
// between parts that are not joined.
func distances(n int, edges [][2]int32) [][]float64 {
	near := make([][]int32, n)
	for _, e := range edges {
		near[e[0]], near[e[1]] = append(near[e[0]], e[1]), append(near[e[1]], e[0])
	}
	all := make([][]float64, n)
	longest := 0.0
	for s := range all {
		d := make([]float64, n)
		queue := []int32{int32(s)}
		for len(queue) > 0 {
			i := queue[0]
			queue = queue[1:]
			for _, j := range near[i] {
				if d[j] == 0 && int(j) != s {
					d[j] = d[i] + 1
					longest = max(longest, d[j])
					queue = append(queue, j)
				}
			}
		}
		all[s] = d
	}
	for i, d := range all {
		for j := range d {
			if i != j && d[j] == 0 {
				d[j] = longest/2 + 2
			}
		}
	}
	return all
}

// majorize moves each node to where the others want it.
func (g Drawing) majorize(d [][]float64) {
	for i := range g.X {
		var x, y, weight float64
		for j, dij := range d[i] {
			if i == j {
				continue
			}
			w := 1 / (dij * dij)
			dx, dy := g.X[i]-g.X[j], g.Y[i]-g.Y[j]
			s := dij / max(math.Hypot(dx, dy), 1e-9)
			x += w * (g.X[j] + s*dx)
			y += w * (g.Y[j] + s*dy)
			weight += w
		}
		if weight > 0 {
			g.X[i], g.Y[i] = x/weight, y/weight
		}
	}
}

func (g Drawing) stress(d [][]float64) (sum float64) {
	for i := range d {
		for j := range i {
			miss := math.Hypot(g.X[i]-g.X[j], g.Y[i]-g.Y[j])/d[i][j] - 1
			sum += miss * miss
		}
	}
	return sum
}

// MoleculePlot draws a molecule: letters for the atoms, but for carbon a dot,
// and a line for each order of a bond. Atoms lie on discs in the colours of
// [Diverging](limit) of a value each.
func MoleculePlot(title string, m Molecule, values []float64, limit float64) (*plot.Plot, error) {
	if err := m.check(len(values)); err != nil {
		return nil, err
	}
	if len(m.Symbols) != len(m.X) || len(m.Orders) != len(m.Edges) {
		return nil, fmt.Errorf("nb: molecule with %d symbols for %d atoms and %d orders for %d bonds", len(m.Symbols), len(m.X), len(m.Orders), len(m.Edges))
	}
	colors, err := Diverging(limit)
	if err != nil {
		return nil, err
	}
	p := NewPlot(title, "", "")
	p.HideAxes()
	p.Add(moleculePlotter{m, values, colors})
	return p, nil
}

// moleculePlotter draws a molecule into the plot's area.
type moleculePlotter struct {
	Molecule
	values []float64
	colors palette.ColorMap
}

// Plot implements [plot.Plotter].
func (m moleculePlotter) Plot(c draw.Canvas, p *plot.Plot) {
	xmin, xmax := bounds(m.X)
	ymin, ymax := bounds(m.Y)
	const margin = 9
	c = draw.Crop(c, margin, -margin, margin, -margin)
	size := c.Rectangle.Size()
	s := min(float64(size.X)/max(xmax-xmin, 1), float64(size.Y)/max(ymax-ymin, 1))
	at := func(i int32) vg.Point {
		return vg.Point{X: c.Center().X + vg.Length((m.X[i]-(xmin+xmax)/2)*s), Y: c.Center().Y + vg.Length((m.Y[i]-(ymin+ymax)/2)*s)}
	}
	r := min(vg.Length(0.36*s), 8)
	var bonds vg.Path
	for e, uv := range m.Edges {
		a, b := at(uv[0]), at(uv[1])
		length := vg.Length(math.Hypot(float64(b.X-a.X), float64(b.Y-a.Y)))
		if length == 0 {
			continue
		}
		side := vg.Point{X: -(b.Y - a.Y) / length, Y: (b.X - a.X) / length}.Scale(min(2.2, r/2))
		for k := range m.Orders[e] {
			shift := side.Scale(vg.Length(k) - vg.Length(m.Orders[e]-1)/2)
			bonds.Move(a.Add(shift))
			bonds.Line(b.Add(shift))
		}
	}
	c.SetLineStyle(draw.LineStyle{Color: color.NRGBA{0x55, 0x55, 0x55, 0xff}, Width: min(0.9, r/4)})
	c.Stroke(bonds)
	style := p.Title.TextStyle
	style.Font.Size, style.XAlign, style.YAlign, style.Color = r*1.25, draw.XCenter, draw.YCenter, ink
	for i, symbol := range m.Symbols {
		mid := at(int32(i))
		c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: r + 0.4, Shape: draw.CircleGlyph{}}, mid)
		c.DrawGlyph(draw.GlyphStyle{Color: mapped(m.colors, m.values[i]), Radius: r, Shape: draw.CircleGlyph{}}, mid)
		if symbol == "C" {
			c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: r / 5, Shape: draw.CircleGlyph{}}, mid)
			continue
		}
		c.FillText(style, mid, symbol)
	}
}
