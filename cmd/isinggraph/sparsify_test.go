package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"example.org/isinggraph/data"
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
