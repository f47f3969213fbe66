package learn_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestReadmeExamples checks that the Go snippets of README.md are the code of the
// examples, which run as tests.
func TestReadmeExamples(t *testing.T) {
	read := func(path, pattern string) (code []string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(b, -1) {
			code = append(code, strings.Join(strings.Fields(string(m[1])), " "))
		}
		return code
	}
	got := read("../../../README.md", "(?s)```go\n(.*?)```")
	const body = `(?s)func Example\w*\(\) \{\n(.*?)\t// Output`
	want := append(read("../example_test.go", body), read("example_learning_test.go", body)...)
	if !slices.Equal(got, want) || len(want) == 0 {
		t.Errorf("README.md's snippets are\n%s\nand the examples\n%s", strings.Join(got, "\n\n"), strings.Join(want, "\n\n"))
	}
}
