package mesh

import (
	"math"

	"gonum.org/v1/gonum/spatial/r3"
)

// workspace holds the buffers of one coarsening with its distances.
type workspace struct {
	target   []int32   // kept vertex of each vertex, −1 for none [n]
	distance []float64 // of removed vertices: to a kept neighbour, then along the graph [n]
	label    []int32   // the kept vertex at that distance [n]
	queue    queue
	faces    [][3]int32 // of the coarse mesh, in original indices
	sorted   [][3]int32 // their vertices, ascending
	head     []int32    // last face whose least vertex this is, or −1 [n]
	previous []int32    // the face before with the same least vertex, or −1
	some     []int32    // a face of each vertex, or −1 [n]
	tree     Tree
}

func newWorkspace(s *Surface) *workspace {
	n := len(s.points)
	return &workspace{
		target: make([]int32, n), distance: make([]float64, n), label: make([]int32, n),
		head: make([]int32, n), some: make([]int32, n),
	}
}

func (s *Surface) workspace() *workspace { return s.pool.Get().(*workspace) }

// collapse finds where every vertex goes.
func (w *workspace) collapse(s *Surface, keep []int8) {
	rowPtr, col := s.Graph.CSR()
	lonely := false
	for i, x := range keep {
		if x == 1 {
			w.target[i] = int32(i)
			continue
		}
		p := s.points[i]
		best, least := int32(-1), 0.0
		for _, j := range col[rowPtr[i]:rowPtr[i+1]] {
			if keep[j] != 1 {
				continue
			}
			if d := r3.Norm2(r3.Sub(p, s.points[j])); best < 0 || d < least {
				best, least = j, d
			}
		}
		w.target[i], w.distance[i] = best, least
		lonely = lonely || best < 0
	}
	if lonely {
		w.walk(s, keep)
	}
}

// walk sends the vertices without kept neighbours to the nearest kept ones along
// the graph: Dijkstra's algorithm over the removed vertices from all kept ones.
func (w *workspace) walk(s *Surface, keep []int8) {
	rowPtr, col := s.Graph.CSR()
	w.queue = w.queue[:0]
	for i, x := range keep {
		if x == 1 {
			continue
		}
		w.label[i] = w.target[i]
		if w.target[i] < 0 {
			w.distance[i] = math.Inf(1)
			continue
		}
		w.distance[i] = math.Sqrt(w.distance[i])
		w.queue.push(entry{w.distance[i], int32(i)})
	}
	for len(w.queue) > 0 {
		e := w.queue.pop()
		i := e.id
		if e.key > w.distance[i] {
			continue
		}
		if w.target[i] < 0 {
			w.target[i] = w.label[i]
		}
		for _, j := range col[rowPtr[i]:rowPtr[i+1]] {
			if keep[j] == 1 {
				continue
			}
			d := e.key + norm(r3.Sub(s.points[i], s.points[j]))
			if d < w.distance[j] || d == w.distance[j] && w.label[i] < w.label[j] {
				w.distance[j], w.label[j] = d, w.label[i]
				w.queue.push(entry{d, j})
			}
		}
	}
}

// remap moves faces to their vertices' targets and drops degenerate and
// duplicate ones.
func (w *workspace) remap(faces [][3]int32) {
	w.faces, w.sorted, w.previous = w.faces[:0], w.sorted[:0], w.previous[:0]
	for i := range w.head {
		w.head[i] = -1
	}
next:
	for _, f := range faces {
		a, b, c := w.target[f[0]], w.target[f[1]], w.target[f[2]]
		if a == b || b == c || c == a {
			continue
		}
		lo, hi := min(a, b, c), max(a, b, c)
		key := [3]int32{lo, a ^ b ^ c ^ lo ^ hi, hi}
		for k := w.head[lo]; k >= 0; k = w.previous[k] {
			if w.sorted[k] == key {
				continue next
			}
		}
		w.previous = append(w.previous, w.head[lo])
		w.head[lo] = int32(len(w.faces))
		w.faces = append(w.faces, [3]int32{a, b, c})
		w.sorted = append(w.sorted, key)
	}
}
