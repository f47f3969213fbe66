package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/isinggraph/internal/cputime"
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/isinggraph"
)

// span is how long something took.
type span struct{ Seconds, CPUSeconds float64 }

// clock measures f.
func clock(f func() error) (span, error) {
	start, cpu := time.Now(), cputime.Used().Seconds()
	err := f()
	return span{time.Since(start).Seconds(), cputime.Used().Seconds() - cpu}, err
}

// scaleRow is what one graph took.
type scaleRow struct {
	Family                  string
	Nodes, Edges, MaxDegree int
	Build                   span // the CSR graph from a list of edges
	Greedy                  span // colouring by one processor
	GreedyColors            int
	Layout                  span // the sampler: colouring, balance, tables
	Sampler                 string
	First                   span    // call, which compiles
	PerSecond               float64 // million spin updates, whole calls
	PerCPUSecond            float64
	PeakMB                  float64 // of memory, the list of edges included
}

// scaleResult is the file that scale writes.
type scaleResult struct {
	Date, Machine, Go string
	Cores             int
	Rows              []scaleRow
}

// scale measures colouring and sampling by the size of the graph, each graph in a
// process of its own.
func scale(args []string) error {
	f := flag.NewFlagSet("scale", flag.ExitOnError)
	names := f.String("families", "regular,mesh,grid,powerlaw,star", "which, of "+strings.Join(slices.Sorted(maps.Keys(families)), ", "))
	sizes := f.String("sizes", "1e4,1e5,1e6,1e7", "numbers of nodes; stars have at most 1e6")
	machine := f.String("machine", "", "what the file says of the machine")
	out := f.String("out", "", "write the results to this JSON `file`")
	figure := f.String("figure", "", "draw them to this PNG `file`")
	doc := f.String("doc", "", "write them to the section between the markers of this `file`")
	one := f.String("one", "", "measure one graph, FAMILY,NODES, and print it")
	if err := f.Parse(args); err != nil {
		return err
	}
	if name, size, ok := strings.Cut(*one, ","); ok {
		n, err := strconv.ParseFloat(size, 64)
		if err != nil {
			return err
		}
		row, err := measureScale(context.Background(), name, int(n))
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(row)
	}
	result := scaleResult{Date: time.Now().UTC().Format(time.DateOnly), Machine: *machine, Go: runtime.Version(), Cores: runtime.GOMAXPROCS(0)}
	fmt.Printf("%-9s %9s %9s %7s | %7s %7s %7s | %7s %8s %9s %8s\n", "family", "nodes", "edges", "degree",
		"build s", "color s", "colours", "layout s", "M/s", "M/CPU-s", "peak MB")
	for _, name := range strings.Split(*names, ",") {
		for _, size := range strings.Split(*sizes, ",") {
			n, err := strconv.ParseFloat(size, 64)
			if err != nil {
				return err
			}
			if name == "star" && n > 1e6 {
				continue
			}
			row, err := scaleProcess(name, size)
			if err != nil {
				return err
			}
			result.Rows = append(result.Rows, row)
			fmt.Printf("%-9s %9d %9d %7d | %7.3f %7.3f %7d | %7.3f %8.1f %9.1f %8.0f\n", row.Family, row.Nodes, row.Edges, row.MaxDegree,
				row.Build.Seconds, row.Greedy.Seconds, row.GreedyColors, row.Layout.Seconds, row.PerSecond, row.PerCPUSecond, row.PeakMB)
		}
	}
	if *out != "" {
		if err := wholefile.WriteJSON(*out, result); err != nil {
			return err
		}
	}
	if *figure != "" {
		if err := drawScale(*figure, result.Rows); err != nil {
			return err
		}
	}
	if *doc != "" {
		return replaceSection(*doc, "scale", result.section())
	}
	return nil
}

