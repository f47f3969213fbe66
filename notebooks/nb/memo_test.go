package nb

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

type scan struct {
	Spins  []int8
	Energy float64
}

// TestMemo computes a value once for each name and key, and keeps what JSON cannot.
func TestMemo(t *testing.T) {
	build(t)
	calls := 0
	get := func(name string, key any) scan {
		t.Helper()
		v, err := Memo(name, key, func() (scan, error) {
			calls++
			return scan{[]int8{1, -1}, math.Inf(calls)}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Spins) != 2 || v.Spins[1] != -1 || !math.IsInf(v.Energy, 1) {
			t.Errorf("memoised value %v", v)
		}
		return v
	}
	for want, get := range []func(){
		func() { get("scan", 1) },
		func() { get("scan", 2) },
		func() { get("scan", []int{1}) },
		func() { get("other", 1) },
	} {
		get()
		get()
		if calls != want+1 {
			t.Errorf("%d calls after %d different requests", calls, want+1)
		}
	}
	if _, err := Memo("scan", 1, func() (int, error) { calls++; return 1, nil }); err != nil || calls != 5 {
		t.Errorf("another type: %d calls, error %v", calls, err)
	}
	t.Setenv("ISINGGRAPH_PROFILE", Paper)
	if get("scan", 1); calls != 6 {
		t.Errorf("another profile: %d calls, want 6", calls)
	}
	t.Setenv("ISINGGRAPH_DATA", t.TempDir())
	if get("scan", 1); calls != 7 {
		t.Errorf("other data: %d calls, want 7", calls)
	}
}

func TestMemoDamaged(t *testing.T) {
	dir := build(t)
	calls := 0
	get := func() {
		t.Helper()
		v, err := Memo("m", "key", func() (int, error) { calls++; return 42, nil })
		if err != nil || v != 42 {
			t.Errorf("memoised %d, %v", v, err)
		}
	}
	get()
	files, err := filepath.Glob(filepath.Join(dir, "cache", "m-*.gob"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte(nil), good...)
	flipped[len(flipped)-1] ^= 1
	for i, bad := range [][]byte{flipped, good[:10], {}, good[:len(good)-1]} {
		if err := os.WriteFile(files[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		get()
		get()
		if calls != i+2 {
			t.Errorf("%d calls after %d damaged files", calls, i+1)
		}
	}
}

func TestMemoErrors(t *testing.T) {
	build(t)
	broken := errors.New("broken")
	calls := 0
	for range 2 {
		if _, err := Memo("m", 1, func() (int, error) { calls++; return 0, broken }); !errors.Is(err, broken) {
			t.Errorf("error %v, want %v", err, broken)
		}
	}
	if calls != 2 {
		t.Errorf("%d calls, want 2: an error is not kept", calls)
	}
	_, err := Memo("m", math.NaN(), func() (int, error) { return 0, nil })
	wantError(t, err, "key of m")
	_, err = Memo("a b", 1, func() (int, error) { return 0, nil })
	wantError(t, err, "name")
	t.Setenv("ISINGGRAPH_PROFILE", "odd")
	_, err = Memo("m", 1, func() (int, error) { return 0, nil })
	wantError(t, err, "odd")
	t.Setenv("ISINGGRAPH_PROFILE", Fast)
	_, err = Memo("m", 1, func() (struct{ x int }, error) { return struct{ x int }{1}, nil })
	wantError(t, err, "keeping m")
}
