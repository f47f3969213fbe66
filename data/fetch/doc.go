// Package fetch downloads the data sets of package catalog and verifies them.
//
// A [Fetcher] makes a set whole or not at all: files are downloaded into the
// folder .downloads, resumed where they were cut off, compared with their
// hashes, unpacked under limits, and only then moved to their places by
// renaming. Files that are there already and right are left alone, so what a
// user has placed by hand counts.
package fetch
