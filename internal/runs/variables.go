package runs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Mismatch is the error of variables that are not those which a network asks for.
type Mismatch struct {
	Missing   []string // paths and shapes that the network asks for and the variables lack
	Unused    []string // paths and shapes of variables that the network does not ask for
	Misshaped []string // paths with both shapes
}

// Error lists all of them.
func (m *Mismatch) Error() string {
	var parts []string
	for _, p := range []struct {
		what string
		list []string
	}{{"missing", m.Missing}, {"unused", m.Unused}, {"of another shape", m.Misshaped}} {
		if len(p.list) > 0 {
			parts = append(parts, p.what+": "+strings.Join(p.list, ", "))
		}
	}
	return "the variables are not those of the network; " + strings.Join(parts, "; ")
}

// within reports whether a path lies below one of some scopes, such as "/field/".
func within(path string, scopes []string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return strings.HasPrefix(path, s) })
}

// variables returns a store's variables below scopes by path, in order.
func variables(store *model.Store, scopes []string) []*model.Variable {
	var list []*model.Variable
	for v := range store.IterVariables() {
		if within(v.Path(), scopes) {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, func(a, b *model.Variable) int { return cmp.Compare(a.Path(), b.Path()) })
	return list
}

// Match compares the variables below scopes of two stores by path, type and
// dimensions: those that a network asks for, as [Build] makes them, and those that there are. The
// error is a [*Mismatch].
func Match(want, have *model.Store, scopes []string) error {
	found := make(map[string]shapes.Shape)
	for _, v := range variables(have, scopes) {
		found[v.Path()] = v.Shape()
	}
	return MatchShapes(want, found, scopes)
}

// MatchShapes is [Match] of variables that are known by path and shape alone, none of
// which may lie outside the scopes.
func MatchShapes(want *model.Store, have map[string]shapes.Shape, scopes []string) error {
	m, left := new(Mismatch), maps.Clone(have)
	for _, w := range variables(want, scopes) {
		h, ok := have[w.Path()]
		switch {
		case !ok:
			m.Missing = append(m.Missing, fmt.Sprintf("%s %s", w.Path(), w.Shape()))
		case !h.Equal(w.Shape()):
			m.Misshaped = append(m.Misshaped, fmt.Sprintf("%s %s, need %s", w.Path(), h, w.Shape()))
		}
		delete(left, w.Path())
	}
	for _, path := range slices.Sorted(maps.Keys(left)) {
		m.Unused = append(m.Unused, fmt.Sprintf("%s %s", path, left[path]))
	}
	if len(m.Missing)+len(m.Unused)+len(m.Misshaped) > 0 {
		return m
	}
	return nil
}

// Set copies the variables of a store to another one, which keeps what it has
// beside them: those below scopes or, without scopes, all. The copies lie on the host.
func Set(to, from *model.Store, scopes ...string) error {
	if len(scopes) == 0 {
		scopes = []string{"/"}
	}
	return setAll(to, variables(from, scopes))
}

func setAll(to *model.Store, from []*model.Variable) error {
	for _, v := range from {
		value, err := v.Value()
		if err == nil {
			value, err = value.LocalClone()
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", v.Path(), err)
		}
		if own := to.GetVariable(v.Path()); own != nil {
			err = own.SetValue(value)
		} else {
			_, err = to.CreateVariable(v.Path(), value)
		}
		if err != nil {
			return fmt.Errorf("setting %s: %w", v.Path(), err)
		}
	}
	return nil
}

// Copy returns copies of the variables below scopes that have values.
func Copy(store *model.Store, scopes []string) (*model.Store, error) {
	to := model.NewStore()
	list := slices.DeleteFunc(variables(store, scopes), func(v *model.Variable) bool { return !v.HasValue() })
	if err := setAll(to, list); err != nil {
		to.Finalize()
		return nil, err
	}
	return to, nil
}

// Build makes the variables of a network in a store, without values: it builds the
// network's graph for inputs of some shapes and compiles nothing. A panic of the
// network is returned as an error.
func Build(backend compute.Backend, store *model.Store, inputs []shapes.Shape, network func(scope *model.Scope, in []*graph.Node)) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("building the network: %v", r)
		}
	}()
	g := graph.NewGraph(backend, "variables")
	defer g.Finalize()
	model.SetStore(g, store)
	in := make([]*graph.Node, len(inputs))
	for k, s := range inputs {
		in[k] = graph.Parameter(g, fmt.Sprintf("input %d", k), s)
	}
	network(store.RootScope(), in)
	return nil
}
