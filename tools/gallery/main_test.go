package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// picture returns a PNG in base64: a ramp of colours on the left, red on the right.
func picture(t *testing.T, width, height int) string {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{uint8(255 * x / width), uint8(255 * y / height), 128, 255}
			if x > width/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// TestGallery makes a page of the figures of a notebook, each with its caption, shrunk, with
// links that lead somewhere.
func TestGallery(t *testing.T) {
	build, out := t.TempDir(), filepath.Join(t.TempDir(), "gallery")
	markdown := func(s string) map[string]any {
		return map[string]any{"data": map[string]any{"text/markdown": []string{s}}}
	}
	figure := map[string]any{"data": map[string]any{"image/png": picture(t, 1600, 400)}}
	text := func(s string) map[string]any { return map[string]any{"cell_type": "markdown", "source": s} }
	code := func(o ...any) map[string]any {
		return map[string]any{"cell_type": "code", "source": []string{"x"}, "outputs": o}
	}
	nb := map[string]any{"cells": []any{
		text("# The title\n\n## 1. A part"),
		code(markdown("**data** real · **profile** fast · **backend** xla:cpu · **seed** 7")),
		code(figure, markdown("a number"), markdown("**Figure 1.** Below\nit.\n\nMore."), figure),
		text("**After.** [The](../docs/mesh.md) second."),
		code(figure, markdown("**set**: 3 graphs"), markdown("**set**, a table\n\n| a |\n|---|")), text("Nothing in bold."),
		code(markdown("**Figure 2.** Above it."), figure),
	}}
	data, err := json.Marshal(nb)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(build, out); err == nil || !strings.Contains(err.Error(), "make notebooks") {
		t.Errorf("without a notebook: error %v", err)
	}
	if err := os.WriteFile(filepath.Join(build, "07_test.ipynb"), data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		t.Fatal(err)
	}
	stale := filepath.Join(out, "07_test_99.png")
	if err := os.WriteFile(stale, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(build, out); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); err == nil {
		t.Error("a figure that is gone from the notebook stays")
	}
	readme, err := os.ReadFile(filepath.Join(out, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"## The title\n\n[07_test](../../notebooks/07_test.ipynb): real data, profile fast, seed 7.",
		"![Figure 1](07_test_01.png)\n\n**Figure 1.** Below it.\n",
		"![After](07_test_02.png)\n\n**After.** [The](../../docs/mesh.md) second.\n",
		"![A part](07_test_03.png)\n\nA part.\n",
		"![Figure 2](07_test_04.png)\n\n**Figure 2.** Above it.\n",
	} {
		if !strings.Contains(string(readme), want) {
			t.Errorf("no %q in\n%s", want, readme)
		}
	}
	f, err := os.Open(filepath.Join(out, "07_test_01.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds().Size() != image.Pt(960, 240) {
		t.Errorf("%v pixels, want 960 × 240", m.Bounds().Size())
	}
	if p, ok := m.(*image.Paletted); !ok || len(p.Palette) > 256 {
		t.Errorf("%T, want at most 256 colours", m)
	}
	for _, c := range []struct {
		x, y    int
		r, g, b int
	}{{720, 120, 255, 0, 0}, {120, 120, 32, 128, 128}, {360, 24, 96, 25, 128}} {
		r, g, b, _ := m.At(c.x, c.y).RGBA()
		for k, d := range []int{int(r>>8) - c.r, int(g>>8) - c.g, int(b>>8) - c.b} {
			if d < -24 || d > 24 {
				t.Errorf("pixel (%d, %d): channel %d off by %d", c.x, c.y, k, d)
			}
		}
	}
}

func TestGalleryNeedsABanner(t *testing.T) {
	if _, err := read("x", []byte(`{"cells": []}`)); err == nil {
		t.Error("no error for a notebook without data, profile and seed")
	}
	if _, err := read("x", []byte(`{"cells": 1}`)); err == nil {
		t.Error("no error for what is no notebook")
	}
}
