package fields

import (
	"math"

	"example.org/isinggraph/pkg/isinggraph"
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/support/exceptions"
)

// UNet is the network of Ronneberger, Fischer and Brox 2015
// (doi:10.1007/978-3-319-24574-4_28) in the sizes of the paper's Table 2: with
// Width 16 its blocks take 3 channels to 16, three encoders to 32, 64 and 128,
// each after halving the image by its maxima, the middle 128 to 128, three
// decoders back to 64, 32 and 16, and the last layer 16 to one scalar a pixel.
// A decoder doubles the image after a 1×1 convolution to its own width, and
// joins it to the encoders' output of that size.
//
// A block is two 3×3 convolutions, each with zero padding, a normalization of
// each half of its channels over the image (group normalization, Wu and He
// 2018, arXiv 1803.08494; nothing is normalized over the batch) and ReLU.
//
// Images of any height and width are padded at the bottom and on the right to
// multiples of 8, and the field is cropped.
type UNet struct {
	Height, Width int             // of the images, for Field
	Base          int             // channels of the first block; default 16, the paper's
	Convolutions  int             // of a block; default 2
	Activation    activation.Type // default ReLU
}

// unetLevels is how often the image is halved.
const unetLevels = 3

// Field returns the network for batches of graphs that are each an image's
// pixels, row by row, such as those of an [isinggraph.Grid], all of one size.
func (c UNet) Field() isinggraph.FieldFunc {
	return func(scope *model.Scope, b *isinggraph.BatchNodes) *graph.Node {
		pixels := c.Height * c.Width
		if pixels < 1 || c.Height < 1 {
			exceptions.Panicf("fields: UNet of images of %d×%d pixels", c.Height, c.Width)
		}
		nodes, channels := b.X.Shape().Dimensions[0], b.X.Shape().Dimensions[1]
		images := nodes / pixels
		if images == 0 {
			exceptions.Panicf("fields: a batch of %d nodes for a UNet of images of %d×%d pixels", nodes, c.Height, c.Width)
		}
		x := graph.Slice(b.X, graph.AxisRange(0, images*pixels))
		h := graph.Reshape(c.Apply(scope, graph.Reshape(x, images, c.Height, c.Width, channels)), images*pixels)
		if rest := nodes - images*pixels; rest > 0 {
			h = graph.Concatenate([]*graph.Node{h, graph.Zeros(h.Graph(), shapes.Make(h.DType(), rest))}, 0)
		}
		return graph.Mul(h, b.NodeMask)
	}
}

// Apply returns the field [B, H, W] of images [B, H, W, C], whose size is that of
// the images, not the one in c.
func (c UNet) Apply(scope *model.Scope, images *graph.Node) *graph.Node {
	if images.Rank() != 4 {
		exceptions.Panicf("fields: images of shape %s, need [B, H, W, C]", images.Shape())
	}
	base := orDefault("Base", c.Base, 16)
	height, width := images.Shape().Dimensions[1], images.Shape().Dimensions[2]
	x := padImages(images, 1<<unetLevels)
	x = c.block(scope.At("in"), x, base)
	skips := make([]*graph.Node, 0, unetLevels)
	for l := range unetLevels {
		skips = append(skips, x)
		x = halve(x)
		x = c.block(scope.At("encoder_%d", l), x, base<<(l+1))
	}
	x = c.block(scope.At("middle"), x, base<<unetLevels)
	for l := unetLevels - 1; l >= 0; l-- {
		scope := scope.At("decoder_%d", l)
		x = double(convolution(scope.At("narrow"), x, base<<l, 1, 1, true))
		x = c.block(scope, graph.Concatenate([]*graph.Node{skips[l], x}, -1), base<<l)
	}
	h := graph.Squeeze(convolution(scope.At("out"), x, 1, 1, 1, true), -1)
	return graph.Slice(h, graph.AxisRange(), graph.AxisRange(0, height), graph.AxisRange(0, width))
}

