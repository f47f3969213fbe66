package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// rootCmd is the command that all others hang from.
var rootCmd = &cobra.Command{
	Use:   "isinggraph",
	Short: "Ising on the Graph: sample and learn Ising models on graphs, and reproduce the paper",
	Long: `isinggraph samples Ising models on graphs, learns their fields, and reproduces the
paper "Ising on the Graph" (LoG 2024). Results go to the standard output, progress and
errors to the standard error. XLA's plugin is looked for in $PJRT_PLUGIN_LIBRARY_PATH ("make -s env"
prints what to set); where there is none, sampling runs in plain Go and says so.

Exit codes: 0 for success, 1 for a failure, 2 for a wrong call, 130 for an interrupt. After an
interrupt, commands that train or reproduce go on where they stopped if they are called again.`,
	Example: `  isinggraph sample G1.txt --factor -1 --schedule 0.1:3 --out cuts.npz
  isinggraph train G14.txt --loss cut --out cut.csv
  isinggraph reproduce mesh --help`,
	Args:          cobra.ArbitraryArgs,
	RunE:          group,
	SilenceUsage:  true,
	SilenceErrors: true,
}

// usageError is a wrong call of a command.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// group runs a command that only holds others: it prints the command's help,
// and refuses what is none of its subcommands.
func group(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("unknown command %q for %q", args[0], cmd.CommandPath())}
	}
	return cmd.Help()
}

// setContext gives a command and all below it their context, which cobra does
// only the first time that a command is run.
func setContext(cmd *cobra.Command, ctx context.Context) {
	cmd.SetContext(ctx)
	for _, sub := range cmd.Commands() {
		setContext(sub, ctx)
	}
}

// run executes the command that args names and returns the exit code. Results
// go to stdout; progress and errors go to stderr.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cobra.EnableTraverseRunHooks = true
	started := false // whether cobra has accepted the command, its flags and its arguments
	rootCmd.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	rootCmd.SetArgs(args)
	rootCmd.SetOut(stdout)
	rootCmd.SetErr(stderr)
	setContext(rootCmd, ctx)
	cmd, err := rootCmd.ExecuteContextC(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case !started || errors.As(err, &usage):
		fmt.Fprintf(stderr, "%v\nSee '%s --help'.\n", err, cmd.CommandPath())
		return exitUsage
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintf(stderr, "interrupted: %v\n", err)
		return exitInterrupted
	default:
		fmt.Fprintln(stderr, err)
		return exitFailure
	}
}
