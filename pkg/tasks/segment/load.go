package segment

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"example.org/isinggraph/data"
)

// loadChunk is the number of images in memory twice while loading.
const loadChunk = 512

// Load reads a source's images in parallel, scales them to squares of the given
// side (images by averaging, masks by the nearest pixel) and splits them by
// [Split]. The order of the source is that of the names, so that equal seeds
// give equal sets on every machine. Fewer than three images are an error, and so
// is, unless the source says to skip it, an image that cannot be read, with the
// name of its file. When ctx ends, its error is returned.
func Load(ctx context.Context, s Source, size int, seed uint64) (*Set, error) {
	if err := checkSide(size); err != nil {
		return nil, err
	}
	pairs := s.Pairs
	if s.Limit > 0 && s.Limit < len(pairs) {
		chosen := rand.New(rand.NewPCG(seed, 0x11417)).Perm(len(pairs))[:s.Limit]
		slices.Sort(chosen)
		pairs = make([]data.ImagePair, s.Limit)
		for k, i := range chosen {
			pairs[k] = s.Pairs[i]
		}
	}
	class := s.Class
	if class == nil {
		class = data.MaskClass
	}
	examples := make([]Example, 0, len(pairs))
	for chunk := range slices.Chunk(pairs, loadChunk) {
		images, skipped, err := data.ReadPairs(ctx, chunk, data.PairOptions{Height: size, Width: size, SkipBad: s.SkipBad})
		if err != nil {
			return nil, err
		}
		for _, bad := range skipped {
			if s.Skipped != nil {
				s.Skipped(bad)
			}
		}
		for _, m := range images {
			examples = append(examples, Example{Name: m.Name, H: size, W: size, Image: m.Image.Pix, Mask: m.Mask.Spins(class)})
		}
	}
	if len(examples) < 3 {
		return nil, fmt.Errorf("segment: %d images in %q, want 3 or more to split", len(examples), s.Name)
	}
	return newSet(examples, size, s.Kind, seed), nil
}

// ReadExample reads an image without a mask, for prediction, scaled to a square
// of the given side, or with side 0 as it is. Grey, transparent, 16-bit and
// palette images are read as [data.ParseImage] says.
func ReadExample(path string, size int) (Example, error) {
	var m *data.Image
	var err error
	if size == 0 {
		m, err = data.ReadImage(path)
	} else if err = checkSide(size); err == nil {
		m, err = data.ReadImageScaled(path, size, size)
	}
	if err != nil {
		return Example{}, err
	}
	return Example{Name: path, H: m.Height, W: m.Width, Image: m.Pix}, nil
}

// ScaleMask returns a mask of h rows and w columns at another size, by the
// nearest pixel. Sizes below 1, or that do not fit the mask, give nil.
func ScaleMask(mask []int8, h, w, rows, cols int) []int8 {
	if h < 1 || w < 1 || len(mask) != h*w || rows < 1 || cols < 1 {
		return nil
	}
	out := make([]int8, rows*cols)
	for i := range out {
		out[i] = mask[(2*(i/cols)+1)*h/(2*rows)*w+(2*(i%cols)+1)*w/(2*cols)]
	}
	return out
}
