//go:build deps

// Package notebooks pins what the notebooks' cells may import: a blank import
// keeps each package in go.mod and go.sum, and `make setup` compiles them once.
package notebooks

import (
	_ "example.org/isinggraph/data"
	_ "example.org/isinggraph/notebooks/nb"
	_ "example.org/isinggraph/pkg/fields"
	_ "example.org/isinggraph/pkg/isinggraph"
	_ "example.org/isinggraph/pkg/isinggraph/diagnose"
	_ "example.org/isinggraph/pkg/isinggraph/exact"
	_ "example.org/isinggraph/pkg/isinggraph/learn"
	_ "example.org/isinggraph/pkg/meshplot"
	_ "github.com/gomlx/compute"
	_ "github.com/gomlx/gomlx/backends/default"
	_ "github.com/gomlx/gomlx/core/graph"
	_ "github.com/gomlx/gomlx/core/tensors"
	_ "github.com/gomlx/gomlx/ml/layers"
	_ "github.com/gomlx/gomlx/ml/layers/activation"
	_ "github.com/gomlx/gomlx/ml/model"
	_ "github.com/gomlx/gomlx/ml/model/checkpoint"
	_ "github.com/gomlx/gomlx/ml/train"
	_ "github.com/gomlx/gomlx/ml/train/optimizer"
	_ "github.com/janpfeifer/gonb/gonbui"
	_ "github.com/janpfeifer/gonb/gonbui/dom"
	_ "github.com/janpfeifer/gonb/gonbui/widgets"
	_ "github.com/schollz/progressbar/v3"
	_ "gonum.org/v1/gonum/mat"
	_ "gonum.org/v1/gonum/stat"
	_ "gonum.org/v1/plot"
	_ "gonum.org/v1/plot/plotter"
	_ "gonum.org/v1/plot/plotutil"
	_ "gonum.org/v1/plot/vg/draw"
	_ "gonum.org/v1/plot/vg/vgimg"
)
