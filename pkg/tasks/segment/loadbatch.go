package segment

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
)

// Batch is a number of examples in one piece of memory.
type Batch struct {
	Step   int       // counted from 0
	Index  []int     // of the examples, [B]
	Images []float32 // [B, H, W, 3]
	Masks  []int8    // [B, H, W]
}

// Loader makes shuffled, augmented batches ahead of the training that uses
// them, on goroutines of its own. Batch k takes places kB to (k+1)B−1 of an
// endless sequence of epochs, each a permutation of all examples: all batches
// are full, and each example comes once an epoch. A batch depends on the seed
// and its step alone, so that a run that goes on from a checkpoint sees the
// batches that it would have seen.
type Loader struct {
	examples []Example
	augment  Augment
	size     int
	seed     uint64
	ready    chan chan *Batch // in order of their steps
	stop     context.CancelFunc
	work     sync.WaitGroup
}

// NewLoader starts a loader of batches of the given size whose first step is
// first; it keeps up to ahead batches ready, at least 1. Close ends it.
// Examples of different sizes or without masks, a batch below 1, a first step
// below 0, and an augmentation out of range are errors.
func NewLoader(examples []Example, batch, first, ahead int, a Augment, seed uint64) (*Loader, error) {
	if len(examples) == 0 || batch < 1 || first < 0 {
		return nil, fmt.Errorf("segment: batches of %d of %d examples from step %d", batch, len(examples), first)
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	h, w := examples[0].H, examples[0].W
	for _, e := range examples {
		if e.H != h || e.W != w || len(e.Image) != 3*h*w || len(e.Mask) != h*w {
			return nil, fmt.Errorf("segment: example %q of %d×%d pixels with %d mask pixels in batches of %d×%d", e.Name, e.H, e.W, len(e.Mask), h, w)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	l := &Loader{examples: examples, augment: a, size: batch, seed: seed, ready: make(chan chan *Batch, max(ahead, 1)), stop: stop}
	l.work.Go(func() { l.feed(ctx, first) })
	return l, nil
}

// feed starts a batch as soon as there is room for it.
func (l *Loader) feed(ctx context.Context, step int) {
	defer close(l.ready)
	for ; ; step++ {
		c := make(chan *Batch, 1)
		select {
		case <-ctx.Done():
			return
		case l.ready <- c:
		}
		at := step
		l.work.Go(func() { c <- l.batch(at) })
	}
}

// batch makes the batch of a step.
func (l *Loader) batch(step int) *Batch {
	n, pixels := len(l.examples), l.examples[0].H*l.examples[0].W
	b := &Batch{Step: step, Index: make([]int, l.size), Images: make([]float32, 3*pixels*l.size), Masks: make([]int8, pixels*l.size)}
	epoch, order := -1, []int(nil)
	for k := range l.size {
		at := step*l.size + k
		if at/n != epoch {
			epoch = at / n
			order = rand.New(rand.NewPCG(l.seed, uint64(epoch))).Perm(n)
		}
		b.Index[k] = order[at%n]
		rng := rand.New(rand.NewPCG(l.seed+1, uint64(at)))
		l.augment.Apply(l.examples[b.Index[k]], rng, b.Images[3*pixels*k:3*pixels*(k+1)], b.Masks[pixels*k:pixels*(k+1)])
	}
	return b
}

// Next returns the next batch, which is the caller's. When ctx ends, or after
// Close, it returns an error.
func (l *Loader) Next(ctx context.Context) (*Batch, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case c, open := <-l.ready:
		if !open {
			return nil, errors.New("segment: the loader is closed")
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case b := <-c:
			return b, nil
		}
	}
}

// Close ends the loader and waits for the batches in work. It may be called
// once.
func (l *Loader) Close() {
	l.stop()
	for range l.ready {
	}
	l.work.Wait()
}
