package data

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// encode returns an image as a file of a format.
func encode(t testing.TB, m image.Image, format string) []byte {
	t.Helper()
	var buf bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&buf, m)
	case "jpeg":
		err = jpeg.Encode(&buf, m, &jpeg.Options{Quality: 100})
	case "gif":
		err = gif.Encode(&buf, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// painted returns a 2×3 image with one pixel set.
func painted(m interface {
	image.Image
	Set(x, y int, c color.Color)
}, x, y int, c color.Color) image.Image {
	m.Set(x, y, c)
	return m
}

var frame23 = image.Rect(0, 0, 3, 2) // two rows of three pixels

// Every kind of image that the decoders return has its pixel at row 1,
// column 2.
func TestParseImage(t *testing.T) {
	red, half := color.NRGBA{R: 255, A: 255}, color.NRGBA{R: 255, G: 255, A: 51}
	palette := color.Palette{color.Black, red}
	for _, c := range []struct {
		name, format string
		image        image.Image
		want         [3]float32
	}{
		{"colour", "png", painted(image.NewNRGBA(frame23), 2, 1, red), [3]float32{1, 0, 0}},
		{"opaque", "png", painted(opaque{image.NewRGBA(frame23)}, 2, 1, red), [3]float32{1, 0, 0}},
		{"alpha", "png", painted(image.NewNRGBA(frame23), 2, 1, half), [3]float32{.2, .2, 0}},
		{"grey", "png", painted(image.NewGray(frame23), 2, 1, color.Gray{51}), [3]float32{.2, .2, .2}},
		{"16-bit grey", "png", painted(image.NewGray16(frame23), 2, 1, color.Gray16{1}), [3]float32{1. / 65535, 1. / 65535, 1. / 65535}},
		{"16-bit colour", "png", painted(image.NewNRGBA64(frame23), 2, 1, color.NRGBA64{G: 65534, A: 65535}), [3]float32{0, 65534. / 65535, 0}},
		{"palette", "png", painted(image.NewPaletted(frame23, palette), 2, 1, red), [3]float32{1, 0, 0}},
		{"GIF", "gif", painted(image.NewPaletted(frame23, palette), 2, 1, red), [3]float32{1, 0, 0}},
	} {
		text := encode(t, c.image, c.format)
		m, err := ParseImage(bytes.NewReader(text), "t", int64(len(text)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := [3]float32(m.Pix[(1*m.Width+2)*3:])
		if m.Height != 2 || m.Width != 3 || len(m.Pix) != 18 || m.Pix[0] != 0 || got != c.want {
			t.Errorf("%s: %d×%d, %v, want %v", c.name, m.Height, m.Width, got, c.want)
		}
	}
	one := encode(t, painted(image.NewGray(image.Rect(0, 0, 1, 1)), 0, 0, color.White), "png")
	if m, err := ParseImage(bytes.NewReader(one), "t", int64(len(one))); err != nil || !slices.Equal(m.Pix, []float32{1, 1, 1}) {
		t.Errorf("one pixel: %v, %v", m, err)
	}
	plain := image.NewRGBA(image.Rect(0, 0, 16, 8))
	for i := range plain.Pix {
		plain.Pix[i] = [4]uint8{200, 100, 50, 255}[i%4]
	}
	text := encode(t, plain, "jpeg")
	m, err := ParseImage(bytes.NewReader(text), "t", int64(len(text)))
	if err != nil || m.Height != 8 || m.Width != 16 {
		t.Fatalf("JPEG: %v", err)
	}
	for i, want := range [3]float64{200, 100, 50} {
		if got := float64(m.Pix[3*77+i]) * 255; math.Abs(got-want) > 3 {
			t.Errorf("JPEG: channel %d is %v, want %v", i, got, want)
		}
	}
}

// opaque hides the alpha channel of an image, so that PNG stores colours only.
type opaque struct{ *image.RGBA }

func (opaque) Opaque() bool { return true }

// Shrinking averages, in 16 bits where the image has them; a constant stays
// itself at any size.
func TestReadImageScaled(t *testing.T) {
	dir := t.TempDir()
	grey := image.NewGray16(image.Rect(0, 0, 4, 4))
	for x := range 4 {
		for y := range 4 {
			grey.SetGray16(x, y, color.Gray16{uint16(1000 + 10*(x+4*y))})
		}
	}
	path := filepath.Join(dir, "a.png")
	if err := os.WriteFile(path, encode(t, grey, "png"), 0o644); err != nil {
		t.Fatal(err)
	}
	m, err := ReadImageScaled(path, 1, 1)
	if want := 1075. / 65535; err != nil || m.Height != 1 || m.Width != 1 || math.Abs(float64(m.Pix[0])-want) > 2./65535 {
		t.Errorf("mean: %v, %v, want %v", m, err, want)
	}
	same, err := ReadImageScaled(path, 4, 4)
	plain, err2 := ReadImage(path)
	if err != nil || err2 != nil || !slices.Equal(same.Pix, plain.Pix) {
		t.Errorf("the same size changes an image: %v, %v", err, err2)
	}
	constant := filepath.Join(dir, "b.png")
	fill := image.NewNRGBA(image.Rect(0, 0, 5, 3))
	for i := range fill.Pix {
		fill.Pix[i] = [4]uint8{10, 20, 30, 255}[i%4]
	}
	if err := os.WriteFile(constant, encode(t, fill, "png"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{1, 1}, {2, 7}, {11, 4}} {
		m, err := ReadImageScaled(constant, size[0], size[1])
		if err != nil || len(m.Pix) != 3*size[0]*size[1] {
			t.Fatalf("%v: %v", size, err)
		}
		for i, x := range m.Pix {
			if math.Abs(float64(x)*255-float64(10*(i%3+1))) > 1e-4 {
				t.Errorf("%v: value %d is %v of 255", size, i, 255*x)
				break
			}
		}
	}
	for _, size := range [][2]int{{0, 1}, {1, -1}, {1 << 20, 1 << 20}, {math.MaxInt, 2}} {
		if _, err := ReadImageScaled(path, size[0], size[1]); err == nil || !strings.Contains(err.Error(), "cannot scale to") {
			t.Errorf("%v: %v", size, err)
		}
		if _, err := ReadMaskScaled(path, size[0], size[1]); err == nil || !strings.Contains(err.Error(), "cannot scale to") {
			t.Errorf("mask of %v: %v", size, err)
		}
	}
}

// TestParseMask takes labels from palettes, greys and colours of all depths alike.
func TestParseMask(t *testing.T) {
	colours := make(color.Palette, 256)
	greys := make(color.Palette, 256)
	for i := range colours {
		colours[i], greys[i] = color.RGBA{uint8(i), 128, 0, 255}, color.Gray{uint8(255 - i)}
	}
	trimap := image.NewPaletted(frame23, colours)
	copy(trimap.Pix, []uint8{0, 1, 2, 255, 0, 7})
	reversed := image.NewPaletted(frame23, greys)
	copy(reversed.Pix, []uint8{0, 1, 2, 255, 0, 7})
	grey := image.NewGray(frame23)
	copy(grey.Pix, []uint8{0, 255, 254, 127, 128, 1})
	deep := image.NewGray16(frame23)
	deep.SetGray16(1, 0, color.Gray16{0xffff})
	rgb := opaque{image.NewRGBA(frame23)}
	rgb.Set(1, 0, color.Gray{255})
	for _, c := range []struct {
		name, format string
		image        image.Image
		want         []uint8
	}{
		{"trimap", "png", trimap, []uint8{0, 1, 2, 255, 0, 7}},
		{"GIF trimap", "gif", trimap, []uint8{0, 1, 2, 255, 0, 7}},
		{"grey palette", "png", reversed, []uint8{255, 254, 253, 0, 255, 248}},
		{"grey", "png", grey, grey.Pix},
		{"16-bit", "png", deep, []uint8{0, 255, 0, 0, 0, 0}},
		{"colours", "png", rgb, []uint8{0, 255, 0, 0, 0, 0}},
	} {
		text := encode(t, c.image, c.format)
		m, err := ParseMask(bytes.NewReader(text), "t", int64(len(text)))
		if err != nil || m.Height != 2 || m.Width != 3 || !slices.Equal(m.Label, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.name, m, err, c.want)
		}
	}
	deep.SetGray16(2, 1, color.Gray16{0x0102})
	for name, m := range map[string]image.Image{
		"16 bits":     deep,
		"colour":      painted(opaque{image.NewRGBA(frame23)}, 2, 1, color.RGBA{R: 255, A: 255}),
		"transparent": painted(opaqueBut(frame23), 2, 1, color.NRGBA{R: 9, G: 9, B: 9, A: 254}),
	} {
		text := encode(t, m, "png")
		_, err := ParseMask(bytes.NewReader(text), "t", int64(len(text)))
		if want := "data: t: pixel in row 1, column 2 is not an opaque grey of 8 bits: not a mask"; err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := &Mask{2, 3, []uint8{0, 1, 2, 255, 127, 128}}
	if got, want := m.Spins(TrimapClass), []int8{-1, 1, 1, 0, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("trimap: %v, want %v", got, want)
	}
	if got, want := m.Spins(MaskClass), []int8{-1, -1, -1, 1, -1, 1}; !slices.Equal(got, want) {
		t.Errorf("mask: %v, want %v", got, want)
	}
}

// opaqueBut returns a black image that PNG stores with an alpha channel.
func opaqueBut(frame image.Rectangle) *image.NRGBA {
	m := image.NewNRGBA(frame)
	for i := range m.Pix {
		m.Pix[i] = [4]uint8{0, 0, 0, 255}[i%4]
	}
	return m
}

// TestWriteMaskPNG reads back the labels that it wrote, and scaled ones without mixing them.
func TestWriteMaskPNG(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.png")
	m := &Mask{2, 3, []uint8{0, 1, 2, 255, 127, 128}}
	if err := WriteMaskPNG(path, m); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadMask(path); err != nil || !slices.Equal(got.Label, m.Label) || got.Height != 2 {
		t.Errorf("read back %v, %v", got, err)
	}
	large, err := ReadMaskScaled(path, 4, 6)
	if want := []uint8{0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 255, 255, 127, 127, 128, 128, 255, 255, 127, 127, 128, 128}; err != nil || !slices.Equal(large.Label, want) {
		t.Errorf("scaled to %v, %v", large, err)
	}
	for _, bad := range []*Mask{{}, {2, 3, m.Label[:5]}, {-2, -3, m.Label}, {math.MaxInt, 2, nil}} {
		if err := WriteMaskPNG(path, bad); err == nil || !strings.Contains(err.Error(), "do not fit") {
			t.Errorf("wrote %v: %v", bad, err)
		}
	}
	if err := WriteMaskPNG(filepath.Join(dir, "absent", "m.png"), m); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent folder: %v", err)
	}
}
