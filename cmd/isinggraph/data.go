package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.org/isinggraph/data"
	"example.org/isinggraph/data/catalog"
	"example.org/isinggraph/data/fetch"
)

// defaultDataDir is the folder of the data where nothing else is said.
const defaultDataDir = ".data"

var dataCmd = &cobra.Command{
	Use:   "data",
	Short: "list, fetch and verify the data sets",
	Long: `List, fetch and verify the data sets, in the folder that --dir names, else the
variable ` + data.DirVariable + `, else ` + defaultDataDir + ` in the current folder.`,
	Example: `  isinggraph data list
  isinggraph data fetch gset mesh_psb --dir data
  isinggraph data verify`,
	Args: cobra.ArbitraryArgs,
	RunE: group,
}

var dataFlags struct {
	dir   string
	files bool
}

// dataDir returns the folder of the data as an absolute path.
func dataDir() (string, error) {
	dir := dataFlags.dir
	if dir == "" {
		dir = os.Getenv(data.DirVariable)
	}
	if dir == "" {
		dir = defaultDataDir
	}
	return filepath.Abs(dir)
}

// findSets returns the sets and groups of the given names; an unknown one is a
// wrong call.
func findSets(names []string) ([]*catalog.Set, error) {
	sets, err := catalog.Find(names...)
	if err != nil {
		return nil, usageError{err}
	}
	return sets, nil
}

var dataFetchCmd = &cobra.Command{
	Use:   "fetch NAME...",
	Short: "download sets or groups, or all; what is there and right is left alone",
	Args: func(_ *cobra.Command, names []string) error {
		if len(names) == 0 {
			return errors.New("name the sets or groups to fetch, or all: 'isinggraph data list' shows them")
		}
		return nil
	},
	RunE: func(cmd *cobra.Command, names []string) error {
		sets, err := findSets(names)
		if err != nil {
			return err
		}
		dir, err := dataDir()
		if err != nil {
			return err
		}
		bars := newBars(cmd.ErrOrStderr(), "")
		f := fetch.Fetcher{Dir: dir, Client: &fetch.Client{Progress: bars.show}, Log: func(line string) {
			bars.clear()
			fmt.Fprintln(cmd.ErrOrStderr(), line)
		}}
		err = f.Fetch(cmd.Context(), sets...)
		bars.clear()
		if cmd.Context().Err() != nil {
			return fmt.Errorf("%w: run it again to go on where it stopped", err)
		}
		if old := os.Getenv(data.DirVariable); err == nil && old == "" {
			fmt.Fprintf(cmd.ErrOrStderr(), "To use the data: export %s=%s\n", data.DirVariable, dir)
		}
		return err
	},
}

var dataVerifyCmd = &cobra.Command{
	Use:   "verify [NAME...]",
	Short: "compare sizes and hashes with the catalogue; without names, of the sets that are there",
	Long: `Compare sizes and hashes of the sets' files with the catalogue, no matter how the
files came there. Without names, the sets whose folders are there are verified.
The exit code is 1 if a file is wrong, or missing though it can be downloaded.`,
	RunE: func(cmd *cobra.Command, names []string) error {
		dir, err := dataDir()
		if err != nil {
			return err
		}
		named := len(names) > 0
		if !named {
			names = []string{"all"}
		}
		sets, err := findSets(names)
		if err != nil {
			return err
		}
		good, verified := true, 0
		for _, s := range sets {
			if _, err := os.Stat(filepath.Join(dir, s.Name)); err != nil && !named {
				continue
			}
			report, err := fetch.Verify(cmd.Context(), dir, s)
			if err != nil {
				return err
			}
			verified++
			good = good && report.Whole()
			printReport(cmd.OutOrStdout(), report)
		}
		if verified == 0 {
			return fmt.Errorf("no data set is in %s", dir)
		}
		if !good {
			return errors.New("not all is as it should be: 'isinggraph data fetch NAME' mends what can be downloaded")
		}
		return nil
	},
}

var dataPathCmd = &cobra.Command{
	Use:   "path [NAME]",
	Short: "print the folder of a set, or of all; it need not be there",
	Args:  cobra.MaximumNArgs(1),
	RunE: func(cmd *cobra.Command, names []string) error {
		dir, err := dataDir()
		if err != nil {
			return err
		}
		for _, n := range names {
			sets, err := findSets([]string{n})
			if err != nil {
				return err
			}
			if n != "all" {
				dir = filepath.Join(dir, sets[0].Name)
			}
		}
		fmt.Fprintln(cmd.OutOrStdout(), dir)
		return nil
	},
}

var dataListCmd = &cobra.Command{
	Use:   "list [NAME...]",
	Short: "list the sets; with names, all that is known of these",
	RunE: func(cmd *cobra.Command, names []string) error {
		dir, err := dataDir()
		if err != nil {
			return err
		}
		if len(names) == 0 && !dataFlags.files {
			return printSets(cmd.OutOrStdout(), dir)
		}
		if len(names) == 0 {
			names = []string{"all"}
		}
		sets, err := findSets(names)
		if err != nil {
			return err
		}
		for _, s := range sets {
			if dataFlags.files {
				printFiles(cmd.OutOrStdout(), dir, s)
			} else {
				printSet(cmd.OutOrStdout(), s)
			}
		}
		return nil
	},
}

func init() {
	dataCmd.PersistentFlags().StringVar(&dataFlags.dir, "dir", "", "`folder` of the data (default $"+data.DirVariable+", else "+defaultDataDir+")")
	dataListCmd.Flags().BoolVar(&dataFlags.files, "files", false, "list each file: size, hash, place, source")
	dataCmd.AddCommand(dataListCmd, dataFetchCmd, dataVerifyCmd, dataPathCmd)
	rootCmd.AddCommand(dataCmd)
}
