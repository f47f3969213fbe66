// Package doctest has tests of the project's documents: every Go snippet compiles,
// every relative link and anchor leads somewhere, and words are spelled right.
package doctest
