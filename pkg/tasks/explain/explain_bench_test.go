package explain

import (
	"context"
	"slices"
	"strings"
	"testing"

	"example.org/isinggraph/internal/cputime"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// BenchmarkExplain is the time to explain one graph of BA-2Motifs, for a GIN as
// in the paper and each explainer with its defaults; "batch" is the time of one
// of 64 graphs together. Weights are random: they do not change the time much. The
// processors' time, which other programs disturb less, is a metric of its own.
func BenchmarkExplain(b *testing.B) {
	set, err := GenerateBA2Motifs(64, 1)
	if err != nil {
		b.Fatal(err)
	}
	c, err := NewUntrained(GNN{}.Network(set.Classes), set.Classes, set.Items[0], 1, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	// A program compiles for degrees up to 8, and for those up to 16.
	compiled := []*learn.Item{
		slices.MinFunc(set.Items, func(x, y *learn.Item) int { return x.Graph.MaxDegree() - y.Graph.MaxDegree() }),
		slices.MaxFunc(set.Items, func(x, y *learn.Item) int { return x.Graph.MaxDegree() - y.Graph.MaxDegree() }),
	}
	ctx, size := context.Background(), set.Size
	field, err := NewIGField(IGConfig{Epochs: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(field.Close)
	for _, e := range []Explainer{
		&IGExplainer{Field: field, Size: size}, &IGExplainerS{Field: field}, &IGExplainerS{Field: field, Chains: 8, Best: true},
		&Random{Size: size}, &Saliency{Size: size}, &PGExplainer{Size: size}, &GNNExplainer{Size: size},
		&PGMExplainer{Size: size}, &SAME{Size: size}, &SubgraphX{Size: size}, &GStarX{Size: size},
	} {
		if e, ok := e.(Trainer); ok {
			if err := e.Train(ctx, c, set.Items); err != nil {
				b.Fatal(err)
			}
		}
		name := strings.ReplaceAll(strings.ToLower(e.Name()), "/", "_")
		b.Run(name, func(b *testing.B) {
			for _, it := range compiled {
				explainOne(b, e, c, it)
			}
			begin := cputime.Used()
			for k := 0; b.Loop(); k++ {
				explainOne(b, e, c, set.Items[k%len(set.Items)])
			}
			b.ReportMetric(float64(cputime.Used()-begin)/float64(b.N), "cpu-ns/op")
		})
		all, ok := e.(BatchExplainer)
		if _, slow := e.(*GNNExplainer); slow || !ok {
			continue // hundreds of steps, on all graphs as on one
		}
		b.Run(name+"/batch", func(b *testing.B) {
			for range 2 {
				if _, err := all.ExplainAll(ctx, c, set.Items); err != nil {
					b.Fatal(err)
				}
			}
			graphs, begin := 0, cputime.Used()
			for b.Loop() {
				if _, err := all.ExplainAll(ctx, c, set.Items); err != nil {
					b.Fatal(err)
				}
				graphs += len(set.Items)
			}
			b.ReportMetric(float64(cputime.Used()-begin)/float64(graphs), "cpu-ns/graph")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(graphs), "ns/graph")
		})
	}
}

func explainOne(b *testing.B, e Explainer, c *Classifier, it *learn.Item) {
	b.Helper()
	if _, err := e.Explain(context.Background(), c, it); err != nil {
		b.Fatal(err)
	}
}