// block is a row of 3×3 convolutions, each normalized and activated.
func (c UNet) block(scope *model.Scope, x *graph.Node, channels int) *graph.Node {
	for k := range orDefault("Convolutions", c.Convolutions, 2) {
		scope := scope.At("conv_%d", k)
		x = convolution(scope, x, channels, 3, 2, false)
		x = activate(c.Activation, groupNorm(scope.At("norm"), x, 2-channels%2))
	}
	return x
}

// convolution is a convolution with zero padding whose weights begin with
// variance gain/fan-in.
func convolution(scope *model.Scope, x *graph.Node, channels, size int, gain float64, bias bool) *graph.Node {
	fanIn := size * size * x.Shape().Dimensions[x.Rank()-1]
	weights := initializer.RandomNormalFn(scope, math.Sqrt(gain/float64(fanIn)))
	scope = scope.WithInitializer(func(g *graph.Graph, s shapes.Shape) *graph.Node {
		if s.Rank() == 1 {
			return graph.Zeros(g, s)
		}
		return weights(g, s)
	})
	return layers.Convolution(scope, x).Channels(channels).KernelSize(size).PadSame().UseBias(bias).Done()
}

// groupNorm standardizes x [B, H, W, C] over the pixels and channels of each of
// a number of groups of channels, with a learned gain and offset a channel. It
// sums each channel first and joins channels after: XLA is slow at sums over
// some of the last axis.
func groupNorm(scope *model.Scope, x *graph.Node, groups int) *graph.Node {
	d := x.Shape().Dimensions
	channels := d[3]
	groupMean := func(x *graph.Node) *graph.Node { // of [B, H·W, C], in each channel its group's, [B, 1, C]
		x = graph.Reshape(graph.ReduceSum(x, 1), d[0], groups, channels/groups)
		x = graph.DivScalar(graph.ReduceAndKeep(x, graph.ReduceSum, 2), float64(d[1]*d[2]*channels/groups))
		return graph.Reshape(graph.BroadcastToDims(x, d[0], groups, channels/groups), d[0], 1, channels)
	}
	learned := func(name string, begin model.VariableInitializer) *graph.Node {
		v := scope.WithInitializer(begin).VariableWithShape(name, shapes.Make(x.DType(), channels))
		return graph.Reshape(v.NodeValue(x.Graph()), 1, 1, channels)
	}
	pixels := graph.Reshape(x, d[0], d[1]*d[2], channels)
	pixels = graph.Sub(pixels, groupMean(pixels))
	deviation := graph.Sqrt(graph.AddScalar(groupMean(graph.Square(pixels)), 1e-5))
	pixels = graph.Mul(pixels, graph.Div(learned("gain", initializer.One), deviation))
	return graph.Reshape(graph.Add(pixels, learned("offset", initializer.Zero)), d...)
}

// padImages pads images [B, H, W, C] with zeros, at the bottom and on the right,
// to multiples of m.
func padImages(x *graph.Node, m int) *graph.Node {
	d := x.Shape().Dimensions
	down, right := (m-d[1]%m)%m, (m-d[2]%m)%m
	if down == 0 && right == 0 {
		return x
	}
	return graph.Pad(x, graph.ScalarZero(x.Graph(), x.DType()),
		compute.PadAxis{}, compute.PadAxis{End: down}, compute.PadAxis{End: right}, compute.PadAxis{})
}

// halve takes the maximum of each 2×2 pixels of images [B, H, W, C]. A
// reduction has a quicker gradient on CPUs than pooling has.
func halve(x *graph.Node) *graph.Node {
	d := x.Shape().Dimensions
	return graph.ReduceMax(graph.Reshape(x, d[0], d[1]/2, 2, d[2]/2, 2, d[3]), 2, 4)
}

// double repeats each pixel of images [B, H, W, C] twice in both directions.
func double(x *graph.Node) *graph.Node {
	d := x.Shape().Dimensions
	x = graph.BroadcastToDims(graph.Reshape(x, d[0], d[1], 1, d[2], 1, d[3]), d[0], d[1], 2, d[2], 2, d[3])
	return graph.Reshape(x, d[0], 2*d[1], 2*d[2], d[3])
}
