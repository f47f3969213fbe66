package segment

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/pkg/isinggraph"
)

// meanFieldSteps is how often a prediction iterates eq. 10.
const meanFieldSteps = 10

// Model is a trained field with its kernel. Close it after use. It is for one
// goroutine at a time.
type Model struct {
	recipe   Recipe
	engine   *isinggraph.Engine // nil where there is no XLA
	backend  compute.Backend
	store    *model.Store
	fields   *model.Exec            // images → h
	there    *model.Exec            // of training: images → h and what the way back needs
	size     [2]int                 // of the images that it was last called with
	back     *model.Exec            // of training: that, images and the gradient of h → those of the field's variables
	mean     *model.Exec            // h → the mean field's spins
	kernel   *model.Exec            // → [2]
	steps    map[string]*model.Exec // of training: the objectives, by what they depend on
	ahead    *model.Exec            // the one of them that was compiled ahead
	behind   sync.WaitGroup         // what compiles ahead
	building sync.Mutex             // held while a program's graph is built on the store
	samplers map[[2]int]isinggraph.Sampler
	history  []EpochInfo
}

// newModel returns a model without variables, which [Model.begin] makes. A nil engine
// stands for [isinggraph.DefaultEngine] or, where there is no XLA, GoMLX's Go backend and
// the plain sampler, which is logged as a warning; a nil logger takes nothing.
func newModel(e *isinggraph.Engine, log *slog.Logger) (*Model, error) {
	if e == nil {
		var err error
		if e, err = isinggraph.DefaultEngine(); err != nil {
			if log != nil {
				log.Warn("computing in plain Go", "cause", err)
			}
			b, err := compute.NewWithConfig("go")
			if err != nil {
				return nil, fmt.Errorf("segment: opening GoMLX's Go backend: %w", err)
			}
			return modelOn(b, nil), nil
		}
	}
	return modelOn(e.Backend(), e), nil
}

// modelOn returns a model without variables on a backend, with the samplers of an engine
// or, if it is nil, those in plain Go.
func modelOn(b compute.Backend, e *isinggraph.Engine) *Model {
	return &Model{engine: e, backend: b, store: model.NewStore(), steps: make(map[string]*model.Exec), samplers: make(map[[2]int]isinggraph.Sampler)}
}

// begin compiles what is not compiled yet, and sets the weights to those with
// which a seed begins, all else to 0. A model that was trained can begin anew if
// network and batches are as they were.
func (m *Model) begin(r Recipe, seed uint64) error {
	if m.fields != nil && (r.UNet != m.recipe.UNet || r.BatchSize != m.recipe.BatchSize) {
		return fmt.Errorf("segment: a model of %+v, batches of %d, cannot be used for %+v, batches of %d", m.recipe.UNet, m.recipe.BatchSize, r.UNet, r.BatchSize)
	}
	m.recipe, m.history = r, nil
	weights, err := r.weights(seed)
	if err != nil {
		return err
	}
	for v := range m.store.IterVariables() {
		if weights[v.Path()] == nil {
			weights[v.Path()] = tensors.FromShape(v.Shape())
		}
	}
	for path, value := range weights {
		v := m.store.GetVariable(path)
		if v == nil {
			_, err = m.store.CreateVariable(path, value)
		} else {
			err = v.SetValue(value)
		}
		if err != nil {
			return fmt.Errorf("segment: setting %s: %w", path, err)
		}
	}
	if m.fields != nil {
		return nil
	}
	if m.fields, err = m.exec(func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		return []*graph.Node{m.field(scope, in[0])}
	}); err != nil {
		return err
	}
	if err = m.compilePasses(); err != nil {
		return err
	}
	if m.mean, err = m.exec(func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		return []*graph.Node{meanField(in[0], kernelNode(scope.At("coupling"), in[0].Graph(), r.Kernel), meanFieldSteps)}
	}); err != nil {
		return err
	}
	m.kernel, err = m.exec(func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		return []*graph.Node{graph.Add(kernelNode(scope.At("coupling"), in[0].Graph(), r.Kernel), in[0])}
	})
	return err
}

