package main

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"

	"golang.org/x/image/draw"
)

const (
	widest  = 960      // pixels of a figure in the gallery
	largest = 64 << 20 // pixels of a figure that is read
)

// shrink decodes a PNG in base64, makes it at most 960 pixels wide, and encodes it with at most 256 colours.
func shrink(b64 string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(b64), ""))
	if err != nil {
		return nil, err
	}
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if config.Width > largest/max(config.Height, 1) {
		return nil, fmt.Errorf("%d × %d pixels are too many", config.Width, config.Height)
	}
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	size := full.Bounds().Size()
	if size.X > widest {
		size = image.Pt(widest, max(1, size.Y*widest/size.X))
	}
	small := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(small, small.Bounds(), full, full.Bounds(), draw.Over, nil)
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, paletted(small))
	return out.Bytes(), err
}

// bucket is the pixels whose colours agree in the first bits.
type bucket struct{ n, r, g, b int }

// paletted gives each pixel the nearest of the 256 most frequent colours; a colour is the mean of those that agree in
// the first 5 bits of each channel.
func paletted(m *image.RGBA) *image.Paletted {
	key := func(p []uint8) int { return int(p[0]>>3)<<10 | int(p[1]>>3)<<5 | int(p[2]>>3) }
	var count [1 << 15]bucket
	for i := 0; i < len(m.Pix); i += 4 {
		b := &count[key(m.Pix[i:])]
		b.n, b.r, b.g, b.b = b.n+1, b.r+int(m.Pix[i]), b.g+int(m.Pix[i+1]), b.b+int(m.Pix[i+2])
	}
	var used []int
	for k, b := range count {
		if b.n > 0 {
			used = append(used, k)
		}
	}
	slices.SortStableFunc(used, func(a, b int) int { return cmp.Compare(count[b].n, count[a].n) })
	var colors color.Palette
	mean := func(b bucket) color.RGBA {
		return color.RGBA{uint8(b.r / b.n), uint8(b.g / b.n), uint8(b.b / b.n), 0xff}
	}
	for _, k := range used[:min(len(used), 256)] {
		colors = append(colors, mean(count[k]))
	}
	var index [1 << 15]uint8
	for _, k := range used {
		index[k] = uint8(colors.Index(mean(count[k])))
	}
	out := image.NewPaletted(m.Bounds(), colors)
	for i := range out.Pix {
		out.Pix[i] = index[key(m.Pix[4*i:])]
	}
	return out
}
