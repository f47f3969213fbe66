package data

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ImagePair is an image and its mask, by their paths.
type ImagePair struct {
	Name        string // unique within a list
	Image, Mask string
}

// imageExtensions are those that list an image; of masks too.
var imageExtensions = []string{".png", ".jpg", ".jpeg", ".gif"}

// ImagePairs lists the images of a folder with the masks of another, paired by
// file name without extension and sorted by it, for [ReadPairs]. Other files,
// hidden files and folders are passed over. An image without a mask, a mask
// without an image, two files of one name, or no image at all is an error.
func ImagePairs(imageDir, maskDir string) ([]ImagePair, error) {
	images, err := listImages(imageDir)
	if err != nil {
		return nil, err
	}
	masks, err := listImages(maskDir)
	if err != nil {
		return nil, err
	}
	pairs := make([]ImagePair, 0, len(images))
	for name, path := range images {
		mask, found := masks[name]
		if !found {
			return nil, fileErrorf(path, 0, "image without a mask in %s", maskDir)
		}
		pairs = append(pairs, ImagePair{name, path, mask})
		delete(masks, name)
	}
	for _, path := range masks {
		return nil, fileErrorf(path, 0, "mask without an image in %s", imageDir)
	}
	if len(pairs) == 0 {
		return nil, fileErrorf(imageDir, 0, "no image (%s)", strings.Join(imageExtensions, ", "))
	}
	slices.SortFunc(pairs, func(a, b ImagePair) int { return strings.Compare(a.Name, b.Name) })
	return pairs, nil
}

// listImages returns the images of a folder by their names.
func listImages(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, &FileError{File: dir, Msg: "cannot list images", Err: cause(err)}
	}
	images := map[string]string{}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if e.IsDir() || e.Name()[0] == '.' || !slices.Contains(imageExtensions, strings.ToLower(ext)) {
			continue
		}
		name, path := strings.TrimSuffix(e.Name(), ext), filepath.Join(dir, e.Name())
		if other, twice := images[name]; twice {
			return nil, fileErrorf(path, 0, "a second image of the name of %s", other)
		}
		images[name] = path
	}
	return images, nil
}

// CUBPairs lists Caltech-UCSD Birds-200-2011 (Wah, Branson, Welinder, Perona,
// Belongie 2011, CNS-TR-2011-001) in the order of its images.txt, for
// [ReadPairs]. dir holds what CUB_200_2011.tgz and segmentations.tgz unpack:
// images.txt, images and segmentations, the latter also beside a folder
// CUB_200_2011 that has the others. A missing file, a line of images.txt other
// than "NUMBER CLASS/NAME.jpg", or one that repeats a name is an error.
func CUBPairs(dir string) ([]ImagePair, error) {
	root := dir
	if inner := filepath.Join(dir, "CUB_200_2011"); isDir(inner) {
		root = inner
	}
	masks := filepath.Join(root, "segmentations")
	if !isDir(masks) {
		masks = filepath.Join(dir, "segmentations")
	}
	list := filepath.Join(root, "images.txt")
	images, err := readFile(list, parseCUBList)
	if err != nil {
		return nil, err
	}
	pairs := make([]ImagePair, len(images))
	for i, image := range images {
		name := imageName(image)
		pairs[i] = ImagePair{name, filepath.Join(root, "images", image), filepath.Join(masks, name+".png")}
		for _, path := range [2]string{pairs[i].Image, pairs[i].Mask} {
			if _, err := os.Stat(path); err != nil {
				return nil, &FileError{File: path, Msg: "an image or mask of CUB-200-2011 is missing", Err: cause(err)}
			}
		}
	}
	return pairs, nil
}

// imageName returns the path of an image without the extension.
func imageName(image string) string { return strings.TrimSuffix(image, filepath.Ext(image)) }

// parseCUBList reads images.txt of CUB-200-2011 and returns the paths of the
// images.
func parseCUBList(r io.Reader, name string, limit int64) ([]string, error) {
	var images []string
	seen := map[string]bool{}
	l := newLines(r, name, limit, "")
	for f, err := range l.all() {
		if err != nil {
			return nil, err
		}
		if len(f) != 2 || !filepath.IsLocal(f[1]) {
			return nil, l.errorf(strings.Join(f, " "), "want NUMBER CLASS/NAME.jpg")
		}
		if seen[imageName(f[1])] {
			return nil, l.errorf(f[1], "a second image of this name")
		}
		seen[imageName(f[1])] = true
		images = append(images, f[1])
	}
	if len(images) == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	return images, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
