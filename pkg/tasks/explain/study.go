package explain

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"example.org/isinggraph/internal/study"
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
	Whole    bool
	Progress study.Progress
	// Save is called with what there is of the result after each explainer; an error
	// ends the run.
	Save func(*Shard) error
}

// Shard is the result of a [Study]. Times are in seconds.
type Shard struct {
	Set           string
	Seed          uint64
	Graphs        int
	Accuracy      float64 // of the classifier on its training graphs
	TrainSeconds  map[string]float64
	Reports       []*Report         // on the same graphs, at most Limit
	Whole         []*Report         // see Study.Whole
	SingleSeconds float64           // IGExplainerS on one graph at a time, mean
	Epochs        []study.Epoch     // of the field's training
	Skipped       map[string]string // explainers that do not support the set, and why
}

// trainingSeconds is the key of the time to train both networks, in one go.
const trainingSeconds = "classifier and IGExplainer"

// Trained is a study's classifier and field.
type Trained struct {
	Classifier *Classifier
	Field      *IGField

	anew bool // nothing came from checkpoints
}

// Close frees both.
func (t *Trained) Close() {
	t.Field.Close()
	t.Classifier.Close()
}

// Train trains or opens the classifier and the field.
func (s Study) Train(ctx context.Context) (*Trained, error) {
	done := 0 // epochs and steps that were not in a checkpoint
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
			done++
			s.Progress.Report("classifier", epoch, epochs, "")
		}},
	}, s.Set.Items, s.Set.Labels)
	if err != nil {
		return nil, err
	}
	steps := fieldEpochs * ((len(s.Set.Items) + 63) / 64)
	config := s.Set.IGConfig()
	config.Epochs, config.Seed, config.Dir = fieldEpochs, s.Seed, s.Dir
	config.Progress = func(i learn.StepInfo) {
		done++
		s.Progress.Report("IGExplainer", i.Step, steps, "")
	}
	f, err := NewIGField(config)
	if err == nil {
		err = f.Train(ctx, c, s.Set.Items)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return &Trained{c, f, done == epochs+steps}, nil
}

// Explainers returns all explainers with their recommended settings, those
// that search each graph last.
func (s Study) Explainers(ctx context.Context, t *Trained) ([]Explainer, error) {
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
func (s Study) Run(ctx context.Context) (*Shard, error) {
	begin := time.Now()
	t, err := s.Train(ctx)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	r := &Shard{
		Set: s.Set.Name, Seed: s.Seed, Graphs: len(s.Set.Items), Epochs: study.NewEpochs(t.Field.History()),
		TrainSeconds: make(map[string]float64), Skipped: make(map[string]string),
	}
	if t.anew {
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
		s.Progress.Report(e.Name(), k, len(list), "")
		if err := s.evaluate(ctx, t, e, r); err != nil {
			return nil, err
		}
		if s.Save != nil {
			if err := s.Save(r); err != nil {
				return nil, err
			}
		}
	}
	s.Progress.Report("done", len(list), len(list), "")
	return r, nil
}

// curveLevels are the sparsities of a study's curves.
var curveLevels = []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}

// evaluate adds the reports of one explainer.
func (s Study) evaluate(ctx context.Context, t *Trained, e Explainer, r *Shard) error {
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

// File is the name of the shard's file.
func (s *Shard) File() string { return fmt.Sprintf("explain-%s-%d", s.Set, s.Seed) }

// ReadShards reads all shards of a folder, in the order of their names.
func ReadShards(dir string) ([]*Shard, error) { return study.Read[Shard](dir, "explain-*.json") }
