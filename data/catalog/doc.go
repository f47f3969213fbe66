// Package catalog lists the data sets that the project reads: where each file
// comes from, its size and hash, the licence, what to cite, and its place in
// the folder that ISINGGRAPH_DATA names. Package fetch downloads and verifies
// them.
//
// What is not known is left empty and printed as unknown: nothing is guessed.
// Files that no public address serves byte for byte, because they were
// converted or compiled, have the source [ByHand].
package catalog
