package main

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
)

// squares are a ring of four nodes in every format.
var squares = map[string]string{
	"ring.edges":   "0 1\n1 2\n2 3\n3 0\n",
	"ring.txt":     "4 4\n1 2 1\n2 3 1\n3 4 1\n1 4 1\n",
	"ring.col":     "p edge 4 4\ne 1 2\ne 2 3\ne 3 4\ne 4 1\n",
	"ring.graph":   "4 4\n2 4\n1 3\n2 4\n1 3\n",
	"ring.coo":     "# vartype=SPIN\n0 1 -1\n1 2 -1\n2 3 -1\n0 3 -1\n",
	"ring.graphml": `<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"><node id="a"/><node id="b"/><node id="c"/><node id="d"/><edge source="a" target="b"/><edge source="b" target="c"/><edge source="c" target="d"/><edge source="d" target="a"/></graph></graphml>`,
}

// TestSampleFormats samples the same graph from each format, to the same file.
func TestSampleFormats(t *testing.T) {
	want := ""
	for name, text := range squares {
		out := filepath.Join(t.TempDir(), "x.csv")
		code, stdout, stderr := call(t.Context(), "sample", writeTemp(t, name, text), "--beta", "0.3", "--sweeps", "40", "--every", "8", "--chains", "2", "--out", out)
		if code != exitOK {
			t.Fatalf("%s: exit code %d: %s", name, code, stderr)
		}
		if !strings.Contains(stdout, "10 samples") || !strings.Contains(stdout, "magnetization") {
			t.Errorf("%s: %s", name, stdout)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			want = string(b)
		}
		if string(b) != want {
			t.Errorf("%s: samples\n%s\nwhere others have\n%s", name, b, want)
		}
	}
}

