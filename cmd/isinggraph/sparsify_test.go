package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/mesh"
)

func TestSparsify(t *testing.T) {
	dir := t.TempDir()
	in, out, index := filepath.Join(dir, "in.off"), filepath.Join(dir, "out.obj"), filepath.Join(dir, "map.mtx")
	m, err := data.GenerateMesh(data.FourLeg, 1, 600)
	if err != nil {
		t.Fatal(err)
	}
	if err := data.WriteMesh(in, m); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"sparsify", in, out, "--vertices", "200", "--map", index}, &stdout, &stderr); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	small, err := data.ReadMesh(out)
	if err != nil {
		t.Fatal(err)
	}
	to, err := data.ReadMatrix(index)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(small.Vertices); n > 200 || n < 80 || to.Rows != len(m.Vertices) || to.Cols != n {
		t.Fatalf("%d vertices, map %d by %d", n, to.Rows, to.Cols)
	}
	stays := make([]bool, to.Cols)
	for i, v := range m.Vertices {
		if cols, _ := to.Row(i); len(cols) == 1 && small.Vertices[cols[0]] == v {
			stays[cols[0]] = true
		}
	}
	for i, ok := range stays {
		if !ok {
			t.Errorf("coarse vertex %d is no original one", i)
		}
	}
	if code := run(context.Background(), []string{"sparsify", in, out, "--method", "magic"}, &stdout, &stderr); code != exitUsage {
		t.Errorf("unknown method: exit code %d", code)
	}
}

// TestSparsifyLearned learns a field for a moment and coarsens by its run.
func TestSparsifyLearned(t *testing.T) {
	if testing.Short() || os.Getenv("ISINGGRAPH_NO_XLA") != "" {
		t.Skip("learning takes a compiler")
	}
	dir := t.TempDir()
	m, err := data.GenerateMesh(data.Chair, 1, 600)
	if err != nil {
		t.Fatal(err)
	}
	s, err := mesh.NewSurface(m)
	if err != nil {
		t.Fatal(err)
	}
	l, err := mesh.Train(context.Background(), mesh.Recipe{Network: mesh.PerVertex, Steps: 3, Dir: filepath.Join(dir, "runs")}, []*mesh.Surface{s})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	runs, err := filepath.Glob(filepath.Join(dir, "runs", "*"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, error %v", runs, err)
	}
	in, out := filepath.Join(dir, "in.off"), filepath.Join(dir, "out.ply")
	if err := data.WriteMesh(in, m); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"sparsify", in, out, "--vertices", "320", "--map", filepath.Join(dir, "map.mtx"), "--method", "learned", "--run", runs[0]}, &stdout, &stderr); code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	small, err := data.ReadMesh(out)
	if err != nil {
		t.Fatal(err)
	}
	x, err := l.Method("learned").Keep(context.Background(), s, 2) // the seed of level 1
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Coarsen(x)
	if err != nil {
		t.Fatal(err)
	}
	if len(small.Vertices) != len(c.Kept) || len(small.Faces) != len(c.Mesh.Faces) {
		t.Errorf("%d vertices and %d faces, want %d and %d", len(small.Vertices), len(small.Faces), len(c.Kept), len(c.Mesh.Faces))
	}
	for want, args := range map[int][]string{
		exitUsage:   {"--run", runs[0], "--method", "fps"},
		exitFailure: {"--method", "learned", "--run", dir},
	} {
		if code := run(context.Background(), append([]string{"sparsify", in, out}, args...), &stdout, &stderr); code != want {
			t.Errorf("%v: exit code %d, want %d", args, code, want)
		}
	}
}
