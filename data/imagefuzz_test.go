package data

import (
	"bytes"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
)

// fuzzPixels keeps fuzzed images small.
const fuzzPixels = 1 << 12

func FuzzParseImage(f *testing.F) {
	addImages(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		decoded, err := decodeImage(bytes.NewReader(text), "fuzz", int64(len(text)), fuzzPixels)
		if err != nil {
			if decoded != nil || !strings.HasPrefix(err.Error(), "data: fuzz: ") {
				t.Errorf("%v, error %v", decoded, err)
			}
			return
		}
		m := newImage(decoded)
		if m.Height < 0 || m.Width < 0 || m.Height*m.Width > fuzzPixels || len(m.Pix) != 3*m.Height*m.Width {
			t.Fatalf("%d×%d with %d values", m.Height, m.Width, len(m.Pix))
		}
		for _, x := range m.Pix {
			if !(x >= 0 && x <= 1) {
				t.Fatalf("value %v", x)
			}
		}
		if small := newImage(scaleImage(decoded, 3, 2)); len(small.Pix) != 18 {
			t.Fatalf("scaled to %d values", len(small.Pix))
		}
	})
}

func FuzzParseMask(f *testing.F) {
	addImages(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		decoded, err := decodeImage(bytes.NewReader(text), "fuzz", int64(len(text)), fuzzPixels)
		if err != nil {
			return
		}
		m, err := newMask(decoded, "fuzz")
		if err != nil {
			if m != nil || !strings.HasPrefix(err.Error(), "data: fuzz: ") {
				t.Errorf("%v, error %v", m, err)
			}
			return
		}
		written := encode(t, m.grey(), "png")
		again, err := ParseMask(bytes.NewReader(written), "again", int64(len(written)))
		if err != nil || again.Height != m.Height || again.Width != m.Width || !slices.Equal(again.Label, m.Label) {
			t.Errorf("read back %v, %v, want %v", again, err, m)
		}
	})
}

// addImages adds a small image of each kind.
func addImages(f *testing.F) {
	palette := color.Palette{color.Black, color.White, color.RGBA{R: 255, A: 255}}
	f.Add(encode(f, image.NewGray(frame23), "png"))
	f.Add(encode(f, opaqueBut(frame23), "png"))
	f.Add(encode(f, image.NewNRGBA64(frame23), "png"))
	f.Add(encode(f, image.NewPaletted(frame23, palette), "png"))
	f.Add(encode(f, image.NewPaletted(frame23, palette), "gif"))
	f.Add(encode(f, image.NewGray(frame23), "jpeg"))
	f.Add(encode(f, opaqueBut(frame23), "jpeg"))
}
