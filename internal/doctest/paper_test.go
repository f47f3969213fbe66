package doctest

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// update makes TestPaper write the lines and cells that it finds into the document.
var update = flag.Bool("update", false, "write what the test of docs/paper.md finds into it")

// paperPage is the map from the paper to the program.
const paperPage = "docs/paper.md"

var (
	symbolLink = regexp.MustCompile("\\[`([A-Za-z]\\w*(?:\\.\\w+)+)`\\]\\(([^)]*)\\)")
	cellLink   = regexp.MustCompile(`\[([^\]]+), cell (\d+|\?)\]\((\.\./notebooks/[^)]*\.ipynb)\)`)
	numbers    = regexp.MustCompile(`\d+`)
)

// A cell is a code cell of a notebook, with its number among them.
type cell struct {
	number int
	source string
}

// cells returns a notebook's code cells by the heading above them.
func cells(t *testing.T, name string) map[string][]cell {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, "notebooks", name))
	if err != nil {
		t.Fatal(err)
	}
	var notebook struct {
		Cells []struct {
			Type   string   `json:"cell_type"`
			Source []string `json:"source"`
		}
	}
	if err := json.Unmarshal(b, &notebook); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	found, above, count := map[string][]cell{}, "", 0
	for _, c := range notebook.Cells {
		text := strings.Join(c.Source, "")
		if c.Type == "code" {
			count++
			found[above] = append(found[above], cell{count, text})
			continue
		}
		for _, m := range heading.FindAllStringSubmatch(text, -1) {
			above = m[1]
		}
	}
	return found
}

// choose returns the number of the first cell that uses one of some symbols, of the
// first cell where none does, or 0 where there is no cell.
func choose(list []cell, symbols []string) int {
	for _, c := range list {
		for _, s := range symbols {
			if used := regexp.MustCompile(`\.` + s[strings.LastIndex(s, ".")+1:] + `\b`); used.MatchString(c.source) {
				return c.number
			}
		}
	}
	if len(list) == 0 {
		return 0
	}
	return list[0].number
}

// followSymbols returns a row with the links to symbols and cells as they should be, and
// what cannot be followed.
func followSymbols(row string, symbols map[string][]string, below func(notebook, heading string) []cell) (right string, problems []string) {
	var names []string
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	right = symbolLink.ReplaceAllStringFunc(row, func(s string) string {
		m := symbolLink.FindStringSubmatch(s)
		names = append(names, m[1])
		at := symbols[m[1]]
		if len(at) > 1 { // the link's own file decides between packages of one name
			file, _, _ := strings.Cut(m[2], "#")
			at = slices.DeleteFunc(slices.Clone(at), func(a string) bool { return !strings.HasPrefix(a, file+"#") })
		}
		if len(at) != 1 {
			problem("%s is declared at %d places: %q", m[1], len(symbols[m[1]]), symbols[m[1]])
			return s
		}
		return fmt.Sprintf("[`%s`](%s)", m[1], at[0])
	})
	right = cellLink.ReplaceAllStringFunc(right, func(s string) string {
		m := cellLink.FindStringSubmatch(s)
		k := choose(below(path.Base(m[3]), m[1]), names)
		if k == 0 {
			problem("%s has no code below a heading %q", m[3], m[1])
			return s
		}
		return fmt.Sprintf("[%s, cell %d](%s)", m[1], k, m[3])
	})
	return right, problems
}

