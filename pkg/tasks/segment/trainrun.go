package segment

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/runs"
)

// scopes are where a model's own variables lie, as paths begin, beside those of its
// optimizer.
var scopes = []string{"/field/", "/coupling/"}

// trainState is what goes on from step to step beside the variables.
type trainState struct {
	Open    EpochInfo // of the epoch at work, so far
	History []EpochInfo
	Chains  [][]byte `json:",omitempty"` // of Contrastive, by image, a bit a spin [K, H*W]
}

// options names the run by recipe, seed and data. What only names the recipe, or
// chooses among the epochs, is no part of that.
func (t *trainer) options() (runs.Options, error) {
	r := t.recipe
	r.Name = ""
	if r.StopAt == 0 {
		r.Select = ""
	}
	data := runs.NewData()
	for _, e := range slices.Concat(t.set.Train, t.set.Validation) {
		runs.Add(data, e.Image)
		runs.Add(data, e.Mask)
	}
	c := struct {
		Recipe            Recipe
		Seed              uint64
		H, W              int
		Train, Validation int
		Data              string // SHA-256 of images and masks
	}{r, t.o.Seed, t.set.H, t.set.W, len(t.set.Train), len(t.set.Validation), data.Sum()}
	hash, err := runs.Hash(c)
	return runs.Options{
		Dir: t.o.Dir, Hash: hash, Key: t.recipe.Name, Config: c, Steps: t.steps,
		Scopes: scopes, Changed: t.o.Changed, Log: t.o.Log,
	}, err
}

// train opens the run, does the steps that are left, and takes the weights of the best
// epoch.
func (t *trainer) train(ctx context.Context) error {
	o, err := t.options()
	if err == nil {
		t.run, err = runs.Open(o)
	}
	if err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	defer t.run.Close()
	defer t.closeLoader()
	if err = t.run.Resume(ctx, t); err == nil {
		err = t.run.Train(ctx, t)
	}
	if err == nil {
		err = t.useBest()
	}
	var changed *runs.Changed
	switch {
	case errors.As(err, &changed):
		return fmt.Errorf("segment: the run in %s, of recipe %q, is of other code: %w; say in Changed whether to train anew or to accept it, or remove the folder",
			changed.Dir, t.recipe.Name, err)
	case err != nil && !strings.HasPrefix(err.Error(), "segment: "):
		return fmt.Errorf("segment: training: %w", err)
	}
	return err
}

// Reset begins anew, as [runs.Trainer] has it; so do the following methods.
func (t *trainer) Reset() error {
	t.state = trainState{}
	return t.begin(t.recipe, t.o.Seed)
}

// Store holds the variables of the model and its optimizer.
func (t *trainer) Store() *model.Store { return t.store }

// State is what goes on beside them.
func (t *trainer) State() any { return &t.state }

// Network returns the variables that the recipe's network begins with.
func (t *trainer) Network() (*model.Store, error) { return runs.Copy(t.store, scopes) }

// Step does a step of training on the next batch.
func (t *trainer) Step(ctx context.Context, step int) error {
	if t.loader == nil {
		var err error
		if t.loader, err = NewLoader(t.set.Train, t.recipe.BatchSize, step, 2, t.recipe.Augment, t.o.Seed); err != nil {
			return err
		}
	}
	begin := time.Now()
	b, err := t.loader.Next(ctx)
	if err != nil {
		return err
	}
	open := t.state.Open
	loss, err := t.step(ctx, b, &open)
	if err != nil {
		return err
	}
	if loss-loss != 0 {
		return fmt.Errorf("segment: %s: the loss is %v in step %d", t.recipe.Name, loss, step)
	}
	open.Loss += loss / float64(t.epochSteps)
	open.Seconds += time.Since(begin).Seconds()
	t.state.Open = open
	return nil
}

// closeLoader ends the loader, if there is one.
func (t *trainer) closeLoader() {
	if t.loader != nil {
		t.loader.Close()
	}
}

// After validates where an epoch ends, keeps the weights that are best, and saves a
// checkpoint.
func (t *trainer) After(ctx context.Context, step int) (done, save bool, err error) {
	if step%t.epochSteps != 0 {
		return false, false, nil
	}
	info := t.state.Open
	info.Epoch = step / t.epochSteps
	if info.Kernel, err = t.Kernel(); err != nil {
		return false, false, err
	}
	if len(t.set.Validation) > 0 {
		if info.Scores, err = t.validate(ctx); err != nil {
			return false, false, err
		}
		if err := t.keepBest(info.Scores); err != nil {
			return false, false, err
		}
	}
	t.state.Open, t.state.History = EpochInfo{}, t.chosen(append(t.state.History, info))
	info = t.state.History[len(t.state.History)-1]
	if t.o.Progress != nil {
		t.o.Progress(info)
	}
	return t.recipe.StopAt > 0 && info.Best && info.Validation >= t.recipe.StopAt, true, nil
}

// guardImages is how many images' fields recognize a run.
const guardImages = 4

// Guard computes what a run is recognized by: the field of the first validation images,
// or of training images where there are none, at the variables as they are and, where
// the recipe samples, the sampler's spins in fields of random numbers in [−1, 1).
func (t *trainer) Guard(ctx context.Context) ([]runs.Fingerprint, error) {
	if !t.run.Done() {
		t.size = [2]int{t.set.H, t.set.W} // the field by the program of steps, which are to come
	}
	images := t.set.Validation
	if len(images) == 0 {
		images = t.set.Train
	}
	h, _, err := t.Fields(ctx, images[:min(guardImages, len(images))])
	if err != nil {
		return nil, err
	}
	field := runs.Fingerprint{Name: "the field", Values: runs.Thin(slices.Concat(h...)), Tolerance: runs.Tolerance}
	if !t.recipe.sampled() {
		return []runs.Fingerprint{field}, nil
	}
	if t.spins == nil {
		if t.spins, err = t.spinsFingerprint(ctx); err != nil {
			return nil, err
		}
	}
	return []runs.Fingerprint{field, *t.spins}, nil
}

// spinsFingerprint samples as many chains as a step does, so that the program is a
// step's.
func (t *trainer) spinsFingerprint(ctx context.Context) (*runs.Fingerprint, error) {
	s, err := t.sampler(t.set.H, t.set.W)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(t.o.Seed+4, 0))
	chains := t.recipe.Samples * t.recipe.BatchSize
	h := make([]float32, chains*t.set.H*t.set.W)
	for i := range h {
		h[i] = 2*rng.Float32() - 1
	}
	o := Kernel{0.1, 0.1}.request(h, chains)
	o.Sweeps, o.Seed = t.recipe.Sweeps, rng.Uint64()
	x, err := s.Sample(ctx, o)
	if err != nil {
		return nil, err
	}
	return &runs.Fingerprint{Name: "a spin of the sampler", Values: runs.Thin(x.Spins), On: runs.On(t.backend)}, nil
}
