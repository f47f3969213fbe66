package explain

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Storage says where a training is kept, and who hears of it.
type Storage struct {
	// Dir is where runs are kept, each in a folder named by its hash; "" to keep
	// nothing. A run that is there is opened, or goes on from its last checkpoint.
	Dir string
	// Changed says what follows where the run in Dir was made by other code, which is
	// noticed by what the network computes: an error that names the difference, unless
	// it is [learn.Anew] or [learn.Accept].
	Changed learn.Policy
	// Progress is called after each epoch with the number done and its mean loss; nil
	// for silence.
	Progress func(epoch int, loss float64)
	// Log is told when a run is opened, and takes warnings; nil for silence.
	Log *slog.Logger
}

// hint is added to the error of a run that was made by other code.
const hint = "give it another key, say in Changed whether to train anew or to accept it, or remove the folder"

// TrainConfig says how a classifier is trained: by Adam on the cross-entropy of
// its training graphs, the weights of the epoch of the lowest mean loss kept.
type TrainConfig struct {
	Key          string // names the network: a change in it makes another run
	Network      Network
	Classes      int
	Epochs       int     // the paper's: 500
	BatchSize    int     // default 64
	LearningRate float64 // default 1e-3
	Decay        bool    // lets the rate fall linearly to a tenth over the run
	Seed         uint64
	Engine       *isinggraph.Engine // default [isinggraph.DefaultEngine]
	Storage      Storage
}

func (t *TrainConfig) complete(items []*learn.Item, labels []int) error {
	if t.BatchSize == 0 {
		t.BatchSize = 64
	}
	if t.LearningRate == 0 {
		t.LearningRate = 1e-3
	}
	switch {
	case t.Key == "" || t.Network == nil || t.Classes < 2:
		return fmt.Errorf("explain: training with the key %q, a network (%t) and %d classes, need all three", t.Key, t.Network != nil, t.Classes)
	case t.Epochs < 1 || t.BatchSize < 1 || !(t.LearningRate > 0):
		return fmt.Errorf("explain: training for %d epochs, batches of %d and a rate of %v: need positive values", t.Epochs, t.BatchSize, t.LearningRate)
	case len(items) == 0 || len(labels) != len(items):
		return fmt.Errorf("explain: training on %d graphs with %d labels", len(items), len(labels))
	}
	for k, y := range labels {
		if y < 0 || y >= t.Classes {
			return fmt.Errorf("explain: graph %d has label %d of %d classes", k, y, t.Classes)
		}
	}
	return nil
}

// options names the run by its configuration and data.
func (t *TrainConfig) options(items []*learn.Item, labels []int) (runs.Options, error) {
	data := runs.NewData()
	classes := make([]int64, len(labels))
	for k, y := range labels {
		classes[k] = int64(y)
	}
	runs.Add(data, classes)
	addItems(data, items)
	c := struct {
		Key                        string
		Classes, Epochs, BatchSize int
		LearningRate               float64
		Decay                      bool
		Seed                       uint64
		Graphs                     int
		Data                       string // SHA-256 of labels, graphs and features
	}{t.Key, t.Classes, t.Epochs, t.BatchSize, t.LearningRate, t.Decay, t.Seed, len(items), data.Sum()}
	hash, err := runs.Hash(c)
	return runs.Options{
		Dir: t.Storage.Dir, Prefix: "classifier-", Hash: hash, Key: t.Key, Config: c, Steps: t.Epochs,
		Scopes: classifierScope, Changed: t.Storage.Changed, Log: t.Storage.Log,
	}, err
}

// addItems adds graphs and features to what a run learns from.
func addItems(data *runs.Data, items []*learn.Item) {
	for _, it := range items {
		rowPtr, col := it.Graph.CSR()
		runs.Add(data, rowPtr)
		runs.Add(data, col)
		runs.Add(data, it.X)
		runs.Add(data, it.EdgeX)
	}
}

// TrainClassifier trains a classifier or, where there is a run in the Dir of its storage,
// opens it, or goes on from its last checkpoint. When ctx ends it finishes the epoch,
// saves one and returns an error that says how far it came and wraps ctx's.
func TrainClassifier(ctx context.Context, t TrainConfig, items []*learn.Item, labels []int) (*Classifier, error) {
	if err := t.complete(items, labels); err != nil {
		return nil, err
	}
	o, err := t.options(items, labels)
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	r := &training{c: t, items: items, labels: labels, shape: typicalShape(items, t.BatchSize)}
	if err := r.open(o); err != nil {
		r.close()
		return nil, err
	}
	defer r.close()
	if err := complete(ctx, r.run, r); err != nil {
		return nil, err
	}
	return r.classifier()
}

// complete goes on with a run to its end.
func complete(ctx context.Context, run *runs.Run, t runs.Trainer) error {
	err := run.Resume(ctx, t)
	var changed *runs.Changed
	if errors.As(err, &changed) {
		return fmt.Errorf("explain: the run in %s is of other code: %w; %s", changed.Dir, err, hint)
	}
	if err == nil {
		err = run.Train(ctx, t)
	}
	if err != nil && !strings.HasPrefix(err.Error(), "explain: ") {
		err = fmt.Errorf("explain: training: %w", err)
	}
	return err
}
