package learn

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/storedir"
)

// A checkpoint is a folder "step-…" or "best-…" of package storedir with GoMLX's two
// files and the run's state; the one before it stays until it is written. "step-…" hold everything needed to go on, "best-…" the weights
// of the best validation.

const (
	stepPrefix = "step-"
	bestPrefix = "best-"
	stateFile  = "state.json"
)

func checkpointName(prefix string, step int) string { return fmt.Sprintf("%s%09d", prefix, step) }

// name is the name of the run's checkpoint, which sorts by age.
func (s *runState) name() string {
	name := checkpointName(stepPrefix, s.Step)
	if !s.Open {
		name += "-closed"
	}
	return name
}

// save writes the run's checkpoint, and drops those that it replaces: the last
// two and the best stay.
func (l *Learner) save() error {
	if l.dir == "" {
		return nil
	}
	if l.state.BestStep > 0 && l.state.BestStep == l.state.Step {
		if err := l.saveTo(checkpointName(bestPrefix, l.state.Step)); err != nil {
			return err
		}
	}
	if err := l.saveTo(l.state.name()); err != nil {
		return err
	}
	names, err := listCheckpoints(l.dir, stepPrefix)
	if err != nil {
		return err
	}
	bests, err := listCheckpoints(l.dir, bestPrefix)
	if err != nil {
		return err
	}
	names = append(names[:max(0, len(names)-2)], bests[:max(0, len(bests)-2)]...)
	for _, name := range names {
		if err := os.RemoveAll(filepath.Join(l.dir, name)); err != nil {
			return fmt.Errorf("learn: %w", err)
		}
	}
	return nil
}

// listCheckpoints returns the names in a run's folder, oldest first.
func listCheckpoints(dir, prefix string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("learn: %w", err)
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

// saveTo writes one checkpoint, unless a sound one has the name.
func (l *Learner) saveTo(name string) error {
	path := filepath.Join(l.dir, name)
	if _, err := readState(path); err == nil {
		return nil
	}
	state, err := json.Marshal(l.state)
	if err == nil {
		err = storedir.Write(path, l.store, map[string][]byte{stateFile: state})
	}
	if err != nil {
		return fmt.Errorf("learn: %w", err)
	}
	return nil
}

// readState returns the state of a checkpoint whose files are all sound.
func readState(path string) (*runState, error) {
	text, err := storedir.Read(path, stateFile)
	if err != nil {
		return nil, err
	}
	s := new(runState)
	return s, json.Unmarshal(text, s)
}

// load opens the newest sound checkpoint of the run, if there is one, and says
// which it had to pass over.
func (l *Learner) load() error {
	temps, err := listCheckpoints(l.dir, storedir.TempPrefix)
	if err != nil {
		return err
	}
	for _, name := range temps { // what a killed run left
		if err := os.RemoveAll(filepath.Join(l.dir, name)); err != nil {
			return fmt.Errorf("learn: %w", err)
		}
	}
	names, err := listCheckpoints(l.dir, stepPrefix)
	if err != nil {
		return err
	}
	for _, name := range slices.Backward(names) {
		path := filepath.Join(l.dir, name)
		state, err := readState(path)
		if err == nil && state.Hash == l.hash {
			err = l.loadFrom(path, state)
		} else if err == nil {
			err = errors.New("it is of another run")
		}
		if err == nil {
			return nil
		}
		l.c.Log(fmt.Sprintf("warning: passing over checkpoint %s: %v", path, err))
		if err := l.reset(); err != nil {
			return err
		}
	}
	return nil
}

// loadFrom takes over one checkpoint and the best weights that it names.
func (l *Learner) loadFrom(path string, state *runState) error {
	if err := storedir.Load(l.store, path); err != nil {
		return err
	}
	l.state = *state
	if state.BestStep == 0 {
		return nil
	}
	best := filepath.Join(l.dir, checkpointName(bestPrefix, state.BestStep))
	if _, err := readState(best); err != nil {
		return fmt.Errorf("the best weights, %s: %w", best, err)
	}
	store := model.NewStore()
	defer store.Finalize()
	if err := storedir.Load(store, best); err != nil {
		return err
	}
	var err error
	if l.best, err = storedir.Weights(store); err != nil {
		return err
	}
	if state.Done {
		return l.useBest()
	}
	return nil
}
