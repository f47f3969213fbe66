package mesh

import (
	"container/heap"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestQueue gives entries in the order of their keys, and of their ids where keys are
// equal, with pushes and pops in between.
func TestQueue(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	var q queue
	var want []entry // sorted
	for k := range 2000 {
		if len(want) > 0 && rng.IntN(3) == 0 {
			if got := q.pop(); got != want[0] {
				t.Fatalf("step %d: %v, want %v", k, got, want[0])
			}
			want = want[1:]
			continue
		}
		e := entry{float64(rng.IntN(50)), int32(k)}
		q.push(e)
		at, _ := slices.BinarySearchFunc(want, e, func(a, b entry) int {
			if a.less(b) {
				return -1
			}
			return 1
		})
		want = slices.Insert(want, at, e)
	}
	for _, e := range want {
		if got := q.pop(); got != e {
			t.Fatalf("%v, want %v", got, e)
		}
	}
}

// boxed is the queue as container/heap has it.
type boxed []entry

func (b boxed) Len() int           { return len(b) }
func (b boxed) Less(i, j int) bool { return b[i].less(b[j]) }
func (b boxed) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }
func (b *boxed) Push(x any)        { *b = append(*b, x.(entry)) }
func (b *boxed) Pop() any {
	last := (*b)[len(*b)-1]
	*b = (*b)[:len(*b)-1]
	return last
}

// BenchmarkQueue pushes and pops 25,000 entries, by the queue here and by container/heap.
func BenchmarkQueue(b *testing.B) {
	const n = 25_000
	rng := rand.New(rand.NewPCG(1, 0))
	entries := make([]entry, n)
	for k := range entries {
		entries[k] = entry{rng.Float64(), int32(k)}
	}
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		q := make(queue, 0, n)
		for b.Loop() {
			for _, e := range entries {
				q.push(e)
			}
			for range entries {
				q.pop()
			}
		}
	})
	b.Run("container", func(b *testing.B) {
		b.ReportAllocs()
		q := make(boxed, 0, n)
		for b.Loop() {
			for _, e := range entries {
				heap.Push(&q, e)
			}
			for range entries {
				heap.Pop(&q)
			}
		}
	})
}
