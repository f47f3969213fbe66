// Package doctest has tests of the project's documents: every Go snippet compiles,
// every relative link, anchor and line leads somewhere, the map of the paper names
// symbols and cells where they stand, ± is what it is said to be, and words are spelled
// right.
package doctest
