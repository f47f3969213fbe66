package explain

import (
	"context"
	"fmt"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// PGExplainer learns one network for all graphs (Luo et al. 2020, arXiv
// 2011.04573): of the embeddings of an edge's ends, which the classifier makes, an
// MLP of one hidden layer of 64 computes the edge's logit, in both directions,
// whose mean is the mask. Training draws masks from the binary concrete
// distribution with temperature T_0 (T_1/T_0)^(epoch/epochs) and minimizes
//
//	−log p(ŷ | G, m) + size · Σ gates + entropy · mean H(gates)
//
// by Adam, a step for each batch. Then an explanation is one pass: the score of
// an edge is its mask, that of a node the largest of its edges.
//
// The defaults are those of the authors' repository for BA-2Motifs
// (flyingdoog/PGExplainer, configs/ba2motifs.json) but for batches of 64, where
// it makes one step for all graphs, 30 in all. Train it before use.
//
// Where soft masks mislead the classifier (see [GNNExplainer]) all masks fall to 0,
// and it explains no better than chance.
type PGExplainer struct {
	Size      Size
	Seed      uint64
	Epochs    int     // default 30
	BatchSize int     // default 64
	Rate      float64 // default 0.005
	Sparse    float64 // weight of the size; default 0.0003
	Entropy   float64 // weight of the entropy; default 0.3
	Hot, Cold float64 // T_0, T_1; default 5, 1
	Storage   Storage

	of  *Classifier // that it is trained for
	mlp *pairMLP
}

// Name returns "PGExplainer".
func (s *PGExplainer) Name() string { return "PGExplainer" }

// Supports returns an error before training, for another classifier than that of
// training, and for a graph without edges.
func (s *PGExplainer) Supports(c *Classifier, it *learn.Item) error {
	if err := supported(s.Size, c, it); err != nil {
		return err
	}
	if s.mlp == nil || s.of != c {
		return fmt.Errorf("explain: PGExplainer is not trained for this classifier")
	}
	return needEdges("PGExplainer", it)
}

// Explain explains one graph.
func (s *PGExplainer) Explain(ctx context.Context, c *Classifier, it *learn.Item) (*Explanation, error) {
	return first(s.ExplainAll(ctx, c, []*learn.Item{it}))
}

// ExplainAll explains graphs in batches.
func (s *PGExplainer) ExplainAll(ctx context.Context, c *Classifier, items []*learn.Item) ([]*Explanation, error) {
	start := time.Now()
	for _, it := range items {
		if err := s.Supports(c, it); err != nil {
			return nil, err
		}
	}
	z, err := c.Embeddings(ctx, items)
	if err != nil {
		return nil, err
	}
	all := make([]*Explanation, len(items))
	for k, it := range items {
		pass := s.mlp.forward(z[k], it.Graph.Edges())
		edges := make([]float64, it.Graph.NumEdges())
		for e := range edges {
			edges[e] = (sigmoid(pass.logits[2*e]) + sigmoid(pass.logits[2*e+1])) / 2
		}
		nodes := nodeScores(it.Graph, edges)
		all[k] = &Explanation{Nodes: nodes, Edges: edges, Keep: s.Size.top(nodes)}
	}
	return share(all, start), nil
}
