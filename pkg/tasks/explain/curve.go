package explain

import (
	"context"
	"fmt"
	"math"

	"example.org/isinggraph/pkg/isinggraph/learn"
	"gonum.org/v1/gonum/integrate"
)

// CurvePoint is the fidelity of explanations at one sparsity.
type CurvePoint struct {
	Sparsity       float64  // reached, the mean over the graphs
	Fidelity       Fidelity // in probabilities
	Characteristic float64  // of it, with equal weights
}

// Curve measures fidelity against sparsity (Yuan et al. 2022,
// doi:10.1109/TPAMI.2022.3204236): at each level, ascending in [0, 1], every
// graph keeps the nodes of the largest scores, as many as are nearest to a share
// of 1 − level. It asks the classifier 3 times a graph and level.
func Curve(ctx context.Context, c *Classifier, items []*learn.Item, scores [][]float64, levels []float64) ([]CurvePoint, error) {
	if len(scores) != len(items) || len(items) == 0 {
		return nil, fmt.Errorf("explain: curve of the scores of %d graphs for %d graphs", len(scores), len(items))
	}
	points := make([]CurvePoint, len(levels))
	for l, level := range levels {
		if !(level >= 0 && level <= 1) || l > 0 && level <= levels[l-1] {
			return nil, fmt.Errorf("explain: curve: sparsity %v at place %d, need ascending values within [0, 1]", level, l)
		}
		keep := make([][]bool, len(items))
		for k, s := range scores {
			x, err := learn.Top(s, int(math.Round((1-level)*float64(len(s)))))
			if err != nil {
				return nil, fmt.Errorf("explain: curve: %w", err)
			}
			keep[k] = kept(x)
			reached, err := Sparsity(keep[k])
			if err != nil {
				return nil, err
			}
			points[l].Sparsity += reached / float64(len(items))
		}
		r, err := Respond(ctx, c, items, keep)
		if err != nil {
			return nil, err
		}
		points[l].Fidelity = ProbabilityFidelity(r)
		points[l].Characteristic = points[l].Fidelity.Characteristic(1, 1)
	}
	return points, nil
}

// CurveArea returns the area under a value of at least two points of a curve
// over the sparsity, by the trapezoidal rule, divided by the width of the curve: a
// mean of the value, comparable between curves of the same levels.
func CurveArea(points []CurvePoint, value func(CurvePoint) float64) (float64, error) {
	if len(points) < 2 || !(points[len(points)-1].Sparsity > points[0].Sparsity) {
		return 0, fmt.Errorf("explain: area of a curve of %d points without width", len(points))
	}
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for k, p := range points {
		if k > 0 && p.Sparsity < x[k-1] {
			return 0, fmt.Errorf("explain: area of a curve: sparsity falls from %v to %v at point %d", x[k-1], p.Sparsity, k)
		}
		x[k], y[k] = p.Sparsity, value(p)
	}
	return integrate.Trapezoidal(x, y) / (x[len(x)-1] - x[0]), nil
}
