// Package learn learns the field of an Ising model, and if wanted its couplings,
// from a loss of samples that need not be differentiable: with K samples of
// p(x) ∝ exp(−βE(x)) the gradient of the expected loss is estimated by RLOO,
//
//	−β/(K−1) Σ_k (ℓ_k − ℓ̄) ∇E(x_k)    (eq. 7; eq. 14 is K = 2)
//
// and eq. 15's penalty sets the share of nodes that are kept. Equation numbers are
// those of Bånkestad, Andersson, Mair and Sjölund, "Ising on the Graph" (LoG 2024).
//
// An [Item] is a graph with its features. A [FieldFunc] computes the field of a
// [Batch] of items; package fields has several. A [Loss] says what a sample is worth,
// a [Learner] trains and predicts. [Surrogate], [Advantages] and [RLOO] are the
// estimator's parts.
package learn
