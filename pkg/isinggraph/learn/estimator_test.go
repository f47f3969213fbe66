package learn_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"example.org/isinggraph/pkg/fields"
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/exact"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// ringParts is a loss in parts that is no sum over single nodes: a node is to be kept
// if, and only if, an odd number of its neighbours are.
func ringParts(it *learn.Item, x []int8) ([]float64, error) {
	parts := make([]float64, len(x))
	for i, v := range x {
		odd := int8(-1)
		for _, j := range it.Graph.Neighbors(i) {
			if x[j] > 0 {
				odd = -odd
			}
		}
		parts[i] = float64((1 - int(v)*int(odd))) * (1 + float64(i%3)) / float64(len(x))
	}
	return parts, nil
}

func sum(parts []float64) (s float64) {
	for _, v := range parts {
		s += v
	}
	return s
}

// checkedLearner has a field with a variable for each of 8 nodes of a ring with two
// chords, set to h, and so strong a mixing that 30 sweeps reach equilibrium.
func checkedLearner(t *testing.T, j float32, beta float64) (l *learn.Learner, it *learn.Item, m isinggraph.Model) {
	t.Helper()
	g, err := isinggraph.NewGraph(8, [][2]int32{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 6}, {6, 7}, {7, 0}, {0, 4}, {2, 7}})
	if err != nil {
		t.Fatal(err)
	}
	h := []float32{0.4, -0.3, 0.1, 0.6, -0.5, 0.2, 0, -0.1}
	it = &learn.Item{Graph: g, Target: []int8{1, -1, 1, 1, -1, 0, -1, 1}}
	l = newLearner(t, quiet(t, learn.Config{
		Field:     fields.PerNode{Nodes: 8}.Field(),
		Model:     learn.Model{J: isinggraph.Uniform(j), Beta: beta},
		Objective: learn.Objective{Loss: learn.Loss{Parts: ringParts}},
		Sampling:  learn.Sampling{Sweeps: 30},
		Optimizer: learn.Optimizer{Steps: 1},
	}), []*learn.Item{it}, nil)
	learn.SetFieldVariable(t, l, it, h)
	return l, it, isinggraph.Model{Graph: g, J: isinggraph.Uniform(j), H: h, Beta: float32(beta)}
}

// TestEstimatorsAgainstEnumeration compares the mean of 3,000 gradients with the exact
// gradient of the expected loss: the whole loss and local credit that reaches all nodes
// are unbiased, flips are where there is no coupling. With couplings flips have the
// expectation of their own formula, which is not the gradient; so have nearer radii.
func TestEstimatorsAgainstEnumeration(t *testing.T) {
	const repeats = 3000
	for _, j := range []float32{0, -0.4} {
		l, it, m := checkedLearner(t, j, 1.2)
		_, gradient, _, err := exact.ExpectedLoss(m, func(x []int8) float64 {
			parts, _ := ringParts(it, x)
			return sum(parts)
		})
		if err != nil {
			t.Fatal(err)
		}
		var norm float64
		for _, v := range gradient {
			norm += v * v
		}
		for _, c := range []struct {
			estimator learn.Estimator
			want      []float64 // nil where the bias is only stated
		}{
			{learn.Whole{}, gradient}, {learn.Local{Radius: 4}, gradient}, {learn.Local{Radius: 1}, nil}, {learn.Flips{}, flipGradient(t, it, m)},
		} {
			mean, se := learn.MeanGradient(t, l, it, c.estimator, 4, repeats)
			var bias float64
			for i, v := range mean {
				bias += (v - gradient[i]) * (v - gradient[i])
				if c.want != nil && math.Abs(v-c.want[i]) > 4*se[i]+1e-6 {
					t.Errorf("J = %v, %s, node %d: %.5f ± %.5f, want %.5f", j, c.estimator, i, v, se[i], c.want[i])
				}
			}
			t.Logf("J = %v, %s: relative bias %.3f, with its noise", j, c.estimator, math.Sqrt(bias/norm))
		}
		var bias float64
		for i, v := range flipGradient(t, it, m) {
			bias += (v - gradient[i]) * (v - gradient[i]) / norm
		}
		if (j == 0) != (bias < 1e-10) {
			t.Errorf("J = %v: flips have a relative bias of %.3f, want none without a coupling and some with", j, math.Sqrt(bias))
		}
	}
}

