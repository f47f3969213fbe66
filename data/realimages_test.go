package data

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"
)

// The photographs read, at their sizes, with masks of the labels that their
// publishers name.
func TestRealImages(t *testing.T) {
	dir := realData(t)
	for _, c := range []struct {
		images, masks string
		count         int
		labels        []uint8
		class         func(uint8) int8
	}{
		{"horse128/img", "horse128/mask", 281, []uint8{0, 255}, MaskClass},
		{"pets26/img", "pets26/trimap", 26, []uint8{0, 1, 2, 255}, TrimapClass},
	} {
		pairs, err := ImagePairs(filepath.Join(dir, c.images), filepath.Join(dir, c.masks))
		if err != nil {
			t.Fatal(err)
		}
		if len(pairs) != c.count {
			t.Errorf("%s: %d pairs, want %d", c.images, len(pairs), c.count)
		}
		if testing.Short() {
			pairs = pairs[:7]
		}
		images, skipped, err := ReadPairs(context.Background(), pairs, PairOptions{})
		if err != nil || len(skipped) > 0 || len(images) != len(pairs) {
			t.Fatalf("%s: %d images of %d; skipped %v, %v", c.images, len(images), len(pairs), skipped, err)
		}
		labels := map[uint8]bool{}
		for i, im := range images {
			if im.Name != pairs[i].Name || c.images == "horse128/img" && (im.Image.Height != 128 || im.Image.Width != 128) {
				t.Errorf("%s: %d×%d pixels in the place of %s", im.Name, im.Image.Height, im.Image.Width, pairs[i].Name)
			}
			if least, most := slices.Min(im.Image.Pix), slices.Max(im.Image.Pix); least < 0 || most > 1 || most < 0.3 {
				t.Errorf("%s: values %v..%v", im.Name, least, most)
			}
			for _, label := range im.Mask.Label {
				labels[label] = true
			}
			spins := im.Mask.Spins(c.class)
			if !slices.Contains(spins, 1) || !slices.Contains(spins, -1) {
				t.Errorf("%s: no foreground or no background", im.Name)
			}
		}
		if got := slices.Sorted(maps.Keys(labels)); !testing.Short() && !slices.Equal(got, c.labels) {
			t.Errorf("%s: labels %v, want %v", c.masks, got, c.labels)
		}
		scaled, _, err := ReadPairs(context.Background(), pairs[:5], PairOptions{Height: 64, Width: 96})
		if err != nil || len(scaled) != 5 || len(scaled[4].Image.Pix) != 64*96*3 || len(scaled[4].Mask.Label) != 64*96 {
			t.Errorf("scaled: %v", err)
		}
	}
}
