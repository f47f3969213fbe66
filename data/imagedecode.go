package data

import (
	"bytes"
	"image"
	_ "image/gif"  // decoder
	_ "image/jpeg" // decoder
	_ "image/png"  // decoder
	"io"
	"slices"
	"strconv"
	"strings"
)

const (
	// MaxPixels is the number of pixels above which an image is refused: 64 Mi.
	MaxPixels = 1 << 26
	// plainPixels is a number of pixels that is always accepted, and
	// pixelsPerByte how many more a byte of a file may stand for: what deflate
	// makes of a blank image.
	plainPixels, pixelsPerByte = 1 << 24, 1024
)

// imageFormats are the names under which package image knows the formats that
// are read.
var imageFormats = []string{"png", "jpeg", "gif"}

// decodeImage decodes a PNG, JPEG or GIF (first frame) of at most most pixels.
// The size is read and compared before memory for pixels is allocated.
func decodeImage(r io.Reader, name string, limit, most int64) (image.RGBA64Image, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	if len(text) == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(text))
	if err != nil && format == "" || err == nil && !slices.Contains(imageFormats, format) {
		return nil, fileErrorf(name, 0, "not an image: want PNG, JPEG or GIF")
	}
	if err == nil {
		if config.Width < 1 || config.Height < 1 {
			return nil, fileErrorf(name, 0, "an image of %d×%d pixels", config.Width, config.Height)
		}
		if pixels := int64(config.Width) * int64(config.Height); pixels > most {
			return nil, fileErrorf(name, 0, "%d×%d pixels are more than the limit of %d for %d bytes", config.Width, config.Height, most, len(text))
		}
		var decoded image.Image
		if decoded, _, err = image.Decode(bytes.NewReader(text)); err == nil {
			return decoded.(image.RGBA64Image), nil // as all images of the three decoders are
		}
	}
	return nil, &FileError{File: name, Msg: "corrupt " + strings.ToUpper(format), Err: err}
}

// mostPixels returns how many pixels a file of size bytes may have.
func mostPixels(size int64) int64 {
	return min(MaxPixels, max(plainPixels, size*pixelsPerByte))
}

// checkSize returns what is wrong with a height and width to scale to.
func checkSize(height, width int) string {
	if height < 1 || width < 1 || height > MaxPixels/width {
		return "cannot scale to " + strconv.Itoa(height) + "×" + strconv.Itoa(width) + " pixels"
	}
	return ""
}