// flipGradient is the expectation of the estimator Flips, by enumeration.
func flipGradient(t *testing.T, it *learn.Item, m isinggraph.Model) []float64 {
	t.Helper()
	p, err := exact.Probabilities(m)
	if err != nil {
		t.Fatal(err)
	}
	n, beta := m.Graph.NumNodes(), float64(m.Beta)
	out, x := make([]float64, n), make([]int8, n)
	for s, prob := range p {
		for i := range x {
			x[i] = int8(s>>i&1)*2 - 1
		}
		for i, f := range m.EffectiveField(x, nil) {
			up := x[i]
			x[i] = 1
			plus, _ := ringParts(it, x)
			x[i] = -1
			minus, _ := ringParts(it, x)
			x[i] = up
			th := math.Tanh(beta * f)
			out[i] += prob * beta * (1 - th*th) * (sum(plus) - sum(minus)) / 2
		}
	}
	return out
}

// TestLikelihoodsAgainstEnumeration compares the gradients of likelihoods with finite
// differences of their formulas in float64; that of contrastive divergence, by 4,000
// chains of 30 sweeps, with the exact one of −log p(y) over the known part.
func TestLikelihoodsAgainstEnumeration(t *testing.T) {
	l, it, m := checkedLearner(t, 0.3, 1.2)
	beta := float64(m.Beta)
	entropy := func(field []float64) float64 {
		var s, known float64
		for i, y := range it.Target {
			if y != 0 {
				s += math.Log1p(math.Exp(-2 * beta * float64(y) * field[i]))
				known++
			}
		}
		return s / known
	}
	effective := func(h, x []float64) []float64 {
		out := make([]float64, len(h))
		for i := range out {
			out[i] = h[i]
			for _, j := range m.Graph.Neighbors(i) {
				out[i] += 0.3 * x[j]
			}
		}
		return out
	}
	target := make([]float64, len(it.Target))
	for i, y := range it.Target {
		target[i] = float64(y)
	}
	for _, c := range []struct {
		estimator learn.Estimator
		value     func(h []float64) float64
	}{
		{learn.CrossEntropy{}, entropy},
		{learn.PseudoLikelihood{}, func(h []float64) float64 { return entropy(effective(h, target)) }},
		{learn.MeanField{Iterations: 3}, func(h []float64) float64 {
			field := h
			for range 3 {
				x := make([]float64, len(h))
				for i, v := range field {
					x[i] = math.Tanh(beta * v)
				}
				field = effective(h, x)
			}
			return entropy(field)
		}},
	} {
		got, _ := learn.MeanGradient(t, l, it, c.estimator, 2, 2)
		for i := range got {
			h := make([]float64, len(m.H))
			for k, v := range m.H {
				h[k] = float64(v)
			}
			const step = 1e-5
			h[i] += step
			high := c.value(h)
			h[i] -= 2 * step
			if want := (high - c.value(h)) / (2 * step); math.Abs(got[i]-want) > 1e-5 {
				t.Errorf("%s, node %d: %.6f, want %.6f", c.estimator, i, got[i], want)
			}
		}
	}
	truth, err := exact.Enumerate(m)
	if err != nil {
		t.Fatal(err)
	}
	got, se := learn.MeanGradient(t, l, it, learn.Contrastive{}, 40, 100)
	for i, v := range got {
		want := beta * (truth.Marginals[i] - target[i]) / 8
		if math.Abs(v-want) > 4*se[i]+1e-6 {
			t.Errorf("contrastive divergence, node %d: %.5f ± %.5f, want %.5f", i, v, se[i], want)
		}
	}
}

// TestCheck says what is known of a ring on which neighbours differ: the whole loss and
// the tapered window go the way of the finite differences, the flips do without a
// coupling, and the report's table names every estimator.
func TestCheck(t *testing.T) {
	l, it, m := checkedLearner(t, -0.4, 1.2)
	report, err := l.Check(context.Background(), []*learn.Item{it}, learn.CheckOptions{
		Estimators: []learn.Estimator{learn.Whole{}, learn.Local{Radius: 0}, learn.Local{Radius: 4}}, Samples: []int{4}, Repeats: 1500, Chains: 1 << 15,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, gradient, _, err := exact.ExpectedLoss(m, func(x []int8) float64 {
		parts, _ := ringParts(it, x)
		return sum(parts)
	})
	if err != nil {
		t.Fatal(err)
	}
	if d := report.Differences[0]; math.Abs(d.Mean-sum(gradient)) > 4*d.StdErr+1e-3 {
		t.Errorf("slope along the constant field %v, exactly %.4f", d, sum(gradient))
	}
	whole, none, all := report.Rows[0], report.Rows[1], report.Rows[2]
	t.Log("\n" + report.String())
	if whole.Cosine < 0.95 || all.Cosine < 0.95 || whole.Bias > 0.2 || none.Cosine > whole.Cosine {
		t.Errorf("cosines %.2f, %.2f, %.2f, bias of the whole loss %.2f", whole.Cosine, none.Cosine, all.Cosine, whole.Bias)
	}
	if !strings.Contains(report.String(), "local credit of radius 4") || !(whole.SignalToNoise > 0) {
		t.Errorf("report\n%s", report)
	}
}
