package segment

import (
	"math"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// TestAdam compares steps by cross-entropy, two passes and Adam outside of programs, with those
// of GoMLX's gradient and optimizer in one program: all weights, moments and the
// count, by path, so that either goes on from a checkpoint of the other.
func TestAdam(t *testing.T) {
	r, err := NewRecipe("cross-entropy")
	if err != nil {
		t.Fatal(err)
	}
	r = tiny(r)
	set := discs(8, r.BatchSize, 0, 0)
	ours, theirs := plainModel(t, r), plainModel(t, r)
	defer ours.Close()
	defer theirs.Close()
	own := &trainer{Model: ours, set: set}
	step, err := ours.stepProgram("ours", own.crossGraph)
	if err != nil {
		t.Fatal(err)
	}
	other := &trainer{Model: theirs, set: set}
	library, err := theirs.stepProgram("theirs", func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		h, _ := other.build(scope, in[0])
		loss := entropy(h, graph.ConvertDType(in[1], float))
		optimizer.LearningRateVar(scope, float, 0).SetNodeValue(in[2])
		optimizer.Adam().LearningRate(0.5).Done().UpdateGraph(scope, loss.Graph(), loss)
		return []*graph.Node{loss}
	})
	if err != nil {
		t.Fatal(err)
	}
	moved := 0.0 // by a weight, at most
	for k, rate := range []float64{0.02, 0.01, 0.005} {
		moved += rate
		a, b := newBatch(set, r.BatchSize), newBatch(set, r.BatchSize) // one for each backend
		p, err := ours.forward(a[0])
		if err != nil {
			t.Fatal(err)
		}
		loss, err := own.learn(step, p, a[1:2], rate)
		if err != nil {
			t.Fatal(err)
		}
		p.free()
		out, err := library.Call1(b[0], b[1], tensors.FromValue(float32(rate)))
		if err != nil {
			t.Fatal(err)
		}
		if want := float64(tensors.ToScalar[float32](out)); math.Abs(loss-want) > 1e-5 {
			t.Errorf("step %d: loss %v, GoMLX's %v", k, loss, want)
		}
	}
	compared := 0
	for v := range theirs.store.IterVariables() {
		if !fieldOrCoupling(v.Path()) && !strings.HasPrefix(v.Path(), "/"+optimizer.AdamDefaultScope) {
			continue
		}
		w := ours.store.GetVariable(v.Path())
		if w == nil || !w.Shape().Equal(v.Shape()) {
			t.Errorf("no variable %s of shape %v", v.Path(), v.Shape())
			continue
		}
		got, want := flatten(t, w), flatten(t, v)
		tolerance := 2e-5
		if fieldOrCoupling(v.Path()) {
			tolerance = moved / 100 // a gradient near 0 moves a weight by as much as a large one, and is rounded
		}
		for i := range want {
			if math.Abs(float64(got[i]-want[i])) > tolerance*(1+math.Abs(float64(want[i]))) {
				t.Errorf("%s[%d] = %v, GoMLX's %v", v.Path(), i, got[i], want[i])
				break
			}
		}
		compared++
	}
	if len(ours.trained()) < 20 || compared != 3*len(ours.trained())+1 {
		t.Errorf("%d variables compared of %d that are trained", compared, len(ours.trained()))
	}
}

// newBatch is a set's first training images and masks.
func newBatch(set *Set, size int) [2]*tensors.Tensor {
	var images []float32
	var masks []int8
	for _, e := range set.Train[:size] {
		images, masks = append(images, e.Image...), append(masks, e.Mask...)
	}
	return [2]*tensors.Tensor{tensors.FromFlatDataAndDimensions(images, size, set.H, set.W, 3), tensors.FromFlatDataAndDimensions(masks, size, set.H, set.W)}
}

// flatten copies a variable's value.
func flatten(t *testing.T, v *model.Variable) []float32 {
	t.Helper()
	value, err := v.Value()
	if err != nil {
		t.Fatal(err)
	}
	flat, err := tensors.CopyFlatData[float32](value)
	if err != nil {
		t.Fatal(err)
	}
	return flat
}
