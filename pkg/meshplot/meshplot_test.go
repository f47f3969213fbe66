package meshplot

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/palette/moreland"
)

// Two triangles that face +Z, the smaller one in front.
var (
	cards = [][3]float64{
		{-1, -1, 0}, {1, -1, 0}, {0, 1, 0},
		{-0.3, -0.6, 0.5}, {0.3, -0.6, 0.5}, {0, 0, 0.5},
	}
	cardFaces = [][3]int32{{0, 1, 2}, {3, 4, 5}}
)

// hue tells the strongest channel of a pixel, or w for white, g for grey.
func hue(c color.RGBA) byte {
	switch {
	case c.R == 255 && c.G == 255 && c.B == 255:
		return 'w'
	case c.R > c.B+40 && c.R > c.G+40:
		return 'R'
	case c.B > c.R+40 && c.B > c.G+20:
		return 'B'
	}
	return 'g'
}

func render(t *testing.T, vertices [][3]float64, faces [][3]int32, values []float64, opt Options) *image.RGBA {
	t.Helper()
	img, err := Render(vertices, faces, values, opt)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestRenderDepth shows what lies in front, from each side.
func TestRenderDepth(t *testing.T) {
	values := []float64{-1, -1, -1, 1, 1, 1}
	for _, c := range []struct {
		name  string
		opt   Options
		where image.Point
		want  byte
	}{
		{"small card in front", Options{}, image.Pt(50, 70), 'R'},
		{"large card beside it", Options{}, image.Pt(30, 90), 'B'},
		{"nothing in the corner", Options{}, image.Pt(2, 2), 'w'},
		{"small card hidden from behind", Options{Azimuth: 180}, image.Pt(50, 70), 'B'},
		{"from above what is in front moves down", Options{Elevation: 45}, image.Pt(50, 77), 'R'},
		{"and uncovers what it hid", Options{Elevation: 45}, image.Pt(50, 60), 'B'},
		{"from below it moves up", Options{Elevation: -45}, image.Pt(50, 45), 'R'},
		{"from the side the cards are lines", Options{Azimuth: 90}, image.Pt(50, 40), 'w'},
	} {
		c.opt.Width, c.opt.Height, c.opt.ColorMap = 100, 100, Spins()
		if got := hue(render(t, cards, cardFaces, values, c.opt).RGBAAt(c.where.X, c.where.Y)); got != c.want {
			t.Errorf("%s: %c, want %c", c.name, got, c.want)
		}
	}
}

// With ZUp, the picture of a mesh is that of the mesh turned upright.
func TestRenderZUp(t *testing.T) {
	turned := make([][3]float64, len(cards))
	for i, v := range cards {
		turned[i] = [3]float64{v[0], -v[2], v[1]}
	}
	opt := Options{Width: 80, Height: 60, Azimuth: 30, Elevation: 20}
	want := render(t, cards, cardFaces, nil, opt)
	opt.ZUp = true
	if got := render(t, turned, cardFaces, nil, opt); !bytes.Equal(got.Pix, want.Pix) {
		t.Error("the turned mesh looks different")
	}
}

// TestRenderOptions draws the same pixels for the same input, and other ones for each option.
func TestRenderOptions(t *testing.T) {
	opt := Options{Width: 120, Height: 100, Azimuth: 20}
	plain := render(t, cards, cardFaces, nil, opt)
	if plain.Bounds() != image.Rect(0, 0, 120, 100) {
		t.Errorf("image of %v", plain.Bounds())
	}
	if again := render(t, cards, cardFaces, nil, opt); !bytes.Equal(again.Pix, plain.Pix) {
		t.Error("equal input, other pixels")
	}
	opt.ShowEdges = true
	if edges := render(t, cards, cardFaces, nil, opt); darkness(edges) <= darkness(plain) {
		t.Error("edges do not show")
	}
	// A roof: smooth shading rounds its ridge, flat shading does not.
	roof := [][3]float64{{-1, 0, 0}, {1, 0, 0}, {0, 1, -1}, {0, -1, -1}}
	faces := [][3]int32{{0, 1, 2}, {0, 3, 1}}
	flat := render(t, roof, faces, nil, Options{Width: 60, Height: 60, Flat: true})
	if up, down := flat.RGBAAt(30, 20), flat.RGBAAt(30, 26); up != down {
		t.Errorf("flat face of two shades: %v, %v", up, down)
	}
	smooth := render(t, roof, faces, nil, Options{Width: 60, Height: 60})
	if up, down := smooth.RGBAAt(30, 20), smooth.RGBAAt(30, 26); up == down {
		t.Errorf("smooth face of one shade: %v", up)
	}
	if size := render(t, nil, nil, nil, Options{}).Bounds().Size(); size != image.Pt(600, 600) {
		t.Errorf("image of an empty mesh by default: %v", size)
	}
}

// darkness sums how much the pixels lack of white.
func darkness(img *image.RGBA) (sum int) {
	for _, v := range img.Pix {
		sum += 255 - int(v)
	}
	return sum
}

// The range of the colours is that of the values, symmetric if the map
// diverges; it stays in the map for the bar.
func TestRenderRange(t *testing.T) {
	values := []float64{1, 2, 5, math.NaN(), 1, 1}
	v := Viridis()
	render(t, cards, cardFaces, values, Options{Width: 20, Height: 20, ColorMap: v})
	if v.Min() != 1 || v.Max() != 5 {
		t.Errorf("range %g..%g, want 1..5", v.Min(), v.Max())
	}
	d := moreland.SmoothBlueRed()
	img := render(t, cards, cardFaces, values, Options{Width: 100, Height: 100, ColorMap: d})
	if d.Min() != -5 || d.Max() != 5 {
		t.Errorf("range %g..%g, want -5..5", d.Min(), d.Max())
	}
	if c := img.RGBAAt(50, 70); c.R != c.G || c.G != c.B {
		t.Errorf("NaN is drawn %v, want grey", c)
	}
	render(t, cards, cardFaces, make([]float64, 6), Options{Width: 20, Height: 20, ColorMap: v})
	if v.Min() != -1 || v.Max() != 1 {
		t.Errorf("range of equal values %g..%g, want -1..1", v.Min(), v.Max())
	}
	render(t, cards, cardFaces, values, Options{Width: 20, Height: 20, ColorMap: v, Min: 0, Max: 9})
	if v.Min() != 0 || v.Max() != 9 {
		t.Errorf("range %g..%g, want 0..9", v.Min(), v.Max())
	}
}

func TestRenderErrors(t *testing.T) {
	for _, c := range []struct {
		name     string
		vertices [][3]float64
		faces    [][3]int32
		values   []float64
		opt      Options
		want     string
	}{
		{"values", cards, cardFaces, []float64{1}, Options{}, "1 values for 6 vertices"},
		{"index", cards, [][3]int32{{0, 1, 6}}, nil, Options{}, "face 0: vertex 6 outside 0..5"},
		{"negative index", cards, [][3]int32{{0, -1, 2}}, nil, Options{}, "face 0: vertex -1 outside 0..5"},
		{"NaN", [][3]float64{{0, 0, math.NaN()}}, nil, nil, Options{}, "vertex 0 is not finite"},
		{"large", cards, cardFaces, nil, Options{Width: MaxSize + 1}, "image of 4097×600 pixels"},
		{"negative", cards, cardFaces, nil, Options{Height: -1}, "image of 600×-1 pixels"},
		{"range", cards, cardFaces, make([]float64, 6), Options{Min: 2, Max: 1}, "colours over 2..1"},
		{"infinite range", cards, cardFaces, make([]float64, 6), Options{Max: math.Inf(1)}, "colours over 0..+Inf"},
	} {
		if img, err := Render(c.vertices, c.faces, c.values, c.opt); err == nil || img != nil || !strings.HasPrefix(err.Error(), "meshplot: "+c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestColorMaps gives spins their two colours, values those of viridis, and refuses what is out
// of range.
func TestColorMaps(t *testing.T) {
	s := Spins()
	for v, want := range map[float64]byte{-1: 'B', -0.01: 'B', 0.01: 'R', 1: 'R'} {
		c, err := s.At(v)
		if err != nil || hue(color.RGBAModel.Convert(c).(color.RGBA)) != want {
			t.Errorf("spin %g: %v, %v, want %c", v, c, err, want)
		}
	}
	for _, v := range []float64{-1.1, 1.1, math.NaN()} {
		if _, err := s.At(v); err == nil {
			t.Errorf("spin %g has a colour", v)
		}
	}
	v := Viridis()
	v.SetMin(10)
	v.SetMax(18)
	for at, want := range map[float64]color.NRGBA{10: {68, 1, 84, 255}, 14: {33, 144, 141, 255}, 18: {253, 231, 37, 255}} {
		if c, err := v.At(at); err != nil || c != want {
			t.Errorf("viridis at %g: %v, %v, want %v", at, c, err, want)
		}
	}
	v.SetAlpha(0.5)
	if c, _ := v.At(10); v.Alpha() != 0.5 || c.(color.NRGBA).A != 128 {
		t.Errorf("half transparent: %v", c)
	}
	if n := len(v.Palette(7).Colors()); n != 7 {
		t.Errorf("palette of %d colours, want 7", n)
	}
}

// TestColorBar draws the smallest value below and the largest above.
func TestColorBar(t *testing.T) {
	m := Spins()
	bar, err := ColorBar(m, "spin", 80, 300)
	if err != nil || bar.Bounds() != image.Rect(0, 0, 80, 300) {
		t.Fatalf("%v, %v", bar, err)
	}
	if low, high := hue(bar.RGBAAt(70, 250)), hue(bar.RGBAAt(70, 50)); low != 'B' || high != 'R' {
		t.Errorf("below %c, above %c, want B, R", low, high)
	}
	for _, bad := range [][2]int{{0, 10}, {10, MaxSize + 1}} {
		if _, err := ColorBar(m, "", bad[0], bad[1]); err == nil {
			t.Errorf("drew a bar of %v", bad)
		}
	}
	m.SetMax(m.Min())
	if _, err := ColorBar(m, "", 80, 300); err == nil {
		t.Error("drew a bar over an empty range")
	}
}

// TestMontage puts images of different sizes into rows of equal cells.
func TestMontage(t *testing.T) {
	red, blue := image.NewRGBA(image.Rect(0, 0, 10, 20)), image.NewRGBA(image.Rect(5, 5, 20, 15))
	for i := range red.Pix {
		red.Pix[i] = [4]byte{255, 0, 0, 255}[i%4]
	}
	for i := range blue.Pix {
		blue.Pix[i] = [4]byte{0, 0, 255, 255}[i%4]
	}
	all, err := Montage(2, red, blue, red)
	if err != nil || all.Bounds() != image.Rect(0, 0, 30, 40) {
		t.Fatalf("%v, %v", all, err)
	}
	for p, want := range map[image.Point]byte{{5, 5}: 'R', {12, 5}: 'w', {20, 5}: 'B', {20, 15}: 'w', {5, 25}: 'R', {20, 25}: 'w'} {
		if got := hue(all.RGBAAt(p.X, p.Y)); got != want {
			t.Errorf("at %v: %c, want %c", p, got, want)
		}
	}
	if _, err := Montage(0, red); err == nil {
		t.Error("no columns")
	}
	if _, err := Montage(2); err == nil {
		t.Error("no images")
	}
}

func BenchmarkRender(b *testing.B) {
	// A wavy sheet of 25,000 vertices.
	const n = 158
	var vertices [][3]float64
	var faces [][3]int32
	var values []float64
	for i := range n {
		for j := range n {
			x, y := float64(i)/n, float64(j)/n
			z := 0.05 * math.Sin(20*x) * math.Cos(20*y)
			vertices, values = append(vertices, [3]float64{x, y, z}), append(values, z)
			if k := int32(i*n + j); i+1 < n && j+1 < n {
				faces = append(faces, [3]int32{k, k + n, k + n + 1}, [3]int32{k, k + n + 1, k + 1})
			}
		}
	}
	for b.Loop() {
		if _, err := Render(vertices, faces, values, Options{Elevation: -20}); err != nil {
			b.Fatal(err)
		}
	}
}
