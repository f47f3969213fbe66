package nb

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"

	"github.com/gofrs/flock"

	"example.org/isinggraph/internal/wholefile"
)

// Result is what a figure or a table shows, as [Record] keeps it.
type Result struct {
	Figure string         // the paper's number ("6", "T1"), or a name of the notebook's own
	Data   string         // Real or Generated
	Seed   uint64         // the seed of everything drawn at random
	Values map[string]any // numbers, strings, and slices, maps and structs of them
}

// record is a Result as it is written, with what it was made by.
type record struct {
	Data     string         `json:"data"`
	Profile  string         `json:"profile"`
	Seed     uint64         `json:"seed"`
	Go       string         `json:"go"`
	GoMLX    string         `json:"gomlx,omitempty"`
	Platform string         `json:"platform"`
	Values   map[string]any `json:"values"`
}

// results is a notebook's file.
type results struct {
	Name    string                     `json:"name"`
	Figures map[string]json.RawMessage `json:"figures"`
}

// Record writes r into build/results/NAME.json, in the place of an earlier result of the same figure; the other
// figures' stay. NaN and ±Inf become null. Several programs may record at once.
func Record(name string, r Result) error {
	profile, err := Profile()
	if err != nil {
		return err
	}
	if err := checkData(r.Data); err != nil {
		return err
	}
	if r.Figure == "" {
		return errors.New("nb: result without a figure")
	}
	if err := checkName(name); err != nil {
		return err
	}
	values, err := finite(reflect.ValueOf(r.Values))
	if err != nil {
		return fmt.Errorf("nb: recording figure %s: %w", r.Figure, err)
	}
	object, _ := values.(map[string]any) // nil for no values
	entry, err := json.Marshal(record{
		Data: r.Data, Profile: profile, Seed: r.Seed, Values: object,
		Go: runtime.Version(), GoMLX: version("github.com/gomlx/gomlx"), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	})
	if err != nil {
		return fmt.Errorf("nb: recording figure %s: %w", r.Figure, err)
	}
	path, err := buildPath("results", name+".json")
	if err != nil {
		return err
	}
	return merge(path, name, r.Figure, entry)
}

// merge puts one figure's entry into a results file, under a lock.
func merge(path, name, figure string, entry json.RawMessage) error {
	lockPath, err := buildPath("results", ".lock")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(lockPath), 0o755); err != nil {
		return fmt.Errorf("nb: %w", err)
	}
	lock := flock.New(lockPath)
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("nb: locking %s: %w", lockPath, err)
	}
	defer lock.Unlock()

	file := results{Name: name, Figures: map[string]json.RawMessage{}}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fmt.Errorf("nb: %w", err)
	default:
		if err := json.Unmarshal(text, &file); err != nil {
			return fmt.Errorf("nb: %s: %w (remove the file)", path, err)
		}
	}
	if file.Figures == nil {
		file.Figures = map[string]json.RawMessage{}
	}
	file.Figures[figure] = entry
	text, err = json.MarshalIndent(file, "", " ")
	if err != nil {
		return fmt.Errorf("nb: %s: %w", path, err)
	}
	if err := wholefile.Write(path, append(text, '\n')); err != nil {
		return fmt.Errorf("nb: %w", err)
	}
	return nil
}

// finite returns v as JSON can hold it: NaN and ±Inf as nil, at any depth.
func finite(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Invalid:
		return nil, nil
	case reflect.Float32, reflect.Float64:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, nil
		}
		return v.Interface(), nil
	case reflect.Pointer, reflect.Interface:
		return finite(v.Elem())
	case reflect.Slice, reflect.Array:
		out := make([]any, v.Len())
		for i := range out {
			x, err := finite(v.Index(i))
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	case reflect.Map:
		out := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			x, err := finite(it.Value())
			if err != nil {
				return nil, err
			}
			out[fmt.Sprint(it.Key())] = x
		}
		return out, nil
	case reflect.Struct:
		out := make(map[string]any, v.NumField())
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				x, err := finite(v.Field(i))
				if err != nil {
					return nil, err
				}
				out[f.Name] = x
			}
		}
		return out, nil
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Interface(), nil
	default:
		return nil, fmt.Errorf("a value of type %s", v.Type())
	}
}

// version returns the version of a module linked into this program, or "".
func version(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, m := range info.Deps {
		if m.Path == path {
			return m.Version
		}
	}
	return ""
}
