package runs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/gomlx/gomlx/ml/model"
)

// Resume opens the newest sound checkpoint of the run, if there is one, and says
// when it was saved, at which step, and its key. It passes over checkpoints that are not
// sound, with a warning.
//
// Where code has changed since, the [Policy] of the run decides. A folder beside, of
// a run that was begun anew, is opened where it is the one that the code has made: who takes a
// change back finds the run that he had.
func (r *Run) Resume(ctx context.Context, t Trainer) error {
	if r.dir == "" {
		return nil
	}
	all, err := r.generations()
	if err != nil {
		return err
	}
	var newest *Changed
	empty := "" // the newest folder, where it has no checkpoint
	for k, dir := range slices.Backward(all) {
		ok, err := r.resume(ctx, t, dir)
		var changed *Changed
		switch {
		case errors.As(err, &changed):
			newest = cmp.Or(newest, changed)
			r.clear()
			if err := t.Reset(); err != nil {
				return err
			}
		case err != nil:
			return err
		case ok:
			return r.use(dir)
		case k == len(all)-1:
			empty = dir
		}
	}
	switch {
	case newest == nil:
		return nil
	case r.o.Changed != Anew:
		return newest
	}
	r.o.Log.Warn(newest.Error()+"; training anew", "run", newest.Dir)
	if empty == "" {
		empty = r.next(all)
	}
	return r.use(empty)
}

// resume takes over the newest sound checkpoint of a folder, and reports whether
// there is one. The error is a [*Changed] if it is of other code.
func (r *Run) resume(ctx context.Context, t Trainer, dir string) (bool, error) {
	names, err := list(dir, stepPrefix)
	if err != nil {
		return false, err
	}
	for _, n := range slices.Backward(names) {
		path := filepath.Join(dir, n)
		c, err := load(path, r.o.Hash)
		if err != nil {
			r.o.Log.Warn("passing over checkpoint "+path, "err", err)
			continue
		}
		defer c.close()
		different, err := r.take(ctx, t, c)
		if err != nil {
			return false, fmt.Errorf("checkpoint %s: %w", path, err)
		}
		if len(different) > 0 {
			changed := &Changed{dir, different}
			if r.o.Changed != Accept {
				return false, changed
			}
			r.o.Log.Warn(changed.Error()+"; opened all the same", "run", dir)
		}
		r.o.Log.Info(r.line(), "run", dir, "key", r.o.Key)
		return true, nil
	}
	return false, nil
}

// take takes over a checkpoint, and returns how the code differs from that which
// wrote it.
func (r *Run) take(ctx context.Context, t Trainer, c *found) ([]Difference, error) {
	network, err := t.Network()
	if err != nil {
		return nil, err
	}
	defer network.Finalize()
	if err := Match(network, c.store, r.o.Scopes); err != nil {
		if r.o.Changed == Accept {
			return nil, err // what does not fit cannot be accepted
		}
		return ofVariables(err), nil
	}
	if err := Set(t.Store(), c.store); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(c.state.Own, t.State()); err != nil {
		return nil, fmt.Errorf("%s: %w", stateFile, err)
	}
	r.state, r.best, c.best = *c.state, c.best, nil
	r.state.Steps = r.o.Steps
	now, err := t.Guard(ctx)
	if err != nil {
		return nil, fmt.Errorf("computing fingerprints: %w", err)
	}
	if c.state.unstored {
		r.o.Log.Warn("a run of an earlier version, which recorded nothing by which to notice other code")
		return nil, nil
	}
	for _, f := range now {
		if on, ok := elsewhere(c.state.Guard, f); ok {
			r.o.Log.Info(fmt.Sprintf("%s is not compared: recorded on %s, now on %s", f.Name, on, f.On))
		}
	}
	return compare(c.state.Guard, now), nil
}

// line says what was opened.
func (r *Run) line() string {
	saved := "at an unknown time"
	if !r.state.Saved.IsZero() {
		saved = r.state.Saved.Local().Format(time.DateTime)
	}
	end := ""
	if r.state.Done {
		end = ", done"
	}
	return fmt.Sprintf("opened a run at step %d of %d%s, saved %s", r.state.Step, r.state.Steps, end, saved)
}

// found is what a checkpoint's folder holds, with the best weights that it
// names.
type found struct {
	state *State
	store *model.Store
	best  map[int]*model.Store
}

// load reads a checkpoint of a run's hash whose files are all sound.
func load(path, hash string) (c *found, err error) {
	c = &found{best: make(map[int]*model.Store)}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if c.state, err = readState(path); err != nil {
		return c, err
	}
	if c.state.Hash != hash {
		return c, errors.New("it is of another run")
	}
	if c.state.Bests == nil {
		c.state.Bests = make(map[string]Best)
	}
	for _, b := range c.state.Bests {
		if c.best[b.Step] != nil {
			continue
		}
		at := filepath.Join(filepath.Dir(path), folderName(bestPrefix, b.Step))
		if _, err = readState(at); err != nil {
			return c, fmt.Errorf("the best weights, %s: %w", at, err)
		}
		if c.best[b.Step], err = loadStore(at); err != nil {
			return c, fmt.Errorf("the best weights, %s: %w", at, err)
		}
	}
	c.store, err = loadStore(path)
	return c, err
}

func (c *found) close() {
	if c.store != nil {
		c.store.Finalize()
	}
	for _, s := range c.best {
		if s != nil {
			s.Finalize()
		}
	}
}
