package doctest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the project's folder.
const root = "../.."

// skipped are folders that are not the project's text.
var skipped = []string{".git", ".tools", ".venv", ".jupyter", ".bench", ".lint", ".data", ".exp", "build", "testdata", "node_modules", ".ipynb_checkpoints", ".gonb_cache", "checkpoints"}

// A document is a text with its path below root.
type document struct{ path, text string }

// documents returns the project's files of some endings.
func documents(t *testing.T, endings ...string) (docs []document) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(skipped, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || !slices.Contains(endings, filepath.Ext(path)):
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		docs = append(docs, document{filepath.ToSlash(rel), string(b)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) == 0 {
		t.Fatalf("no documents end in %q", endings)
	}
	return docs
}

// markdown returns the documents and the notebooks' texts.
func markdown(t *testing.T) []document {
	docs := documents(t, ".md")
	for _, d := range documents(t, ".ipynb") {
		var notebook struct {
			Cells []struct {
				Type   string   `json:"cell_type"`
				Source []string `json:"source"`
			}
		}
		if err := json.Unmarshal([]byte(d.text), &notebook); err != nil {
			t.Fatalf("%s: %v", d.path, err)
		}
		var text []string
		for _, c := range notebook.Cells {
			if c.Type == "markdown" {
				text = append(text, strings.Join(c.Source, ""))
			}
		}
		docs = append(docs, document{d.path, strings.Join(text, "\n\n")})
	}
	return docs
}

var (
	fence  = regexp.MustCompile("(?ms)^```([a-z]*)[^\n]*\n(.*?)^```")
	inline = regexp.MustCompile("`[^`\n]+`")
)

// blank replaces what a pattern finds by as many lines of nothing.
func blank(text string, pattern *regexp.Regexp) string {
	return pattern.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) })
}

// prose returns a document's text without code.
func (d document) prose() string { return blank(blank(d.text, fence), inline) }

// line returns the line of a position in a text, from 1.
func line(text string, at int) int { return 1 + strings.Count(text[:at], "\n") }
