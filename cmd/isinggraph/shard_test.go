package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/wholefile"
)

// asProgram makes this test's binary behave as the command, for scripts that call it.
const asProgram = "ISINGGRAPH_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		addTrial()
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// trialJob writes a file.
type trialJob struct {
	number int
	even   bool
}

func (j *trialJob) bind(flags *pflag.FlagSet) {
	flags.IntVar(&j.number, "number", j.number, "")
	flags.BoolVar(&j.even, "even", j.even, "")
}

func (j *trialJob) run(_ context.Context, o outlet) error {
	if os.Getenv("TRIAL_FAILS") == fmt.Sprint(j.number) {
		return errors.New("the power went out")
	}
	name := filepath.Join(o.dir, fmt.Sprintf("%d-%t", j.number, j.even))
	if _, err := os.Stat(name); err == nil {
		return fmt.Errorf("%s is there: it ran twice", name)
	}
	return wholefile.Write(name, nil)
}

// addTrial adds a task of seven pieces that write a file each.
func addTrial() {
	r := &reproduction{name: "trial", job: &trialJob{number: -1}, flags: []string{"number", "even"}}
	r.jobs = func(int, bool) (all []job) {
		for k := range 7 {
			all = append(all, &trialJob{k, k%2 == 0})
		}
		return all
	}
	r.add()
}

