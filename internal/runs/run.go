package runs

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/wholefile"
)

// Options say which run is opened.
type Options struct {
	Dir    string // where runs are kept, each in a folder of its own; "" to keep nothing
	Prefix string // of the folder's name, before 16 digits of the hash
	Hash   string // of configuration and data; see [Hash]
	Key    string // names the run for people
	Config any    // what config.json shows of it
	Steps  int    // of the whole run
	// Scopes are the paths below which the network's variables lie, such as
	// "/field/": those that are compared on opening, and of which the best are kept.
	Scopes  []string
	Changed Policy
	Log     *slog.Logger // nil for silence
}

// Best is the best value of a metric so far.
type Best struct {
	Step  int // after which it was had
	Value float64
}

// State is what a checkpoint says of its run beside the variables.
type State struct {
	Hash     string
	Step     int             // done
	Steps    int             // of the whole run
	Open     bool            // what follows the last step is still to come
	Done     bool            // nothing is left to do
	Bests    map[string]Best // by metric
	Saved    time.Time
	Guard    []Fingerprint
	Own      json.RawMessage `json:",omitempty"` // the trainer's
	unstored bool            // a state without Guard and Bests, as earlier versions wrote it
}

// Run is a run that is open. It is for one goroutine at a time.
type Run struct {
	o     Options
	dir   string // of this run, or ""
	state State
	best  map[int]*model.Store // by the step after which they were had
}

// Open makes a run's folder with config.json, and removes what a killed process
// left there half written. Close the run after use.
func Open(o Options) (*Run, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	r := &Run{o: o}
	r.clear()
	if o.Dir == "" {
		return r, nil
	}
	dir := filepath.Join(o.Dir, r.base())
	if all, err := r.generations(); err != nil {
		return nil, err
	} else if len(all) > 0 {
		dir = all[len(all)-1]
	}
	return r, r.use(dir)
}

// clear begins without a step done.
func (r *Run) clear() {
	r.Close()
	r.state = State{Hash: r.o.Hash, Steps: r.o.Steps, Bests: make(map[string]Best)}
	r.best = make(map[int]*model.Store)
}

// Close frees the best weights.
func (r *Run) Close() {
	for _, s := range r.best {
		s.Finalize()
	}
	r.best = nil
}

// base is the name of the run's first folder.
func (r *Run) base() string { return r.o.Prefix + r.o.Hash[:min(16, len(r.o.Hash))] }

// generations returns the folders of the run, the newest last: <hash>, and <hash>-2
// and so on where code has changed.
func (r *Run) generations() ([]string, error) {
	entries, err := os.ReadDir(r.o.Dir)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	number := make(map[string]int)
	var all []string
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), r.base())
		n := 1
		if ok && rest != "" {
			n, err = strconv.Atoi(strings.TrimPrefix(rest, "-"))
			ok = err == nil && n > 1 && rest == "-"+strconv.Itoa(n)
		}
		if ok && e.IsDir() {
			path := filepath.Join(r.o.Dir, e.Name())
			number[path], all = n, append(all, path)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return number[a] - number[b] })
	return all, nil
}

// next returns the folder of a generation after those that there are.
func (r *Run) next(all []string) string {
	n := 1
	if len(all) > 0 {
		last := strings.TrimPrefix(filepath.Base(all[len(all)-1]), r.base())
		if n, _ = strconv.Atoi(strings.TrimPrefix(last, "-")); n == 0 {
			n = 1
		}
	}
	return filepath.Join(r.o.Dir, fmt.Sprintf("%s-%d", r.base(), n+1))
}

// use makes a folder the run's.
func (r *Run) use(dir string) error {
	r.dir = dir
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	temps, err := list(dir, wholefile.TempPrefix)
	if err != nil {
		return err
	}
	for _, name := range temps {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return r.WriteJSON("config.json", config{r.o.Hash, r.o.Key, r.o.Config, runtime.Version(), versions()})
}

// config is what config.json holds.
type config struct {
	Hash     string
	Key      string
	Config   any
	Go       string
	Versions map[string]string
}

// versions returns the versions of this module and of GoMLX's modules.
func versions() map[string]string {
	all := make(map[string]string)
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return all
	}
	all[info.Main.Path] = info.Main.Version
	for _, m := range info.Deps {
		switch m.Path {
		case "github.com/gomlx/gomlx", "github.com/gomlx/compute", "github.com/gomlx/go-xla":
			all[m.Path] = m.Version
		}
	}
	return all
}

// WriteJSON writes a file of the run's folder as JSON, in one step; it does nothing
// where nothing is kept.
func (r *Run) WriteJSON(name string, v any) error {
	if r.dir == "" {
		return nil
	}
	text, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return wholefile.Write(filepath.Join(r.dir, name), append(text, '\n'))
}

// Dir returns the run's own folder, or "" where nothing is kept.
func (r *Run) Dir() string { return r.dir }

// Step returns how many steps are done.
func (r *Run) Step() int { return r.state.Step }

// Done reports whether nothing is left to do.
func (r *Run) Done() bool { return r.state.Done }
