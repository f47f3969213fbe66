package explain

import (
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// call runs a program on a batch with the inputs' masks and features.
func call(x *model.Exec, p *prepared, inputs []Input, more ...*tensors.Tensor) ([]*tensors.Tensor, error) {
	s := p.batch.Shape
	own := append([]*tensors.Tensor{masks(p, s.Nodes, inputs, true), masks(p, s.Edges, inputs, false)}, more...)
	args := make([]any, 0, len(p.tensors)+len(own))
	for _, t := range p.tensors {
		args = append(args, t)
	}
	for _, in := range inputs {
		if in.X != nil {
			features := features(p, inputs)
			defer features.MustFinalizeAll()
			args[0] = features
			break
		}
	}
	for _, t := range own {
		args = append(args, t)
		defer t.MustFinalizeAll()
	}
	outs, err := x.Call(args...)
	if err != nil {
		return nil, fmt.Errorf("explain: running the classifier: %w", err)
	}
	return outs, nil
}

// masks returns the node or edge masks of the inputs, 1 where there are none.
func masks(p *prepared, size int, inputs []Input, nodes bool) *tensors.Tensor {
	t := tensors.FromShape(shapes.Make(dtypes.Float32, size))
	tensors.MustMutableFlatData(t, func(flat []float32) {
		for _, in := range inputs {
			mask, count := in.Edge, in.Item.Graph.NumEdges()
			if nodes {
				mask, count = in.Node, in.Item.Graph.NumNodes()
			}
			if mask == nil {
				for i := range count {
					flat[i] = 1
				}
			}
			copy(flat, mask)
			flat = flat[count:]
		}
	})
	return t
}

// features returns the features of the inputs [N, F].
func features(p *prepared, inputs []Input) *tensors.Tensor {
	s := p.batch.Shape
	t := tensors.FromShape(shapes.Make(dtypes.Float32, s.Nodes, s.Features))
	tensors.MustMutableFlatData(t, func(flat []float32) {
		for _, in := range inputs {
			row := flat[:in.Item.Graph.NumNodes()*s.Features]
			flat = flat[len(row):]
			x := in.X
			if x == nil {
				x = in.Item.X
			}
			if len(x) == 0 {
				for i := range row {
					row[i] = 1
				}
			}
			copy(row, x)
		}
	})
	return t
}

// flat copies the values of an output and frees it.
func flat(t *tensors.Tensor) ([]float32, error) {
	defer t.MustFinalizeAll()
	v, err := tensors.CopyFlatData[float32](t)
	if err != nil {
		return nil, fmt.Errorf("explain: reading the classifier's output: %w", err)
	}
	return v, nil
}

// flats is flat for all outputs.
func flats(outs []*tensors.Tensor) ([][]float32, error) {
	all := make([][]float32, len(outs))
	var first error
	for k, t := range outs {
		var err error
		if all[k], err = flat(t); err != nil && first == nil {
			first = err
		}
	}
	return all, first
}

// logits returns the logits of the batch's graphs, [G·C].
func (c *Classifier) logits(p *prepared, inputs []Input) ([]float32, error) {
	outs, err := call(c.predict, p, inputs)
	if err != nil {
		return nil, err
	}
	return flat(outs[0])
}

func (c *Classifier) evaluate(p *prepared, inputs []Input) ([][]float64, error) {
	logits, err := c.logits(p, inputs)
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(inputs))
	for k := range out {
		if out[k], err = softmax(logits[k*c.classes : (k+1)*c.classes]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// softmax returns the probabilities of logits in float64.
func softmax(logits []float32) ([]float64, error) {
	high := math.Inf(-1)
	for _, v := range logits {
		if v-v != 0 {
			return nil, fmt.Errorf("explain: the network's logits are %v", logits)
		}
		high = max(high, float64(v))
	}
	p, sum := make([]float64, len(logits)), 0.0
	for k, v := range logits {
		p[k] = math.Exp(float64(v) - high)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p, nil
}

func (c *Classifier) gradients(p *prepared, inputs []Input, class []int) ([]Gradient, error) {
	s := p.batch.Shape
	hot := tensors.FromShape(shapes.Make(dtypes.Float32, s.Graphs, c.classes))
	for _, k := range class {
		if k < 0 || k >= c.classes {
			hot.MustFinalizeAll()
			return nil, fmt.Errorf("explain: class %d of %d", k, c.classes)
		}
	}
	tensors.MustMutableFlatData(hot, func(flat []float32) {
		for g, k := range class {
			flat[g*c.classes+k] = 1
		}
	})
	outs, err := call(c.gradient, p, inputs, hot)
	if err != nil {
		return nil, err
	}
	v, err := flats(outs)
	if err != nil {
		return nil, err
	}
	out := make([]Gradient, len(inputs))
	lo, edge, f := 0, 0, s.Features
	for k, in := range inputs {
		n, m := in.Item.Graph.NumNodes(), in.Item.Graph.NumEdges()
		out[k] = Gradient{LogP: float64(v[0][k]), Node: v[1][lo : lo+n], Edge: v[2][edge : edge+m], X: v[3][lo*f : (lo+n)*f]}
		lo, edge = lo+n, edge+m
	}
	return out, nil
}

func (c *Classifier) embeddings(p *prepared, inputs []Input) ([][]float32, error) {
	outs, err := call(c.embed, p, inputs)
	if err != nil {
		return nil, err
	}
	width := outs[0].Shape().Dimensions[1]
	v, err := flat(outs[0])
	if err != nil {
		return nil, err
	}
	out, lo := make([][]float32, len(inputs)), 0
	for k, in := range inputs {
		n := in.Item.Graph.NumNodes()
		out[k] = v[lo*width : (lo+n)*width]
		lo += n
	}
	return out, nil
}
