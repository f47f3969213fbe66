// Package study is what the studies of all applications share: the files that
// their shards leave, how those are merged, what a merged file says of its making,
// the record of an epoch, progress, and the statistics and tables of results.
//
// A study is cut into shards, runs that need nothing of each other, such as one
// class, fold and seed of the meshes. Each application has
//
//   - a Study, which says what one run does; its Run returns
//   - a Shard, what that run measured: [Write] and [Read] keep it in a file;
//   - Merge, which groups shards with [GroupBy] and returns
//   - Tables of Rows, in a file that begins with a [Header], and
//   - Sheets of them, a [Sheet] for the terminal, for notebooks and for documents.
//
// In all tables "a ± b" is an [Interval]: a mean over seeds and half of its 95%
// confidence interval. Where there are only items of one seed, "a (b)" is a
// [Spread], and the head of the column names it: the standard deviation over items.
package study
