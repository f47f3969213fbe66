package runs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomlx/gomlx/ml/model"
)

// Saved is what a run's folder holds, without the code and the data that made it.
type Saved struct {
	Dir    string // the run's own
	Hash   string
	Config json.RawMessage // the configuration, as config.json shows it
	State  *State
	c      *found
}

// Read reads the configuration and the newest sound checkpoint of a run's own
// folder, of which it changes nothing. A checkpoint that is not sound is passed over with a
// warning; without a logger, where nobody would hear of it, it is an error, as it is if none
// is sound. Close the result after use.
func Read(dir string, log *slog.Logger) (*Saved, error) {
	s := &Saved{Dir: dir}
	if err := readConfig(dir, &struct {
		Hash   *string
		Config *json.RawMessage
	}{&s.Hash, &s.Config}); err != nil {
		return nil, err
	}
	names, err := list(dir, stepPrefix)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no checkpoint", dir)
	}
	for _, n := range slices.Backward(names) {
		at := filepath.Join(dir, n)
		if s.c, err = load(at, s.Hash); err == nil {
			s.State = s.c.state
			return s, nil
		}
		if log == nil {
			return nil, fmt.Errorf("checkpoint %s: %w", at, err)
		}
		log.Warn("passing over checkpoint "+at, "err", err)
	}
	return nil, fmt.Errorf("%s: no sound checkpoint: %w", dir, err)
}

// Trained returns the store of the best weights by a metric or, where it has no
// value, that of the last step. It belongs to s.
func (s *Saved) Trained(metric string) *model.Store {
	if b, ok := s.State.Bests[metric]; ok {
		return s.c.best[b.Step]
	}
	return s.c.store
}

// Close frees the variables.
func (s *Saved) Close() { s.c.close() }

// ReadKey returns the key of the run that a folder holds.
func ReadKey(dir string) (string, error) {
	var c struct {
		Key    string
		Config struct{ Key string } // where earlier versions wrote it alone
	}
	err := readConfig(dir, &c)
	return cmp.Or(c.Key, c.Config.Key), err
}

// readConfig reads a run's config.json into v.
func readConfig(dir string, v any) error {
	path := filepath.Join(dir, "config.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
