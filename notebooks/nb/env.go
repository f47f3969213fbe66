package nb

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
)

// The profiles: how much work a notebook does.
const (
	Fast    = "fast"    // what tests run: seconds a notebook
	Default = "default" // minutes for all of the notebooks
	Paper   = "paper"   // the paper's sizes
)

// The kinds of data: what a figure was made from.
const (
	Real      = "real"      // files under ISINGGRAPH_DATA
	Generated = "generated" // what the project generates itself, seeded
)

// module is the path of the module that the notebooks belong to.
const module = "example.org/isinggraph"

// exit ends the program; tests replace it.
var exit = os.Exit

// Profile returns the profile named by ISINGGRAPH_PROFILE, [Default] where it is unset or empty. Any name but
// [Fast], [Default] and [Paper] is an error.
func Profile() (string, error) {
	switch p := os.Getenv("ISINGGRAPH_PROFILE"); p {
	case "":
		return Default, nil
	case Fast, Default, Paper:
		return p, nil
	default:
		return "", fmt.Errorf("nb: ISINGGRAPH_PROFILE is %q, want fast, default or paper", p)
	}
}

// Pick returns the value for the profile at hand. A profile that does not exist ends the program, as in [Check].
func Pick[T any](fast, def, paper T) T {
	p, err := Profile()
	Check(err)
	switch p {
	case Fast:
		return fast
	case Paper:
		return paper
	}
	return def
}

// DataDir returns the folder named by ISINGGRAPH_DATA, and false where it is unset or empty. A name that is not
// that of a folder ends the program, as in [Check]: generated data never stand in for real data by mistake.
func DataDir() (string, bool) {
	dir := os.Getenv("ISINGGRAPH_DATA")
	if dir == "" {
		return "", false
	}
	if info, err := os.Stat(dir); err != nil {
		Check(fmt.Errorf("nb: ISINGGRAPH_DATA: %w", err))
	} else if !info.IsDir() {
		Check(fmt.Errorf("nb: ISINGGRAPH_DATA: %s is not a folder", dir))
	}
	return dir, true
}

// Banner shows in a line what the notebook runs on: the kind of data ([Real] or [Generated]), the profile, the
// backend's name and the seed.
func Banner(data, backend string, seed uint64) error {
	p, err := Profile()
	if err != nil {
		return err
	}
	if err := checkData(data); err != nil {
		return err
	}
	return Markdown("**data** %s · **profile** %s · **backend** %s · **seed** %d", data, p, backend, seed)
}

func checkData(data string) error {
	if data != Real && data != Generated {
		return fmt.Errorf("nb: data kind %q, want %q or %q", data, Real, Generated)
	}
	return nil
}

// Check ends the cell's program with a message and the line it comes from, unless err is nil.
func Check(err error) {
	if err != nil {
		fail(err)
	}
}

// Must returns v, or ends the cell's program as [Check] does.
func Must[T any](v T, err error) T {
	if err != nil {
		fail(err)
	}
	return v
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "error:", err)
	// In the form of a stack trace, which GoNB maps to the cell and its line.
	for skip := 2; ; skip++ {
		_, file, line, ok := runtime.Caller(skip)
		if !ok {
			break
		}
		if filepath.Base(file) == "main.go" {
			fmt.Fprintf(os.Stderr, "\t%s:%d\n", file, line)
		}
	}
	gonbui.Sync()
	exit(1)
}

// Interruptible returns a context that "Interrupt kernel" cancels. GoNB sends SIGINT, and kills the program five
// seconds later: save what must survive in that time.
func Interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt)
}

// rootDir returns the project's folder: the nearest one with this module's go.mod, upwards from the notebook's
// folder or the current one.
func rootDir() (string, error) {
	start := os.Getenv("GONB_DIR")
	if start == "" {
		wd, err := os.Getwd()
		if err != nil {
			return "", fmt.Errorf("nb: %w", err)
		}
		start = wd
	}
	for dir := filepath.Clean(start); ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module "+module+"\n") {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("nb: %s is not in a checkout of %s; set ISINGGRAPH_BUILD", start, module)
		}
	}
}

// buildPath returns a path in the folder where the notebooks' products go.
func buildPath(elem ...string) (string, error) {
	dir := os.Getenv("ISINGGRAPH_BUILD")
	if dir == "" {
		root, err := rootDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "build")
	}
	return filepath.Join(append([]string{dir}, elem...)...), nil
}

// checkName reports whether a figure's or a memo's name is fit for a file's: letters, digits, "_", "-" and ".",
// not first.
func checkName(name string) error {
	for i, r := range name {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || i > 0 && (r == '_' || r == '-' || r == '.')
		if !ok {
			return fmt.Errorf("nb: name %q, want letters, digits, _, - and . only", name)
		}
	}
	if name == "" {
		return fmt.Errorf("nb: empty name")
	}
	return nil
}
