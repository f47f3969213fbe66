package segment

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"

	"example.org/isinggraph/data"
)

// Source is a list of images with their masks that [Load] reads.
type Source struct {
	Name    string // "horse128"
	Kind    string // of data: "real" or "generated"; "" is "real"
	Pairs   []data.ImagePair
	Class   func(label uint8) int8 // of a mask's labels; nil is [data.MaskClass]
	Limit   int                    // most images to read, drawn at random by Load's seed; 0 for all
	SkipBad bool                   // leave out images that cannot be read
	Skipped func(err error)        // is told of each of them, if not nil
}

// Folder is the source of a folder of images and one of masks of the same
// names, whose labels from 128 are foreground.
func Folder(imageDir, maskDir string) (Source, error) {
	pairs, err := data.ImagePairs(imageDir, maskDir)
	if err != nil {
		return Source{}, err
	}
	return Source{Name: filepath.Base(filepath.Dir(filepath.Clean(imageDir))), Pairs: pairs}, nil
}

// Horses is the source horse128, the horses of E. Borenstein and S. Ullman
// (2002, doi:10.1007/3-540-47967-8_8), in the folder of the real data sets.
func Horses(dir string) (Source, error) {
	s, err := Folder(filepath.Join(dir, "horse128", "img"), filepath.Join(dir, "horse128", "mask"))
	s.Name = "horse128"
	return s, err
}

// Pets is the source pets26, cats and dogs of O. M. Parkhi, A. Vedaldi, A.
// Zisserman and C. V. Jawahar (2012, doi:10.1109/CVPR.2012.6248092), in the
// folder of the real data sets. A trimap's border is not known: its mask is 0.
func Pets(dir string) (Source, error) {
	s, err := Folder(filepath.Join(dir, "pets26", "img"), filepath.Join(dir, "pets26", "trimap"))
	s.Name, s.Class = "pets26", data.TrimapClass
	return s, err
}

// Split returns the indices 0..n−1 in three parts of 0.8, 0.1 and 0.1, the
// paper's ratios (appendix C), drawn at random by a seed. The last two have at
// least one each where n is 3 or more.
func Split(n int, seed uint64) (train, validation, test []int) {
	order := rand.New(rand.NewPCG(seed, 0x5eed)).Perm(n)
	tenth := min(max((n+5)/10, 1), n/3)
	return order[:n-2*tenth], order[n-2*tenth : n-tenth], order[n-tenth:]
}

// newSet splits examples.
func newSet(examples []Example, size int, kind string, seed uint64) *Set {
	pick := func(index []int) []Example {
		out := make([]Example, len(index))
		for k, i := range index {
			out[k] = examples[i]
		}
		return out
	}
	train, validation, test := Split(len(examples), seed)
	return &Set{H: size, W: size, Kind: cmp.Or(kind, "real"), Train: pick(train), Validation: pick(validation), Test: pick(test)}
}

// checkSide reports whether a side of images is fit: 1 to 2048 pixels.
func checkSide(size int) error {
	const most = 2048
	if size < 1 || size > most {
		return fmt.Errorf("segment: images of side %d, want 1 to %d", size, most)
	}
	return nil
}
