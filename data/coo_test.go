package data

import (
	"bufio"
	"bytes"
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// energy is E(x) of state bits, spin 0 in the highest bit.
func (m *IsingModel) energy(bits int) float64 {
	x := make([]float64, m.N)
	for i := range x {
		x[i] = float64(2*(bits>>(m.N-1-i)&1) - 1)
	}
	e := m.Offset
	for i, h := range m.Fields {
		e -= h * x[i]
	}
	for k, p := range m.Edges {
		e -= m.Weights[k] * x[p[0]] * x[p[1]]
	}
	return e
}

// Energies of all states as dimod 0.12.23 computes them from the same text,
// the last variable changing first.
func TestReadCOO(t *testing.T) {
	for _, c := range []struct {
		text    string
		vartype VarType
		want    []float64
	}{
		{"# vartype=SPIN\n0 0 0.5\n0 1 -1.25\n1 2 2\n2 2 -3\n", AnyVarType, []float64{3.25, -6.75, 1.75, -0.25, 6.75, -3.25, 0.25, -1.75}},
		{"# a model, vartype: BINARY\n0 0 0.5\n0 1 -1.25\n1 2 2\n2 2 -3\n0 3 7\n", AnyVarType,
			[]float64{0, 0, -3, -3, 0, 0, -1, -1, 0.5, 7.5, -2.5, 4.5, -0.75, 6.25, -1.75, 5.25}},
		{"1 0 2\r\n", BinaryVars, []float64{0, 0, 0, 2}},
		{"1 0 2\n# offset=1\n", SpinVars, []float64{3, -1, -1, 3}},
	} {
		m, err := parseCOO(strings.NewReader(c.text), "t", limit, c.vartype)
		if err != nil {
			t.Error(err)
			continue
		}
		for bits, want := range c.want {
			if got := m.energy(bits); math.Abs(got-want) > 1e-14 {
				t.Errorf("%q: state %b has energy %g, want %g", c.text, bits, got, want)
			}
		}
		path := filepath.Join(t.TempDir(), "m.coo")
		if err := WriteCOO(path, m); err != nil {
			t.Fatal(err)
		}
		if again, err := ReadCOO(path, AnyVarType); err != nil || !reflect.DeepEqual(again, m) {
			t.Errorf("read back %+v, %v, want %+v", again, err, m)
		}
	}
	// What dimod reads: no exponents, an entry for every spin.
	var buf bytes.Buffer
	w := bufio.NewWriter(&buf)
	m := &IsingModel{EdgeList: EdgeList{N: 3, Edges: [][2]int32{{0, 2}}, Weights: []float64{1e-7}}, Fields: []float64{0, -2, 0}, Offset: 0.5}
	if err := m.write(w); err != nil {
		t.Fatal(err)
	}
	w.Flush()
	if want := "# vartype=SPIN\n# offset=0.5\n0 0 0\n1 1 2\n2 2 0\n0 2 -0.0000001\n"; buf.String() != want {
		t.Errorf("wrote %q, want %q", buf.String(), want)
	}
	for _, bad := range []*IsingModel{{}, {EdgeList: EdgeList{N: 1}, Fields: []float64{math.NaN()}}, {EdgeList: EdgeList{N: 1}}} {
		if err := WriteCOO(filepath.Join(t.TempDir(), "m"), bad); err == nil {
			t.Errorf("wrote %+v", bad)
		}
	}
}

func FuzzParseCOO(f *testing.F) {
	f.Add([]byte("# vartype=SPIN\n0 0 0.5\n0 1 -1.25\n1 2 2\n2 2 -3\n"), 0)
	f.Add([]byte("# vartype=BINARY\n# offset=-2\n0 0 0.5\n3 1 1e9\n"), 0)
	f.Add([]byte("0 1 1\n"), 2)
	f.Fuzz(func(t *testing.T, text []byte, vartype int) {
		var m *IsingModel
		var err error
		checkAllocation(t, len(text), func() { m, err = parseCOO(bytes.NewReader(text), "fuzz", int64(len(text)), VarType(vartype&3%3)) })
		if err != nil {
			return
		}
		var buf bytes.Buffer
		w := bufio.NewWriter(&buf)
		if err := m.write(w); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		again, err := parseCOO(&buf, "again", int64(max(buf.Len(), len(text))), SpinVars)
		if err != nil || !reflect.DeepEqual(again, m) {
			t.Errorf("read back %+v, %v, want %+v", again, err, m)
		}
	})
}
