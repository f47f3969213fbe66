package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// floors are the ratios that the project aims at over the best of the peers whose
// names begin so, per CPU-second or, of rr3_32 with its 32 chains, per second. The
// last recorded comparison has their rates.
var floors = map[string]floor{
	"grid512": {perCPUSecond, []aim{{"jax", 5}, {"mcising", 4}}},
	"rr3":     {perCPUSecond, []aim{{"jax", 8}, {"thrml", 8}, {"dwave", 6}, {"openjij", 6}}},
	"rr3_32":  {perSecond, []aim{{"jax", 8}, {"thrml", 8}, {"dwave", 6}, {"openjij", 6}}},
	"mesh16":  {perCPUSecond, []aim{{"jax", 6}, {"thrml", 6}, {"dwave", 6}, {"openjij", 6}}},
	"batch64": {perCPUSecond, []aim{{"jax", 5}, {"thrml", 5}, {"dwave", 1.5}, {"openjij", 1.5}}},
}

type floor struct {
	rate
	aims []aim
}

type aim struct {
	prefix string
	ratio  float64
}

// rate is what is compared: its name in benchmarks, its unit, and a peer's value.
type rate struct {
	metric, unit string
	of           func(peerRow) float64
}

var (
	perCPUSecond = rate{"Mupd/core-s", "M/CPU-s", func(r peerRow) float64 { return r.PerCPUSecond }}
	perSecond    = rate{"Mupd/s", "M/s", func(r peerRow) float64 { return r.PerSecond }}
)

// readPeers reads what peers.py wrote.
func readPeers(path string) (r peersResult, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// printFloors prints how a run's samplers stand beside the peers' recorded rates.
func printFloors(out io.Writer, now measured, recorded peersResult) {
	jobs := make([]string, 0, len(floors))
	for job := range floors {
		jobs = append(jobs, job)
	}
	slices.Sort(jobs)
	for _, job := range jobs {
		f := floors[job]
		v, ok := now.values["Sampler/"+job+" "+f.metric]
		if !ok {
			continue
		}
		for _, a := range f.aims {
			peer, ok := recorded.best(job, a.prefix, f.of)
			if !ok {
				continue
			}
			verdict := "MISSED"
			if v >= a.ratio*f.of(peer) {
				verdict = "met"
			}
			fmt.Fprintf(out, "floor    %-8s %7.4g %-7s is %5.1f times %-30s %6.4g, aim %3g: %s\n",
				job, v, f.unit, v/f.of(peer), peer.Sampler, f.of(peer), a.ratio, verdict)
		}
	}
}

// floorsCommand is bench floors RUN PEERS, an output of go test -bench and what
// peers.py wrote.
func floorsCommand(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: bench floors RUN PEERS, an output of go test -bench and of peers.py")
	}
	now, err := benchmarksOf(args[0])
	if err != nil {
		return err
	}
	recorded, err := readPeers(args[1])
	if err != nil {
		return err
	}
	printFloors(os.Stdout, now, recorded)
	return nil
}
