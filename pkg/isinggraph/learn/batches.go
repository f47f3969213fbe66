package learn

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"example.org/isinggraph/internal/splitmix"
	"example.org/isinggraph/internal/tensor"
	"example.org/isinggraph/pkg/isinggraph"

	"github.com/gomlx/gomlx/core/tensors"
)

// batchState is a batch with what is made of it once: tensors, a sampler, fixed
// couplings.
type batchState struct {
	batch     *Batch
	index     []int // of the items
	tensors   []*tensors.Tensor
	couplings isinggraph.Couplings // of the union, where they are not learned
	fixed     *tensors.Tensor      // the same, a scalar or [M]
	sampler   isinggraph.Sampler
	used      uint64
}

// inputs returns the batch's tensors, and more, as arguments of a program.
func (s *batchState) inputs(more ...*tensors.Tensor) []any {
	args := make([]any, 0, len(s.tensors)+len(more))
	for _, t := range s.tensors {
		args = append(args, t)
	}
	for _, t := range more {
		args = append(args, t)
	}
	return args
}

func (s *batchState) close() {
	tensor.Free(s.tensors)
	s.fixed.MustFinalizeAll()
	s.sampler.Close()
}

// batchCache keeps batches that come again, the last used ones up to a number
// of neighbour slots; and the items' credit.
type batchCache struct {
	states map[string]*batchState
	slots  int
	clock  uint64
	credit map[creditKey]*creditList
}

// maxCachedSlots bounds the neighbour tables of the cached batches.
const maxCachedSlots = 1 << 23

func (c *batchCache) clear() {
	for _, s := range c.states {
		s.close()
	}
	*c = batchCache{}
}

// add takes a batch in and drops the longest unused while there is too much.
func (c *batchCache) add(key string, s *batchState) {
	if c.states == nil {
		c.states = make(map[string]*batchState)
	}
	size := func(s *batchState) int { return s.batch.Shape.Nodes * (s.batch.Shape.Slots + s.batch.Shape.Features) }
	c.states[key] = s
	c.slots += size(s)
	for c.slots > maxCachedSlots && len(c.states) > 1 {
		oldest := key
		for k, v := range c.states {
			if v.used < c.states[oldest].used {
				oldest = k
			}
		}
		c.slots -= size(c.states[oldest])
		c.states[oldest].close()
		delete(c.states, oldest)
	}
}

// epochLength returns how many steps see all training items once.
func (l *Learner) epochLength() int {
	return (l.train + l.c.Optimizer.BatchSize - 1) / l.c.Optimizer.BatchSize
}

// order returns the items of a step: the epoch's shuffle, cut into batches; the items'
// own order where one batch holds all.
func (l *Learner) order(step int) []int {
	per := l.epochLength()
	epoch, at := step/per, step%per
	lo, hi := at*l.c.Optimizer.BatchSize, min((at+1)*l.c.Optimizer.BatchSize, l.train)
	if per == 1 {
		all := make([]int, l.train)
		for i := range all {
			all[i] = i
		}
		return all
	}
	return rand.New(rand.NewPCG(splitmix.Derive(l.c.Seed, seedOrder, uint64(epoch%l.c.Optimizer.Shuffles)), 0)).Perm(l.train)[lo:hi]
}

// batchOf returns the batch of some items, from the cache or new.
func (l *Learner) batchOf(index []int) (*batchState, error) {
	l.cache.clock++
	var key []byte
	for _, i := range index {
		key = binary.AppendUvarint(key, uint64(i))
	}
	if s := l.cache.states[string(key)]; s != nil {
		s.used = l.cache.clock
		return s, nil
	}
	items := make([]*Item, len(index))
	for k, i := range index {
		items[k] = l.items[i]
	}
	s, err := l.newBatch(items)
	if err != nil {
		return nil, err
	}
	s.index, s.used = index, l.cache.clock
	l.cache.add(string(key), s)
	return s, nil
}

// creditKey names the credit of an item by an estimator.
type creditKey struct {
	item      *Item
	estimator string
}

// creditOf returns the credit of one item, which is computed once.
func (l *Learner) creditOf(c Local, it *Item) (*creditList, error) {
	key := creditKey{it, c.String()}
	if list := l.cache.credit[key]; list != nil {
		return list, nil
	}
	list, err := c.list(it)
	if err != nil {
		return nil, fmt.Errorf("credit of item %d: %w", slices.Index(l.items, it), err)
	}
	if l.cache.credit == nil {
		l.cache.credit = make(map[creditKey]*creditList)
	}
	l.cache.credit[key] = list
	return list, nil
}

