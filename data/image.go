package data

import (
	"image"
	"io"

	"golang.org/x/image/draw"
)

// Image is a colour image.
type Image struct {
	Height, Width int
	Pix           []float32 // shape (Height, Width, 3): red, green, blue in 0..1
}

// ReadImage reads an image, see [ParseImage].
func ReadImage(path string) (*Image, error) { return readFile(path, ParseImage) }

// ReadImageScaled reads an image and scales it to height × width through the
// tent kernel of golang.org/x/image/draw, which averages where it shrinks. A
// size below 1×1 or above [MaxPixels] is an error.
func ReadImageScaled(path string, height, width int) (*Image, error) {
	if wrong := checkSize(height, width); wrong != "" {
		return nil, fileErrorf(path, 0, "%s", wrong)
	}
	decoded, err := readFile(path, decodePlain)
	if err != nil {
		return nil, err
	}
	return newImage(scaleImage(decoded, height, width)), nil
}

// ParseImage decodes a PNG, JPEG or GIF (its first frame). Grey becomes equal
// red, green and blue, 16-bit values keep their precision, palettes their
// colours, and what is transparent is blended with black. An orientation in
// EXIF is not applied. name stands in errors for the file; an input of more
// than limit bytes is an error, and so is an image of more than 16 Mi pixels
// (or 1024 for each byte of the file, up to [MaxPixels]), which is found before
// memory for it is allocated. A corrupt or truncated image is an error.
func ParseImage(r io.Reader, name string, limit int64) (*Image, error) {
	decoded, err := decodePlain(r, name, limit)
	if err != nil {
		return nil, err
	}
	return newImage(decoded), nil
}

func decodePlain(r io.Reader, name string, limit int64) (image.RGBA64Image, error) {
	return decodeImage(r, name, limit, mostPixels(limit))
}

// newImage takes the pixels of a decoded image.
func newImage(decoded image.RGBA64Image) *Image {
	b := decoded.Bounds()
	m := &Image{Height: b.Dy(), Width: b.Dx(), Pix: make([]float32, 0, 3*b.Dx()*b.Dy())}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := decoded.RGBA64At(x, y)
			m.Pix = append(m.Pix, float32(c.R)/0xffff, float32(c.G)/0xffff, float32(c.B)/0xffff)
		}
	}
	return m
}

// scaleImage returns a decoded image at another size, of 16 bits if it has
// them.
func scaleImage(decoded image.RGBA64Image, height, width int) image.RGBA64Image {
	frame := image.Rect(0, 0, width, height)
	if decoded.Bounds().Size() == frame.Size() {
		return decoded
	}
	var scaled draw.RGBA64Image = image.NewRGBA(frame)
	switch decoded.(type) {
	case *image.Gray16, *image.RGBA64, *image.NRGBA64:
		scaled = image.NewRGBA64(frame)
	}
	draw.BiLinear.Scale(scaled, frame, decoded, decoded.Bounds(), draw.Src, nil)
	return scaled
}
