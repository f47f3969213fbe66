package data

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writeFiles writes files under dir, with their folders.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestImagePairs pairs images and masks by their names, and names what is without a partner.
func TestImagePairs(t *testing.T) {
	const want = "a b c.d"
	for _, c := range []struct {
		name, files, want string
	}{
		{"pairs", "img/b.PNG img/a.jpg img/c.d.jpeg img/notes.txt img/.hidden.png img/folder.png/x mask/a.png mask/b.gif mask/c.d.png", ""},
		{"no mask", "img/a.png img/b.png mask/a.png", "img/b.png: image without a mask in "},
		{"no image", "img/a.png mask/a.png mask/b.png", "mask/b.png: mask without an image in "},
		{"two of a name", "img/a.png img/a.jpg mask/a.png", "img/a.png: a second image of the name of "},
		{"nothing", "img/readme.txt mask/readme.txt", "img: no image (.png, .jpg, .jpeg, .gif)"},
		{"no folder", "img/a.png", "mask: cannot list images: "},
	} {
		dir := t.TempDir()
		files := map[string]string{}
		for _, file := range strings.Fields(c.files) {
			files[file] = ""
		}
		writeFiles(t, dir, files)
		pairs, err := ImagePairs(filepath.Join(dir, "img"), filepath.Join(dir, "mask"))
		if c.want != "" {
			if prefix := "data: " + filepath.Join(dir, filepath.FromSlash(c.want)); err == nil || !strings.HasPrefix(err.Error(), prefix) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		var names []string
		for _, p := range pairs {
			names = append(names, p.Name)
		}
		if err != nil || strings.Join(names, " ") != want || pairs[1].Image != filepath.Join(dir, "img", "b.PNG") || pairs[1].Mask != filepath.Join(dir, "mask", "b.gif") {
			t.Errorf("%s: %v, %v", c.name, pairs, err)
		}
	}
}

// TestCUBPairs finds the set's images and masks in each way that its archives unpack.
func TestCUBPairs(t *testing.T) {
	files := map[string]string{
		"images.txt": "1 002.B/B_9.jpg\n2 001.A/A_1.jpg\n", "images/002.B/B_9.jpg": "", "images/001.A/A_1.jpg": "",
		"segmentations/002.B/B_9.png": "", "segmentations/001.A/A_1.png": "",
	}
	for name, move := range map[string]func(string) string{
		"one folder":    func(s string) string { return s },
		"inner folder":  func(s string) string { return "CUB_200_2011/" + s },
		"masks outside": func(s string) string { return strings.TrimPrefix("CUB_200_2011/"+s, "CUB_200_2011/seg") },
	} {
		dir := t.TempDir()
		moved := map[string]string{}
		for file, text := range files {
			to := move(file)
			if strings.HasPrefix(to, "mentations") {
				to = "seg" + to
			}
			moved[to] = text
		}
		writeFiles(t, dir, moved)
		pairs, err := CUBPairs(dir)
		if err != nil || len(pairs) != 2 || pairs[0].Name != "002.B/B_9" || pairs[1].Name != "001.A/A_1" {
			t.Errorf("%s: %v, %v", name, pairs, err)
			continue
		}
		for _, p := range pairs {
			if filepath.Ext(p.Mask) != ".png" || !strings.Contains(p.Mask, "segmentations") || !strings.Contains(p.Image, "images") {
				t.Errorf("%s: %v", name, p)
			}
		}
	}
	for _, c := range []struct{ list, want string }{
		{"", "images.txt: empty file"},
		{"1 001.A/A_1.jpg\n2\n", `images.txt:2: want NUMBER CLASS/NAME.jpg: "2"`},
		{"1 ../../etc/passwd\n", `images.txt:1: want NUMBER CLASS/NAME.jpg: "1 ../../etc/passwd"`},
		{"1 001.A/A_1.jpg\n2 001.A/A_1.jpg\n", `images.txt:2: a second image of this name: "001.A/A_1.jpg"`},
		{"1 001.A/A_2.jpg\n", "images/001.A/A_2.jpg: an image or mask of CUB-200-2011 is missing: no such file or directory"},
	} {
		dir := t.TempDir()
		writeFiles(t, dir, files)
		writeFiles(t, dir, map[string]string{"images.txt": c.list})
		if _, err := CUBPairs(dir); err == nil || err.Error() != "data: "+dir+string(filepath.Separator)+filepath.FromSlash(c.want) {
			t.Errorf("%q: %v", c.list, err)
		}
	}
	if _, err := CUBPairs(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("empty folder: %v", err)
	}
}

// TestReadPairs reads pairs in their order; a bad one is an error, or left out where that is
// asked for.
func TestReadPairs(t *testing.T) {
	dir := t.TempDir()
	good := string(encode(t, image.NewGray(frame23), "png"))
	files := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		files["img/"+name+".png"], files["mask/"+name+".png"] = good, good
	}
	files["img/c.png"] = good[:len(good)/2]
	files["mask/e.png"] = string(encode(t, image.NewGray(image.Rect(0, 0, 2, 3)), "png"))
	files["mask/f.png"] = "not an image"
	writeFiles(t, dir, files)
	pairs, err := ImagePairs(filepath.Join(dir, "img"), filepath.Join(dir, "mask"))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	wants := []string{
		filepath.Join("img", "c.png") + ": corrupt PNG: unexpected EOF",
		filepath.Join("mask", "e.png") + ": mask of 3×2 pixels for an image of 2×3",
		filepath.Join("mask", "f.png") + ": not an image: want PNG, JPEG or GIF",
	}
	for workers := range 4 {
		o := PairOptions{Workers: workers, Height: 4, Width: 5}
		if images, skipped, err := ReadPairs(ctx, pairs, o); images != nil || skipped != nil || err == nil || !strings.HasSuffix(err.Error(), wants[0]) {
			t.Errorf("%d workers: %v, %v, %v", workers, images, skipped, err)
		}
		o.SkipBad = true
		images, skipped, err := ReadPairs(ctx, pairs, o)
		var names []string
		for _, im := range images {
			names = append(names, im.Name)
			if len(im.Image.Pix) != 60 || len(im.Mask.Label) != 20 {
				t.Errorf("%s: %d values, %d labels", im.Name, len(im.Image.Pix), len(im.Mask.Label))
			}
		}
		if err != nil || !slices.Equal(names, []string{"a", "b", "d", "g"}) || len(skipped) != len(wants) {
			t.Fatalf("%d workers: %v, %v, %v", workers, names, skipped, err)
		}
		for i, want := range wants {
			if !strings.HasSuffix(skipped[i].Error(), want) {
				t.Errorf("skipped %v, want %s", skipped[i], want)
			}
		}
	}
	images, _, err := ReadPairs(ctx, pairs[:2], PairOptions{})
	if err != nil || len(images) != 2 || images[0].Image.Height != 2 || images[1].Mask.Width != 3 {
		t.Errorf("as they are: %v, %v", images, err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, _, err := ReadPairs(cancelled, pairs, PairOptions{SkipBad: true}); !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "data: ") {
		t.Errorf("cancelled: %v", err)
	}
	if _, _, err := ReadPairs(ctx, pairs, PairOptions{Height: 4}); err == nil || err.Error() != "data: cannot scale to 4×0 pixels" {
		t.Errorf("no width: %v", err)
	}
}

// The list of CUB-200-2011 names files within its folder, each once.
func FuzzParseCUBList(f *testing.F) {
	f.Add([]byte("1 002.B/B_9.jpg\n2 001.A/A_1.jpg\n"))
	f.Add([]byte("1 ../x\r\n2 a/../b.jpg\n3 a.png\n3 a.jpg"))
	f.Fuzz(func(t *testing.T, text []byte) {
		checkAllocation(t, len(text), func() {
			images, err := parseCUBList(bytes.NewReader(text), "fuzz", int64(len(text)))
			if (err == nil) != (len(images) > 0) {
				t.Errorf("%q, %v", images, err)
			}
			for _, image := range images {
				if !filepath.IsLocal(image) {
					t.Errorf("%q leads elsewhere", image)
				}
			}
		})
	})
}
