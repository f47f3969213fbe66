package mesh

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// Networks and credits of a [Recipe].
const (
	Equivariant = "equivariant" // fields.Equivariant, as in the paper
	PerVertex   = "vertex"      // fields.MLP on the features without the position
	// DevConv makes the baseline POINT SAMPLER: scores by the layers of Neural Mesh
	// Simplification (doi:10.1109/CVPR52688.2022.01803) and no coupling, J = 0, so
	// that each vertex is kept or not for itself. It learns here from the loss, as
	// the fields do; the original learns from a Chamfer distance between points.
	DevConv = "devconv"

	Local  = "local"  // vertices are credited with the distances within four hops
	Global = "global" // eq. 14
)

// startScale is what learned fields are multiplied by at the start: antiferromagnetic
// couplings to six neighbours drown fields of size 1.
const startScale = 3

// Recipe says how a field is learned. The zero value of a number means its
// default.
type Recipe struct {
	Network      string  // default Equivariant
	Credit       string  // default Local
	Squared      bool    // eq. 18 as written, instead of unsquared distances
	Paper        bool    // what is else of the paper alone, see [PaperRecipe]
	Steps        int     // of Adam, one mesh each; default 400
	LearningRate float64 // default 3e-3, along half a cosine to 0, with Paper constant
	Samples      int     // of each mesh and step, K; default 2
	Seed         uint64
	Dir          string // where checkpoints lie; "" keeps nothing
	Progress     func(learn.StepInfo)
	Log          *slog.Logger // of the learner; nil for silence
	Engine       *isinggraph.Engine
}

// PaperRecipe is the paper's (section 4.3, appendix E): the Euclidean equivariant network
// of eqs. 23 and 24 on the curvature z of eq. 22 as it stands, in squared units of the file; the
// squared distances of eq. 18; eq. 14 on the whole loss; the penalty of eq. 15 with
// η_det (eq. 11) of weight 1 and η = 0; Adam at 1e-3, constant and without clipping, on one mesh a
// step; 800 steps are 50 epochs of 16 meshes.
//
// What departs: loss (18) is taken in mean edge lengths and as 10 times the mean over
// vertices, which changes how much the penalty weighs beside it, and the network measures d_ij
// in mean edge lengths, too. The paper does not give widths of its radial network; those are
// [fields.Equivariant]'s. It keeps the epoch with the lowest validation loss, this one the last.
func PaperRecipe() Recipe {
	return Recipe{Network: Equivariant, Credit: Global, Squared: true, Paper: true, Steps: 800, LearningRate: 1e-3}
}

// Learned is a learned field of surfaces.
type Learned struct {
	learner *learn.Learner
	recipe  Recipe // complete
}

// complete fills in defaults.
func (r Recipe) complete() Recipe {
	r.Network, r.Credit = cmp.Or(r.Network, Equivariant), cmp.Or(r.Credit, Local)
	r.Steps, r.LearningRate, r.Samples = cmp.Or(r.Steps, 400), cmp.Or(r.LearningRate, 3e-3), cmp.Or(r.Samples, 2)
	return r
}

// config returns the learner's configuration of a complete recipe.
func (r Recipe) config() (learn.Config, error) {
	c := learn.Config{
		Seed:      r.Seed,
		Model:     learn.Model{J: isinggraph.Uniform(-1)},
		Objective: learn.Objective{Loss: NewLoss(r.Squared), Penalty: learn.Penalty{Kind: learn.EtaSampled, Weight: 1, Dual: 0.1}},
		Sampling:  learn.Sampling{Samples: r.Samples},
		Optimizer: learn.Optimizer{Steps: r.Steps, BatchSize: 1, LearningRate: r.LearningRate, Decay: learn.DecayCosine, ClipNorm: 5},
		Storage:   learn.Storage{Dir: r.Dir},
		Runtime:   learn.Runtime{Progress: r.Progress, Log: r.Log, Engine: r.Engine},
	}
	var net learn.FieldFunc
	switch r.Network {
	case Equivariant:
		net = fields.Equivariant{}.Field()
	case PerVertex:
		net = perVertex
	case DevConv:
		net = devConv
		c.Model.J = isinggraph.Uniform(0)
	default:
		return c, fmt.Errorf("mesh: network %q, want %q, %q or %q", r.Network, Equivariant, PerVertex, DevConv)
	}
	switch r.Credit {
	case Local:
		c.Objective.Estimator = learn.Local{Radius: 4}
	case Global:
	default:
		return c, fmt.Errorf("mesh: credit %q, want %q or %q", r.Credit, Local, Global)
	}
	c.Key, c.Field = r.key(), net
	if !r.Paper {
		c.Field = scaled(net)
		return c, nil
	}
	if r.Network != Equivariant {
		return c, fmt.Errorf("mesh: network %q as the paper's, which is %q", r.Network, Equivariant)
	}
	c.Objective.Penalty = learn.Penalty{Kind: learn.EtaField, Weight: 1}
	c.Optimizer.Decay, c.Optimizer.ClipNorm = learn.DecayNone, 0
	return c, nil
}

