package mesh

// entry is a candidate of a priority queue.
type entry struct {
	key float64
	id  int32
}

// queue is a binary heap of entries, the smallest key first, of equal keys the
// smaller id. It is not container/heap, which boxes each entry that it pushes and pops
// in an interface and takes more than twice as long, see BenchmarkQueue.
type queue []entry

func (e entry) less(o entry) bool { return e.key < o.key || e.key == o.key && e.id < o.id }

func (q *queue) push(e entry) {
	h := append(*q, e)
	*q = h
	i := len(h) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !e.less(h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = e
}

// pop removes and returns the first entry of a queue that is not empty.
func (q *queue) pop() entry {
	h := *q
	first, e := h[0], h[len(h)-1]
	h = h[:len(h)-1]
	*q = h
	if len(h) == 0 {
		return first
	}
	i := 0
	for {
		down := 2*i + 1
		if down >= len(h) {
			break
		}
		if down+1 < len(h) && h[down+1].less(h[down]) {
			down++
		}
		if !h[down].less(e) {
			break
		}
		h[i] = h[down]
		i = down
	}
	h[i] = e
	return first
}
