package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"
)

// reproduceCmd holds the commands that reproduce the paper's tables, one in
// each file that adds itself in its init function.
var reproduceCmd = &cobra.Command{
	Use:   "reproduce",
	Short: "reproduce the paper's tables at the paper's size",
	Args:  cobra.ArbitraryArgs,
	RunE:  group,
}

// outDir is the folder that results are written to, flag --out.
var outDir string

func init() {
	reproduceCmd.PersistentFlags().StringVar(&outDir, "out", "build/reproduce", "`folder` for the results, made if it is not there")
	rootCmd.AddCommand(reproduceCmd)
}

// revision returns the commit that this program was built from, or "".
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
