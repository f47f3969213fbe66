package segment

import "example.org/isinggraph/data"

// CUB is the source of Caltech-UCSD Birds-200-2011, the paper's images, in the
// folder that its two archives unpack to, see [data.CUBPairs]. Its masks have
// the grey values 0 to 255 of several annotators: 128 and more is foreground.
// Of its 11,788 images the paper uses 6,537 without saying which: set Limit to
// draw as many. Images of 128 by 128 pixels take 200 kB each in memory.
func CUB(dir string) (Source, error) {
	pairs, err := data.CUBPairs(dir)
	if err != nil {
		return Source{}, err
	}
	return Source{Name: "cub", Pairs: pairs, Class: data.MaskClass}, nil
}
