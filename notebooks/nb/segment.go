package nb

import (
	"fmt"
	"image"
	"image/color"
)

// PhotoImage draws an image of red, green and blue in [0, 1], [H, W, 3] row by row from the top, with width pixels
// in a row, each as a square of scale pixels. What lies beyond 0 and 1 is clamped.
func PhotoImage(pix []float32, width, scale int) (image.Image, error) {
	if len(pix)%3 != 0 {
		return nil, fmt.Errorf("nb: %d values are no pixels of three", len(pix))
	}
	return squares(len(pix)/3, width, scale, func(i int) color.Color {
		return color.NRGBA{tint(pix[3*i]), tint(pix[3*i+1]), tint(pix[3*i+2]), 0xff}
	})
}

// ChangeImage draws an image as [PhotoImage] does, in pale grey, with the pixels in colour whose spin differs between
// before and after: vermilion where it turned to +1, blue where it turned to −1.
func ChangeImage(pix []float32, before, after []int8, width, scale int) (image.Image, error) {
	if len(before) != len(after) || len(pix) != 3*len(before) {
		return nil, fmt.Errorf("nb: %d and %d spins on %d values", len(before), len(after), len(pix))
	}
	return squares(len(before), width, scale, func(i int) color.Color {
		switch {
		case after[i] > before[i]:
			return okabeIto[1]
		case after[i] < before[i]:
			return okabeIto[0]
		}
		grey := uint8(110 + int(tint(pix[3*i]))/6 + int(tint(pix[3*i+1]))/4 + int(tint(pix[3*i+2]))/9)
		return color.NRGBA{grey, grey, grey, 0xff}
	})
}

// tint is a share of full brightness in a byte.
func tint(v float32) uint8 {
	if !(v > 0) {
		return 0
	}
	return uint8(min(v, 1)*255 + 0.5)
}
