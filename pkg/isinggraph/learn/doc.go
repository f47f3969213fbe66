// Package learn learns the field of an Ising model, and if wanted its couplings,
// from a loss of samples that need not be differentiable: with K samples of
// p(x) ∝ exp(−βE(x)) the gradient of the expected loss is estimated by RLOO,
//
//	−β/(K−1) Σ_k (ℓ_k − ℓ̄) ∇E(x_k)    (eq. 7; eq. 14 is K = 2)
//
// and eq. 15's penalty sets the share of nodes that are kept. Equation numbers are
// those of Bånkestad, Andersson, Mair and Sjölund, "Ising on the Graph" (LoG 2024).
//
// An [Item] is a graph with its features and whatever else its loss wants to know. A
// [FieldFunc] computes the field of a [Batch] of items; package fields has several. A
// [Loss] says what a sample is worth, in Go or as a graph, which may hold a network that
// learns too; where the right spins are known, targets take its place. An [Estimator]
// makes the gradient: [Whole], [Local], [Flips] of a loss, [CrossEntropy],
// [PseudoLikelihood], [MeanField] and [Contrastive] of targets.
//
// A [Learner] trains what a [Config] says, keeps its run on disk and opens it again,
// predicts, and compares estimators by [Learner.Check]; [Open] and [Import] give a
// trained field without its items. [RLOO], [Advantages],
// [Surrogate] and [EnergyNode] are the estimator's parts, [ShiftToFraction] and the
// other shifts set how much a field keeps.
package learn
