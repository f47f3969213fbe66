package segment

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
)

// writeImage writes an image as PNG or JPEG, by the ending.
func writeImage(t *testing.T, path string, m image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Ext(path) == ".jpg" {
		err = jpeg.Encode(f, m, &jpeg.Options{Quality: 100})
	} else {
		err = png.Encode(f, m)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// uniform is an image of one colour, in the given model.
func uniform(h, w int, m color.Model, c color.Color) image.Image {
	out := image.NewNRGBA64(image.Rect(0, 0, w, h))
	for i := range h * w {
		out.Set(i%w, i/w, c)
	}
	return converted{out, m}
}

// converted shows an image in another model.
type converted struct {
	image.Image
	model color.Model
}

func (c converted) ColorModel() color.Model { return c.model }
func (c converted) At(x, y int) color.Color { return c.model.Convert(c.Image.At(x, y)) }

// writeFolder writes n pairs of odd sizes: the left half is foreground.
func writeFolder(t *testing.T, dir string, n int) {
	t.Helper()
	for k := range n {
		h, w := 5+2*k, 8+2*k
		writeImage(t, filepath.Join(dir, "img", fmt.Sprintf("a%02d.png", k)), uniform(h, w, color.NRGBAModel, color.Gray{uint8(10 * k)}))
		mask := image.NewGray(image.Rect(0, 0, w, h))
		for i := range mask.Pix {
			if i%w < w/2 {
				mask.Pix[i] = 255
			}
		}
		writeImage(t, filepath.Join(dir, "mask", fmt.Sprintf("a%02d.png", k)), mask)
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	writeFolder(t, dir, 20)
	s, err := Folder(filepath.Join(dir, "img"), filepath.Join(dir, "mask"))
	if err != nil || s.Name != filepath.Base(dir) {
		t.Fatal(s.Name, err)
	}
	ctx := context.Background()
	set, err := Load(ctx, s, 9, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Train) != 16 || len(set.Validation) != 2 || len(set.Test) != 2 || set.H != 9 || set.W != 9 || set.Kind != "real" {
		t.Fatalf("%d, %d, %d examples of %d×%d, %s", len(set.Train), len(set.Validation), len(set.Test), set.H, set.W, set.Kind)
	}
	var names []string
	for _, e := range slices.Concat(set.Train, set.Validation, set.Test) {
		names = append(names, e.Name)
		var k int
		if _, err := fmt.Sscanf(e.Name, "a%d", &k); err != nil {
			t.Fatal(err)
		}
		for i, v := range e.Image {
			if want := float32(10*k) / 255; math.Abs(float64(v-want)) > 1e-6 {
				t.Fatalf("%s: pixel %d is %v, want %v", e.Name, i, v, want)
			}
		}
		if len(e.Mask) != 81 || e.Mask[0] != 1 || e.Mask[8] != -1 || e.Mask[3] != 1 || e.Mask[5] != -1 {
			t.Fatalf("%s: mask %v", e.Name, e.Mask)
		}
	}
	if again, err := Load(ctx, s, 9, 3); err != nil || again.Test[0].Name != set.Test[0].Name || again.Train[5].Name != set.Train[5].Name {
		t.Errorf("the same seed splits differently: %v", err)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != 20 {
		t.Errorf("parts overlap: %v", names)
	}
	s.Limit = 5
	if few, err := Load(ctx, s, 4, 3); err != nil || len(few.Train) != 3 || len(few.Validation) != 1 || len(few.Test) != 1 {
		t.Errorf("5 of 20: %v", err)
	}
	s.Limit = 2
	if _, err := Load(ctx, s, 4, 3); err == nil {
		t.Error("two images are split in three")
	}
	for _, size := range []int{0, -1, 1 << 20} {
		if _, err := Load(ctx, s, size, 1); err == nil {
			t.Errorf("side %d is no error", size)
		}
	}
	over, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Load(over, s, 4, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestLoadBad(t *testing.T) {
	dir := t.TempDir()
	writeFolder(t, dir, 6)
	whole, err := os.ReadFile(filepath.Join(dir, "img", "a05.png"))
	if err != nil {
		t.Fatal(err)
	}
	bad := map[string][]byte{"a03": []byte("no image"), "a04": whole[:len(whole)/2], "a05": nil}
	for name, text := range bad {
		if err := os.WriteFile(filepath.Join(dir, "img", name+".png"), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Folder(filepath.Join(dir, "img"), filepath.Join(dir, "mask"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(context.Background(), s, 8, 1); err == nil || !strings.Contains(err.Error(), ".png") {
		t.Errorf("a corrupt image: %v, want an error with its file", err)
	}
	var told []string
	s.SkipBad, s.Skipped = true, func(err error) { told = append(told, err.Error()) }
	if set, err := Load(context.Background(), s, 8, 1); err != nil || len(set.Train) != 1 || len(told) != 3 {
		t.Fatalf("with bad ones skipped: %v, told %v", err, told)
	}
	for k, name := range []string{"a03", "a04", "a05"} {
		if !strings.Contains(told[k], name+".png") {
			t.Errorf("%q does not name %s", told[k], name)
		}
	}
	if err := os.Remove(filepath.Join(dir, "mask", "a00.png")); err != nil {
		t.Fatal(err)
	}
	if _, err := Folder(filepath.Join(dir, "img"), filepath.Join(dir, "mask")); err == nil || !strings.Contains(err.Error(), "a00.png") {
		t.Errorf("an image without a mask: %v", err)
	}
}

// Every kind of image gives the colours that were written, at any size.
func TestReadExample(t *testing.T) {
	dir := t.TempDir()
	blue := color.NRGBA{R: 51, G: 102, B: 204, A: 255}
	for _, c := range []struct {
		name  string
		image image.Image
		want  [3]float64
	}{
		{"colour.png", uniform(7, 5, color.NRGBAModel, blue), [3]float64{0.2, 0.4, 0.8}},
		{"colour.jpg", uniform(7, 5, color.NRGBAModel, blue), [3]float64{0.2, 0.4, 0.8}},
		{"grey.png", uniform(3, 9, color.GrayModel, color.Gray{51}), [3]float64{0.2, 0.2, 0.2}},
		{"deep.png", uniform(3, 9, color.Gray16Model, color.Gray16{0x4000}), [3]float64{0.25, 0.25, 0.25}},
		{"deepcolour.png", uniform(2, 2, color.NRGBA64Model, color.NRGBA64{0x1234, 0x8000, 0xffff, 0xffff}), [3]float64{0x1234 / 65535., 0x8000 / 65535., 1}},
		{"alpha.png", uniform(4, 4, color.NRGBAModel, color.NRGBA{255, 102, 0, 51}), [3]float64{0.2, 0.08, 0}}, // on black
		{"pixel.png", uniform(1, 1, color.NRGBAModel, blue), [3]float64{0.2, 0.4, 0.8}},
		{"line.png", uniform(1, 31, color.NRGBAModel, blue), [3]float64{0.2, 0.4, 0.8}},
	} {
		path := filepath.Join(dir, c.name)
		writeImage(t, path, c.image)
		for _, size := range []int{0, 1, 6} {
			e, err := ReadExample(path, size)
			h, w := size, size
			if size == 0 {
				h, w = c.image.Bounds().Dy(), c.image.Bounds().Dx()
			}
			if err != nil || e.H != h || e.W != w || len(e.Image) != 3*h*w || e.Mask != nil || e.Name != path {
				t.Fatalf("%s at %d: %d×%d, %d values, %v", c.name, size, e.H, e.W, len(e.Image), err)
			}
			for i, v := range e.Image {
				if math.Abs(float64(v)-c.want[i%3]) > 0.01 {
					t.Fatalf("%s at %d: value %d is %v, want %v", c.name, size, i, v, c.want[i%3])
				}
			}
		}
	}
	for _, size := range []int{0, 4} {
		if _, err := ReadExample(filepath.Join(dir, "none.png"), size); err == nil || !strings.Contains(err.Error(), "none.png") {
			t.Errorf("a missing file: %v", err)
		}
	}
	if _, err := ReadExample(filepath.Join(dir, "pixel.png"), -3); err == nil {
		t.Error("a negative size is no error")
	}
}

// The folders of CUB-200-2011 as they unpack.
func TestCUB(t *testing.T) {
	dir := t.TempDir()
	list := ""
	for k := range 10 {
		name := fmt.Sprintf("%03d.Bird/Bird_%04d", k%2+1, k)
		list += fmt.Sprintf("%d %s.jpg\n", k+1, name)
		writeImage(t, filepath.Join(dir, "CUB_200_2011", "images", name+".jpg"), uniform(9, 12, color.NRGBAModel, color.Gray{100}))
		mask := image.NewGray(image.Rect(0, 0, 12, 9)) // votes of annotators: 0, 51, ..., 255
		for i := range mask.Pix {
			mask.Pix[i] = uint8(51 * (i % 12 / 2))
		}
		writeImage(t, filepath.Join(dir, "segmentations", name+".png"), mask)
	}
	if err := os.WriteFile(filepath.Join(dir, "CUB_200_2011", "images.txt"), []byte(list), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := CUB(dir)
	if err != nil {
		t.Fatal(err)
	}
	set, err := Load(context.Background(), s, 12, 1)
	if err != nil || len(set.Train) != 8 || len(set.Validation) != 1 || len(set.Test) != 1 {
		t.Fatalf("%+v, %v", set, err)
	}
	for x, v := range set.Test[0].Mask[:12] {
		if want := int8(2*(x/6) - 1); v != want {
			t.Errorf("column %d is %d, want %d", x, v, want)
		}
	}
	if err := os.Remove(s.Pairs[0].Mask); err != nil {
		t.Fatal(err)
	}
	if _, err := CUB(dir); err == nil || !strings.Contains(err.Error(), "Bird_0000") {
		t.Errorf("a missing mask: %v", err)
	}
}

func TestRealSets(t *testing.T) {
	dir, err := data.Dir()
	if err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		t.Skip(data.DirVariable + " is not set")
	}
	for _, c := range []struct {
		source                  func(string) (Source, error)
		train, validation, test int
		unknown                 bool
	}{{Horses, 225, 28, 28, false}, {Pets, 20, 3, 3, true}} {
		s, err := c.source(dir)
		if err != nil {
			t.Fatal(err)
		}
		set, err := Load(context.Background(), s, 32, 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(set.Train) != c.train || len(set.Validation) != c.validation || len(set.Test) != c.test {
			t.Errorf("%s: %d, %d, %d", s.Name, len(set.Train), len(set.Validation), len(set.Test))
		}
		count := map[int8]int{}
		for _, e := range set.Train {
			for _, v := range e.Mask {
				count[v]++
			}
		}
		if share := float64(count[1]) / float64(count[1]+count[-1]); share < 0.1 || share > 0.5 || (count[0] > 0) != c.unknown {
			t.Errorf("%s: labels %v", s.Name, count)
		}
	}
}

func TestScaleMask(t *testing.T) {
	x := spins("#.. .#.")
	if got := ScaleMask(x, 2, 3, 4, 6); !slices.Equal(got, spins("##.... ##.... ..##.. ..##..")) {
		t.Errorf("doubled: %v", got)
	}
	if got := ScaleMask(x, 2, 3, 1, 1); !slices.Equal(got, spins("#")) { // row 1, column 1
		t.Errorf("one pixel: %v", got)
	}
	if got := ScaleMask(x, 2, 3, 2, 3); !slices.Equal(got, x) {
		t.Errorf("the same size: %v", got)
	}
	for _, bad := range [][]int8{ScaleMask(x, 2, 2, 4, 4), ScaleMask(x, 2, 3, 0, 3), ScaleMask(nil, 0, 3, 1, 1)} {
		if bad != nil {
			t.Errorf("sizes that do not fit: %v", bad)
		}
	}
}
