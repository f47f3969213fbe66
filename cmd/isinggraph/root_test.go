package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestExitCodes ends with 0, with 1 where something failed, 2 on wrong usage and 130 on an
// interrupt, and writes errors to standard error.
func TestExitCodes(t *testing.T) {
	failing := &cobra.Command{
		Use: "fail-for-test", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return errors.New("it failed") },
	}
	failing.Flags().Int("count", 1, "a number")
	stopping := &cobra.Command{
		Use: "stop-for-test", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Context().Err() },
	}
	rootCmd.AddCommand(failing, stopping)
	t.Cleanup(func() { rootCmd.RemoveCommand(failing, stopping) })
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx            context.Context
		args           string
		code           int
		stdout, stderr string
	}{
		{nil, "", exitOK, "Available Commands:", ""},
		{nil, "reproduce", exitOK, "paper's size", ""},
		{nil, "help", exitOK, "reproduce", ""},
		{nil, "reproduse", exitUsage, "", `unknown command "reproduse"`},
		{nil, "reproduce nothing", exitUsage, "", `unknown command "nothing" for "isinggraph reproduce"`},
		{nil, "--nonsense", exitUsage, "", "unknown flag"},
		{nil, "fail-for-test more", exitUsage, "", "isinggraph fail-for-test --help"},
		{nil, "fail-for-test --count many", exitUsage, "", "many"},
		{nil, "fail-for-test", exitFailure, "", "it failed"},
		{stopped, "stop-for-test", exitInterrupted, "", "interrupted"},
	} {
		ctx := c.ctx
		if ctx == nil {
			ctx = context.Background()
		}
		var stdout, stderr bytes.Buffer
		code := run(ctx, strings.Fields(c.args), &stdout, &stderr)
		if code != c.code || !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) || c.stderr == "" && stderr.Len() > 0 {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q; want %d, %q, %q", c.args, code, &stdout, &stderr, c.code, c.stdout, c.stderr)
		}
	}
}
