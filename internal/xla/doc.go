// Package xla runs the samplers' sweeps compiled by XLA. It works on plain data: a
// graph as compressed sparse rows, a colouring, and a [Job]; package isinggraph makes
// these of its own types. [Layout], [Job] and [Lookup] serve the sampler in plain Go,
// too, which draws the same spins.
//
// Subpackage sweep builds the programs, plan.go decides which of them runs a job, and
// how. The words of both:
//
//   - lane: a byte of a word, with one spin, 1 for up and 0 for down; of chains that lie
//     side by side or, on lattices, of strips.
//   - word: 1, 2, 4 or 8 lanes as one unsigned integer, so that sums and gathers serve
//     all lanes at once.
//   - plane: the words of all nodes, a block for each colour, and one more that stays
//     zero, for neighbours that are none.
//   - row: the plane of one set of chains, of as many as a word has lanes (one chain on
//     lattices). A job of many chains has several rows.
//   - block: the words of the nodes of one colour, which are updated at once, padded to
//     one size for all colours.
//   - slot: a place in a table of neighbours. All nodes of a table have as many.
//   - hub: a node with more neighbours than slots. Its further neighbours lie in a table
//     of its own kind, which is smaller, for there are fewer such nodes.
//   - lattice: a grid laid out by the parities of row and column instead of a colouring.
//   - strip: an eighth of a lattice's columns, a lane of its words.
//   - level: the probability of +1 for a number of up neighbours, where all nodes have
//     one degree and no field.
//   - cut: the same of one node for one number of up neighbours, as how many of the 2²³
//     uniforms lie below it.
//   - group: some rows of a job that run as one call, on a device or sharded over all.
//   - piece: some sweeps of a group in one call, so that a context ends it soon.
package xla
