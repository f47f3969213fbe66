package explain

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Study is the comparison of section 4.2 on one set with one seed: a classifier
// and a field are trained, and every explainer explains the graphs that have a
// motif.
type Study struct {
	Set  *Dataset
	Seed uint64
	Dir  string // where training runs are kept; none to keep nothing

	ClassifierEpochs int // default the paper's 500
	ExplainerEpochs  int // default the paper's 300; 60 on BA-2Motifs, see Dataset.IGConfig
	// Limit is the most graphs that the explainers are compared on, of those with a
	// motif, by chance and the same in all runs; default all. Some explainers search
	// each graph for seconds.
	Limit int
	// Samples of a Shapley value in SubgraphX and SAME; default 100, as theirs. Less is
	// for a quick look.
	Samples int
	// Whole lets the explainers that do not search each graph explain all graphs
	// with a motif, too.
	Whole bool
	// Progress is called with what is being done, and how much of it is.
	Progress func(what string, done, total int)
	// Report is called with what there is of the result after each explainer; an
	// error ends the run.
	Report func(*StudyResult) error

	steps, wanted int // of training: done by the last call of Train, and all of them
}

// StudyResult is what a [Study] found. Times are in seconds.
type StudyResult struct {
	Set           string
	Seed          uint64
	Graphs        int
	Accuracy      float64 // of the classifier on its training graphs
	TrainSeconds  map[string]float64
	Reports       []*Report         // on the same graphs, at most Limit
	Whole         []*Report         // see Study.Whole
	SingleSeconds float64           // IGExplainerS on one graph at a time, mean
	Loss          []float64         // (17), mean of each of up to 100 parts of the training
	Skipped       map[string]string // explainers that do not support the set, and why
}

// trainingSeconds is the key of the time to train both networks, in one go.
const trainingSeconds = "classifier and IGExplainer"

// Trained is a study's classifier and field.
type Trained struct {
	Classifier *Classifier
	Field      *IGField
}

// Close frees both.
func (t *Trained) Close() {
	t.Field.Close()
	t.Classifier.Close()
}

func (s *Study) progress(what string, done, total int) {
	if s.Progress != nil {
		s.Progress(what, done, total)
	}
}

// Train trains or opens the classifier and the field.
func (s *Study) Train(ctx context.Context) (*Trained, error) {
	s.steps, s.wanted = 0, 0
	epochs, fieldEpochs := s.ClassifierEpochs, s.ExplainerEpochs
	if epochs == 0 {
		epochs = 500
	}
	if fieldEpochs == 0 {
		fieldEpochs = s.Set.fieldEpochs()
	}
	c, err := TrainClassifier(ctx, TrainConfig{
		Key: fmt.Sprintf("%s %+v", s.Set.Name, s.Set.GNN()), Network: s.Set.GNN().Network(s.Set.Classes), Classes: s.Set.Classes,
		Epochs: epochs, Seed: s.Seed, Storage: Storage{Dir: s.Dir, Progress: func(epoch int, _ float64) {
			s.steps++
			s.progress("classifier", epoch, epochs)
		}},
	}, s.Set.Items, s.Set.Labels)
	if err != nil {
		return nil, err
	}
	steps := fieldEpochs * ((len(s.Set.Items) + 63) / 64)
	s.wanted = epochs + steps
	config := s.Set.IGConfig()
	config.Epochs, config.Seed, config.Dir = fieldEpochs, s.Seed, s.Dir
	config.Progress = func(i learn.StepInfo) {
		s.steps++
		s.progress("IGExplainer", i.Step, steps)
	}
	f, err := NewIGField(config)
	if err == nil {
		err = f.Train(ctx, c, s.Set.Items)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return &Trained{c, f}, nil
}

// Explainers returns all explainers with their recommended settings, those
// that search each graph last.
func (s *Study) Explainers(ctx context.Context, t *Trained) ([]Explainer, error) {
	p, err := t.Classifier.Predict(ctx, s.Set.Items)
	if err != nil {
		return nil, err
	}
	average := make([]float64, s.Set.Classes)
	for _, row := range p {
		for k, v := range row {
			average[k] += v / float64(len(p))
		}
	}
	size, seed := s.Set.Size, s.Seed
	subgraphX, same := &SubgraphX{Size: size, Seed: seed, Samples: s.Samples}, &SAME{Size: size, Seed: seed, Samples: s.Samples}
	if s.Set.Atoms != nil { // their authors' settings for molecules
		subgraphX.Children, subgraphX.LowFirst = 12, true
		same.LeafNodes, same.PieceNodes, same.Hops = 4, 2, 4
	}
	return []Explainer{
		&IGExplainerS{Field: t.Field, Seed: seed}, &IGExplainer{Field: t.Field, Size: size},
		&IGExplainerS{Field: t.Field, Chains: 8, Best: true, Seed: seed}, &IGExplainer{Field: t.Field, Size: size, Best: true},
		&PGExplainer{Size: size, Seed: seed}, &GNNExplainer{Size: size, Seed: seed}, &Saliency{Size: size}, &Random{Size: size, Seed: seed},
		&PGMExplainer{Size: size, Seed: seed}, &GStarX{Size: size, Seed: seed, Average: average}, same, subgraphX,
	}, nil
}

// searches tells whether an explainer searches each graph.
func searches(e Explainer) bool {
	switch e.(type) {
	case *PGMExplainer, *SubgraphX, *GStarX, *SAME:
		return true
	}
	return false
}

// Run trains what is to be trained, and evaluates all explainers.
func (s *Study) Run(ctx context.Context) (*StudyResult, error) {
	begin := time.Now()
	t, err := s.Train(ctx)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	r := &StudyResult{
		Set: s.Set.Name, Seed: s.Seed, Graphs: len(s.Set.Items), Loss: lossOf(t.Field.History(), 100),
		TrainSeconds: make(map[string]float64), Skipped: make(map[string]string),
	}
	if s.steps == s.wanted { // not where checkpoints had some
		r.TrainSeconds[trainingSeconds] = time.Since(begin).Seconds()
	}
	if r.Accuracy, err = Accuracy(ctx, t.Classifier, s.Set.Items, s.Set.Labels); err != nil {
		return nil, err
	}
	list, err := s.Explainers(ctx, t)
	if err != nil {
		return nil, err
	}
	for k, e := range list {
		s.progress(e.Name(), k, len(list))
		if err := s.evaluate(ctx, t, e, r); err != nil {
			return nil, err
		}
		if s.Report != nil {
			if err := s.Report(r); err != nil {
				return nil, err
			}
		}
	}
	s.progress("done", len(list), len(list))
	return r, nil
}

// curveLevels are the sparsities of a study's curves.
var curveLevels = []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}

