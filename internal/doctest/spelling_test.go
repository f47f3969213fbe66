package doctest

import (
	"testing"

	"github.com/golangci/misspell"
)

// TestSpelling looks for common misspellings in documents, notebooks, programs and
// scripts.
func TestSpelling(t *testing.T) {
	r := misspell.New()
	if _, found := r.Replace("a seperate word"); len(found) != 1 {
		t.Fatalf("a misspelled word is not noticed: %v", found)
	}
	for _, d := range append(markdown(t), documents(t, ".go", ".sh", ".py", ".cff", ".yaml", ".html")...) {
		if _, found := r.Replace(d.text); len(found) > 0 && d.path != "internal/doctest/spelling_test.go" {
			for _, f := range found {
				t.Errorf("%s:%d: %q: is %q meant?", d.path, f.Line, f.Original, f.Corrected)
			}
		}
	}
}
