package doctest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// imports are the packages that snippets use without an import, by their name there.
var imports = map[string]string{
	"context": "context", "errors": "errors", "fmt": "fmt", "log": "log", "math": "math", "os": "os", "rand": "math/rand/v2", "slices": "slices", "testing": "testing", "time": "time",
	"data": "example.org/isinggraph/data", "catalog": "example.org/isinggraph/data/catalog", "fetch": "example.org/isinggraph/data/fetch",
	"isinggraph": "example.org/isinggraph/pkg/isinggraph", "learn": "example.org/isinggraph/pkg/isinggraph/learn", "exact": "example.org/isinggraph/pkg/isinggraph/exact", "diagnose": "example.org/isinggraph/pkg/isinggraph/diagnose",
	"samplertest": "example.org/isinggraph/pkg/isinggraph/samplertest", "study": "example.org/isinggraph/internal/study",
	"fields": "example.org/isinggraph/pkg/fields", "nb": "example.org/isinggraph/notebooks/nb",
	"explain": "example.org/isinggraph/pkg/tasks/explain", "mesh": "example.org/isinggraph/pkg/tasks/mesh",
	"inverse": "example.org/isinggraph/pkg/tasks/inverse", "segment": "example.org/isinggraph/pkg/tasks/segment",
	"compute": "github.com/gomlx/compute", "dtypes": "github.com/gomlx/compute/dtypes", "graph": "github.com/gomlx/gomlx/core/graph",
	"tensors": "github.com/gomlx/gomlx/core/tensors", "layers": "github.com/gomlx/gomlx/ml/layers", "model": "github.com/gomlx/gomlx/ml/model",
	"cobra": "github.com/spf13/cobra", "mat": "gonum.org/v1/gonum/mat",
}

// given are declarations that a comment before a snippet makes for it, beside ctx:
//
//	<!-- go: var items []*learn.Item -->
var given = regexp.MustCompile(`(?s)<!-- go: (.*?) -->`)

// snippets returns the Go files that a document's snippets make: a snippet with a
// package clause as it is, one of declarations with a package clause, and one of
// statements in a function. All but the first kind are one package.
func snippets(d document) (files map[string]string, err error) {
	files = map[string]string{}
	end := 0
	for k, m := range fence.FindAllStringSubmatchIndex(d.text, -1) {
		lang, code := d.text[m[2]:m[3]], d.text[m[4]:m[5]]
		between := d.text[end:m[0]]
		end = m[1]
		if lang != "go" {
			continue
		}
		name := fmt.Sprintf("snippet%d.go", k)
		if strings.HasPrefix(code, "package ") {
			files[fmt.Sprintf("whole%d/%s", k, name)] = fmt.Sprintf("//line %s:%d\n%s", d.path, line(d.text, m[4]), code)
			continue
		}
		var before strings.Builder
		for _, g := range given.FindAllStringSubmatch(between, -1) {
			before.WriteString(g[1] + "\n")
		}
		text := fmt.Sprintf("//line %s:%d\n%s", d.path, line(d.text, m[4]), code)
		head := "package snippets\n\n"
		body := before.String() + text
		if _, err := parser.ParseFile(token.NewFileSet(), "", head+body, 0); err != nil {
			body = fmt.Sprintf("%sfunc _() {\n%s\n}\n", before.String(), text)
		}
		names, err := unresolved(head + body)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			head += fmt.Sprintf("import %s %q\n", n, imports[n])
		}
		files["snippets/"+name] = head + body
		files["snippets/ctx.go"] = "package snippets\n\nimport \"context\"\n\nvar ctx = context.Background()\n"
	}
	return files, nil
}

// unresolved returns the known packages that a file uses without importing them.
func unresolved(text string) (names []string, err error) {
	f, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		return nil, err
	}
	open := map[*ast.Ident]bool{}
	for _, id := range f.Unresolved {
		open[id] = true
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && open[id] && imports[id.Name] != "" && !slices.Contains(names, id.Name) {
				names = append(names, id.Name)
			}
		}
		return true
	})
	return names, nil
}

// inTree is what //line adds before a document's path.
var inTree = regexp.MustCompile(`^.*/doc\d+/(snippets|whole\d+)/`)

// check compiles the snippets of documents and returns what is wrong with them,
// but for variables that a snippet sets and does not use.
func check(t *testing.T, docs []document) (problems []string, count int) {
	t.Helper()
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	c := &packages.Config{ // without NeedDeps, dependencies come as export data
		Mode:    packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedExportFile,
		Overlay: map[string][]byte{},
	}
	var patterns []string
	for k, d := range docs {
		files, err := snippets(d)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		for name, text := range files {
			path := filepath.Join(here, fmt.Sprintf("doc%d", k), filepath.FromSlash(name))
			c.Overlay[path] = []byte(text)
			if strings.HasPrefix(text, "package") && filepath.Base(name) != "ctx.go" || strings.HasPrefix(name, "whole") {
				count++
			}
			pattern := "./" + filepath.ToSlash(filepath.Join(fmt.Sprintf("doc%d", k), filepath.Dir(name)))
			if !slices.Contains(patterns, pattern) {
				patterns = append(patterns, pattern)
			}
		}
	}
	if len(patterns) == 0 {
		return problems, count
	}
	loaded, err := packages.Load(c, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range loaded {
		for _, e := range p.Errors {
			if e.Kind == packages.TypeError && strings.Contains(e.Msg, "declared and not used") || e.Kind == packages.ListError {
				continue // the compiler's list says the same again
			}
			problems = append(problems, inTree.ReplaceAllString(e.Error(), ""))
		}
	}
	return problems, count
}

// planted are documents with snippets of which three do not compile.
var planted = []document{
	{"planted/a.md", "text\n\n```go\nx := 1\nx.nothing()\n```\n"},
	{"planted/b.md", "```go\nfunc f() int {\n```\n"},
	{"planted/c.md", "```go\nfunc g(ctx context.Context) error { return ctx.Err() }\n```\n```go\nerr := g(ctx)\n```\n"},
	{"planted/d.md", "<!-- go: var n int -->\n```go\nfmt.Println(n + 1)\n```\n```sh\nls\n```\n"},
	{"planted/e.md", "```go\ng, err := isinggraph.NewGraph(2)\n```\n"},
}

// TestSnippets compiles every Go snippet of the documents, and notices the planted ones
// that do not compile, with their lines.
func TestSnippets(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks every package")
	}
	problems, count := check(t, append(documents(t, ".md"), planted...))
	var noticed []string
	for _, p := range problems {
		if at, _, ok := strings.Cut(strings.TrimPrefix(p, "planted/"), ": "); ok && strings.HasPrefix(p, "planted/") {
			noticed = append(noticed, at)
		} else {
			t.Error(p)
		}
	}
	slices.Sort(noticed)
	if want := "a.md:5 b.md:2 e.md:2"; strings.Join(noticed, " ") != want {
		t.Errorf("of the planted snippets those at %v are noticed, want %s", noticed, want)
	}
	if count < 10 {
		t.Errorf("only %d snippets were found", count)
	}
	t.Logf("%d snippets, %d of them planted", count, len(planted)-1)
}
