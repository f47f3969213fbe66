package isinggraph

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/checkpoint"
)

// A checkpoint is a folder "step-…" or "best-…" with GoMLX's two files, the run's
// state and, last, the SHA-256 of each. It is written under another name, synced,
// checked and renamed, so that there is never half of one; the one before it
// stays until then. "step-…" hold everything needed to go on, "best-…" the weights
// of the best validation.

const (
	stepPrefix = "step-"
	bestPrefix = "best-"
	tempPrefix = ".tmp-"
	sumsFile   = "sums.json"
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
			return fmt.Errorf("isinggraph: %w", err)
		}
	}
	return nil
}

// listCheckpoints returns the names in a run's folder, oldest first.
func listCheckpoints(dir, prefix string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("isinggraph: %w", err)
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
func (l *Learner) saveTo(name string) (err error) {
	path := filepath.Join(l.dir, name)
	if _, err := readState(path); err == nil {
		return nil
	}
	temp, err := os.MkdirTemp(l.dir, tempPrefix)
	if err != nil {
		return fmt.Errorf("isinggraph: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("isinggraph: saving %s: %w", path, err), os.RemoveAll(temp))
		}
	}()
	if err := saveStore(l.store, temp); err != nil {
		return err
	}
	state, err := json.Marshal(l.state)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(temp, stateFile), state, 0o666); err != nil {
		return err
	}
	sums, err := sumFiles(temp)
	if err != nil {
		return err
	}
	text, err := json.Marshal(sums)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(temp, sumsFile), text, 0o666); err != nil {
		return err
	}
	if err := syncAll(temp); err != nil {
		return err
	}
	if err := os.RemoveAll(path); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncPath(l.dir)
}

// saveStore writes a store's variables with GoMLX, which says nothing where a
// write fails: the sizes tell.
func saveStore(store *model.Store, dir string) error {
	copied, err := store.Clone()
	if err != nil {
		return err
	}
	defer copied.Finalize()
	h, err := checkpoint.Build(copied).Dir(dir).WithCompression(checkpoint.BinUncompressed).Keep(-1).Done()
	if err != nil {
		return err
	}
	if err := h.Save(); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"+checkpoint.BinDataSuffix))
	if err != nil || len(files) != 1 {
		return fmt.Errorf("%d data files: %w", len(files), err)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		return err
	}
	if want := copied.ByteSize(); info.Size() != want {
		return fmt.Errorf("%d of %d bytes were written", info.Size(), want)
	}
	return nil
}

// sumFiles returns the SHA-256 of each file but the sums', by name.
func sumFiles(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	sums := make(map[string]string)
	for _, e := range entries {
		if e.Name() == sumsFile {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		sums[e.Name()] = fmt.Sprintf("%x", sha256.Sum256(text))
	}
	return sums, nil
}

// syncAll syncs a folder's files and the folder.
func syncAll(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := syncPath(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return syncPath(dir)
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// readState returns the state of a checkpoint whose files are all sound.
func readState(path string) (*runState, error) {
	text, err := os.ReadFile(filepath.Join(path, sumsFile))
	if err != nil {
		return nil, err
	}
	var want map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		return nil, err
	}
	got, err := sumFiles(path)
	if err != nil {
		return nil, err
	}
	for name, sum := range want {
		if got[name] != sum {
			return nil, fmt.Errorf("%s is damaged", name)
		}
	}
	if text, err = os.ReadFile(filepath.Join(path, stateFile)); err != nil {
		return nil, err
	}
	s := new(runState)
	return s, json.Unmarshal(text, s)
}

// load opens the newest sound checkpoint of the run, if there is one, and says
// which it had to pass over.
func (l *Learner) load() error {
	temps, err := listCheckpoints(l.dir, tempPrefix)
	if err != nil {
		return err
	}
	for _, name := range temps { // what a killed run left
		if err := os.RemoveAll(filepath.Join(l.dir, name)); err != nil {
			return fmt.Errorf("isinggraph: %w", err)
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
	if err := loadStore(l.store, path); err != nil {
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
	if err := loadStore(store, best); err != nil {
		return err
	}
	var err error
	if l.best, err = weightsOf(store); err != nil {
		return err
	}
	if state.Done {
		return l.useBest()
	}
	return nil
}

func loadStore(store *model.Store, dir string) error {
	_, err := checkpoint.Load(store).Dir(dir).Immediate().Done()
	return err
}
