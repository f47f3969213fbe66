package runs

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// TestMatch compares the variables of a network that was only built: a missing, an
// unused and a misshaped one are one error; those that match are set.
func TestMatch(t *testing.T) {
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	network := model.NewStore()
	if err := Build(backend, network, []shapes.Shape{shapes.Make(dtypes.Float32, 5, 3)}, func(scope *model.Scope, in []*graph.Node) {
		scope = scope.At("field")
		for _, name := range []string{"a", "b"} {
			w := scope.VariableWithShape(name, shapes.Make(dtypes.Float32, in[0].Shape().Dimensions[1]))
			graph.Mul(in[0], graph.ExpandAxes(w.NodeValue(in[0].Graph()), 0))
		}
	}); err != nil {
		t.Fatal(err)
	}
	from := model.NewStore()
	for path, values := range map[string][]float32{"/field/a": {1, 2}, "/field/c": {3}, "/optimizer/a": {4}} {
		if _, err := from.CreateVariable(path, tensors.FromFlatDataAndDimensions(values, len(values))); err != nil {
			t.Fatal(err)
		}
	}
	var m *Mismatch
	if err := Match(network, from, []string{"/field/"}); !errors.As(err, &m) {
		t.Fatalf("matched with %v", err)
	}
	want := &Mismatch{Missing: []string{"/field/b (Float32)[3]"}, Unused: []string{"/field/c (Float32)[1]"}, Misshaped: []string{"/field/a (Float32)[2], need (Float32)[3]"}}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("%+v, want %+v", m, want)
	}
	right := model.NewStore()
	for path, values := range map[string][]float32{"/field/a": {1, 2, 3}, "/field/b": {4, 5, 6}} {
		if _, err := right.CreateVariable(path, tensors.FromFlatDataAndDimensions(values, 3)); err != nil {
			t.Fatal(err)
		}
	}
	if err := Match(network, right, []string{"/field/"}); err != nil {
		t.Error(err)
	}
	if err := Set(network, right, "/field/"); err != nil {
		t.Fatal(err)
	}
	right.Finalize()
	if got := valuesOf(t, network, "/field/b"); !slices.Equal(got, []float32{4, 5, 6}) {
		t.Errorf("set to %v", got)
	}
	if err := Build(backend, network, nil, func(*model.Scope, []*graph.Node) { panic("no network") }); err == nil || !strings.Contains(err.Error(), "no network") {
		t.Errorf("a panic is %v", err)
	}
}
