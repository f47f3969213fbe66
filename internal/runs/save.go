package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/gomlx/ml/model"
)

const (
	stepPrefix = "step-"
	bestPrefix = "best-"
	stateFile  = "state.json"
	kept       = 2 // checkpoints
)

func folderName(prefix string, step int) string { return fmt.Sprintf("%s%09d", prefix, step) }

// name is the name of the run's checkpoint, which sorts by age.
func (s *State) name() string {
	if s.Open {
		return folderName(stepPrefix, s.Step)
	}
	return folderName(stepPrefix, s.Step) + "-closed"
}

// list returns the names of folders in a folder, oldest first.
func list(dir, prefix string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), prefix) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// Save writes a checkpoint of what trains, and drops those that it replaces. It
// does nothing where nothing is kept.
func (r *Run) Save(ctx context.Context, t Trainer) error {
	if r.dir == "" {
		return nil
	}
	var err error
	if r.state.Guard, err = t.Guard(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("computing fingerprints: %w", err)
	}
	if r.state.Own, err = json.Marshal(t.State()); err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	r.state.Saved = time.Now().UTC().Truncate(time.Second)
	for step, weights := range r.best {
		if err := r.write(folderName(bestPrefix, step), weights); err != nil {
			return err
		}
	}
	if err := r.write(r.state.name(), t.Store()); err != nil {
		return err
	}
	return r.prune()
}

// write writes one folder, unless a sound one has the name.
func (r *Run) write(name string, store *model.Store) error {
	path := filepath.Join(r.dir, name)
	if _, err := readState(path); err == nil {
		return nil
	}
	text, err := json.Marshal(&r.state)
	if err != nil {
		return fmt.Errorf("writing the state: %w", err)
	}
	return writeFolder(path, store, map[string][]byte{stateFile: text})
}

// prune drops all checkpoints but the last ones, and all best weights that none of
// them names.
func (r *Run) prune() error {
	steps, err := list(r.dir, stepPrefix)
	if err != nil {
		return err
	}
	last := steps[max(0, len(steps)-kept):]
	named := make(map[string]bool)
	for _, n := range last {
		text, err := os.ReadFile(filepath.Join(r.dir, n, stateFile))
		var s State
		if err == nil && json.Unmarshal(text, &s) == nil { // a damaged one names none
			for _, b := range s.Bests {
				named[folderName(bestPrefix, b.Step)] = true
			}
		}
	}
	for _, b := range r.state.Bests {
		named[folderName(bestPrefix, b.Step)] = true
	}
	bests, err := list(r.dir, bestPrefix)
	if err != nil {
		return err
	}
	drop := slices.DeleteFunc(bests, func(n string) bool { return named[n] })
	for _, n := range append(drop, steps[:len(steps)-len(last)]...) {
		err = errors.Join(err, os.RemoveAll(filepath.Join(r.dir, n)))
	}
	return err
}

// readState returns the state of a checkpoint whose files are all sound.
func readState(path string) (*State, error) {
	text, err := readFile(path, stateFile)
	if err != nil {
		return nil, err
	}
	s := new(State)
	if err := json.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("%s: %w", stateFile, err)
	}
	if s.Own != nil {
		return s, nil
	}
	// Earlier versions wrote the learner's own state beside hash and step, with the best
	// validation in two numbers.
	var old struct {
		Best     float64
		BestStep int
	}
	if err := json.Unmarshal(text, &old); err != nil {
		return nil, fmt.Errorf("%s: %w", stateFile, err)
	}
	s.Own, s.Bests, s.unstored = text, make(map[string]Best), true
	if old.BestStep > 0 {
		s.Bests[Loss] = Best{old.BestStep, old.Best}
	}
	return s, nil
}

// Loss is the metric of the loss on validation items.
const Loss = "loss"
