package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"text/tabwriter"
	"time"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/isinggraph/learn"
	"example.org/isinggraph/pkg/tasks/inverse"
	"github.com/spf13/cobra"
)

var preconditionFlags struct {
	dir, method string
	products    int
	seed        uint64
}

// preconditionCmd compares preconditioners on a matrix.
var preconditionCmd = &cobra.Command{
	Use:   "precondition MATRIX...",
	Short: "solve a sparse system with a learned preconditioner and with others",
	Long: `precondition solves A x = b, b random, for each matrix file with no
preconditioner, Jacobi, ILU(0), and sparse approximate inverses on the patterns of
A, of A + A², on a random half of that and on a learned sample of it. The field
is trained on 30×30 windows of the matrices in $` + data.DirVariable + `, or of stand-ins, once:
it is kept in --runs.`,
	Example: `  isinggraph precondition sherman1.mtx
  isinggraph precondition bcspwr01.mtx arc130.mtx --method bicgstab --products 500`,
	Args: cobra.MinimumNArgs(1),
	RunE: func(cmd *cobra.Command, paths []string) error {
		f, ctx, out := &preconditionFlags, cmd.Context(), cmd.OutOrStdout()
		k := inverse.DefaultKrylov()
		k.Method, k.MaxProducts = f.method, f.products
		dir, err := data.Dir()
		if err != nil {
			return err
		}
		setting, err := inverse.PaperSetting(3, true)
		if err != nil {
			return err
		}
		windows, kind, err := setting.Matrices(ctx, dir, 0)
		if err != nil {
			return err
		}
		training := inverse.WholeRecipe(inverse.Size)
		training.Seed, training.Dir = f.seed, f.dir
		progress := printProgress(cmd.ErrOrStderr())
		training.Progress = func(s learn.StepInfo) {
			if s.Validation != nil {
				progress("epoch", s.Epoch+1, training.Epochs, fmt.Sprintf("validation loss %.3f", s.Validation.Loss))
			}
		}
		field, err := inverse.TrainWhole(ctx, training, windows)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "field trained on %d windows (%s)\n", len(windows), kind)
		for _, path := range paths {
			a, err := data.ReadMatrix(path)
			if err != nil {
				return err
			}
			rng := rand.New(rand.NewPCG(f.seed, 0))
			b := make([]float64, a.Rows)
			for i := range b {
				b[i] = rng.NormFloat64()
			}
			fmt.Fprintf(out, "\n%s: %d×%d, %d nonzeros, %s to %.0e\n", filepath.Base(path), a.Rows, a.Cols, a.NNZ(), k.Method, k.Tolerance)
			w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(w, "\tset-up\tnonzeros of M\tproducts\tsolver\tresidual\t")
			for _, r := range inverse.Compare(ctx, a, b, k, append(inverse.StandardCandidates(a), field.WholeCandidates(ctx, a, f.seed)...)) {
				switch s := r.Solution; {
				case r.Err != nil:
					fmt.Fprintf(w, "%s\tfailed: %v\t\t\t\t\t\n", r.Name, r.Err)
				case !s.Converged:
					fmt.Fprintf(w, "%s\t%v\t%d\t%d: %v\t%v\t%.1e\t\n", r.Name, r.Setup.Round(time.Millisecond), r.Nonzeros, s.Products(), s.Reason,
						s.Time.Round(time.Millisecond), s.Residual)
				default:
					fmt.Fprintf(w, "%s\t%v\t%d\t%d\t%v\t%.1e\t\n", r.Name, r.Setup.Round(time.Millisecond), r.Nonzeros, s.Products(),
						s.Time.Round(time.Millisecond), s.Residual)
				}
			}
			if err := w.Flush(); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	},
}

func init() {
	f, flags := &preconditionFlags, preconditionCmd.Flags()
	flags.StringVar(&f.dir, "runs", "build/precondition", "`folder` in which the trained field is kept")
	flags.StringVar(&f.method, "method", "gmres", "gmres or bicgstab")
	flags.IntVar(&f.products, "products", 2000, "largest number of products with A")
	flags.Uint64Var(&f.seed, "seed", 1, "of the training, the sample and b")
	rootCmd.AddCommand(preconditionCmd)
}
