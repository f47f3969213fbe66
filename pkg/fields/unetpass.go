package fields

import (
	"slices"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Forward is [UNet.Apply], and returns the layers' outputs as well. A program
// that returns them leaves [UNet.Backward], in a program of its own, only the
// gradient to compute; what lies between the two, such as samples of the field,
// needs neither once more.
func (c UNet) Forward(scope *model.Scope, images *graph.Node) (h *graph.Node, kept []*graph.Node) {
	p := &pass{c: c}
	h = p.network(scope, images)
	return h, p.kept
}

// Backward returns the gradients of a loss with respect to the network's
// weights, by the paths of their variables, of the images and outputs of
// [UNet.Forward] and the loss's gradient with respect to h. It equals
// [graph.Gradient] of the loss of [UNet.Apply].
func (c UNet) Backward(scope *model.Scope, images *graph.Node, kept []*graph.Node, gradient *graph.Node) map[string]*graph.Node {
	p := &pass{c: c, kept: slices.Clone(kept), back: true, weights: make(map[string]*graph.Node)}
	h := p.network(scope, images)
	if len(p.kept) > 0 {
		exceptions.Panicf("fields: %d outputs of %d kept are too many for %+v", len(p.kept), len(kept), c)
	}
	p.of = map[*graph.Node]*graph.Node{h: gradient}
	for _, undo := range slices.Backward(p.undo) {
		undo()
	}
	return p.weights
}

// pass is one through the network's layers. Forward, it keeps their outputs.
// Back, it takes the outputs from kept, so that what computed them is in no
// program, and has for each layer what adds to the gradients of its inputs and
// weights.
type pass struct {
	c       UNet
	kept    []*graph.Node // forward, those so far; back, those to come
	back    bool
	undo    []func()
	of      map[*graph.Node]*graph.Node // gradients with respect to layers' inputs and outputs
	weights map[string]*graph.Node      // and with respect to variables, by path
}

// keep returns a layer's output.
func (p *pass) keep(y *graph.Node) *graph.Node {
	if !p.back {
		p.kept = append(p.kept, y)
		return y
	}
	if len(p.kept) == 0 || !p.kept[0].Shape().Equal(y.Shape()) {
		exceptions.Panicf("fields: of %d outputs that are left of those kept, the first is not the one of shape %s", len(p.kept), y.Shape())
	}
	y, p.kept = p.kept[0], p.kept[1:]
	return y
}

// add adds to the gradient with respect to x.
func (p *pass) add(x, gradient *graph.Node) {
	if p.of[x] != nil {
		gradient = graph.Add(p.of[x], gradient)
	}
	p.of[x] = gradient
}

// linear is a layer with the weights of a scope, whose gradient does not need
// its output.
func (p *pass) linear(scope *model.Scope, computed *graph.Node, in ...*graph.Node) *graph.Node {
	y := p.keep(computed)
	p.undoLinear(scope, computed, y, in...)
	return y
}

// undoLinear is of a layer whose output is y, and computed what computed it.
func (p *pass) undoLinear(scope *model.Scope, computed, y *graph.Node, in ...*graph.Node) {
	p.undo = append(p.undo, func() {
		to := slices.Clone(in)
		var paths []string
		for v := range scope.IterVariables() {
			to, paths = append(to, v.NodeValue(y.Graph())), append(paths, v.Path())
		}
		gradients := pull(computed, p.of[y], to...)
		for k, x := range in {
			p.add(x, gradients[k])
		}
		for k, path := range paths {
			p.weights[path] = gradients[len(in)+k]
		}
	})
}

// pull returns the gradients with respect to nodes from the one with respect to y.
func pull(y, gradient *graph.Node, to ...*graph.Node) []*graph.Node {
	return graph.Gradient(graph.ReduceAllSum(graph.Mul(y, graph.StopGradient(gradient))), to...)
}

// network is the field [B, H, W] of images [B, H, W, C].
func (p *pass) network(scope *model.Scope, images *graph.Node) *graph.Node {
	if images.Rank() != 4 {
		exceptions.Panicf("fields: images of shape %s, need [B, H, W, C]", images.Shape())
	}
	base := orDefault("Base", p.c.Base, 16)
	height, width := images.Shape().Dimensions[1], images.Shape().Dimensions[2]
	x := padImages(images, 1<<unetLevels)
	x = p.block(scope.At("in"), base, x)
	skips := make([]*graph.Node, 0, unetLevels)
	for l := range unetLevels {
		skips = append(skips, x)
		x = p.block(scope.At("encoder_%d", l), base<<(l+1), p.halved(x))
	}
	x = p.block(scope.At("middle"), base<<unetLevels, x)
	for l := unetLevels - 1; l >= 0; l-- {
		scope := scope.At("decoder_%d", l)
		narrow := scope.At("narrow")
		x = p.linear(narrow, convolution(narrow, x, base<<l, 1, 1, true), x)
		x = p.block(scope, base<<l, skips[l], x)
	}
	last := scope.At("out")
	h := graph.Squeeze(convolution(last, x, 1, 1, 1, true), -1)
	h = graph.Slice(h, graph.AxisRange(), graph.AxisRange(0, height), graph.AxisRange(0, width))
	p.undoLinear(last, h, h, x)
	return h
}

// block is a row of 3×3 convolutions, each normalized and activated, of x or of
// a skip joined to an x of half its size.
func (p *pass) block(scope *model.Scope, channels int, in ...*graph.Node) *graph.Node {
	x := in[0]
	if len(in) > 1 {
		x = graph.Concatenate([]*graph.Node{in[0], double(in[1])}, -1)
	}
	for k := range orDefault("Convolutions", p.c.Convolutions, 2) {
		scope := scope.At("conv_%d", k)
		x = p.linear(scope.At("conv"), convolution(scope, x, channels, 3, 2, false), in...)
		x = p.normalized(scope.At("norm"), x, 2-channels%2)
		in = []*graph.Node{x}
	}
	return x
}

// normalized standardizes x [B, H, W, C] over the pixels and channels of each of
// a number of groups of channels, scales and moves each channel by a learned
// gain and offset, and activates it. It sums each channel first and joins
// channels after: XLA is slow at sums over some of the last axis.
//
// With z the standardized x, σ its deviation and u the gradient with respect to
// gain·z + offset, the gradients are those of Ioffe and Szegedy 2015 (arXiv
// 1502.03167), with a group's mean ⟨·⟩ in the place of a batch's:
// (gain·u − ⟨gain·u⟩ − z ⟨z·gain·u⟩)/σ for x, Σ z·u for the gain and Σ u for the
// offset.
func (p *pass) normalized(scope *model.Scope, x *graph.Node, groups int) *graph.Node {
	d := x.Shape().Dimensions
	channels := d[3]
	groupMean := func(sums *graph.Node) *graph.Node { // of channels' sums [B, C], in each channel its group's, [B, 1, C]
		sums = graph.ReduceAndKeep(graph.Reshape(sums, d[0], groups, channels/groups), graph.ReduceSum, 2)
		sums = graph.DivScalar(sums, float64(d[1]*d[2]*channels/groups))
		return graph.Reshape(graph.BroadcastToDims(sums, d[0], groups, channels/groups), d[0], 1, channels)
	}
	gain, gainPath := learned(scope, x, "gain", initializer.One)
	offset, offsetPath := learned(scope, x, "offset", initializer.Zero)

	pixels := graph.Reshape(x, d[0], d[1]*d[2], channels)
	mean := p.keep(groupMean(graph.ReduceSum(pixels, 1)))
	centred := graph.Sub(pixels, mean)
	variance := groupMean(graph.ReduceSum(graph.Square(centred), 1))
	deviation := p.keep(graph.Sqrt(graph.AddScalar(variance, 1e-5)))
	standard := graph.Add(graph.Mul(centred, graph.Div(gain, deviation)), offset)
	active := activate(p.c.Activation, standard)
	y := p.keep(graph.Reshape(active, d...))
	p.undo = append(p.undo, func() {
		u := pull(active, graph.Reshape(p.of[y], d[0], d[1]*d[2], channels), standard)[0]
		z := graph.Div(centred, deviation)
		sum, sumZ := graph.ReduceSum(u, 1), graph.ReduceSum(graph.Mul(u, z), 1)
		p.weights[offsetPath], p.weights[gainPath] = graph.ReduceSum(sum, 0), graph.ReduceSum(sumZ, 0)
		gains := graph.Reshape(gain, 1, channels)
		of := graph.Sub(graph.Mul(gain, u), groupMean(graph.Mul(gains, sum)))
		of = graph.Sub(of, graph.Mul(z, groupMean(graph.Mul(gains, sumZ))))
		p.add(x, graph.Reshape(graph.Div(of, deviation), d...))
	})
	return y
}

// learned is a variable with a value for each channel of x, [1, 1, C], and its path.
func learned(scope *model.Scope, x *graph.Node, name string, begin model.VariableInitializer) (*graph.Node, string) {
	channels := x.Shape().Dimensions[x.Rank()-1]
	v := scope.WithInitializer(begin).VariableWithShape(name, shapes.Make(x.DType(), channels))
	return graph.Reshape(v.NodeValue(x.Graph()), 1, 1, channels), v.Path()
}

// halved takes the maximum of each 2×2 pixels of images [B, H, W, C]. A reduction
// is quicker on CPUs than pooling is.
func (p *pass) halved(x *graph.Node) *graph.Node {
	d := x.Shape().Dimensions
	y := p.keep(graph.ReduceMax(graph.Reshape(x, d[0], d[1]/2, 2, d[2]/2, 2, d[3]), 2, 4))
	p.undo = append(p.undo, func() {
		highest := graph.Equal(x, double(y))
		p.add(x, graph.Where(highest, double(p.of[y]), graph.ZerosLike(x)))
	})
	return y
}
