// Package isinggraph samples Ising models on graphs.
//
// The model is the one of Bånkestad, Andersson, Mair and Sjölund, "Ising on
// the Graph: Task-specific Graph Subsampling via the Ising Model" (LoG 2024):
// spins x in {-1,+1}^n on the nodes of an undirected graph G = (V, E), with
//
//	E(x) = -Σ_{(i,j)∈E} J_ij x_i x_j - Σ_i h_i x_i    (eq. 2)
//	p(x) = exp(-β E(x)) / Z                           (eq. 1)
//
// Each edge counts once. Equation numbers in comments are that paper's.
//
// A [Graph] is an immutable CSR structure over int32; [Grid], [LineGraph] and
// [Union] make graphs, and a [Coloring] splits the nodes into classes that may
// be updated at once. A [Model] is a graph with [Couplings], a field and an inverse
// temperature: one distribution.
//
// A [Sampler] draws from p. A [Request] says what of, and [Samples] are the result.
// [New] and [NewOnGrid] return the sampler that XLA compiles, on an [Engine], [Plain]
// and [PlainOnGrid] the one in plain Go: both draw the same spins from the same seed, up
// to the rounding of exp. [NewLineSampler] is for line graphs, and any other
// implementation can take their place: package samplertest says what it must do.
//
// Package exact says what is right, package diagnose how far a run can be trusted,
// and package learn learns fields from losses.
//
// Spins are int8 in {-1,+1}. Several chains lie chain-major in one slice: spin
// i of chain c is spins[c*n+i].
package isinggraph
