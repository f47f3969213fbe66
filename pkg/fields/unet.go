package fields

import (
	"math"

	"example.org/isinggraph/pkg/isinggraph/learn"
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
func (c UNet) Field() learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
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
	return (&pass{c: c}).network(scope, images)
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

// double repeats each pixel of images [B, H, W, C] twice in both directions.
func double(x *graph.Node) *graph.Node {
	d := x.Shape().Dimensions
	x = graph.BroadcastToDims(graph.Reshape(x, d[0], d[1], 1, d[2], 1, d[3]), d[0], d[1], 2, d[2], 2, d[3])
	return graph.Reshape(x, d[0], 2*d[1], 2*d[2], d[3])
}