// files lists a folder.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// TestShardsOfScript runs deploy/slurm.sh shard by shard as Slurm does, one of them
// with a failure and then again alone.
func TestShardsOfScript(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	shard := func(index int, fails string) (string, error) {
		cmd := exec.Command("bash", "../../deploy/slurm.sh", "--tasks", "trial")
		cmd.Env = append(os.Environ(), asProgram+"=1", "ISINGGRAPH="+program, "OUT="+dir, "TRIAL_FAILS="+fails,
			fmt.Sprintf("SLURM_ARRAY_TASK_ID=%d", index), "SLURM_ARRAY_TASK_MAX=2")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	for index := range 3 {
		fails := ""
		if index == 1 {
			fails = "4"
		}
		out, err := shard(index, fails)
		if (err != nil) != (index == 1) {
			t.Errorf("shard %d: error %v\n%s", index, err, out)
		}
		if index == 1 && !strings.Contains(out, "--number 4 --even: the power went out") {
			t.Errorf("shard %d does not name what failed:\n%s", index, out)
		}
	}
	want := []string{"0-true", "1-false", "2-true", "3-false", "5-false", "6-true"}
	if got := files(t, filepath.Join(dir, "trial")); !slices.Equal(got, want) {
		t.Errorf("results %v, want %v", got, want)
	}
	if out, err := shard(1, ""); err != nil {
		t.Errorf("shard 1 again: %v\n%s", err, out)
	}
	if got := files(t, filepath.Join(dir, "trial")); len(got) != 7 || got[4] != "4-true" {
		t.Errorf("results %v after shard 1 ran again", got)
	}
}

// TestShardsReproduce runs a tiny training of each task that has one in the one of
// two shards that it falls to, calls that shard again, which does nothing, and merges
// the results.
func TestShardsReproduce(t *testing.T) {
	if testing.Short() {
		t.Skip("trains")
	}
	t.Setenv(data.DirVariable, "")
	for task, c := range map[string]struct {
		small func(first job)
		want  string // in the merged table
	}{
		"inverse":      {func(first job) { first.(*inverseJob).count = 12 }, "paper: seeds 1"},
		"mesh":         {func(first job) { first.(*meshJob).study.Baselines = false }, "folds [0], seeds [1]"},
		"segmentation": {func(job) {}, "generated (generated), clean, 16×16 pixels"},
	} {
		t.Run(task, func(t *testing.T) {
			r := reproductions[task]
			before := r.jobs
			defer func() { r.jobs = before }()
			r.jobs = func(seeds int, quick bool) []job {
				first := before(seeds, quick)[0]
				c.small(first)
				return []job{first}
			}
			dir := t.TempDir()
			for k, shard := range []string{"1/2", "0/2", "0/2"} {
				var stdout, stderr bytes.Buffer
				args := []string{"reproduce", "all", "--tasks", task, "--seeds", "1", "--quick", "--out", dir, "--shard", shard}
				if code := run(context.Background(), args, &stdout, &stderr); code != exitOK {
					t.Fatalf("shard %s: exit code %d\n%s", shard, code, &stderr)
				}
				if trained := strings.Contains(stderr.String(), "training"); trained != (k == 1) {
					t.Errorf("call %d, shard %s, trains: %t\n%s", k, shard, trained, &stderr)
				}
			}
			merged := filepath.Join(dir, "merged.json")
			code, stdout, stderr := call(context.Background(), "reproduce", task, "--out", filepath.Join(dir, "quick", task), "--merge", merged)
			if code != exitOK || !strings.Contains(stdout, c.want) {
				t.Errorf("merge: exit code %d, want %q\n%s%s", code, c.want, stdout, stderr)
			}
			if _, err := os.Stat(merged); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestShardsOfChains: the samples of three groups of five chains are those of one run.
func TestShardsOfChains(t *testing.T) {
	ring := writeTemp(t, "ring.edges", "0 1\n1 2\n2 3\n3 4\n4 0\n")
	sample := func(args ...string) string {
		out := filepath.Join(t.TempDir(), "out.csv")
		code, _, stderr := call(context.Background(), append([]string{"sample", ring, "--chains", "5", "--sweeps", "4", "--out", out}, args...)...)
		if code != exitOK {
			t.Fatalf("%v: exit code %d, %s", args, code, stderr)
		}
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		_, rows, _ := strings.Cut(string(text), "\n") // below the header
		return rows
	}
	all := sample()
	if groups := sample("--shard", "0/3") + sample("--shard", "1/3") + sample("--shard", "2/3"); groups != all || all == "" {
		t.Errorf("three groups:\n%s\none run:\n%s", groups, all)
	}
	if code, _, stderr := call(context.Background(), "sample", ring, "--chains", "4", "--shard", "0/3"); code != exitUsage {
		t.Errorf("a group without a pair: exit code %d, %s", code, stderr)
	}
}

// TestShardsCoverAll: pieces are calls of their commands, which read them as they
// are, and differ from each other and from the quick ones.
func TestShardsCoverAll(t *testing.T) {
	tasks := slices.Sorted(maps.Keys(reproductions))
	if !slices.Equal(tasks, []string{"explain", "inverse", "mesh", "segmentation"}) {
		t.Fatalf("tasks %v", tasks)
	}
	pieces, err := allPieces(tasks, 3, false)
	if err != nil {
		t.Fatal(err)
	}
	quick, err := allPieces(tasks, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, p := range append(pieces, quick...) {
		cmd, rest, err := reproduceCmd.Find(strings.Fields(p.String()))
		if err != nil || cmd.Name() != p.of.name {
			t.Fatalf("%v: no such command: %v", p, err)
		}
		fresh := map[string]job{"explain": newExplainJob(), "inverse": newInverseJob(), "mesh": newMeshJob(), "segmentation": newSegmentationJob()}[p.of.name]
		flags := pflag.NewFlagSet("", pflag.ContinueOnError)
		fresh.bind(flags)
		if err := flags.Parse(rest); err != nil || !reflect.DeepEqual(fresh, p.job) {
			t.Errorf("%v reads as %+v, error %v, want %+v", p, fresh, err, p.job)
		}
		if m := p.mark("d"); seen[m] {
			t.Errorf("%v comes twice", p)
		} else {
			seen[m] = true
		}
	}
	for name, want := range map[string]string{
		"mesh": "mesh --class chair --fold 4 --seed 3 --network equivariant", "inverse": "inverse --setting 3 --absolute --variant best --seed 3",
		"explain": "explain --set mutag --seed 3", "segmentation": "segmentation --regime metric --recipe boundary-uncoupled --seed 3",
	} {
		if jobs := reproductions[name].jobs(3, false); reproductions[name].call(jobs[len(jobs)-1]) != want {
			t.Errorf("last of %s: %s, want %s", name, reproductions[name].call(jobs[len(jobs)-1]), want)
		}
		if normal, quick := len(reproductions[name].jobs(1, false)), len(reproductions[name].jobs(1, true)); quick != normal {
			t.Errorf("%s: %d quick jobs of %d", name, quick, normal)
		}
	}
	for _, args := range [][]string{{"--shard", "2/2"}, {"--shard", "1"}, {"--tasks", "none"}, {"--seeds", "0"}} {
		if code, _, stderr := call(context.Background(), append([]string{"reproduce", "all"}, args...)...); code != exitUsage {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
}
