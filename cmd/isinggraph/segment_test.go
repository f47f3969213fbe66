package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/segment"
)

func TestSegment(t *testing.T) {
	if testing.Short() {
		t.Skip("GoMLX's pure Go backend fails the pointer checks that come with -race")
	}
	t.Setenv("GOMLX_BACKEND", "go") // nothing is compiled
	dir := t.TempDir()
	images, masks := filepath.Join(dir, "img"), filepath.Join(dir, "mask")
	for _, d := range []string{images, masks} {
		if err := os.Mkdir(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	set, err := segment.Generate(1, 10, 16)
	if err != nil {
		t.Fatal(err)
	}
	for k, e := range set.Train {
		mask := &data.Mask{Height: 16, Width: 16, Label: make([]uint8, len(e.Mask))}
		for i, v := range e.Mask {
			if v > 0 {
				mask.Label[i] = 255
			}
		}
		for _, d := range []string{images, masks} {
			if err := data.WriteMaskPNG(filepath.Join(d, fmt.Sprintf("%02d.png", k)), mask); err != nil {
				t.Fatal(err)
			}
		}
	}
	image, out, run := filepath.Join(images, "03.png"), filepath.Join(dir, "out.png"), filepath.Join(dir, "run")
	ctx := context.Background()
	code, stdout, stderr := call(ctx, "segment", image, out, "--run", run, "--images", images, "--masks", masks, "--recipe", "pseudo-likelihood", "--size", "16", "--epochs", "2", "--base", "2")
	if code != exitOK || !strings.Contains(stdout, "16×16") || !strings.Contains(stderr, "epoch 2 of 2") {
		t.Fatalf("%d, %q, %q", code, stdout, stderr)
	}
	got, err := data.ReadMask(out)
	if err != nil {
		t.Fatal(err)
	}
	m, h, w, err := segment.OpenModel(filepath.Join(run, "model"), nil, nil)
	if err != nil || h != 16 || w != 16 {
		t.Fatalf("%d×%d, %v", h, w, err)
	}
	defer m.Close()
	e, err := segment.ReadExample(image, 16)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Predict(ctx, []segment.Example{e}, segment.PredictOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Spins(data.MaskClass), p[0].Mask(segment.FromMarginals)) {
		t.Error("the mask is not that of the model")
	}
	// Another call opens the model, and names the mask itself.
	if code, _, stderr = call(ctx, "segment", image, "--run", run, "--method", "field"); code != exitOK || strings.Contains(stderr, "epoch") {
		t.Fatalf("%d, %q", code, stderr)
	}
	if _, err := data.ReadMask(filepath.Join(images, "03.mask.png")); err != nil {
		t.Error(err)
	}
}

func TestSegmentErrors(t *testing.T) {
	image := filepath.Join(t.TempDir(), "a.png")
	if err := data.WriteMaskPNG(image, &data.Mask{Height: 1, Width: 1, Label: []uint8{7}}); err != nil {
		t.Fatal(err)
	}
	run := t.TempDir()
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "arg", nil},
		{exitUsage, "magic", []string{image, "--method", "magic"}},
		{exitUsage, "together", []string{image, "--images", run}},
		{exitUsage, "--epochs", []string{image, "--epochs", "0"}},
		{exitUsage, "holds no model", []string{image, "--run", run}},
		{exitFailure, "none.png", []string{filepath.Join(run, "none.png")}},
		{exitFailure, "no image", []string{image, "--run", run, "--images", run, "--masks", run}},
	} {
		code, _, stderr := call(context.Background(), append([]string{"segment"}, c.args...)...)
		if code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%q: exit code %d, %q", c.args, code, stderr)
		}
	}
}
