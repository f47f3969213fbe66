package segment

// Example is an image with, if known, its mask.
type Example struct {
	Name  string    // the image file's, or of the generator
	H, W  int       // pixels
	Image []float32 // [H, W, 3] in [0, 1], row-major
	Mask  []int8    // [H*W], +1 for foreground, −1 for background, 0 where not known; nil if unknown
}

// Set is a data set of images of one size, split in three.
type Set struct {
	H, W                    int
	Kind                    string // of data: "real" or "generated"
	Train, Validation, Test []Example
}