// TestSampleEnumerated compares the printed means with enumeration, by the printed
// errors, and the energies of the samples with eq. 2.
func TestSampleEnumerated(t *testing.T) {
	model := "# vartype=SPIN\n# offset=3\n0 0 -0.4\n0 1 -1\n1 2 0.5\n2 3 -0.7\n0 3 0.2\n" // dimod's signs
	j, h := []float32{1, -0.2, -0.5, 0.7}, []float32{0.4, 0, 0, 0}
	g, err := isinggraph.NewGraph(4, [][2]int32{{0, 1}, {0, 3}, {1, 2}, {2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	m := isinggraph.Model{Graph: g, J: isinggraph.PerEdge(j), H: h, Beta: 0.6}
	exact, err := exact.Enumerate(m)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "x.npz")
	code, stdout, stderr := call(t.Context(), "sample", writeTemp(t, "m.coo", model), "--beta", "0.6", "--sweeps", "5000", "--burn-in", "200", "--every", "100", "--seed", "3", "--out", out)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	magnetization := 0.0
	for _, x := range exact.Marginals {
		magnetization += x / 4
	}
	for name, want := range map[string]float64{"energy": exact.Energy + 3, "magnetization": magnetization} {
		f := strings.Fields(regexp.MustCompile(`(?m)^ *` + name + ` .*$`).FindString(stdout))
		if len(f) != 6 {
			t.Fatalf("no line of %s in\n%s", name, stdout)
		}
		mean, err1 := strconv.ParseFloat(f[1], 64)
		sd, err2 := strconv.ParseFloat(f[2], 64)
		if err1 != nil || err2 != nil || math.Abs(mean-want) > 4*sd || sd > 0.1 {
			t.Errorf("%s %s ± %s, exactly %g", name, f[1], f[2], want)
		}
	}
	arrays, err := data.ReadNPZ(out)
	if err != nil {
		t.Fatal(err)
	}
	spins, energies, marginals := arrays["spins"].Data.([]int8), arrays["energies"].Float64(), arrays["marginals"].Float64()
	if len(energies) != 4*48 {
		t.Fatalf("%d samples", len(energies))
	}
	for k, e := range energies {
		if want := m.Energy(spins[4*k:4*k+4]) + 3; math.Abs(e-want) > 1e-5 {
			t.Errorf("sample %d: energy %g, not %g", k, e, want)
		}
	}
	for i, x := range exact.Marginals {
		if got := 2*marginals[i] - 1; math.Abs(got-x) > 0.08 {
			t.Errorf("mean spin %d: %.3f, exactly %.3f", i, got, x)
		}
	}
}

// TestSampleInPieces compares a run that reports its progress after each sweep with one
// that runs as long as it can.
func TestSampleInPieces(t *testing.T) {
	g, err := isinggraph.NewGraph(4, [][2]int32{{0, 1}, {0, 3}, {1, 2}, {2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	sampler, err := isinggraph.New(g, isinggraph.OrPlain(func(why error) { t.Log(why) }))
	if err != nil {
		t.Fatal(err)
	}
	defer sampler.Close()
	for _, every := range []int{0, 5} {
		var drawn []*data.Samples
		for _, updates := range []int{0, 1 << 30} {
			var told []int
			d := &drawing{sampler: sampler, sweeps: 33, burnIn: 7, every: every, updates: updates, progress: func(k int) { told = append(told, k) },
				request: isinggraph.Request{Chains: isinggraph.Chains{Count: 2}, Seed: 5, Model: isinggraph.Model{Graph: g, J: isinggraph.Uniform(0.3), H: []float32{0.1, 0, 0, -0.2}}}}
			if err := d.draw(t.Context()); err != nil {
				t.Fatal(err)
			}
			if updates == 0 && len(told) != 34 || told[len(told)-1] != 33 || !slices.IsSorted(told) {
				t.Errorf("%d updates a call: told %v", updates, told)
			}
			drawn = append(drawn, d.samples())
		}
		a, b := drawn[0], drawn[1]
		if want := map[int]int{0: 2, 5: 10}[every]; len(a.Energies) != want || !slices.Equal(a.Spins, b.Spins) || !slices.Equal(a.Energies, b.Energies) {
			t.Errorf("every %d: energies %v and %v, want %d", every, a.Energies, b.Energies, want)
		}
		for i, p := range a.Marginals {
			if math.Abs(p-b.Marginals[i]) > 1e-6 {
				t.Errorf("every %d: marginal %d is %g and %g", every, i, p, b.Marginals[i])
			}
		}
	}
}

// TestSampleCut finds the largest cut of a ring by annealing, with a field from a table.
func TestSampleCut(t *testing.T) {
	out := filepath.Join(t.TempDir(), "x.jsonl")
	code, stdout, stderr := call(t.Context(), "sample", writeTemp(t, "ring.edges", squares["ring.edges"]), "--factor", "-1",
		"--field", writeTemp(t, "h.csv", "h\n0.1\n0\n0\n0\n"), "--schedule", "0.1:5", "--sweeps", "100", "--chains", "3", "--out", out)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if !strings.Contains(stdout, "lowest energy -4.1") {
		t.Errorf("printed %s", stdout)
	}
	b, err := os.ReadFile(out)
	if err != nil || !strings.Contains(string(b), `"spins":[1,-1,1,-1]`) {
		t.Errorf("wrote %s, %v", b, err)
	}
}

// TestSampleRefuses checks exit codes and errors of bad calls and bad files.
func TestSampleRefuses(t *testing.T) {
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	ring := writeTemp(t, "ring.edges", squares["ring.edges"])
	for _, c := range []struct {
		ctx  context.Context
		code int
		args []string
		want string
	}{
		{nil, exitUsage, []string{}, "accepts 1 arg"},
		{nil, exitUsage, []string{ring, "--chains", "0"}, "--chains 0"},
		{nil, exitUsage, []string{ring, "--sweeps", "10", "--burn-in", "10"}, "--burn-in 10"},
		{nil, exitUsage, []string{ring, "--sweeps", "20", "--burn-in", "5", "--every", "16"}, "--every 16"},
		{nil, exitUsage, []string{ring, "--rule", "glauber"}, "glauber"},
		{nil, exitUsage, []string{ring, "--schedule", "3"}, "FIRST:LAST"},
		{nil, exitUsage, []string{ring, "--schedule", "-1:NaN"}, "FIRST:LAST"},
		{nil, exitUsage, []string{ring, "--coupling", "1", "--factor", "2"}, "--factor"},
		{nil, exitUsage, []string{ring, "--out", "x.txt"}, "x.txt"},
		{nil, exitUsage, []string{ring, "--format", "dot"}, "dot"},
		{nil, exitUsage, []string{ring, "--field", "much"}, "much"},
		{nil, exitUsage, []string{writeTemp(t, "ring.dot", "")}, "--format"},
		{nil, exitFailure, []string{"absent.edges"}, "absent.edges"},
		{nil, exitFailure, []string{writeTemp(t, "bad.edges", "0 1\n1 two\n")}, `bad.edges:2`},
		{nil, exitFailure, []string{writeTemp(t, "pairs.txt", "0 1\n1 2\n")}, "--format edges"},
		{nil, exitFailure, []string{ring, "--beta", "-1"}, "-1"},
		{nil, exitFailure, []string{ring, "--field", writeTemp(t, "h.csv", "h\n1\n")}, "1 fields for 4 nodes"},
		{nil, exitFailure, []string{ring, "--field", writeTemp(t, "h.csv", "h\n1\nx\n1\n1\n")}, `row 2: field "x"`},
		{nil, exitFailure, []string{ring, "--field", writeTemp(t, "g.csv", "g\n1\n")}, "no column h"},
		{nil, exitFailure, []string{ring, "--sweeps", "2000000000", "--every", "1"}, "raise --every"},
		{stopped, exitInterrupted, []string{ring}, "interrupted"},
	} {
		ctx := c.ctx
		if ctx == nil {
			ctx = t.Context()
		}
		code, stdout, stderr := call(ctx, append([]string{"sample"}, c.args...)...)
		if code != c.code || !strings.Contains(stderr, c.want) || stdout != "" {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q; want %d, %q", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
}

// TestColor colours a ring with two balanced colours, writes them as CSV, and says what it
// dropped.
func TestColor(t *testing.T) {
	out := filepath.Join(t.TempDir(), "new", "c.csv")
	code, stdout, stderr := call(t.Context(), "color", writeTemp(t, "ring.col", squares["ring.col"]), "--balance", "--out", out)
	if code != exitOK || !strings.Contains(stdout, "2 colours of 2 to 2 nodes: 2 2\n") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	b, err := os.ReadFile(out)
	if want := "node,color\n0,0\n1,1\n2,0\n3,1\n"; err != nil || string(b) != want {
		t.Errorf("wrote %q, %v; want %q", b, err, want)
	}
	for args, want := range map[string]int{"absent.col": exitFailure, "a b": exitUsage, "x.dot": exitUsage} {
		if code, _, stderr := call(t.Context(), append([]string{"color"}, strings.Fields(args)...)...); code != want {
			t.Errorf("color %s: exit code %d: %s", args, code, stderr)
		}
	}
	text := "0 1\n1 0\n1 1\n1 2\n"
	if code, stdout, stderr := call(t.Context(), "color", writeTemp(t, "l.edges", text)); code != exitOK || !strings.Contains(stderr, "dropped 1 repeated edges and 1 self loops") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}
