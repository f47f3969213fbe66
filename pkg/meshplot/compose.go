package meshplot

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// ColorBar draws the scale of a colour map, whose range is set, as a vertical
// bar with a label.
func ColorBar(m palette.ColorMap, label string, width, height int) (*image.RGBA, error) {
	if width <= 0 || height <= 0 || width > MaxSize || height > MaxSize {
		return nil, fmt.Errorf("meshplot: image of %d×%d pixels, want 1×1 to %d×%d", width, height, MaxSize, MaxSize)
	}
	if !(m.Min() < m.Max()) {
		return nil, fmt.Errorf("meshplot: colour map over %g..%g, want an increasing range", m.Min(), m.Max())
	}
	p := plot.New()
	p.Add(&plotter.ColorBar{ColorMap: m, Vertical: true, Colors: shades})
	p.HideX()
	p.Y.Padding = 0
	p.Y.Label.Text = label
	p.Y.Min, p.Y.Max = m.Min(), m.Max()
	canvas := vgimg.NewWith(vgimg.UseWH(vg.Points(float64(width)), vg.Points(float64(height))), vgimg.UseDPI(int(vg.Inch.Points())))
	p.Draw(vgdraw.New(canvas))
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Bounds(), canvas.Image(), image.Point{}, draw.Src)
	return img, nil
}

// Montage lays images out in rows of the given number of columns, on white;
// every cell has the size of the largest image.
func Montage(columns int, images ...image.Image) (*image.RGBA, error) {
	if columns < 1 || len(images) == 0 {
		return nil, fmt.Errorf("meshplot: montage of %d images in %d columns", len(images), columns)
	}
	var cell image.Point
	for _, img := range images {
		cell.X, cell.Y = max(cell.X, img.Bounds().Dx()), max(cell.Y, img.Bounds().Dy())
	}
	columns = min(columns, len(images))
	rows := (len(images) + columns - 1) / columns
	all := image.NewRGBA(image.Rect(0, 0, columns*cell.X, rows*cell.Y))
	draw.Draw(all, all.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	for i, img := range images {
		at := image.Pt(i%columns*cell.X, i/columns*cell.Y)
		draw.Draw(all, image.Rectangle{Min: at, Max: at.Add(img.Bounds().Size())}, img, img.Bounds().Min, draw.Over)
	}
	return all, nil
}
