package catalog

import (
	_ "embed"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// filesTSV lists the files of all sets: set, path, size, SHA-256, source. A
// source is one of
//
//	hand                             placed by hand
//	https://…                        a download
//	github:OWNER/REPO@COMMIT/PATH    a file of a repository at a commit
//	archive:NAME!PATH                the file whose path in one of the set's archives ends so
//	convert:NAME!CONVERSION          converted from one of the set's archives
//
//go:embed files.tsv
var filesTSV string

// Sets returns all sets, in the order of their names.
var Sets = sync.OnceValue(func() []*Set {
	sets := published()
	if err := parseFiles(filesTSV, sets); err != nil {
		panic(err) // the embedded table is part of the program
	}
	slices.SortFunc(sets, func(a, b *Set) int { return strings.Compare(a.Name, b.Name) })
	return sets
})

// parseFiles adds the files that table lists to the sets.
func parseFiles(table string, sets []*Set) error {
	byName := map[string]*Set{}
	for _, s := range sets {
		byName[s.Name] = s
	}
	for i, line := range strings.Split(strings.TrimSuffix(table, "\n"), "\n") {
		if i == 0 {
			continue // the header
		}
		fields := strings.Split(line, "\t")
		if len(fields) != 5 {
			return fmt.Errorf("catalog: line %d: %d columns, want 5", i+1, len(fields))
		}
		set := byName[fields[0]]
		if set == nil {
			return fmt.Errorf("catalog: line %d: unknown set %q", i+1, fields[0])
		}
		f := File{Path: fields[1], Sum: Sum{SHA256, fields[3]}}
		var err error
		if f.Size, err = strconv.ParseInt(fields[2], 10, 64); err != nil {
			return fmt.Errorf("catalog: line %d: size: %w", i+1, err)
		}
		if err := f.setSource(fields[4], set); err != nil {
			return fmt.Errorf("catalog: line %d: %w", i+1, err)
		}
		set.Files = append(set.Files, f)
	}
	return nil
}

// setSource fills in how f is come by.
func (f *File) setSource(source string, set *Set) error {
	scheme, rest, _ := strings.Cut(source, ":")
	switch scheme {
	case "hand":
		return nil
	case "https":
		f.Kind, f.URL = Plain, source
		return nil
	case "github":
		repo, tail, ok1 := strings.Cut(rest, "@")
		commit, file, ok2 := strings.Cut(tail, "/")
		if !ok1 || !ok2 || len(commit) != 40 {
			return fmt.Errorf("source %q is not github:OWNER/REPO@COMMIT/PATH", source)
		}
		f.Kind = Plain
		if path.Ext(file) == ".gz" && path.Ext(f.Path) != ".gz" {
			f.Kind = Gzipped
		}
		address := url.URL{Scheme: "https", Host: "raw.githubusercontent.com", Path: "/" + repo + "/" + commit + "/" + file}
		f.URL = address.String()
		return nil
	case "archive", "convert":
		name, member, _ := strings.Cut(rest, "!")
		i := slices.IndexFunc(set.Archives, func(a *Archive) bool { return a.Name == name })
		if i < 0 || member == "" {
			return fmt.Errorf("source %q names no archive of set %s", source, set.Name)
		}
		f.Archive, f.Member, f.Kind = set.Archives[i], member, Member
		if scheme == "convert" {
			f.Kind = Converted
		}
		return nil
	}
	return fmt.Errorf("unknown source %q", source)
}
