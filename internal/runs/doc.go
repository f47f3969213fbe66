// Package runs keeps what trains: it names a run by its configuration and data,
// writes and reads checkpoints, goes on from them, keeps the weights that were
// best, and notices when a run was made by other code.
//
// A run is named by [Hash] of a configuration that can be written as JSON, which
// holds the sum of its [Data]. It lives in a folder:
//
//	<hash>/config.json       configuration, hash and versions, for people and [Read]
//	<hash>/step-000000120…/  a checkpoint: GoMLX's two files, state.json, sums.json
//	<hash>/best-000000080/   weights that were best by some metric, in the same form
//
// A folder of either kind is written beside its place, synced and renamed, and
// sums.json has the SHA-256 of each file: [Run.Resume] passes over one that is not
// sound, says so, and takes the one before it. Two checkpoints are kept, and the
// best weights that they name.
//
// A configuration cannot say what a function does. A checkpoint therefore keeps
// [Fingerprint] values, numbers that the functions compute, and the paths and shapes of
// the variables. On opening they are computed again; where they differ, code has
// changed, and [Policy] says what follows: an error of type [*Changed], a run that
// begins anew in a folder beside, <hash>-2, or the run as it is.
package runs
