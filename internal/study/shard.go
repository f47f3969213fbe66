package study

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/isinggraph/internal/wholefile"
)

// Shard is what one run of a study measured. Its exported fields are kept as JSON.
type Shard interface {
	// File is the name of the shard's file without its ending. It says which run of
	// the study this is: other shards have other names.
	File() string
}

// Write writes a shard to a file in a folder, which it makes, whole or not at all.
// It returns the file's path.
func Write(dir string, s Shard) (path string, err error) {
	path = filepath.Join(dir, s.File()+".json")
	if err := wholefile.WriteJSON(path, s); err != nil {
		return "", fmt.Errorf("study: %w", err)
	}
	return path, nil
}

// Read reads the shards of a folder whose files' names match a pattern of
// filepath.Match, in the order of the names. A file that holds another shard than
// it is named after, or none, and a folder without any, is an error that names it.
func Read[S any, P interface {
	*S
	Shard
}](dir, pattern string) ([]*S, error) {
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	if err == nil && len(paths) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("study: shards %s in %s: %w", pattern, dir, err)
	}
	all := make([]*S, len(paths))
	for k, path := range paths {
		all[k] = new(S)
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, all[k])
		}
		if want := P(all[k]).File() + ".json"; err == nil && want != filepath.Base(path) {
			err = fmt.Errorf("its contents belong in %s", want)
		}
		if err != nil {
			return nil, fmt.Errorf("study: shard %s: %w", path, err)
		}
	}
	return all, nil
}

// GroupBy parts shards by a key, and keeps their order: groups come in the order
// of their first shards.
func GroupBy[S any, K comparable](shards []S, key func(S) K) [][]S {
	var groups [][]S
	at := make(map[K]int)
	for _, s := range shards {
		k, ok := at[key(s)]
		if !ok {
			k = len(groups)
			at[key(s)] = k
			groups = append(groups, nil)
		}
		groups[k] = append(groups[k], s)
	}
	return groups
}

// Seeds returns the seeds of a group of shards. Two shards of one seed are an
// error: a mean over seeds would count it twice.
func Seeds[S any](group []S, seed func(S) uint64) ([]uint64, error) {
	seeds := make([]uint64, len(group))
	seen := make(map[uint64]bool)
	for k, s := range group {
		seeds[k] = seed(s)
		if seen[seeds[k]] {
			return nil, fmt.Errorf("study: two shards of seed %d", seeds[k])
		}
		seen[seeds[k]] = true
	}
	return seeds, nil
}
