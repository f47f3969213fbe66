package mesh

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"example.org/isinggraph/data"
	"example.org/isinggraph/internal/study"
)

// classSize is the number of meshes of each family.
const classSize = 20

// paperFold has the indices of the meshes that the paper's Table 3 describes.
var paperFold = map[string][]int{
	data.Bust:    {3, 6, 7, 14},   // 304 307 308 315
	data.FourLeg: {3, 6, 7, 14},   // 384 387 388 395
	data.Human:   {3, 11, 14, 15}, // 4 12 15 16
	data.Chair:   {3, 6, 7, 14},   // 104 107 108 115
}

// Folds returns the five test folds of a family's 20 meshes: first the one that
// the paper's Table 3 describes, then the others in order, four each.
func Folds(family string) ([][]int, error) {
	first, ok := paperFold[family]
	if !ok {
		return nil, fmt.Errorf("mesh: no folds of family %q, want one of %q", family, data.MeshFamilies())
	}
	folds := [][]int{slices.Clone(first)}
	var rest []int
	for i := range classSize {
		if !slices.Contains(first, i) {
			rest = append(rest, i)
		}
	}
	return slices.AppendSeq(folds, slices.Chunk(rest, len(first))), nil
}

// Training returns the indices of all meshes that are not in a fold, ascending.
func Training(fold []int) []int {
	var rest []int
	for i := range classSize {
		if !slices.Contains(fold, i) {
			rest = append(rest, i)
		}
	}
	return rest
}

// LoadFamily returns the 20 meshes of a family: those of the Princeton benchmark
// if there is a folder of real data (see data.Dir), otherwise meshes of about the
// given number of vertices generated from the seeds 1 to 20, and which of the
// two, "real" or "generated".
func LoadFamily(family string, vertices int) (meshes []*data.Mesh, kind string, err error) {
	dir, err := data.Dir()
	if err != nil {
		return nil, "", err
	}
	if dir != "" {
		paths, err := data.PSBMeshes(dir, family)
		if err != nil {
			return nil, "", err
		}
		for _, path := range paths {
			m, err := data.ReadOFF(path)
			if err != nil {
				return nil, "", err
			}
			meshes = append(meshes, m)
		}
		return meshes, "real", nil
	}
	for seed := range uint64(classSize) {
		m, err := data.GenerateMesh(family, seed+1, vertices)
		if err != nil {
			return nil, "", err
		}
		meshes = append(meshes, m)
	}
	return meshes, "generated", nil
}

// Sizes returns the numbers of vertices and faces of the meshes of the given
// indices, a row of Table 3.
func Sizes(meshes []*data.Mesh, indices []int) (vertices, faces study.Spread) {
	var v, f []float64
	for _, i := range indices {
		v = append(v, float64(len(meshes[i].Vertices)))
		f = append(f, float64(len(meshes[i].Faces)))
	}
	return study.NewSpread(v), study.NewSpread(f)
}

// Baselines returns the methods that need no training, with the hand-made fields
// of the given factors a.
func Baselines(factors ...float64) []Method {
	methods := []Method{
		Random{}, FPS{}, Spectral{}, Spectral{Combinatorial: true}, Ising{},
		TopCurvature{}, Quadric{}, Quadric{OwnFaces: true},
	}
	for _, a := range factors {
		methods = append(methods, HandMade(a))
	}
	return methods
}

// ChooseFactor returns that of the factors a with which the hand-made field has
// the least mean distance on the surfaces of the given indices, those of training.
func ChooseFactor(ctx context.Context, surfaces []*Surface, indices []int, factors []float64, seed uint64) (float64, error) {
	best, least := 0.0, math.Inf(1)
	for _, a := range factors {
		scores, err := Evaluate(ctx, surfaces, indices, []Method{HandMade(a)}, seed, nil)
		if err != nil {
			return 0, err
		}
		var sum float64
		for _, s := range scores {
			sum += s.Distance
		}
		if sum < least {
			best, least = a, sum
		}
	}
	if math.IsInf(least, 1) {
		return 0, fmt.Errorf("mesh: no factor to choose from")
	}
	return best, nil
}

// Row is a row of Table 5: a method on the meshes of some scores.
type Row struct {
	Method                  string
	Meshes                  int
	Kept, Distance, Squared study.Spread // over the meshes
	Ratio                   float64      // mean distance over the reference's on the same meshes
	SquaredRatio            float64
}

// Summarize gathers scores by method, in the order in which methods first come.
// Only scores of meshes among the indices count; nil means all. The reference,
// "RANDOM" in the paper, must have scores on the meshes of every method.
func Summarize(scores []Score, reference string, indices []int) ([]Row, error) {
	scores = slices.Clone(scores)
	if indices != nil {
		scores = slices.DeleteFunc(scores, func(s Score) bool { return !slices.Contains(indices, s.Mesh) })
	}
	references := map[int][]Score{} // by mesh
	for _, s := range scores {
		if s.Method == reference {
			references[s.Mesh] = append(references[s.Mesh], s)
		}
	}
	var out []Row
	for _, group := range study.GroupBy(scores, func(s Score) string { return s.Method }) {
		slices.SortStableFunc(group, func(a, b Score) int { return cmp.Compare(a.Mesh, b.Mesh) })
		var same []Score // the reference's, on the same meshes
		meshes := study.GroupBy(group, func(s Score) int { return s.Mesh })
		for _, m := range meshes {
			if references[m[0].Mesh] == nil {
				return nil, fmt.Errorf("mesh: no score of %q on surface %d, which %q has", reference, m[0].Mesh, m[0].Method)
			}
			same = append(same, references[m[0].Mesh]...)
		}
		distance, squared := func(s Score) float64 { return s.Distance }, func(s Score) float64 { return s.Squared }
		row := Row{
			Method: group[0].Method, Meshes: len(meshes), Kept: study.NewSpread(study.Values(group, func(s Score) float64 { return s.Kept })),
			Distance: study.NewSpread(study.Values(group, distance)), Squared: study.NewSpread(study.Values(group, squared)),
		}
		row.Ratio = row.Distance.Mean / stat.Mean(study.Values(same, distance), nil)
		row.SquaredRatio = row.Squared.Mean / stat.Mean(study.Values(same, squared), nil)
		out = append(out, row)
	}
	return out, nil
}

// Sheet shows rows of Table 5.
func Sheet(rows []Row) study.Sheet {
	s := study.Sheet{
		Columns: []string{"method", "kept", "distance (sd over meshes)", "ratio to RANDOM", "squared (sd over meshes)", "squared, ratio"},
		Notes:   []string{study.OverItems("meshes")},
	}
	for _, r := range rows {
		s.Add(r.Method, study.Percent(r.Kept.Mean), r.Distance, r.Ratio, r.Squared, r.SquaredRatio)
	}
	return s
}