// TestPaper: each symbol that the map of the paper names stands declared at the file
// and line of its link, each cell is the one below its heading that uses a symbol of the row, each row of the map has a symbol
// or says what is missing, and the rows are all that the paper numbers. With -update
// the lines and cells are written, and the rest is checked.
func TestPaper(t *testing.T) {
	file := filepath.Join(root, filepath.FromSlash(paperPage))
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	symbols, notebooks := declarations(t), map[string]map[string][]cell{}
	below := func(notebook, heading string) []cell {
		if notebooks[notebook] == nil {
			notebooks[notebook] = cells(t, notebook)
		}
		return notebooks[notebook][heading]
	}
	rows := strings.Split(string(b), "\n")
	for k, row := range rows {
		want, problems := followSymbols(row, symbols, below)
		for _, p := range problems {
			t.Errorf("%s:%d: %s", paperPage, k+1, p)
		}
		if want != row && !*update {
			t.Errorf("%s:%d: the line should be\n%s\n(go test ./internal/doctest -run Paper -update writes it)", paperPage, k+1, want)
		}
		rows[k] = want
	}
	right := strings.Join(rows, "\n")
	if *update && right != string(b) {
		if err := os.WriteFile(file, []byte(right), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	links := len(symbolLink.FindAllString(right, -1))
	if links < 60 {
		t.Errorf("only %d symbols were found", links)
	}
	checkRows(t, right)
}

// checkRows checks that the map's rows are whole and complete.
func checkRows(t *testing.T, text string) {
	t.Helper()
	seen := map[string]map[int]bool{"Eq.": {}, "Figure": {}, "Table": {}}
	for k, row := range strings.Split(text, "\n") {
		if !strings.HasPrefix(row, "| ") {
			continue
		}
		columns := strings.Split(strings.Trim(row, "| "), " | ")
		if columns[0] == "paper" {
			continue
		}
		if len(columns) != 3 {
			t.Errorf("%s:%d: %d columns, need 3", paperPage, k+1, len(columns))
			continue
		}
		if !symbolLink.MatchString(columns[1]) && !strings.HasPrefix(columns[1], "missing: ") {
			t.Errorf("%s:%d: %q names no symbol, and does not say what is missing", paperPage, k+1, columns[1])
		}
		what, _, _ := strings.Cut(columns[0], ":")
		for kind, found := range seen {
			if strings.HasPrefix(what, kind) {
				for _, n := range numbers.FindAllString(what, -1) {
					v, err := strconv.Atoi(n)
					if err != nil {
						t.Fatal(err)
					}
					found[v] = true
				}
			}
		}
	}
	for kind, last := range map[string]int{"Eq.": 25, "Figure": 22, "Table": 5} {
		for n := range last {
			if !seen[kind][n+1] {
				t.Errorf("%s: no row for %s %d", paperPage, kind, n+1)
			}
		}
	}
}

// TestPaperNoticed checks that wrong lines, unknown symbols and headings are noticed.
func TestPaperNoticed(t *testing.T) {
	symbols := map[string][]string{"a.F": {"../a.go#L3"}, "b.T.M": {"../x/b.go#L7", "../y/b.go#L8"}}
	below := func(notebook, heading string) []cell {
		if notebook+"/"+heading == "n.ipynb/Two" {
			return []cell{{2, "x"}, {3, "a.F()"}}
		}
		return nil
	}
	for text, want := range map[string]string{
		"[`a.F`](../a.go#L3)":                             "[`a.F`](../a.go#L3)",
		"[`a.F`](../old.go#L9)":                           "[`a.F`](../a.go#L3)",
		"[`a.G`](../a.go#L3)":                             "",
		"[`b.T.M`](../y/b.go)":                            "[`b.T.M`](../y/b.go#L8)",
		"[`b.T.M`](?)":                                    "",
		"[Two, cell 7](../notebooks/n.ipynb)":             "[Two, cell 2](../notebooks/n.ipynb)",
		"[Three, cell 2](../notebooks/n.ipynb)":           "",
		"[`a.F`](?), [Two, cell 2](../notebooks/n.ipynb)": "[`a.F`](../a.go#L3), [Two, cell 3](../notebooks/n.ipynb)",
	} {
		got, problems := followSymbols(text, symbols, below)
		if (len(problems) > 0) != (want == "") || want != "" && got != want {
			t.Errorf("%s: %s, problems %q, want %s", text, got, problems, want)
		}
	}
	dir := declarations(t)
	for name, file := range map[string]string{"isinggraph.Model.Energy": "../pkg/isinggraph/", "learn.Loss.Total": "../pkg/isinggraph/learn/", "segment.Metric": "../pkg/tasks/segment/"} {
		if at := dir[name]; len(at) != 1 || !strings.HasPrefix(at[0], file) {
			t.Errorf("%s is declared at %q, want once in %s", name, at, file)
		}
	}
}
