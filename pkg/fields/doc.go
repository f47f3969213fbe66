// Package fields has networks that compute the field h of an Ising model, one
// scalar a node, from a batch of graphs: [GIN] and [GINE] on any graph,
// [Equivariant] on meshes in space, [GCNII] on the positions of matrices, [UNet] on
// images, and [MLP] and [PerNode], which see no neighbours. Each is a struct of
// hyper-parameters, whose zero value has the defaults where there are any, and
// Field makes a [learn.FieldFunc] of it for the learner. [NeighborSum], [SumPool],
// [MeanPool] and [ZeroSum] are the parts of which to make others.
//
// Ops are written graph.Op throughout: a dot import, as in GoMLX's own networks,
// would make graph.SumPool and graph.MeanPool clash with those of this package.
//
// A network sees a batch only through operations that are equivariant under
// permutations of the nodes and keep graphs apart, so that h of a node does not
// depend on how nodes are numbered, on which graphs share the batch, or on
// padding. h is 0 on padding nodes.
//
// Weights begin normal with variance 2/fan-in (He et al. 2015, arXiv
// 1502.01852), those of the last layer 1/fan-in, and biases uniform within
// ±1/√fan-in; biases of zero would hide degrees from normalizations, as a ReLU
// network without biases scales with its input. They come from the store's
// generator in the order of creation: one seed ([model.Store.SetRNGStateFromSeed])
// gives one start. What is panicked on misuse comes back as an error from the
// call that builds the graph.
package fields
