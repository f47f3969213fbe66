package nb

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot"
)

// render draws d and decodes the picture.
func render(t *testing.T, d Drawer, w, h float64) image.Image {
	t.Helper()
	data, err := PNG(d, w, h)
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// count returns how many pixels of m are near c.
func count(m image.Image, c color.Color) (n int) {
	near := func(a, b uint32) bool { return max(a, b)-min(a, b) < 0x0400 }
	r, g, b, _ := c.RGBA()
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			if r2, g2, b2, _ := m.At(x, y).RGBA(); near(r, r2) && near(g, g2) && near(b, b2) {
				n++
			}
		}
	}
	return n
}

// TestLines draws lines, points and bars in the colour that is asked for.
func TestLines(t *testing.T) {
	x, y, sd := []float64{1, 2, 3}, []float64{1, 4, 9}, []float64{0.5, 0.5, 1}
	for name, add := range map[string]func(*plot.Plot) error{
		"line":   func(p *plot.Plot) error { return Line(p, 2, "l", x, y) },
		"points": func(p *plot.Plot) error { return Points(p, 2, "l", x, y) },
		"bars":   func(p *plot.Plot) error { return ErrorBars(p, 2, "l", x, y, sd) },
	} {
		p := NewPlot(name, "x", "y")
		if err := add(p); err != nil {
			t.Fatal(err)
		}
		if n := count(render(t, p, 3, 2), Color(2)); n < 20 {
			t.Errorf("%s: %d pixels of its colour", name, n)
		}
	}
	p := NewPlot("", "x", "y")
	if err := Band(p, 0, x, y, sd); err != nil {
		t.Fatal(err)
	}
	if p.Y.Min != 0.5 || p.Y.Max != 10 {
		t.Errorf("a band over %g to %g, want 0.5 to 10", p.Y.Min, p.Y.Max)
	}
	HLine(p, "exact", -1)
	VLine(p, "", 5)
	if p.Y.Min != -1 || p.X.Max != 5 {
		t.Errorf("rules at y=-1 and x=5 leave the axes at %g and %g", p.Y.Min, p.X.Max)
	}
	if n := count(render(t, p, 3, 2), color.Gray{0x55}); n < 100 {
		t.Errorf("%d pixels of rules", n)
	}
}

func TestLineErrors(t *testing.T) {
	p := NewPlot("", "", "")
	x, y, nan := []float64{1, 2}, []float64{1, 2}, []float64{1, math.NaN()}
	for i, err := range []error{
		Line(p, 0, "l", x, y[:1]), Line(p, 0, "l", x, nan), Line(p, 0, "l", nil, nil),
		Points(p, 0, "l", x, y[:1]), Points(p, 0, "l", nan, y),
		ErrorBars(p, 0, "l", x, y, y[:1]), ErrorBars(p, 0, "l", x, y, nan), ErrorBars(p, 0, "l", x[:1], y, y),
		Band(p, 0, x, y, y[:1]), Band(p, 0, x, y, nan), Band(p, 0, x[:1], y, y),
	} {
		if err == nil {
			t.Errorf("case %d: no error", i)
		} else {
			wantError(t, err, "")
		}
	}
}

func TestColorsRepeat(t *testing.T) {
	seen := map[color.Color]bool{}
	for i := range okabeIto {
		seen[Color(i)] = true
	}
	if len(seen) != len(okabeIto) {
		t.Errorf("%d colours, want %d different ones", len(seen), len(okabeIto))
	}
	if Color(-1) != Color(len(okabeIto)-1) || Color(0) != Color(len(okabeIto)) {
		t.Error("the palette does not repeat")
	}
	if Dash(0) != nil || Dash(len(dashes)) != nil {
		t.Error("the first dash is not a full line")
	}
}

