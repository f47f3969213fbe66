package main

import (
	"fmt"
	"slices"
	"strings"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/mesh"
	"github.com/spf13/cobra"
)

var sparsifyFlags struct {
	method, indices, run string
	vertices             int
	factor               float64
	seed                 uint64
}

// sparsifyMethods are the methods, of which one takes a run.
var sparsifyMethods = []string{"fps", "hand-made", "ising", "learned", "quadric", "random", "spectral"}

// sparsifyCmd coarsens a mesh step by step.
var sparsifyCmd = &cobra.Command{
	Use:   "sparsify IN OUT",
	Short: "coarsen a triangle mesh to some of its own vertices",
	Long: `sparsify reads a mesh, halves its vertices again and again until at most --vertices
are left, and writes what the last step left: the vertices are some of the original
ones, unmoved. The ending of a name says the format: off, obj, ply, or stl. With
--map it writes a matrix market file, too: row i has a 1 in the column of the coarse
vertex that original vertex i became or collapsed to.

The method learned keeps the vertices that a learned field asks for: --run is the folder of
one run, as "reproduce mesh" leaves them in its subfolder runs.`,
	Example: `  isinggraph sparsify animal.off coarse.obj --vertices 1000 --map to.mtx
  isinggraph reproduce mesh --class fourleg --network vertex --out build/mesh
  isinggraph sparsify animal.off coarse.obj --method learned --run build/mesh/runs/0713d766c8967eb0`,
	Args: func(cmd *cobra.Command, args []string) error {
		if err := cobra.ExactArgs(2)(cmd, args); err != nil {
			return err
		}
		f := &sparsifyFlags
		if (f.run != "") != (f.method == "learned") {
			return usageError{fmt.Errorf("--method %q, --run %q: the method learned, and no other, takes a run", f.method, f.run)}
		}
		if !slices.Contains(sparsifyMethods, f.method) || f.vertices < 4 || !(f.factor > 0) {
			return usageError{fmt.Errorf("--method %q, --vertices %d, --factor %g: need one of %s, at least 4 vertices, a positive factor",
				f.method, f.vertices, f.factor, strings.Join(sparsifyMethods, ", "))}
		}
		return nil
	},
	RunE: func(cmd *cobra.Command, args []string) error {
		f := &sparsifyFlags
		m, err := data.ReadMesh(args[0])
		if err != nil {
			return err
		}
		s, err := mesh.NewSurface(m)
		if err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		method := map[string]mesh.Method{
			"fps": mesh.FPS{}, "hand-made": mesh.HandMade(f.factor), "ising": mesh.Ising{}, "quadric": mesh.Quadric{},
			"random": mesh.Random{}, "spectral": mesh.Spectral{},
		}[f.method]
		if f.method == "learned" {
			l, err := mesh.Open(f.run)
			if err != nil {
				return err
			}
			defer l.Close()
			method = l.Method("learned")
		}
		levels, err := mesh.NewHierarchy(cmd.Context(), s, method, f.vertices, f.seed)
		if err != nil {
			return err
		}
		last := levels[len(levels)-1]
		if err := data.WriteMesh(args[1], last.Surface.Mesh); err != nil {
			return err
		}
		if f.indices != "" {
			if err := data.WriteMatrixMarket(f.indices, mapMatrix(last)); err != nil {
				return err
			}
		}
		for k, l := range levels {
			fmt.Fprintf(cmd.OutOrStdout(), "level %d: %d vertices, %d faces\n", k, len(l.Surface.Mesh.Vertices), len(l.Surface.Mesh.Faces))
		}
		return nil
	},
}

func init() {
	f, flags := &sparsifyFlags, sparsifyCmd.Flags()
	flags.StringVar(&f.method, "method", "hand-made", "one of "+strings.Join(sparsifyMethods, ", "))
	flags.StringVar(&f.run, "run", "", "`folder` of a run, for the method learned")
	flags.IntVar(&f.vertices, "vertices", 1000, "most vertices of the coarse mesh")
	flags.Float64Var(&f.factor, "factor", 2, "of the hand-made field, h = a(log z - t)")
	flags.Uint64Var(&f.seed, "seed", 1, "of the samples")
	flags.StringVar(&f.indices, "map", "", "write the index map to this `file`")
	rootCmd.AddCommand(sparsifyCmd)
}

// mapMatrix returns a level's index map as a matrix of original by coarse vertices.
func mapMatrix(l mesh.Level) *data.Matrix {
	m := &data.Matrix{Rows: len(l.To), Cols: len(l.Kept), RowStart: make([]int32, 1, len(l.To)+1)}
	for _, to := range l.To {
		if to >= 0 {
			m.Col, m.Value = append(m.Col, to), append(m.Value, 1)
		}
		m.RowStart = append(m.RowStart, int32(len(m.Col)))
	}
	return m
}
