package nb

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"html"
	"image/color"
	"math"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
)

// Layer is a value of each node of a graph that [ShowGraph] shows, in the colours of [Diverging](Limit).
type Layer struct {
	Title  string
	Values []float64
	Limit  float64
}

// maxHover bounds the nodes and edges of a view, over all its layers.
const maxHover = 20_000

//go:embed hover.html
var hoverView string

// ShowGraph shows a graph once a layer, side by side, as a view that answers the mouse: over a node it tells the
// node's number, symbol and value in each layer, and marks it and its neighbours in all of them. It is SVG with a
// few lines of script, without anything from the network, so that it works offline and in the exported notebook.
// A graph that is no molecule has empty symbols and orders of 1.
func ShowGraph(m Molecule, layers ...Layer) error {
	if !gonbui.IsNotebook {
		return nil
	}
	text, err := graphHTML(m, layers)
	if err != nil {
		return err
	}
	gonbui.DisplayHtml(text)
	gonbui.Sync()
	return gonbui.Error()
}

// The view's sizes, in pixels.
const (
	hoverWide   = 300.0
	hoverHigh   = 300.0
	hoverMargin = 16.0
)

// graphHTML returns the view's HTML. Equal graphs give equal text.
func graphHTML(m Molecule, layers []Layer) (string, error) {
	n := len(m.X)
	if err := m.check(n); err != nil {
		return "", err
	}
	if len(m.Symbols) != n || len(m.Orders) != len(m.Edges) {
		return "", fmt.Errorf("nb: graph of %d nodes and %d edges with %d symbols and %d orders", n, len(m.Edges), len(m.Symbols), len(m.Orders))
	}
	if len(layers) == 0 || (n+len(m.Edges))*len(layers) > maxHover {
		return "", fmt.Errorf("nb: %d layers of %d nodes and %d edges, at least 1 layer and at most %d in all", len(layers), n, len(m.Edges), maxHover)
	}
	xmin, xmax := bounds(m.X)
	ymin, ymax := bounds(m.Y)
	scale := min((hoverWide-2*hoverMargin)/max(xmax-xmin, 1e-9), (hoverHigh-2*hoverMargin)/max(ymax-ymin, 1e-9))
	at := func(i int32) (x, y float64) {
		return hoverWide/2 + scale*(m.X[i]-(xmin+xmax)/2), hoverHigh/2 - scale*(m.Y[i]-(ymin+ymax)/2)
	}
	r := min(max(0.4*math.Sqrt(hoverWide*hoverHigh/float64(n)/math.Pi), 2), 9)
	var body strings.Builder
	for _, l := range layers {
		if len(l.Values) != n {
			return "", fmt.Errorf("nb: layer %q has %d values for %d nodes", l.Title, len(l.Values), n)
		}
		colors, err := Diverging(l.Limit)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&body, `<figure><svg width="%g" height="%g" viewBox="0 0 %g %g" role="img" stroke="#888" fill="none">`,
			hoverWide, hoverHigh, hoverWide, hoverHigh)
		for e, uv := range m.Edges {
			x1, y1 := at(uv[0])
			x2, y2 := at(uv[1])
			// Two bonds are a wide line with a white one in it, three have a thin one more.
			order := min(max(m.Orders[e], 1), 3)
			where := fmt.Sprintf(`d="M%.1f %.1fL%.1f %.1f"`, x1, y1, x2, y2)
			fmt.Fprintf(&body, `<path data-e="%d %d" stroke-width="%g" %s/>`, uv[0], uv[1], []float64{1.4, 5, 7}[order-1], where)
			if order > 1 {
				fmt.Fprintf(&body, `<path stroke="#fff" stroke-width="%g" %s/>`, []float64{2.4, 4.4}[order-2], where)
			}
			if order == 3 {
				fmt.Fprintf(&body, `<path stroke-width="1.4" %s/>`, where)
			}
		}
		for i := range n {
			x, y := at(int32(i))
			c := color.NRGBAModel.Convert(mapped(colors, l.Values[i])).(color.NRGBA)
			fmt.Fprintf(&body, `<circle data-n="%d" cx="%.1f" cy="%.1f" r="%.1f" fill="#%02x%02x%02x"><title>%s</title></circle>`,
				i, x, y, r, c.R, c.G, c.B, html.EscapeString(tip(m, layers, i)))
			if s := m.Symbols[i]; s != "" && s != "C" && r > 5 {
				class := ""
				if 299*int(c.R)+587*int(c.G)+114*int(c.B) < 110_000 {
					class = ` class="dark"`
				}
				fmt.Fprintf(&body, `<text%s x="%.1f" y="%.1f">%s</text>`, class, x, y, html.EscapeString(s))
			}
		}
		fmt.Fprintf(&body, `</svg><figcaption>%s</figcaption></figure>`, html.EscapeString(l.Title))
	}
	h := fnv.New64a()
	h.Write([]byte(body.String()))
	id := fmt.Sprintf("graph-%016x", h.Sum64())
	return strings.NewReplacer("GRAPH", id, "BODY", body.String()).Replace(hoverView), nil
}

// tip says all of a node, a line each.
func tip(m Molecule, layers []Layer, i int) string {
	lines := []string{strings.TrimSpace(fmt.Sprintf("node %d %s", i, m.Symbols[i]))}
	for _, l := range layers {
		if i < len(l.Values) {
			lines = append(lines, fmt.Sprintf("%s: %.3g", l.Title, l.Values[i]))
		}
	}
	return strings.Join(lines, "\n")
}
