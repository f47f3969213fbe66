package runs

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	_ "github.com/gomlx/gomlx/backends/default" // registers the pure Go backend
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// counter trains one variable: step t adds t + 1 to it. Its loss is (t − 6)² after
// t steps, so that the sixth is best, and its size is t.
type counter struct {
	run    *Run
	store  *model.Store
	state  struct{ Sum int }
	width  int     // of the variable
	loss   float64 // fingerprint
	on     string  // of the loss
	steps  int     // done by this process
	after  func(step int)
	resets int
}

func (c *counter) Reset() error {
	c.resets++
	c.state.Sum = 0
	c.store = model.NewStore()
	_, err := c.store.CreateVariable("/field/w", tensors.FromFlatDataAndDimensions(make([]float32, c.width), c.width))
	return err
}

func (c *counter) Store() *model.Store { return c.store }
func (c *counter) State() any          { return &c.state }

func (c *counter) Network() (*model.Store, error) {
	backend, err := compute.NewWithConfig("go")
	if err != nil {
		return nil, err
	}
	s := model.NewStore()
	return s, Build(backend, s, nil, func(scope *model.Scope, _ []*graph.Node) {
		scope.At("field").VariableWithShape("w", shapes.Make(dtypes.Float32, c.width))
	})
}

func (c *counter) Guard(context.Context) ([]Fingerprint, error) {
	w, err := tensors.CopyFlatData[float32](c.store.GetVariable("/field/w").MustValue())
	if err != nil {
		return nil, err
	}
	return []Fingerprint{{Name: "the loss", Values: []float64{c.loss}, Tolerance: 1e-3, On: c.on}, {Name: "the field", Values: []float64{2 * float64(w[0])}}}, nil
}

func (c *counter) Step(_ context.Context, step int) error {
	c.steps++
	c.state.Sum += step + 1
	w := make([]float32, c.width)
	for i := range w {
		w[i] = float32(c.state.Sum)
	}
	return c.store.GetVariable("/field/w").SetValue(tensors.FromFlatDataAndDimensions(w, c.width))
}

func (c *counter) After(_ context.Context, step int) (done, save bool, err error) {
	loss := float64((step - 6) * (step - 6))
	if best, ok := c.run.Best(Loss); !ok || loss < best.Value {
		err = c.run.KeepBest(Loss, loss, c.store)
	}
	if err == nil {
		err = c.run.KeepBest("size", float64(step), c.store)
	}
	if c.after != nil {
		c.after(step)
	}
	return false, step%3 == 0, err
}

// open opens a run of ten steps.
func open(t *testing.T, o Options, c *counter) error {
	t.Helper()
	if c.width == 0 {
		c.width = 2
	}
	o.Hash, o.Key, o.Steps, o.Scopes = strings.Repeat("ab", 32), "counting", 10, []string{"/field/"}
	o.Config = struct{ Width int }{2}
	var err error
	if c.run, err = Open(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.run.Close)
	if err := c.Reset(); err != nil {
		t.Fatal(err)
	}
	return c.run.Resume(context.Background(), c)
}

// logged is a logger and what it has written.
func logged() (*slog.Logger, *bytes.Buffer) {
	text := new(bytes.Buffer)
	return slog.New(slog.NewTextHandler(text, nil)), text
}

// interrupted trains a run and cancels its context after a step.
func interrupted(t *testing.T, o Options, c *counter, at int) {
	t.Helper()
	if err := open(t, o, c); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.after = func(step int) {
		if step == at {
			cancel()
		}
	}
	var stopped *Stopped
	if err := c.run.Train(ctx, c); !errors.As(err, &stopped) || !errors.Is(err, context.Canceled) || stopped.Step != at {
		t.Fatalf("interrupted run returns %v", err)
	}
	c.after = nil
}