// key names what a run's numbers do not say, of a complete recipe.
func (r Recipe) key() string {
	if r.Paper {
		return fmt.Sprintf("%s%t", keyPaper, r.Squared)
	}
	return fmt.Sprintf("%s%s%s%t", keyNetwork, weightsOf(r.Network), keyScale, r.Squared)
}

// The parts of a key before a network's name and behind it, and the one of the paper's.
const (
	keyNetwork = "mesh, network "
	keyPaper   = "mesh, the paper's network and input, squared "
)

var keyScale = fmt.Sprintf(", scale %v, squared ", startScale)

// weightsOf names a network by how its weights are laid out.
func weightsOf(network string) string {
	if network == Equivariant {
		return network + " in one block"
	}
	return network
}

// recipeOf returns a complete recipe of the network and the input that a run's key names.
func recipeOf(key string) (Recipe, error) {
	if strings.HasPrefix(key, keyPaper) {
		return PaperRecipe().complete(), nil
	}
	name, ok := strings.CutPrefix(key, keyNetwork)
	name, _, scaled := strings.Cut(name, keyScale)
	for _, network := range []string{Equivariant, PerVertex, DevConv} {
		if ok && scaled && name == weightsOf(network) {
			return Recipe{Network: network}.complete(), nil
		}
	}
	return Recipe{}, fmt.Errorf("run of %q, which is no recipe of this version", key)
}

// scaled multiplies a field by a positive learned number that begins at
// startScale.
func scaled(net learn.FieldFunc) learn.FieldFunc {
	return func(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
		s := scope.WithInitializer(initializer.Zero).VariableWithShape("log_scale", shapes.Make(dtypes.Float32)).NodeValue(b.X.Graph())
		return graph.Mul(net(scope, b), graph.Exp(graph.AddScalar(s, math.Log(startScale))))
	}
}

// perVertex is a perceptron of the invariant features.
func perVertex(scope *model.Scope, b *learn.BatchNodes) *graph.Node {
	without := *b
	without.X = graph.Slice(b.X, graph.AxisRange(), graph.AxisRange(0, invariants))
	return fields.MLP{Hidden: 32, ZeroSum: true}.Field()(scope, &without)
}

// Train learns a field on surfaces, with J = −1 (DevConv: 0) at temperature 1 and
// half of the vertices to be kept (η = 0), or goes on with the run in the recipe's Dir.
// Close the result after use.
func Train(ctx context.Context, r Recipe, surfaces []*Surface) (*Learned, error) {
	r = r.complete()
	c, err := r.config()
	if err != nil {
		return nil, err
	}
	items := make([]*learn.Item, len(surfaces))
	for i, s := range surfaces {
		items[i] = r.item(s)
	}
	l, err := learn.NewLearner(c, items, nil)
	if err != nil {
		return nil, err
	}
	if err := l.Train(ctx); err != nil {
		l.Close()
		return nil, err
	}
	return &Learned{l, r}, nil
}

// Field returns h [n] of a surface, which need not be one of the training's.
func (l *Learned) Field(ctx context.Context, s *Surface) ([]float32, error) {
	h, err := l.learner.Fields(ctx, []*learn.Item{l.recipe.item(s)})
	if err != nil {
		return nil, err
	}
	return h[0], nil
}

// Method is the model with the field, shifted so that half of the vertices are
// kept.
func (l *Learned) Method(label string) Method {
	return Ising{Label: label, Field: l.Field, Fraction: 0.5, Free: l.recipe.Network == DevConv}
}

// History are the records of the steps.
func (l *Learned) History() []learn.StepInfo { return l.learner.History() }

// Close frees the network.
func (l *Learned) Close() { l.learner.Close() }
