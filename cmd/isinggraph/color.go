package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/isinggraph"
)

var colorFlags struct {
	format, out string
	balance     bool
}

// colorCmd colours a graph.
var colorCmd = &cobra.Command{
	Use:   "color FILE",
	Short: "colour a graph, so that neighbours differ",
	Long: `color colours the nodes of a graph in order of descending degree, each with the
smallest colour that no neighbour has (Welsh and Powell 1967), as the samplers do:
the nodes of one colour are updated at once. It prints how many nodes each colour
has; with --out it writes a CSV table of nodes, counted from 0, and their colours.

` + graphFormatHelp,
	Example: `  isinggraph color G1.txt
  isinggraph color roads.graphml --balance --out colors.csv
  isinggraph color pairs.txt --format edges`,
	Args: cobra.ExactArgs(1),
	RunE: func(cmd *cobra.Command, args []string) error {
		f := &colorFlags
		in, err := readGraph(args[0], f.format)
		if err != nil {
			return err
		}
		if in.dropped != "" {
			fmt.Fprintln(cmd.ErrOrStderr(), in.dropped)
		}
		c := isinggraph.GreedyColoring(in.graph)
		if f.balance {
			c = c.Balance(in.graph)
		}
		if err := c.Validate(in.graph); err != nil {
			return err
		}
		if f.out != "" {
			var table strings.Builder
			table.WriteString("node,color\n")
			for i, k := range c.Color {
				fmt.Fprintf(&table, "%d,%d\n", i, k)
			}
			if err := wholefile.Write(f.out, []byte(table.String())); err != nil {
				return err
			}
		}
		sizes := c.Sizes()
		out := cmd.OutOrStdout()
		fmt.Fprintf(out, "%d nodes, %d edges, largest degree %d\n", in.graph.NumNodes(), in.graph.NumEdges(), in.graph.MaxDegree())
		fmt.Fprintf(out, "%d colours of %d to %d nodes: %s\n", c.Colors, slices.Min(sizes), slices.Max(sizes), strings.Trim(fmt.Sprint(sizes), "[]"))
		return nil
	},
}

func init() {
	f := &colorFlags
	addFormatFlag(colorCmd, &f.format)
	colorCmd.Flags().BoolVar(&f.balance, "balance", false, "make the colours' sizes nearly equal, as the compiled sampler does")
	colorCmd.Flags().StringVar(&f.out, "out", "", "write nodes and colours to this CSV `file`")
	rootCmd.AddCommand(colorCmd)
}
