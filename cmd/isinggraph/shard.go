package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.org/isinggraph/internal/wholefile"
)

var shardFlags struct {
	shard, tasks string
	seeds        int
	quick, list  bool
}

// piece is one job of all, of a reproduction's.
type piece struct {
	of  *reproduction
	job job
}

func (p piece) String() string { return p.of.call(p.job) }

// reproduceAllCmd runs one shard of all reproductions.
var reproduceAllCmd = &cobra.Command{
	Use:   "all",
	Short: "all tables, or one shard of them: for arrays of jobs on several machines",
	Long: `all runs every class, fold, setting, set and seed of the reproductions, each as a
call of its own, or with --shard I/N the shard I of N, numbered from 0: every N-th call.
Results of a task go to the folder --out/TASK, whose merge command gathers them
(isinggraph reproduce TASK --out DIR/TASK --merge FILE). What is done is marked in
--out/done: run again, a shard that died does what is missing, from its checkpoints,
and nothing else. Shards may share --out or have folders of their own, to be copied
into one. Slurm and Kubernetes: see deploy/README.md.`,
	Example: `  isinggraph reproduce all --list
  isinggraph reproduce all --shard 3/16 --out /shared/reproduce
  isinggraph reproduce all --tasks inverse --seeds 5 --quick --shard 0/40`,
	Args: cobra.NoArgs,
	RunE: func(cmd *cobra.Command, _ []string) error {
		f := &shardFlags
		index, count, err := parseShard(f.shard)
		if err != nil {
			return usageError{err}
		}
		pieces, err := allPieces(strings.Split(f.tasks, ","), f.seeds, f.quick)
		if err != nil {
			return usageError{err}
		}
		out := cmd.OutOrStdout()
		if f.list {
			for k, p := range pieces {
				fmt.Fprintf(out, "%d/%d  %v\n", k%count, count, p)
			}
			return nil
		}
		dir := outDir
		if f.quick {
			dir = filepath.Join(dir, "quick")
		}
		var failed []error
		for k := index; k < len(pieces) && cmd.Context().Err() == nil; k += count {
			fmt.Fprintf(out, "%d of %d: %v\n", k+1, len(pieces), pieces[k])
			if err := pieces[k].run(cmd, dir); err != nil {
				failed = append(failed, fmt.Errorf("%v: %w", pieces[k], err))
				fmt.Fprintln(cmd.ErrOrStderr(), failed[len(failed)-1])
			}
		}
		return errors.Join(append(failed, cmd.Context().Err())...)
	},
}

// parseShard reads I/N, a shard's number from 0 and how many there are.
func parseShard(s string) (index, count int, err error) {
	a, b, found := strings.Cut(s, "/")
	index, err = strconv.Atoi(a)
	if err == nil {
		count, err = strconv.Atoi(b)
	}
	if !found || err != nil || count < 1 || index < 0 || index >= count {
		return 0, 0, fmt.Errorf("--shard %q is not I/N with 0 <= I < N", s)
	}
	return index, count, nil
}

// chainGroup returns the chains of a shard of some: their first, and how many. They
// stay together in pairs.
func chainGroup(shard string, chains int) (first, count int, err error) {
	index, shards, err := parseShard(shard)
	if err != nil {
		return 0, 0, err
	}
	pairs := (chains + 1) / 2
	first = 2 * (pairs * index / shards)
	count = min(2*(pairs*(index+1)/shards), chains) - first
	if count < 1 {
		return 0, 0, fmt.Errorf("--shard %s: no pair of %d chains is left for it", shard, chains)
	}
	return first, count, nil
}

// allPieces enumerates the pieces of some tasks, always in the same order.
func allPieces(tasks []string, seeds int, quick bool) ([]piece, error) {
	if seeds < 1 {
		return nil, fmt.Errorf("--seeds %d, need at least 1", seeds)
	}
	var all []piece
	for _, task := range tasks {
		r, ok := reproductions[task]
		if !ok {
			return nil, fmt.Errorf("--tasks names %q, there is %s", task, strings.Join(slices.Sorted(maps.Keys(reproductions)), ", "))
		}
		for _, j := range r.jobs(seeds, quick) {
			all = append(all, piece{r, j})
		}
	}
	return all, nil
}

// mark is the file that tells that a piece is done.
func (p piece) mark(dir string) string {
	sum := sha256.Sum256([]byte(p.String()))
	return filepath.Join(dir, "done", fmt.Sprintf("%s-%x", p.of.name, sum[:8]))
}

// run runs a piece with its results below dir, unless it is done.
func (p piece) run(cmd *cobra.Command, dir string) error {
	mark := p.mark(dir)
	if _, err := os.Stat(mark); !errors.Is(err, fs.ErrNotExist) {
		return err // nil where it is done
	}
	if err := p.job.run(cmd.Context(), newOutlet(cmd, filepath.Join(dir, p.of.name))); err != nil {
		return err
	}
	return wholefile.Write(mark, []byte(p.String()+"\n"))
}

func init() {
	f, flags := &shardFlags, reproduceAllCmd.Flags()
	flags.StringVar(&f.shard, "shard", "0/1", "`I/N`: run every N-th call, from the one numbered I on, from 0")
	flags.StringVar(&f.tasks, "tasks", "explain,inverse,mesh,segmentation", "which, in this order")
	flags.IntVar(&f.seeds, "seeds", 3, "of each class and fold, setting, and set")
	flags.BoolVar(&f.quick, "quick", false, "a few steps each, to try machines; results that mean nothing go to --out/quick")
	flags.BoolVar(&f.list, "list", false, "print the calls with their shards, and run nothing")
	reproduceCmd.AddCommand(reproduceAllCmd)
}