// fullShape returns a shape that nearly every full batch fits: 2.5 standard
// deviations above the mean of BatchSize random items. Where that would waste
// more than a quarter, it asks for nothing.
func (l *Learner) fullShape() (s BatchShape) {
	size := float64(l.c.Optimizer.BatchSize)
	typical := func(of func(g *isinggraph.Graph) int) int {
		var sum, square float64
		for _, it := range l.items[:l.train] {
			v := float64(of(it.Graph))
			sum += v / float64(l.train)
			square += v * v / float64(l.train)
		}
		enough := size*sum + 2.5*math.Sqrt(size*max(0, square-sum*sum))
		if enough > 1.25*size*sum {
			return 0
		}
		return int(enough)
	}
	s.Nodes, s.Edges = typical((*isinggraph.Graph).NumNodes), typical((*isinggraph.Graph).NumEdges)
	return s
}

// couplings returns the fixed couplings of the union of some items.
func (l *Learner) couplings(items []*Item) (isinggraph.Couplings, error) {
	graphs, j := make([]*isinggraph.Graph, len(items)), make([]isinggraph.Couplings, len(items))
	for k, it := range items {
		graphs[k], j[k] = it.Graph, l.c.Model.J
		if j[k].IsZero() {
			j[k] = it.J
		}
		if err := j[k].Validate(it.Graph); err != nil {
			return isinggraph.Couplings{}, fmt.Errorf("learn: item %d of a batch: %w", k, err)
		}
	}
	return isinggraph.UnionCouplings(graphs, j), nil
}

// newBatch makes a batch in a shape that depends on its items and the data set
// alone, not on the batches before it, so that a resumed run has the same.
func (l *Learner) newBatch(items []*Item) (*batchState, error) {
	b, err := NewBatch(items, BatchShape{})
	if err != nil {
		return nil, err
	}
	if fe := b.Shape.EdgeFeatures; fe != 0 && fe != l.edgeFeatures || b.Shape.Features != l.features {
		return nil, fmt.Errorf("learn: items with %d features a node and %d an edge, the learner's have %d and %d",
			b.Shape.Features, fe, l.features, l.edgeFeatures)
	}
	b.Shape.EdgeFeatures = l.edgeFeatures // also where no item of the batch has edges
	b.Shape.Edges = bucket(b.Graph.NumEdges(), 2, 16)
	if len(items) == l.c.Optimizer.BatchSize {
		b.Shape.Nodes = max(b.Shape.Nodes, bucket(l.full.Nodes, 8, 16))
		b.Shape.Edges = max(b.Shape.Edges, bucket(l.full.Edges, 8, 16))
	}
	if l.slots <= 2*b.Shape.Slots {
		b.Shape.Slots = max(b.Shape.Slots, l.slots)
	}
	if !l.programs.shapes[b.Shape] {
		l.programs.shapes[b.Shape] = true
		l.c.Runtime.Log.Info(fmt.Sprintf("compiling for batch shape %d: %s", len(l.programs.shapes), b.Shape))
	}
	s := &batchState{batch: b}
	if s.couplings, err = l.couplings(items); err != nil {
		return nil, err
	}
	if l.c.Sampling.Sampler != nil {
		s.sampler, err = l.c.Sampling.Sampler(b)
	} else {
		s.sampler, err = l.newSampler(b.Graph)
	}
	if err != nil {
		return nil, err
	}
	s.tensors = b.Tensors()
	if j, ok := s.couplings.Uniform(); ok {
		s.fixed = tensors.FromValue(j)
	} else {
		s.fixed = tensor.Filled(func(flat []float32) { copy(flat, s.couplings.Each(b.Graph)) }, b.Shape.Edges)
	}
	return s, nil
}

// targets returns the items' targets, int8 [N], 0 where there are none.
func (s *batchState) targets() *tensors.Tensor {
	return tensor.Filled(func(flat []int8) {
		for i, it := range s.batch.Items {
			copy(flat[s.batch.Offsets[i]:s.batch.Offsets[i+1]], it.Target)
		}
	}, s.batch.Shape.Nodes)
}
