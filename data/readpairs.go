package data

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// LabeledImage is an image with its mask, of one size.
type LabeledImage struct {
	Name  string
	Image *Image
	Mask  *Mask
}

// PairOptions says how [ReadPairs] reads.
type PairOptions struct {
	Height, Width int  // to scale to, see ReadImageScaled and ReadMaskScaled; both 0: as they are
	SkipBad       bool // leave out pairs that cannot be read, and say which
	Workers       int  // decoding at once; 0: as many as there are processors
}

// ReadPairs reads pairs in parallel and returns them in their order. A pair
// that cannot be read, or whose mask has another size than its image, is an
// error that names the file; with SkipBad it is left out and its error is among
// skipped. When ctx ends, its error is returned after the images in work.
// Memory: 13 bytes a pixel of every pair, so read large sets in parts.
func ReadPairs(ctx context.Context, pairs []ImagePair, o PairOptions) (images []LabeledImage, skipped []error, err error) {
	if wrong := checkSize(o.Height, o.Width); wrong != "" && (o.Height != 0 || o.Width != 0) {
		return nil, nil, errors.New("data: " + wrong)
	}
	workers := o.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	all, failed := make([]LabeledImage, len(pairs)), make([]error, len(pairs))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i := range pairs {
		if inner.Err() != nil {
			break
		}
		group.Go(func() error {
			all[i], failed[i] = readPair(pairs[i], o)
			if o.SkipBad {
				return nil
			}
			return failed[i]
		})
	}
	group.Wait() // which of the errors is returned is decided below, by the pairs' order
	if ctx.Err() != nil {
		return nil, nil, fmt.Errorf("data: reading %d images: %w", len(pairs), ctx.Err())
	}
	for i, err := range failed {
		switch {
		case err == nil:
			images = append(images, all[i])
		case !o.SkipBad:
			return nil, nil, err
		default:
			skipped = append(skipped, err)
		}
	}
	return images, skipped, nil
}

// readPair reads one pair.
func readPair(pair ImagePair, o PairOptions) (LabeledImage, error) {
	none := LabeledImage{}
	decoded, err := readFile(pair.Image, decodePlain)
	if err != nil {
		return none, err
	}
	mask, err := ReadMask(pair.Mask)
	if err != nil {
		return none, err
	}
	if b := decoded.Bounds(); b.Dy() != mask.Height || b.Dx() != mask.Width {
		return none, fileErrorf(pair.Mask, 0, "mask of %d×%d pixels for an image of %d×%d", mask.Height, mask.Width, b.Dy(), b.Dx())
	}
	if o.Height > 0 {
		decoded, mask = scaleImage(decoded, o.Height, o.Width), mask.scaled(o.Height, o.Width)
	}
	return LabeledImage{pair.Name, newImage(decoded), mask}, nil
}
