package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"example.org/isinggraph/data/catalog"
	"example.org/isinggraph/data/fetch"
)

// shownProblems is how many files of a kind a report names.
const shownProblems = 5

// printSets prints a line for each set and group: how many files there are of
// how many, their size, and whether they are in the folder dir.
func printSets(out io.Writer, dir string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tFILES\tBY HAND\tSIZE\tHERE\tLICENCE\tWHAT")
	for _, s := range catalog.Sets() {
		files, hand := fmt.Sprint(len(s.Files)), 0
		here := 0
		for _, f := range s.Files {
			if f.Kind == catalog.ByHand {
				hand++
			}
			if info, err := os.Stat(filepath.Join(dir, s.Name, filepath.FromSlash(f.Path))); err == nil && info.Size() == f.Size {
				here++
			}
		}
		state := "no"
		switch {
		case s.Whole():
			files = "all"
			if _, err := os.Stat(filepath.Join(dir, s.Name, catalog.ManifestName)); err == nil {
				state = "yes"
			}
		case here == len(s.Files):
			state = "yes"
		case here > 0:
			state = fmt.Sprintf("%d of them", here)
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", s.Name, files, hand, byteSize(s.Size()), state, s.License, s.Title)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "GROUP\tFILES\t\tSIZE\t\t\tWHAT")
	for _, g := range catalog.Groups() {
		s := g.Subset()
		fmt.Fprintf(w, "%s\t%d\t\t%s\t\t\t%s\n", g.Name, len(s.Files), byteSize(s.Size()), g.Title)
	}
	return w.Flush()
}

// printSet prints all that is known of a set, but its files.
func printSet(out io.Writer, s *catalog.Set) {
	hand := 0
	for _, f := range s.Files {
		if f.Kind == catalog.ByHand {
			hand++
		}
	}
	fmt.Fprintf(out, "%s: %s\n", s.Name, s.Title)
	fmt.Fprintf(out, "  home      %s\n  licence   %s\n  cite      %s\n", s.Home, s.License, s.Citation)
	if s.Whole() {
		fmt.Fprintf(out, "  files     all of the archives'\n")
	} else {
		fmt.Fprintf(out, "  files     %d, %s; %d to be placed by hand ('--files' lists them)\n", len(s.Files), byteSize(s.Size()), hand)
	}
	if s.Note != "" {
		fmt.Fprintf(out, "  note      %s\n", s.Note)
	}
	for _, a := range s.Archives {
		fmt.Fprintf(out, "  download  %s\n            size %s, hash %v\n", strings.Join(a.URLs, " or "), byteSize(a.Size), a.Sum)
	}
	for _, a := range s.Originals {
		fmt.Fprintf(out, "  original  %s (not downloaded)\n            size %s, hash %v\n", strings.Join(a.URLs, " or "), byteSize(a.Size), a.Sum)
	}
}

// printFiles prints a line for each file of a set: size, hash, place, source.
func printFiles(out io.Writer, dir string, s *catalog.Set) {
	for _, f := range s.Files {
		source := f.URL
		switch f.Kind {
		case catalog.ByHand:
			source = "by hand"
		case catalog.Gzipped:
			source += " (gzip)"
		case catalog.Member:
			source = f.Member + " in " + f.Archive.URLs[0]
		case catalog.Converted:
			source = "converted from " + f.Archive.URLs[0]
		}
		fmt.Fprintf(out, "%d\t%v\t%s\t%s\n", f.Size, f.Sum, filepath.Join(dir, s.Name, filepath.FromSlash(f.Path)), source)
	}
	if s.Whole() {
		for _, a := range s.Archives {
			fmt.Fprintf(out, "%s\t%v\t%s\t%s\n", byteSize(a.Size), a.Sum, filepath.Join(dir, fetch.Downloads, a.Name), a.URLs[0])
		}
	}
}

// printReport prints how much of a set is there and right.
func printReport(out io.Writer, r fetch.Report) {
	var wrong, missing, hand []fetch.Problem
	for _, p := range r.Problems {
		switch {
		case !p.Missing():
			wrong = append(wrong, p)
		case p.File.Kind == catalog.ByHand:
			hand = append(hand, p)
		default:
			missing = append(missing, p)
		}
	}
	total := fmt.Sprint(r.OK + len(r.Problems))
	if r.Set.Whole() && r.OK+len(r.Problems) == 0 {
		total = "an unknown number of"
	}
	fmt.Fprintf(out, "%s: %d of %s files verified\n", r.Set.Name, r.OK, total)
	for _, kind := range []struct {
		what     string
		problems []fetch.Problem
	}{{"wrong", wrong}, {"missing", missing}, {"missing, to be placed by hand", hand}} {
		for i, p := range kind.problems {
			if i == shownProblems {
				fmt.Fprintf(out, "  and %d more %s\n", len(kind.problems)-i, kind.what)
				break
			}
			line := path.Join(r.Set.Name, p.File.Path)
			if !p.Missing() {
				line += ": " + p.Err.Error()
			}
			fmt.Fprintf(out, "  %s: %s\n", kind.what, line)
		}
	}
}

// byteSize writes a number of bytes for people; 0 is an unknown one.
func byteSize(n int64) string {
	switch {
	case n == 0:
		return "unknown"
	case n < 1e3:
		return fmt.Sprintf("%d B", n)
	case n < 1e6:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
