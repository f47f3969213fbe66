package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.org/isinggraph/internal/study"
	"example.org/isinggraph/internal/wholefile"
)

// reproduceCmd holds the commands that reproduce the paper's tables.
var reproduceCmd = &cobra.Command{
	Use:   "reproduce",
	Short: "reproduce the paper's tables at the paper's size",
	Args:  cobra.ArbitraryArgs,
	RunE:  group,
}

// outDir is the folder that results are written to, flag --out.
var outDir string

// job is a call of a command below reproduce: what its flags say.
type job interface {
	// bind binds the settings to flags, whose defaults are the settings as they are.
	bind(*pflag.FlagSet)
	// run trains, measures and keeps shards.
	run(context.Context, outlet) error
}

// reproduction is a command below reproduce.
type reproduction struct {
	name, short, long, example string
	profile, made              string // what merged files say of the profile and of the command
	job                        job    // with the defaults
	// jobs are the calls that all is made of, for a number of seeds, as they are or cut
	// down to a quick trial; flags are those that a call is named by in any case.
	jobs  func(seeds int, quick bool) []job
	flags []string
	cmd   *cobra.Command
	// gather merges the shards of a folder, as they are written and as they are shown.
	gather func(dir string, h study.Header) (results any, sheets []study.Sheet, err error)
}

// reproductions are the commands below reproduce, by name.
var reproductions = map[string]*reproduction{}

// add adds the command.
func (r *reproduction) add() {
	var file, machine, commit string
	r.cmd = &cobra.Command{
		Use: r.name, Short: r.short, Long: r.long, Example: r.example, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return r.job.run(cmd.Context(), newOutlet(cmd, outDir))
			}
			results, sheets, err := r.gather(outDir, study.NewHeader(r.profile, machine, commit, r.made))
			if err == nil {
				err = wholefile.WriteJSON(file, results)
			}
			if err != nil {
				return err
			}
			for _, s := range sheets {
				fmt.Fprintln(cmd.OutOrStdout(), s.Text())
			}
			return nil
		},
	}
	flags := r.cmd.Flags()
	r.job.bind(flags)
	flags.StringVar(&file, "merge", "", "gather the results in --out into this `file`")
	flags.StringVar(&machine, "machine", "", "what the merged file says of the machine")
	flags.StringVar(&commit, "commit", "", "what the merged file says of the commit; default this program's")
	reproduceCmd.AddCommand(r.cmd)
	reproductions[r.name] = r
}

// call returns the command line of a job, below reproduce: the flags that name it,
// and others that differ from the command's defaults.
func (r *reproduction) call(j job) string {
	flags := pflag.NewFlagSet(r.name, pflag.ContinueOnError)
	j.bind(flags)
	call := r.name
	add := func(f *pflag.Flag) {
		switch value := strings.Trim(f.Value.String(), "[]"); {
		case f.Value.Type() != "bool":
			call += " --" + f.Name + " " + value
		case value == "true":
			call += " --" + f.Name
		}
	}
	for _, name := range r.flags {
		add(flags.Lookup(name))
	}
	flags.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains(r.flags, f.Name) && f.Value.String() != r.cmd.Flags().Lookup(f.Name).DefValue {
			add(f)
		}
	})
	return call
}

// table is merged results that can be shown.
type table interface{ Sheet() study.Sheet }

// gathered returns a reproduction's gather.
func gathered[S any, T table](read func(string) ([]S, error), merge func([]S) ([]T, error)) func(string, study.Header) (any, []study.Sheet, error) {
	return func(dir string, h study.Header) (any, []study.Sheet, error) {
		shards, err := read(dir)
		if err != nil {
			return nil, nil, err
		}
		tables, err := merge(shards)
		if err != nil {
			return nil, nil, err
		}
		sheets := make([]study.Sheet, len(tables))
		for k, t := range tables {
			sheets[k] = t.Sheet()
		}
		return study.Results[T]{Header: h, Tables: tables}, sheets, nil
	}
}

// outlet is where a job leaves its results.
type outlet struct {
	dir      string // of the shards
	out      io.Writer
	progress study.Progress
}

func newOutlet(cmd *cobra.Command, dir string) outlet {
	return outlet{dir, cmd.OutOrStdout(), printProgress(cmd.ErrOrStderr())}
}

// runs is the folder of the trainings, where an interrupted one goes on.
func (o outlet) runs() string { return filepath.Join(o.dir, "runs") }

// keep writes a shard, and prints what it says by itself and the file's path.
func keep[S study.Shard, T table](o outlet, s S, merge func([]S) ([]T, error)) error {
	path, err := study.Write(o.dir, s)
	if err != nil {
		return err
	}
	tables, err := merge([]S{s})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.out, "%s%s\n", tables[0].Sheet().Text(), path)
	return err
}

// printProgress prints a line for what comes with words or begins, and otherwise
// one in ten seconds, with the seconds since it was called.
func printProgress(w io.Writer) study.Progress {
	begin, last, at := time.Now(), "", time.Time{}
	return func(what string, done, total int, detail string) {
		if detail == "" && what == last && time.Since(at) < 10*time.Second {
			return
		}
		last, at = what, time.Now()
		line := fmt.Sprintf("%6.0f s  %s", time.Since(begin).Seconds(), what)
		if total > 0 {
			line += fmt.Sprintf(" %d of %d", done, total)
		}
		if detail != "" {
			line += ": " + detail
		}
		fmt.Fprintln(w, line)
	}
}

func init() {
	reproduceCmd.PersistentFlags().StringVar(&outDir, "out", "build/reproduce", "`folder` for the results, made if it is not there")
	rootCmd.AddCommand(reproduceCmd)
}
