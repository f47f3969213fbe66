package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// floors are the ratios that the project aims at, per CPU-second, over the best of
// the peers whose names begin so. The last recorded comparison has their rates.
var floors = map[string][]struct {
	prefix string
	ratio  float64
}{
	"grid512": {{"jax", 5}, {"mcising", 4}},
	"rr3":     {{"jax", 8}, {"thrml", 8}, {"dwave", 6}, {"openjij", 6}},
	"mesh16":  {{"jax", 6}, {"thrml", 6}, {"dwave", 6}, {"openjij", 6}},
	"batch64": {{"jax", 5}, {"thrml", 5}, {"dwave", 1.5}, {"openjij", 1.5}},
}

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
		v, ok := now.values["Sampler/"+job+" Mupd/core-s"]
		if !ok {
			continue
		}
		for _, f := range floors[job] {
			peer, ok := recorded.best(job, f.prefix, func(r peerRow) float64 { return r.PerCPUSecond })
			if !ok {
				continue
			}
			verdict := "MISSED"
			if v >= f.ratio*peer.PerCPUSecond {
				verdict = "met"
			}
			fmt.Fprintf(out, "floor    %-8s %7.4g M/CPU-s is %5.1f times %-30s %6.4g, aim %3g: %s\n", job, v, v/peer.PerCPUSecond, peer.Sampler, peer.PerCPUSecond, f.ratio, verdict)
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