// TestTicks labels axes with round numbers that lie within them.
func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   string
		ticks  int // with those without a label
	}{
		{1, 12, "2 4 6 8 10 12", 12},
		{1, 20, "5 10 15 20", 20},
		{0, 3, "0 1 2 3", 4},
		{1, 2, "1 2", 2},
		{1, 250, "50 100 150 200 250", 25},
		{0, 1, "0 0.2 0.4 0.6 0.8 1.0", 21},
		{-1, 1, "−1 0 1", 3},
		{1.45, 3.55, "1.5 2.0 2.5 3.0 3.5", 21},
		{-1.035, -0.82, "−1.00 −0.95 −0.90 −0.85", 22},
		{0, 0.3, "0 0.1 0.2 0.3", 16},
		{0.1, 0.7, "0.2 0.4 0.6", 13},
		{0, 1e6, "0 2e5 4e5 6e5 8e5 1e6", 21},
		{-3e-6, 3e-6, "−2e−6 0 2e−6", 13},
		{0, 25662, "0 5000 10000 15000 20000 25000", 26},
		{2, 2, "", 0},
		{3, 1, "", 0},
		{0, math.Inf(1), "", 0},
		{math.NaN(), 1, "", 0},
	} {
		ticks, labels := (Ticks{}).Ticks(c.lo, c.hi), []string(nil)
		for _, k := range ticks {
			if k.Label != "" {
				labels = append(labels, k.Label)
			}
		}
		if got := strings.Join(labels, " "); got != c.want || len(ticks) != c.ticks {
			t.Errorf("labels of [%g, %g]: %q and %d ticks, want %q and %d", c.lo, c.hi, got, len(ticks), c.want, c.ticks)
		}
	}
	// Labels are few, apart, and say where they stand.
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		lo := (random.Float64() - 0.5) * math.Pow(10, 12*random.Float64()-6)
		hi := lo + math.Pow(10, 12*random.Float64()-6)
		n, seen := 0, map[string]bool{}
		for _, k := range (Ticks{}).Ticks(lo, hi) {
			if k.Label == "" {
				continue
			}
			n++
			v, err := strconv.ParseFloat(strings.ReplaceAll(k.Label, "−", "-"), 64)
			if err != nil || math.Abs(v-k.Value) > 1e-6*(hi-lo) || seen[k.Label] || v < lo-1e-6*(hi-lo) || v > hi+1e-6*(hi-lo) {
				t.Fatalf("label %q at %g on [%g, %g]: %v", k.Label, k.Value, lo, hi, err)
			}
			seen[k.Label] = true
		}
		if n < 2 || n > 6 {
			t.Fatalf("%d labels on [%g, %g]", n, lo, hi)
		}
	}
}

// TestLogTicks labels logarithmic axes with powers of ten, twice and five times these where few
// fit, within the axis.
func TestLogTicks(t *testing.T) {
	labels := func(lo, hi float64) string {
		var s []string
		for _, k := range (LogTicks{}).Ticks(lo, hi) {
			if k.Value < lo*0.999 || k.Value > hi*1.001 {
				t.Errorf("tick %g outside [%g, %g]", k.Value, lo, hi)
			}
			if k.Label != "" {
				s = append(s, k.Label)
			}
		}
		return strings.Join(s, " ")
	}
	for _, c := range []struct {
		lo, hi float64
		want   string
	}{
		{1, 1000, "1 10 100 1000"},
		{0.01, 0.5, "0.01 0.02 0.05 0.1 0.2 0.5"},
		{1e3, 1e7, "1000 10000 1e5 1e6 1e7"},
		{1e-8, 1e-5, "1e-8 1e-7 1e-6 1e-5"},
		{1e-5, 1e10, "1e-4 0.01 1 100 10000 1e6 1e8 1e10"},
		{1e5, 5e6, "1e5 2e5 5e5 1e6 2e6 5e6"},
		{0, 10, ""},
		{10, 1, ""},
		{1, math.Inf(1), ""},
	} {
		if got := labels(c.lo, c.hi); got != c.want {
			t.Errorf("labels of [%g, %g]: %q, want %q", c.lo, c.hi, got, c.want)
		}
	}
	p := NewPlot("", "n", "s")
	if err := Line(p, 0, "", []float64{1e3, 1e6}, []float64{0.1, 2}); err != nil {
		t.Fatal(err)
	}
	LogX(p)
	LogY(p)
	render(t, p, 3, 2)
}

// TestImages draws spins and fields row by row from the top, in their colours.
func TestImages(t *testing.T) {
	m, err := SpinImage([]int8{1, -1, -1, -1, 1, 1}, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if up := count(m, spinUp); up != 3*4 {
		t.Errorf("%d light pixels, want 12", up)
	}
	if m.At(1, 1) != spinUp || m.At(2, 0) != spinDown || m.At(2, 2) != spinUp {
		t.Error("spins are not drawn row by row from the top")
	}
	f, err := FieldImage([]float64{-9, 0, 9, math.NaN()}, 4, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	red := func(x int) (r, b uint32) { r, _, b, _ = f.At(x, 0).RGBA(); return }
	if r, b := red(0); r >= b {
		t.Error("a low value is not blue")
	}
	if r, b := red(2); r <= b {
		t.Error("a high value is not red")
	}
	if f.At(3, 0) != missing {
		t.Error("NaN is not grey")
	}
	if n := count(render(t, ImagePlot("spins", m), 2, 2), spinUp); n < 1000 {
		t.Errorf("%d light pixels in the plot", n)
	}
	for _, bad := range []func() error{
		func() error { _, err := SpinImage(nil, 3, 1); return err },
		func() error { _, err := SpinImage(make([]int8, 5), 3, 1); return err },
		func() error { _, err := SpinImage(make([]int8, 5), 0, 1); return err },
		func() error { _, err := SpinImage(make([]int8, 5), 5, 0); return err },
		func() error { _, err := SpinImage(make([]int8, 5), 5, 1<<20); return err },
		func() error { _, err := FieldImage(make([]float64, 5), 5, 1, 0); return err },
		func() error { _, err := Diverging(math.NaN()); return err },
		func() error { _, err := Diverging(math.Inf(1)); return err },
	} {
		wantError(t, bad(), "")
	}
}

// TestLimit is the largest finite absolute value, or 1 where there is none.
func TestLimit(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 1}, {[]float64{0, 0}, 1}, {[]float64{-3, 2, math.NaN(), math.Inf(1)}, 3}} {
		if got := Limit(c.values); got != c.want {
			t.Errorf("Limit(%v) = %g, want %g", c.values, got, c.want)
		}
	}
}

