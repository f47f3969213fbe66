// Package mesh sparsifies triangle meshes with Ising models, section 4.3 and
// appendix E of the paper "Ising on the Graph" (LoG 2024); equation numbers are
// that paper's.
//
// A [Surface] is a mesh with its graph. Its curvature (22) through the cotangent
// Laplacian (21) is what fields are made of. A [Method] says which vertices to
// keep, as spins: +1 keeps a vertex. [Surface.Coarsen] lets the removed vertices
// collapse, and [Surface.Distances] measures how far the original vertices lie
// from the coarse surface (18); [NewLoss] makes the learner's loss of it, and
// [NewHierarchy] repeats the step.
//
// Distances are exact: a [Tree] of bounding boxes finds the nearest triangle.
package mesh
