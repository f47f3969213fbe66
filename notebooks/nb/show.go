package nb

import (
	"bytes"
	"fmt"
	"image"
	"image/png"

	"github.com/janpfeifer/gonb/gonbui"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"example.org/isinggraph/internal/wholefile"
)

// dpi is the resolution of figures, in dots per inch.
const dpi = 144

// maxInches bounds a figure's width and height.
const maxInches = 40

// Drawer is what can be shown: a *plot.Plot, a [Grid], a plot with a colour bar.
type Drawer interface{ Draw(draw.Canvas) }

// PNG draws d at 144 dots per inch; width and height are in inches, at most 40. What gonum/plot panics over,
// like zero on a logarithmic axis, is an error.
func PNG(d Drawer, width, height float64) (image []byte, err error) {
	if !(width > 0 && width <= maxInches && height > 0 && height <= maxInches) {
		return nil, fmt.Errorf("nb: figure of %g by %g inches", width, height)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("nb: drawing: %v", r)
		}
	}()
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(vg.Length(width)*vg.Inch, vg.Length(height)*vg.Inch), vgimg.UseDPI(dpi))}
	d.Draw(draw.New(c))
	var buf bytes.Buffer
	if _, err := c.WriteTo(&buf); err != nil {
		return nil, fmt.Errorf("nb: encoding a figure: %w", err)
	}
	return buf.Bytes(), nil
}

// Show displays d in the notebook; width and height are in inches.
func Show(d Drawer, width, height float64) error {
	if !gonbui.IsNotebook {
		return nil
	}
	image, err := PNG(d, width, height)
	if err != nil {
		return err
	}
	return display(image)
}

// ShowAs displays d as [Show] does and writes it to build/figures/NAME.png, outside a notebook too.
func ShowAs(name string, d Drawer, width, height float64) error {
	image, err := PNG(d, width, height)
	if err != nil {
		return err
	}
	if err := save(name, image); err != nil {
		return err
	}
	return display(image)
}

// ShowImage displays an image in the notebook, one pixel a pixel.
func ShowImage(m image.Image) error {
	if !gonbui.IsNotebook {
		return nil
	}
	data, err := encode(m)
	if err != nil {
		return err
	}
	return display(data)
}

// ShowImageAs displays an image as [ShowImage] does and writes it to build/figures/NAME.png, outside a notebook too.
func ShowImageAs(name string, m image.Image) error {
	data, err := encode(m)
	if err != nil {
		return err
	}
	if err := save(name, data); err != nil {
		return err
	}
	return display(data)
}

// Markdown shows formatted text in the notebook; unlike what is printed, it keeps its place among the figures.
func Markdown(format string, args ...any) error {
	if !gonbui.IsNotebook {
		return nil
	}
	gonbui.DisplayMarkdown(fmt.Sprintf(format, args...))
	gonbui.Sync()
	return gonbui.Error()
}

func encode(m image.Image) ([]byte, error) {
	var buf bytes.Buffer
	if err := png.Encode(&buf, m); err != nil {
		return nil, fmt.Errorf("nb: encoding an image: %w", err)
	}
	return buf.Bytes(), nil
}

func save(name string, image []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	path, err := buildPath("figures", name+".png")
	if err != nil {
		return err
	}
	if err := wholefile.Write(path, image); err != nil {
		return fmt.Errorf("nb: %w", err)
	}
	return nil
}

func display(image []byte) error {
	if !gonbui.IsNotebook {
		return nil
	}
	gonbui.DisplayPng(image)
	gonbui.Sync()
	return gonbui.Error()
}

// Grid shows several figures as rows of equal cells; nil leaves a cell empty. Where all of them are *plot.Plot,
// their axes are aligned.
type Grid [][]Drawer

// Draw implements [Drawer].
func (g Grid) Draw(c draw.Canvas) {
	tiles := draw.Tiles{Rows: len(g), PadX: 12, PadY: 12, PadTop: 4, PadBottom: 4, PadLeft: 4, PadRight: 8}
	for _, row := range g {
		tiles.Cols = max(tiles.Cols, len(row))
	}
	c.SetColor(plot.New().BackgroundColor)
	c.Fill(c.Rectangle.Path())
	plots := make([][]*plot.Plot, tiles.Rows)
	aligned := tiles.Cols > 0
	for i, row := range g {
		plots[i] = make([]*plot.Plot, tiles.Cols)
		for j, d := range row {
			p, ok := d.(*plot.Plot)
			aligned = aligned && (ok || d == nil)
			plots[i][j] = p
		}
	}
	var cells [][]draw.Canvas
	if aligned {
		cells = plot.Align(plots, tiles, c)
	}
	for i, row := range g {
		for j, d := range row {
			if d == nil {
				continue
			}
			if aligned {
				d.Draw(cells[i][j])
			} else {
				d.Draw(tiles.At(c, j, i))
			}
		}
	}
}

// WithColorBar returns p with a vertical colour bar on its right; label names what the colours mean.
func WithColorBar(p *plot.Plot, m palette.ColorMap, label string) Drawer {
	bar := NewPlot(" ", "", "")
	bar.Add(&plotter.ColorBar{ColorMap: m, Vertical: true})
	bar.HideX()
	bar.X.Padding, bar.Y.Padding = 0, 0
	bar.Y.Label.Text = label
	return &barred{p, bar}
}

// barred is a plot and its colour bar.
type barred struct{ plot, bar *plot.Plot }

// Draw implements [Drawer].
func (b *barred) Draw(c draw.Canvas) {
	width := min(0.8*vg.Inch, (c.Max.X-c.Min.X)/4)
	if b.bar.Y.Label.Text == "" {
		width *= 0.75
	}
	b.plot.Draw(draw.Crop(c, 0, -width, 0, 0))
	// The bar is drawn wide enough for its ticks and label, and as high as the plot's data.
	area := b.plot.DataCanvas(draw.Crop(c, 0, -width, 0, 0))
	bar := draw.Crop(c, c.Max.X-c.Min.X-width, 0, area.Min.Y-c.Min.Y, 0)
	c.SetColor(b.bar.BackgroundColor)
	c.Fill(draw.Crop(c, c.Max.X-c.Min.X-width, 0, 0, 0).Rectangle.Path())
	b.bar.Draw(bar)
}
