// Package inverse learns sparsity patterns of sparse approximate inverses,
// section 4.4 and appendix F of the paper "Ising on the Graph" (LoG 2024);
// equation numbers are that paper's.
//
// The nodes of the Ising model are the [Positions] at which M ≈ A⁻¹ may be
// nonzero; two are neighbours when they share an index (the line graph of the
// matrix graph). A spin of +1 keeps a position. Given the kept ones, every column
// of M solves its own least squares (25), [LeastSquares], and the loss (20) is
// ‖AM − I‖_F. Small matrices come from [Generate] (Dataset 1) or as [Windows] of
// large ones (Dataset 2); patterns of whole sparse matrices serve as
// preconditioners of Krylov solvers, see [NewSPAI] and [Solve].
package inverse
