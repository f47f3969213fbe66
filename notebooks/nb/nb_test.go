package nb

import (
	"bytes"
	"errors"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// build points ISINGGRAPH_BUILD at a fresh folder and returns it.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("ISINGGRAPH_BUILD", dir)
	t.Setenv("GONB_DIR", "")
	t.Setenv("ISINGGRAPH_PROFILE", Fast)
	t.Setenv("ISINGGRAPH_DATA", "")
	return dir
}

// exits runs f and returns the status that it would have ended the program with, -1 for none.
func exits(t *testing.T, f func()) (status int) {
	t.Helper()
	type ended struct{ status int }
	defer func() {
		exit = os.Exit
		if r := recover(); r != nil {
			status = r.(ended).status
		}
	}()
	exit = func(code int) { panic(ended{code}) }
	f()
	return -1
}

func wantError(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), "nb: ") || !strings.Contains(err.Error(), part) {
		t.Errorf("error %v, want one of nb with %q", err, part)
	}
}

// TestProfile picks by the profile, and refuses an unknown one.
func TestProfile(t *testing.T) {
	for env, want := range map[string]string{"": "b", Fast: "a", Default: "b", Paper: "c"} {
		t.Setenv("ISINGGRAPH_PROFILE", env)
		if got := Pick("a", "b", "c"); got != want {
			t.Errorf("profile %q picks %q, want %q", env, got, want)
		}
	}
	t.Setenv("ISINGGRAPH_PROFILE", "quick")
	_, err := Profile()
	wantError(t, err, `"quick"`)
	if got := exits(t, func() { Pick(1, 2, 3) }); got != 1 {
		t.Errorf("Pick with an unknown profile ends the program with %d, want 1", got)
	}
}

// TestDataDir takes the folder from the environment, and ends the program where it is none.
func TestDataDir(t *testing.T) {
	t.Setenv("ISINGGRAPH_DATA", "")
	if dir, ok := DataDir(); ok {
		t.Errorf("data folder %q without ISINGGRAPH_DATA", dir)
	}
	want := t.TempDir()
	t.Setenv("ISINGGRAPH_DATA", want)
	if dir, ok := DataDir(); !ok || dir != want {
		t.Errorf("data folder %q, %v, want %q", dir, ok, want)
	}
	file := filepath.Join(want, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{file, filepath.Join(want, "absent")} {
		t.Setenv("ISINGGRAPH_DATA", bad)
		if got := exits(t, func() { DataDir() }); got != 1 {
			t.Errorf("ISINGGRAPH_DATA=%s ends the program with %d, want 1", bad, got)
		}
	}
}

// TestMust returns the value, and ends the program on an error.
func TestMust(t *testing.T) {
	if got := Must(3, nil); got != 3 {
		t.Errorf("Must(3, nil) = %d", got)
	}
	if got := exits(t, func() { Must(3, errors.New("no")) }); got != 1 {
		t.Errorf("Must with an error ends the program with %d, want 1", got)
	}
	if got := exits(t, func() { Check(nil) }); got != -1 {
		t.Errorf("Check(nil) ends the program with %d", got)
	}
}

// TestBanner refuses unknown kinds of data and unknown profiles.
func TestBanner(t *testing.T) {
	t.Setenv("ISINGGRAPH_PROFILE", "")
	if err := Banner(Real, "xla:cpu", 1); err != nil {
		t.Error(err)
	}
	wantError(t, Banner("made up", "xla:cpu", 1), `"made up"`)
	t.Setenv("ISINGGRAPH_PROFILE", "slow")
	wantError(t, Banner(Real, "xla:cpu", 1), `"slow"`)
}

// TestInterruptible ends the context at an interrupt.
func TestInterruptible(t *testing.T) {
	ctx, stop := Interruptible()
	defer stop()
	p, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
}

// TestBuildPath is build below the project's folder, unless the environment says another.
func TestBuildPath(t *testing.T) {
	t.Setenv("ISINGGRAPH_BUILD", "")
	t.Setenv("GONB_DIR", "")
	path, err := buildPath("x")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(root, "build", "x"); path != want {
		t.Errorf("build path %s, want %s", path, want)
	}
	t.Setenv("GONB_DIR", t.TempDir())
	_, err = buildPath("x")
	wantError(t, err, "not in a checkout")
}

// size returns a PNG's width and height.
func size(t *testing.T, data []byte) (w, h int) {
	t.Helper()
	m, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m.Width, m.Height
}

// TestShow draws figures of the size that is asked for, and keeps them as files.
func TestShow(t *testing.T) {
	dir := build(t)
	p := NewPlot("title", "x", "y")
	if err := Line(p, 0, "line", []float64{1, 2}, []float64{3, 4}); err != nil {
		t.Fatal(err)
	}
	data, err := PNG(p, 2, 1.5)
	if err != nil {
		t.Fatal(err)
	}
	if w, h := size(t, data); w != 288 || h != 216 {
		t.Errorf("2 by 1.5 inches are %d by %d pixels, want 288 by 216", w, h)
	}
	if err := ShowAs("a_fig1", p, 2, 1.5); err != nil {
		t.Fatal(err)
	}
	saved, err := os.ReadFile(filepath.Join(dir, "figures", "a_fig1.png"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(saved, data) {
		t.Error("the saved figure is not the one drawn")
	}
	img, err := SpinImage([]int8{1, -1, -1, 1}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := ShowImageAs("spins", img); err != nil {
		t.Fatal(err)
	}
	saved, err = os.ReadFile(filepath.Join(dir, "figures", "spins.png"))
	if err != nil {
		t.Fatal(err)
	}
	if w, h := size(t, saved); w != 6 || h != 6 {
		t.Errorf("image of %d by %d pixels, want 6 by 6", w, h)
	}
	for _, err := range []error{Show(p, 2, 1), ShowImage(img), Markdown("*%d*", 1)} {
		if err != nil {
			t.Errorf("outside a notebook: %v", err)
		}
	}
}

func TestShowErrors(t *testing.T) {
	build(t)
	p := NewPlot("", "x", "y")
	for _, size := range []float64{0, -1, 41, math.NaN(), math.Inf(1)} {
		_, err := PNG(p, size, 1)
		wantError(t, err, "inches")
	}
	wantError(t, ShowAs("../escape", p, 1, 1), "name")
	wantError(t, ShowAs("", p, 1, 1), "name")
	if err := Line(p, 0, "", []float64{0, 1}, []float64{1, 1}); err != nil {
		t.Fatal(err)
	}
	LogX(p)
	_, err := PNG(p, 1, 1)
	wantError(t, err, "log scale")
}
