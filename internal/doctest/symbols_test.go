package doctest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
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
