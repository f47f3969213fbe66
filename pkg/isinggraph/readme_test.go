package isinggraph_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeExample checks that the Go example of README.md is the code of
// Example, which runs as a test.
func TestReadmeExample(t *testing.T) {
	read := func(path, pattern string) string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(pattern).FindSubmatch(b)
		if m == nil {
			t.Fatalf("%s: no match of %q", path, pattern)
		}
		return strings.Join(strings.Fields(string(m[1])), " ")
	}
	got := read("../../README.md", "(?s)```go\n(.*?)```")
	want := read("example_test.go", `(?s)func Example\(\) \{\n(.*?)\t// Output`)
	if got != want {
		t.Errorf("README.md's example is\n%s\nand Example\n%s", got, want)
	}
}
