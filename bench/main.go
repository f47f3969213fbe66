// Command bench serves this project's side of the comparison with other samplers:
// see peers.py beside it, which runs all of them in alternation.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.org/isinggraph/internal/cputime"
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/isinggraph"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	commands := map[string]func([]string) error{"scale": scale, "compare": compareCommand, "first": first, "floors": floorsCommand, "peers": peers}
	if len(os.Args) > 1 && commands[os.Args[1]] != nil {
		if err := commands[os.Args[1]](os.Args[2:]); err != nil {
			log.Fatal(err)
		}
		return
	}
	gpu := flag.Bool("gpu", false, "jobs of a size that fills a GPU")
	write := flag.String("write", "", "write all jobs' models to this folder")
	serve := flag.String("serve", "", "serve this job")
	plain := flag.Bool("plain", false, "serve it with the plain Go sampler")
	flag.Parse()
	var err error
	switch {
	case *write != "":
		err = writeAll(*write, jobs(*gpu))
	case *serve != "":
		all := jobs(*gpu)
		k := slices.IndexFunc(all, func(j job) bool { return j.name == *serve })
		if k < 0 {
			log.Fatalf("no job %q", *serve)
		}
		err = all[k].serve(*plain)
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// writeAll writes a list of the jobs, jobs.json, and for each NAME.edges (int32
// pairs), NAME.h (float32) and NAME.colors (int32), little endian.
func writeAll(dir string, jobs []job) error {
	type entry struct {
		Name    string  `json:"name"`
		Nodes   int     `json:"n"`
		Side    int     `json:"side"`
		J       float32 `json:"j"`
		Beta    float32 `json:"beta"`
		Chains  int     `json:"chains"`
		Sweeps  int     `json:"sweeps"`
		Edges   int     `json:"edges"`
		Largest int     `json:"max_degree"`
	}
	var list []entry
	for _, j := range jobs {
		g, _, p, err := j.model()
		if err != nil {
			return err
		}
		list = append(list, entry{j.name, g.NumNodes(), j.side, j.j, j.beta, j.chains, j.sweeps, g.NumEdges(), g.MaxDegree()})
		if p.H == nil {
			p.H = make([]float32, g.NumNodes())
		}
		for suffix, values := range map[string]any{".edges": g.Edges(), ".h": p.H, ".colors": isinggraph.GreedyColoring(g).Color} {
			if err := writeBinary(filepath.Join(dir, j.name+suffix), values); err != nil {
				return err
			}
		}
	}
	b, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(dir, "jobs.json"), b)
}

func writeBinary(path string, values any) error {
	return wholefile.Func(path, func(w *bufio.Writer) error { return binary.Write(w, binary.LittleEndian, values) })
}

// round is what one request measured.
type round struct {
	Updates float64 `json:"updates"`
	Wall    float64 `json:"wall"`
	CPU     float64 `json:"cpu"`
	Energy  float64 `json:"energy"` // per spin, mean over chains after 200 sweeps or more
	Sampler string  `json:"sampler"`
	Calls   int     `json:"calls"`
}

// orPlain has jobs run in plain Go where XLA is missing, which it says in a line.
var orPlain = isinggraph.OrPlain(func(why error) { fmt.Fprintln(os.Stderr, "sampling in plain Go:", why) })

// serve answers each line on the standard input by calls for at least half a
// second, each a whole call of Sample: start, packing and unpacking included.
func (j job) serve(plain bool) error {
	g, gr, m, err := j.model()
	if err != nil {
		return err
	}
	var s isinggraph.Sampler
	switch {
	case plain && j.side > 0:
		s, err = isinggraph.PlainOnGrid(gr)
	case plain:
		s = isinggraph.Plain(g)
	case j.side > 0:
		s, err = isinggraph.NewOnGrid(gr, orPlain)
	default:
		s, err = isinggraph.New(g, orPlain)
	}
	if err != nil {
		return err
	}
	defer s.Close()
	o := isinggraph.Request{Model: m, Chains: isinggraph.Chains{Count: j.chains}, Sweeps: j.sweeps}
	call := func() error {
		o.Seed++
		_, err := s.Sample(context.Background(), o)
		return err
	}
	for range 3 { // compiles, and tabulates where that pays
		if err := call(); err != nil {
			return err
		}
	}
	n := float64(g.NumNodes() * j.chains)
	out, in := json.NewEncoder(os.Stdout), bufio.NewScanner(os.Stdin)
	for in.Scan() {
		r := round{Sampler: fmt.Sprint(s)}
		start, cpu := time.Now(), cputime.Used().Seconds()
		for time.Since(start) < 500*time.Millisecond {
			if err := call(); err != nil {
				return err
			}
			r.Calls++
		}
		r.Wall, r.CPU = time.Since(start).Seconds(), cputime.Used().Seconds()-cpu
		r.Updates = n * float64(j.sweeps*r.Calls)
		long := o
		long.Sweeps = max(o.Sweeps, 200)
		last, err := s.Sample(context.Background(), long)
		if err != nil {
			return err
		}
		for _, e := range o.Energies(last.Spins) {
			r.Energy += e / n
		}
		if err := out.Encode(r); err != nil {
			return fmt.Errorf("answering: %w", err)
		}
	}
	return in.Err()
}
