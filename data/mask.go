package data

import (
	"bufio"
	"image"
	"image/color"
	"image/png"
	"io"

	"golang.org/x/image/draw"
)

// Mask is an image of labels.
type Mask struct {
	Height, Width int
	Label         []uint8 // shape (Height, Width)
}

// Spins returns the mask as the states of an Ising model, shape (Height,
// Width): class maps each label to −1 (background), +1 (foreground) or 0 (not
// known, for losses to leave out), see [MaskClass] and [TrimapClass].
func (m *Mask) Spins(class func(label uint8) int8) []int8 {
	spins := make([]int8, len(m.Label))
	for i, label := range m.Label {
		spins[i] = class(label)
	}
	return spins
}

// MaskClass is the class of a label in a mask of two values, 0 and 255, whose
// borders may lie between: foreground from 128.
func MaskClass(label uint8) int8 {
	if label < 128 {
		return -1
	}
	return 1
}

// TrimapClass is the class of a label in a trimap: background is 0, the border
// 255 is not known, all else is foreground.
func TrimapClass(label uint8) int8 {
	switch label {
	case 0:
		return -1
	case 255:
		return 0
	}
	return 1
}

// ReadMask reads a mask, see [ParseMask].
func ReadMask(path string) (*Mask, error) { return readFile(path, ParseMask) }

// ReadMaskScaled reads a mask and scales it to height × width by the nearest
// pixel, which makes no labels that were not there. A size below 1×1 or above
// [MaxPixels] is an error.
func ReadMaskScaled(path string, height, width int) (*Mask, error) {
	if wrong := checkSize(height, width); wrong != "" {
		return nil, fileErrorf(path, 0, "%s", wrong)
	}
	m, err := ReadMask(path)
	if err != nil {
		return nil, err
	}
	return m.scaled(height, width), nil
}

// ParseMask decodes the labels of a PNG, JPEG or GIF: grey values (of 16 bits,
// their high byte if both bytes are equal), the indices of a palette of colours
// as trimaps have them (of a palette of greys, the grey values), and the grey
// value of colour images that hold only opaque greys. name stands in errors for
// the file; sizes are limited as by [ParseImage]. A coloured or transparent
// pixel without a palette, 16 bits that need more than 8, and a corrupt or
// truncated image are errors.
func ParseMask(r io.Reader, name string, limit int64) (*Mask, error) {
	decoded, err := decodePlain(r, name, limit)
	if err != nil {
		return nil, err
	}
	return newMask(decoded, name)
}

// newMask takes the labels of a decoded image.
func newMask(decoded image.RGBA64Image, name string) (*Mask, error) {
	b := decoded.Bounds()
	m := &Mask{Height: b.Dy(), Width: b.Dx(), Label: make([]uint8, 0, b.Dx()*b.Dy())}
	paletted, indexed := decoded.(*image.Paletted)
	indexed = indexed && !greyPalette(paletted.Palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if indexed {
				m.Label = append(m.Label, paletted.ColorIndexAt(x, y))
				continue
			}
			grey, ok := greyValue(decoded.RGBA64At(x, y))
			if !ok {
				return nil, fileErrorf(name, 0, "pixel in row %d, column %d is not an opaque grey of 8 bits: not a mask", y-b.Min.Y, x-b.Min.X)
			}
			m.Label = append(m.Label, grey)
		}
	}
	return m, nil
}

// greyPalette tells whether all colours are opaque greys.
func greyPalette(p color.Palette) bool {
	for _, c := range p {
		r, g, b, a := c.RGBA()
		if _, ok := greyValue(color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}); !ok {
			return false
		}
	}
	return true
}

// greyValue returns the value of an opaque grey of 8 bits.
func greyValue(c color.RGBA64) (value uint8, ok bool) {
	return uint8(c.R >> 8), c.R == c.G && c.G == c.B && c.A == 0xffff && c.R>>8 == c.R&0xff
}

// scaled returns the mask at another size.
func (m *Mask) scaled(height, width int) *Mask {
	frame := image.Rect(0, 0, width, height)
	if m.Height == height && m.Width == width {
		return m
	}
	grey := image.NewGray(frame)
	draw.NearestNeighbor.Scale(grey, frame, m.grey(), image.Rect(0, 0, m.Width, m.Height), draw.Src, nil)
	return &Mask{Height: height, Width: width, Label: grey.Pix}
}

// grey returns the mask as an image that shares its memory.
func (m *Mask) grey() *image.Gray {
	return &image.Gray{Pix: m.Label, Stride: m.Width, Rect: image.Rect(0, 0, m.Width, m.Height)}
}

// WriteMaskPNG writes a mask as a grey PNG of 8 bits that [ReadMask] reads back
// byte for byte. Sizes that do not fit the labels are an error.
func WriteMaskPNG(path string, m *Mask) error {
	if checkSize(m.Height, m.Width) != "" || m.Height*m.Width != len(m.Label) {
		return fileErrorf(path, 0, "cannot write: %d×%d pixels and %d labels do not fit", m.Height, m.Width, len(m.Label))
	}
	return writeFile(path, m.writePNG)
}

func (m *Mask) writePNG(w *bufio.Writer) error { return png.Encode(w, m.grey()) }
