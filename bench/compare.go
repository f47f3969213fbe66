package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// measured are a benchmark run's values by benchmark and unit.
type measured struct {
	names  []string // "benchmark unit", in the order of the run
	values map[string]float64
}

// readBenchmarks reads what go test -bench prints. golang.org/x/tools/benchmark/parse
// leaves out units of one's own, such as Mupd/core-s, which are what is compared here.
func readBenchmarks(r io.Reader) (m measured, err error) {
	m.values = make(map[string]float64)
	in := bufio.NewScanner(r)
	for in.Scan() {
		f := strings.Fields(in.Text())
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(f[0], "Benchmark")
		if at := strings.LastIndexByte(name, '-'); at > 0 { // the number of processors
			if _, err := strconv.Atoi(name[at+1:]); err == nil {
				name = name[:at]
			}
		}
		for k := 2; k+1 < len(f); k += 2 {
			v, err := strconv.ParseFloat(f[k], 64)
			if err != nil {
				return m, fmt.Errorf("benchmark %s: %w", name, err)
			}
			key := name + " " + f[k+1]
			if _, seen := m.values[key]; !seen {
				m.names = append(m.names, key)
			}
			m.values[key] = v
		}
	}
	return m, in.Err()
}

// notable is the relative change below which nothing is said: runs differ so much.
const notable = 0.1

// compare prints what changed between two runs. Nothing is recorded where before has
// no file.
func compare(out io.Writer, before, after string) error {
	now, err := benchmarksOf(after)
	if err != nil {
		return err
	}
	if len(now.names) == 0 {
		return fmt.Errorf("%s holds no benchmarks", after)
	}
	old, err := benchmarksOf(before)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	changed := 0
	for _, key := range now.names {
		v := now.values[key]
		if was, ok := old.values[key]; ok && was != 0 && (v/was > 1+notable || v/was < 1/(1+notable)) {
			fmt.Fprintf(out, "changed  %-52s %12.5g, was %12.5g (%+.0f%%)\n", key, v, was, 100*(v/was-1))
			changed++
		}
	}
	for _, key := range now.names {
		if _, ok := old.values[key]; !ok && len(old.names) > 0 {
			fmt.Fprintf(out, "new      %-52s %12.5g\n", key, now.values[key])
		}
	}
	for _, key := range old.names {
		if _, ok := now.values[key]; !ok {
			fmt.Fprintf(out, "not run  %s\n", key)
		}
	}
	fmt.Fprintf(out, "%d of %d values changed by more than %.0f%%\n", changed, len(now.names), 100*notable)
	return nil
}

// benchmarksOf reads a file.
func benchmarksOf(path string) (measured, error) {
	f, err := os.Open(path)
	if err != nil {
		return measured{}, err
	}
	defer f.Close()
	return readBenchmarks(f)
}

// compareCommand is bench compare BEFORE AFTER.
func compareCommand(args []string) error {
	if len(args) != 2 || slices.Contains(args, "") {
		return errors.New("usage: bench compare BEFORE AFTER, two outputs of go test -bench")
	}
	return compare(os.Stdout, args[0], args[1])
}
