package explain

import (
	"context"
	"fmt"
	"math"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Response is what a classifier says of a graph, of the part of it that an
// explanation keeps, and of the rest. Probabilities are those of the class that
// it predicts for the whole graph.
type Response struct {
	Class   int     // ŷ, predicted for the whole graph
	Whole   float64 // p(ŷ | G)
	Only    float64 // p(ŷ | G_S), of the subgraph of the kept nodes
	Without float64 // p(ŷ | G∖S), of the subgraph of the other nodes

	OnlySame    bool // the prediction for the kept nodes is ŷ
	WithoutSame bool // the prediction for the other nodes is ŷ
}

// Respond asks the classifier about graphs and the nodes kept in each. A
// subgraph without nodes has equal probabilities, as [Classifier] says.
func Respond(ctx context.Context, c *Classifier, items []*learn.Item, keep [][]bool) ([]Response, error) {
	if len(keep) != len(items) {
		return nil, fmt.Errorf("explain: masks of %d graphs for %d graphs", len(keep), len(items))
	}
	parts := make([]Input, 0, 3*len(items))
	for k, it := range items {
		if len(keep[k]) != it.Graph.NumNodes() {
			return nil, fmt.Errorf("explain: graph %d of %d nodes has a mask of %d", k, it.Graph.NumNodes(), len(keep[k]))
		}
		parts = append(parts, Input{Item: it}, Input{Item: it, Node: floats(keep[k])}, Input{Item: it, Node: floats(not(keep[k]))})
	}
	p, err := c.Evaluate(ctx, parts)
	if err != nil {
		return nil, err
	}
	out := make([]Response, len(items))
	for k := range out {
		whole, only, without := p[3*k], p[3*k+1], p[3*k+2]
		y := Class(whole)
		out[k] = Response{
			Class: y, Whole: whole[y], Only: only[y], Without: without[y],
			OnlySame: Class(only) == y, WithoutSame: Class(without) == y,
		}
	}
	return out, nil
}

// Fidelity says how an explanation bears on predictions, from the mean over
// some graphs (Pope et al. 2019, doi:10.1109/CVPR.2019.01103; Yuan et al. 2022,
// doi:10.1109/TPAMI.2022.3204236). Plus is how much predictions suffer without
// what is kept, larger for a necessary explanation; Minus with nothing else, less
// for a sufficient one.
type Fidelity struct {
	Plus  float64
	Minus float64
}

// ProbabilityFidelity is the form in probabilities, in [−1, 1]:
//
//	fid₊ = mean p(ŷ|G) − p(ŷ|G∖S),  fid₋ = mean p(ŷ|G) − p(ŷ|G_S).
//
// It is 0 for no graphs.
func ProbabilityFidelity(r []Response) Fidelity {
	return meanFidelity(r, func(r Response) Fidelity { return Fidelity{r.Whole - r.Without, r.Whole - r.Only} })
}

// AccuracyFidelity is the form in predictions, in [0, 1], that explains the model
// (GraphFramEx, Amara et al. 2022, arXiv 2206.09677):
//
//	fid₊ = mean 1 − 1(ŷ(G∖S) = ŷ(G)),  fid₋ = mean 1 − 1(ŷ(G_S) = ŷ(G)).
//
// It is 0 for no graphs.
func AccuracyFidelity(r []Response) Fidelity {
	return meanFidelity(r, func(r Response) Fidelity {
		var f Fidelity
		if !r.WithoutSame {
			f.Plus = 1
		}
		if !r.OnlySame {
			f.Minus = 1
		}
		return f
	})
}

func meanFidelity(r []Response, of func(Response) Fidelity) Fidelity {
	var sum Fidelity
	for _, x := range r {
		f := of(x)
		sum.Plus += f.Plus
		sum.Minus += f.Minus
	}
	n := float64(max(len(r), 1))
	return Fidelity{sum.Plus / n, sum.Minus / n}
}

// Characteristic is GraphFramEx's characterization score (Amara et al. 2022,
// arXiv 2206.09677), the paper's characteristic fidelity: the weighted harmonic
// mean
//
//	(w₊ + w₋) / (w₊ / fid₊ + w₋ / (1 − fid₋))
//
// of fidelity+ and of 1 − fidelity−, for weights w₊, w₋ >= 0 that are not both 0;
// the paper's are equal. It is 0 where one of the two is 0 or less, its limit
// there, or where the weights are none.
func (f Fidelity) Characteristic(plus, minus float64) float64 {
	if f.Plus <= 0 || f.Minus >= 1 || plus < 0 || minus < 0 || plus+minus == 0 {
		return 0
	}
	return (plus + minus) / (plus/f.Plus + minus/(1-f.Minus))
}

// Released is the characteristic fidelity of one graph as the authors' released
// code has it (github.com/mariabankestad/IsingOnGraphs), the harmonic mean of
//
//	|p(G) − p(G∖S)| + 0.001 and 1 − |p(G) − p(G_S)| + 0.001.
//
// It differs from [Fidelity.Characteristic] in its absolute values, which count a
// prediction that grows more certain as one that suffers, in the constant, and in
// being averaged over graphs, not made of averages. It is within (0, 1.001].
func (r Response) Released() float64 {
	plus := math.Abs(r.Whole-r.Without) + 0.001
	minus := 1 - math.Abs(r.Whole-r.Only) + 0.001
	return 2 * plus * minus / (plus + minus)
}