// weights returns the variables of field and kernel with which a seed begins, by
// path. GoMLX's Go backend draws them, so that they are the same on every machine.
func (r Recipe) weights(seed uint64) (map[string]*tensors.Tensor, error) {
	b, err := compute.NewWithConfig("go")
	if err != nil {
		return nil, fmt.Errorf("segment: opening GoMLX's Go backend: %w", err)
	}
	defer b.Finalize()
	m := &Model{recipe: r, backend: b, store: model.NewStore()}
	defer m.store.Finalize()
	if err := m.store.SetRNGStateFromSeed(int64(seed)); err != nil {
		return nil, fmt.Errorf("segment: seeding the weights: %w", err)
	}
	x, err := m.exec(func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		h, k := m.build(scope, in[0])
		return []*graph.Node{h, k}
	})
	if err != nil {
		return nil, err
	}
	defer x.Finalize()
	image := tensors.FromFlatDataAndDimensions(make([]float32, 8*8*3), 1, 8, 8, 3)
	defer image.MustFinalizeAll()
	if _, _, err := x.Call2(image); err != nil {
		return nil, fmt.Errorf("segment: drawing the weights: %w", err)
	}
	all := make(map[string]*tensors.Tensor)
	for v := range m.store.IterVariables() {
		if !fieldOrCoupling(v.Path()) {
			continue
		}
		value, err := v.Value()
		if err != nil {
			return nil, fmt.Errorf("segment: reading %s: %w", v.Path(), err)
		}
		flat, err := tensors.CopyFlatData[float32](value)
		if err != nil {
			return nil, fmt.Errorf("segment: reading %s: %w", v.Path(), err)
		}
		all[v.Path()] = tensors.FromFlatDataAndDimensions(flat, v.Shape().Dimensions...)
	}
	return all, nil
}

// exec compiles a program on the model's variables, once for every shape.
func (m *Model) exec(f func(*model.Scope, []*graph.Node) []*graph.Node) (*model.Exec, error) {
	x, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, in []*graph.Node) []*graph.Node {
		m.building.Lock()
		defer m.building.Unlock()
		return f(scope, in)
	})
	if err != nil {
		return nil, fmt.Errorf("segment: compiling: %w", err)
	}
	x.SetMaxCache(-1)
	return x, nil
}

// stepProgram returns the program of a key, which it makes if there is none.
func (m *Model) stepProgram(key string, f func(*model.Scope, []*graph.Node) []*graph.Node) (*model.Exec, error) {
	if x := m.steps[key]; x != nil {
		return x, nil
	}
	x, err := m.exec(f)
	if err == nil {
		m.steps[key] = x
	}
	return x, err
}

// build returns the field [B, H, W] of images [B, H, W, 3] and the kernel [2].
func (m *Model) build(scope *model.Scope, images *graph.Node) (h, kernel *graph.Node) {
	return m.field(scope, images), m.kernelNode(scope, images.Graph())
}

// kernelNode returns the kernel [2], constant where the recipe has it fixed.
func (m *Model) kernelNode(scope *model.Scope, g *graph.Graph) *graph.Node {
	kernel := kernelNode(scope.At("coupling"), g, m.recipe.Kernel)
	if m.recipe.Fixed {
		kernel = graph.StopGradient(kernel)
	}
	return kernel
}

// field returns the field [B, H, W] of images [B, H, W, 3].
func (m *Model) field(scope *model.Scope, images *graph.Node) *graph.Node {
	return m.recipe.UNet.Apply(scope.At("field"), centre(images))
}

// centre maps colours from [0, 1] to [−2, 2].
func centre(images *graph.Node) *graph.Node {
	return graph.MulScalar(graph.AddScalar(images, -0.5), 4)
}

// meanField iterates x̄ = tanh(h + Conv_W(x̄)) (eq. 10) from tanh h.
func meanField(h, kernel *graph.Node, steps int) *graph.Node {
	x := graph.Tanh(h)
	for range steps {
		x = graph.Tanh(graph.Add(h, neighborSum(x, kernel)))
	}
	return x
}

// Kernel returns the couplings as they are.
func (m *Model) Kernel() (Kernel, error) {
	out, err := m.kernel.Call1([]float32{0, 0})
	if err != nil {
		return Kernel{}, fmt.Errorf("segment: reading the kernel: %w", err)
	}
	defer out.MustFinalizeAll()
	w := tensors.MustCopyFlatData[float32](out)
	return Kernel{w[0], w[1]}, nil
}

// Recipe returns what the model was trained by, with all defaults filled in.
func (m *Model) Recipe() Recipe { return m.recipe }

// History returns the records of the epochs.
func (m *Model) History() []EpochInfo { return m.history }

// Close frees what the model holds, but not the engine.
func (m *Model) Close() {
	m.behind.Wait()
	for _, x := range append(slices.Collect(maps.Values(m.steps)), m.fields, m.there, m.back, m.mean, m.kernel) {
		if x != nil {
			x.Finalize()
		}
	}
	for _, s := range m.samplers {
		s.Close()
	}
	m.store.Finalize()
}

// sampler returns the sampler of grids of a size: the lattice path, four colours.
func (m *Model) sampler(h, w int) (isinggraph.Sampler, error) {
	if s := m.samplers[[2]int{h, w}]; s != nil {
		return s, nil
	}
	grid, err := isinggraph.NewGrid(h, w, 8, false)
	if err != nil {
		return nil, err
	}
	var s isinggraph.Sampler
	if m.engine != nil {
		s, err = m.engine.NewOnGrid(grid)
	} else {
		s, err = isinggraph.PlainOnGrid(grid)
	}
	if err != nil {
		return nil, err
	}
	m.samplers[[2]int{h, w}] = s
	return s, nil
}