// TestGraphPlots draws a node for each spin and field, in its colour.
func TestGraphPlots(t *testing.T) {
	g := Drawing{X: []float64{0, 1, 1, 0}, Y: []float64{0, 0, 1, 1}, Edges: [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 0}}}
	p, err := SpinPlot("spins", g, []int8{1, -1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	m := render(t, p, 3, 3)
	up, down := count(m, spinUp), count(m, spinDown)
	if down == 0 || up < 2*down { // three nodes and a mark against one node and a mark
		t.Errorf("%d light and %d dark pixels", up, down)
	}
	f, err := FieldPlot("field", g, []float64{-1, 0, 1, math.NaN()}, 1, "h")
	if err != nil {
		t.Fatal(err)
	}
	if n := count(render(t, f, 3, 3), missing); n < 50 {
		t.Errorf("%d pixels of the node that is NaN", n)
	}
	c, err := ClassPlot("classes", g, []int32{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	grid := Grid{{p, f}, {nil, c}}
	if n := count(render(t, grid, 6, 6), Color(3)); n < 50 {
		t.Errorf("%d pixels of class 3 in the grid", n)
	}
	render(t, Grid{{p, c}, {c}}, 6, 6)
	one, err := SpinPlot("", Drawing{X: []float64{2, 2}, Y: []float64{3, 3}}, []int8{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	render(t, one, 2, 2)
}

func TestGraphPlotErrors(t *testing.T) {
	ok := []float64{0, 1}
	for want, g := range map[string]Drawing{
		"0 values": {},
		"1 of y":   {X: ok, Y: ok[:1]},
		"(0, NaN)": {X: ok, Y: []float64{math.NaN(), 0}},
		"edge 0":   {X: ok, Y: ok, Edges: [][2]int32{{0, 2}}},
	} {
		_, err := SpinPlot("", g, make([]int8, len(g.X)))
		wantError(t, err, "")
		if err != nil && want != "0 values" && !strings.Contains(err.Error(), want) {
			t.Errorf("error %q, want one with %q", err, want)
		}
	}
	g := Drawing{X: ok, Y: ok}
	_, err := SpinPlot("", g, nil)
	wantError(t, err, "0 to colour")
	_, err = FieldPlot("", g, ok, 0, "")
	wantError(t, err, "limit")
	_, err = FieldPlot("", g, nil, 1, "")
	wantError(t, err, "0 to colour")
	_, err = ClassPlot("", g, nil)
	wantError(t, err, "0 to colour")
}

// TestProgress says how much is done and how long the rest takes, with its title as text.
func TestProgress(t *testing.T) {
	p := NewProgress("<training>", 4) // neither a notebook nor a terminal: nothing is shown
	for i := range 5 {
		p.Set(i)
	}
	p.Done()
	for done, want := range map[int]string{0: "0/4", 1: "1/4, 3s left", 4: "4/4"} {
		got := p.html(done, 1e9)
		if !strings.HasSuffix(got, want) || strings.Contains(got, "<training>") {
			t.Errorf("progress %q, want one that ends in %q", got, want)
		}
	}
}

// TestMeanBand compares the mean and the deviation of three curves with those by hand.
func TestMeanBand(t *testing.T) {
	p := NewPlot("", "x", "y")
	mean, sd, err := MeanBand(p, 2, "l", []float64{0, 1}, [][]float64{{1, 5}, {2, 5}, {3, 5}})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(mean, []float64{2, 5}) || !slices.Equal(sd, []float64{1, 0}) {
		t.Errorf("mean %v, standard deviation %v", mean, sd)
	}
	if n := count(render(t, p, 3, 2), Color(2)); n < 20 {
		t.Errorf("%d pixels of the line's colour", n)
	}
	for _, curves := range [][][]float64{{{1, 2}}, {{1, 2}, {1}}} {
		if _, _, err := MeanBand(p, 0, "", []float64{0, 1}, curves); err == nil {
			t.Errorf("curves %v are drawn", curves)
		}
	}
}
