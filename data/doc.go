// Package data reads, writes and generates the graphs, meshes, matrices and
// images that Ising models are sampled on. It speaks plain Go types (edges as
// [][2]int32 with 0-based node indices, vertices as [][3]float64, pixels as
// []float32) and knows nothing of the sampler. The formats and their limits
// are listed in docs/formats.md.
//
// Real data sets are read from the folder that the environment variable
// ISINGGRAPH_DATA names, see [Dir]; where it is not set, [GenerateMesh],
// [GeneratePowerGrid] and [GenerateGabriel] make data of the same kind from a
// seed.
//
// Every reader checks what it reads: counts against the size of the file
// before memory is allocated, indices against the counts, numbers for being
// finite. What it refuses it reports as a [*FileError], which names file, line
// (in binary files the byte) and value. Every writer writes a temporary file and renames it.
package data
