// Package explain finds the nodes of a graph that a trained graph classifier
// goes by (section 4.2 and appendix D of the paper).
//
// A [Classifier] wraps a network, which a user writes as one function of a batch
// and masks ([Network]), and answers for many graphs, or many subgraphs of one,
// in compiled batches. An [Explainer] scores the nodes of a graph, and keeps
// some of them: [IGExplainer] learns a field whose samples keep what the
// classifier needs; eight others, from gradients to game theory, are for
// comparison. Metrics compare what is kept with a known motif, or with what the
// classifier says of it.
package explain