// evaluate adds the reports of one explainer.
func (s *Study) evaluate(ctx context.Context, t *Trained, e Explainer, r *StudyResult) error {
	index := s.Set.Explained()
	whole := s.Set.Subset(index)
	if s.Limit > 0 && s.Limit < len(index) {
		few := rand.New(rand.NewPCG(1, 0)).Perm(len(index))[:s.Limit]
		slices.Sort(few)
		for k, i := range few {
			few[k] = index[i]
		}
		index = few
	}
	set := s.Set.Subset(index)
	if trainer, ok := e.(Trainer); ok { // which may support nothing before
		begin := time.Now()
		if err := trainer.Train(ctx, t.Classifier, s.Set.Items); err != nil {
			return fmt.Errorf("training %s: %w", e.Name(), err)
		}
		if _, other := e.(*PGExplainer); other {
			r.TrainSeconds[e.Name()] = time.Since(begin).Seconds()
		}
	}
	for _, it := range set.Items {
		if err := e.Supports(t.Classifier, it); err != nil {
			r.Skipped[e.Name()] = err.Error()
			return nil
		}
	}
	report, all, err := Evaluate(ctx, e, t.Classifier, set)
	if err != nil {
		return fmt.Errorf("evaluating %s: %w", e.Name(), err)
	}
	scores := make([][]float64, len(all))
	for k, x := range all {
		scores[k] = x.Nodes
	}
	if report.Curve, err = Curve(ctx, t.Classifier, set.Items, scores, curveLevels); err != nil {
		return err
	}
	r.Reports = append(r.Reports, report)
	if s.Whole && !searches(e) {
		if report, _, err = Evaluate(ctx, e, t.Classifier, whole); err != nil {
			return fmt.Errorf("evaluating %s: %w", e.Name(), err)
		}
		r.Whole = append(r.Whole, report)
	}
	if one, ok := e.(*IGExplainerS); ok && !one.Best {
		if r.SingleSeconds, err = single(ctx, one, t.Classifier, set.Items); err != nil {
			return err
		}
	}
	return nil
}

// single returns the mean time to explain one graph at a time.
func single(ctx context.Context, e Explainer, c *Classifier, items []*learn.Item) (float64, error) {
	var sum time.Duration
	items = items[:min(len(items), 200)]
	for _, warm := range []bool{true, false} {
		sum = 0
		for _, it := range items {
			x, err := e.Explain(ctx, c, it)
			if err != nil {
				return 0, err
			}
			sum += x.Elapsed
		}
		if !warm {
			break
		}
	}
	if len(items) == 0 {
		return 0, errors.New("explain: no graphs to explain")
	}
	return sum.Seconds() / float64(len(items)), nil
}

// lossOf thins the losses of a training to a number of means.
func lossOf(history []learn.StepInfo, parts int) []float64 {
	parts = min(parts, len(history))
	out := make([]float64, parts)
	for k := range out {
		part := history[k*len(history)/parts : (k+1)*len(history)/parts]
		for _, i := range part {
			out[k] += i.Loss / float64(len(part))
		}
	}
	return out
}