// section is the table in Markdown.
func (r scaleResult) section() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d cores%s:\n\n"+
		"| | nodes | edges | largest degree | graph, s | colouring, s | colours | sampler, s | first call, s | M updates/s | per CPU-second | peak MB |\n"+
		"|---|---|---|---|---|---|---|---|---|---|---|---|\n",
		r.Date, r.Cores, strings.TrimSuffix(" of "+r.Machine, " of "))
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "| %s | %.0e | %.1e | %d | %.2g | %.2g | %d | %.2g | %.2g | %.0f | %.0f | %.0f |\n",
			row.Family, float64(row.Nodes),
			float64(row.Edges), row.MaxDegree,
			row.Build.Seconds, row.Greedy.Seconds, row.GreedyColors, row.Layout.Seconds, row.First.Seconds, row.PerSecond, row.PerCPUSecond, row.PeakMB)
	}
	b.WriteString("\n![Colouring, a sweep and memory by the number of nodes](figures/performance-scale.png)\n")
	return b.String()
}

// scaleProcess measures one graph in a process of its own, whose peak of memory
// is that graph's.
func scaleProcess(name, size string) (row scaleRow, err error) {
	cmd := exec.Command(os.Args[0], "scale", "-one", name+","+size)
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	if err != nil {
		return row, fmt.Errorf("measuring %s of %s nodes: %w", name, size, err)
	}
	return row, json.Unmarshal(b, &row)
}

// measureScale builds, colours and samples one graph.
func measureScale(ctx context.Context, name string, n int) (row scaleRow, err error) {
	make, ok := families[name]
	if !ok || n < 16 || n > 1<<30 {
		return row, fmt.Errorf("no family %q of %d nodes", name, n)
	}
	r := rand.New(rand.NewPCG(1, uint64(n)))
	nodes, edges := make(n, r)
	var g *isinggraph.Graph
	if row.Build, err = clock(func() (err error) { g, err = isinggraph.NewGraph(nodes, edges); return err }); err != nil {
		return row, err
	}
	edges = nil
	row.Family, row.Nodes, row.Edges, row.MaxDegree = name, nodes, g.NumEdges(), g.MaxDegree()
	var c isinggraph.Coloring
	if row.Greedy, err = clock(func() error { c = isinggraph.GreedyColoring(g); return nil }); err != nil {
		return row, err
	}
	row.GreedyColors = c.Colors
	if err := c.Validate(g); err != nil {
		return row, err
	}
	e, err := isinggraph.DefaultEngine()
	if err != nil {
		return row, err
	}
	var s isinggraph.Sampler
	if row.Layout, err = clock(func() (err error) { s, err = e.New(g); return err }); err != nil {
		return row, err
	}
	defer s.Close()
	row.Sampler = fmt.Sprint(s)
	o := isinggraph.Request{Model: isinggraph.Model{Beta: 0.5}, Sweeps: 1}
	for range nodes {
		o.H = append(o.H, float32(r.NormFloat64()))
	}
	call := func() error {
		o.Seed++
		_, err := s.Sample(ctx, o)
		return err
	}
	if row.First, err = clock(call); err != nil {
		return row, err
	}
	o.Sweeps = 40
	calls := max(1, 2_000_000/nodes)
	t, err := clock(func() (err error) {
		for k := 0; k < calls && err == nil; k++ {
			err = call()
		}
		return err
	})
	updates := float64(nodes*o.Sweeps*calls) / 1e6
	row.PerSecond, row.PerCPUSecond, row.PeakMB = updates/t.Seconds, updates/t.CPUSeconds, peakMB()
	return row, err
}

// peakMB is the largest resident size of this process, or 0 where the system does
// not tell.
func peakMB() float64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer f.Close()
	for in := bufio.NewScanner(f); in.Scan(); {
		if v, ok := strings.CutPrefix(in.Text(), "VmHWM:"); ok {
			kB, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(v, "kB")), 64)
			if err == nil {
				return kB / 1024
			}
		}
	}
	return 0
}
