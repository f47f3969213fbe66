package catalog

import "slices"

// Set is a data set: a folder of files.
type Set struct {
	Name     string // the folder's name
	Title    string // what it holds
	Home     string // page of the publisher, without scheme
	License  string // as its publisher states it
	Citation string
	Note     string // how files differ from their originals, and what is to be made by hand

	Archives  []*Archive // downloads that hold several files, or one to convert
	Originals []*Archive // what the files made by hand were made from; not downloaded
	Files     []File     // in order of their paths; empty if the archives are taken whole
}

// Archive is a download that files are taken out of.
type Archive struct {
	Name string   // file name among the downloads; its ending tells the format: .zip, .tar.gz, .tgz, .7z, .pkl
	URLs []string // tried in this order
	Size int64    // bytes; 0 if unknown
	Sum  Sum
}

// Kind says how a file is come by.
type Kind int

const (
	ByHand    Kind = iota // to be placed by hand: no address serves these bytes
	Plain                 // downloaded from URL
	Gzipped               // downloaded from URL and unpacked by gzip
	Member                // taken out of Archive
	Converted             // made from Archive by the conversion that Member names
)

// File is one file of a set.
type File struct {
	Path    string // within the set's folder, with slashes
	Size    int64  // bytes
	Sum     Sum
	Kind    Kind
	URL     string
	Archive *Archive
	Member  string // end of its path in the archive, or name of the conversion
}

// Whole reports whether the set's archives are unpacked as they are, without
// a list of files. What was unpacked is then listed in ManifestName.
func (s *Set) Whole() bool { return len(s.Files) == 0 }

// ManifestName is the file in the folder of a set that is taken whole, which
// lists size, SHA-256 and path of the files that were unpacked.
const ManifestName = "MANIFEST.tsv"

// Size returns the number of bytes of the set's files; 0 if it is not known.
func (s *Set) Size() int64 {
	var n int64
	for _, f := range s.Files {
		n += f.Size
	}
	return n
}

// subset returns s with those of its files whose path is in paths.
func (s *Set) subset(paths []string) *Set {
	sub := *s
	sub.Files = nil
	for _, f := range s.Files {
		if slices.Contains(paths, f.Path) {
			sub.Files = append(sub.Files, f)
		}
	}
	return &sub
}
