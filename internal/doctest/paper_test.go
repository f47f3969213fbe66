package doctest

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
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

// declarations returns where the project's symbols stand, as links from docs/, by
// "package.Name", "package.Type.Method" and "package.Type.Field". A name that two
// packages share has several.
func declarations(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	files := token.NewFileSet()
	for _, d := range documents(t, ".go") {
		if strings.HasSuffix(d.path, "_test.go") || strings.HasPrefix(d.path, "cmd/") {
			continue
		}
		f, err := parser.ParseFile(files, d.path, d.text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		add := func(id *ast.Ident, before ...string) {
			name := strings.Join(append(append([]string{f.Name.Name}, before...), id.Name), ".")
			found[name] = append(found[name], fmt.Sprintf("../%s#L%d", d.path, files.Position(id.Pos()).Line))
		}
		for _, declared := range f.Decls {
			switch n := declared.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil {
					add(n.Name)
				} else if of := receiver(n.Recv.List[0].Type); of != "" {
					add(n.Name, of)
				}
			case *ast.GenDecl:
				for _, spec := range n.Specs {
					addSpec(spec, add)
				}
			}
		}
	}
	return found
}

// addSpec adds a type with its fields or methods, or constants and variables.
func addSpec(spec ast.Spec, add func(id *ast.Ident, before ...string)) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, id := range s.Names {
			add(id)
		}
	case *ast.TypeSpec:
		add(s.Name)
		var members *ast.FieldList
		switch of := s.Type.(type) {
		case *ast.StructType:
			members = of.Fields
		case *ast.InterfaceType:
			members = of.Methods
		default:
			return
		}
		for _, field := range members.List {
			for _, id := range field.Names {
				add(id, s.Name.Name)
			}
		}
	}
}

// receiver returns the name of a method's type.
func receiver(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.IndexExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}

// cells returns the number among a notebook's code cells of the first one below each
// heading, as far as there is one before the next heading.
func cells(t *testing.T, name string) map[string]int {
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
	found, above, count := map[string]int{}, "", 0
	for _, c := range notebook.Cells {
		if c.Type == "code" {
			if count++; above != "" && found[above] == 0 {
				found[above] = count
			}
			continue
		}
		for _, m := range heading.FindAllStringSubmatch(strings.Join(c.Source, ""), -1) {
			above = m[1]
		}
	}
	return found
}

// followSymbols returns a text with the links to symbols and cells as they should be, and
// what cannot be followed.
func followSymbols(text string, symbols map[string][]string, cell func(notebook, heading string) int) (right string, problems []string) {
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	right = symbolLink.ReplaceAllStringFunc(text, func(s string) string {
		m := symbolLink.FindStringSubmatch(s)
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
		k := cell(path.Base(m[3]), m[1])
		if k == 0 {
			problem("%s has no code below a heading %q", m[3], m[1])
			return s
		}
		return fmt.Sprintf("[%s, cell %d](%s)", m[1], k, m[3])
	})
	return right, problems
}

// TestPaper: each symbol that the map of the paper names stands declared at the file
// and line of its link, each cell below its heading, each row of the map has a symbol
// or says what is missing, and the rows are all that the paper numbers. With -update
// the lines and cells are written, and the rest is checked.
func TestPaper(t *testing.T) {
	file := filepath.Join(root, filepath.FromSlash(paperPage))
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, notebooks := string(b), map[string]map[string]int{}
	right, problems := followSymbols(text, declarations(t), func(notebook, heading string) int {
		if notebooks[notebook] == nil {
			notebooks[notebook] = cells(t, notebook)
		}
		return notebooks[notebook][heading]
	})
	for _, p := range problems {
		t.Errorf("%s: %s", paperPage, p)
	}
	if *update && right != text {
		if err := os.WriteFile(file, []byte(right), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if right != text {
		have, want := strings.Split(text, "\n"), strings.Split(right, "\n")
		for k := range have {
			if have[k] != want[k] {
				t.Errorf("%s:%d: the line should be\n%s\n(go test ./internal/doctest -run Paper -update writes it)", paperPage, k+1, want[k])
			}
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
	cell := func(notebook, heading string) int { return map[string]int{"n.ipynb/Two": 2}[notebook+"/"+heading] }
	for text, want := range map[string]string{
		"[`a.F`](../a.go#L3)":                   "[`a.F`](../a.go#L3)",
		"[`a.F`](../old.go#L9)":                 "[`a.F`](../a.go#L3)",
		"[`a.G`](../a.go#L3)":                   "",
		"[`b.T.M`](../y/b.go)":                  "[`b.T.M`](../y/b.go#L8)",
		"[`b.T.M`](?)":                          "",
		"[Two, cell 7](../notebooks/n.ipynb)":   "[Two, cell 2](../notebooks/n.ipynb)",
		"[Three, cell 2](../notebooks/n.ipynb)": "",
	} {
		got, problems := followSymbols(text, symbols, cell)
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
