package mesh

import (
	"context"
	"fmt"
)

// Level is one mesh of a hierarchy, with index maps from and to the original.
type Level struct {
	Surface *Surface
	Step    *Coarse // from the level before; nil for the original
	Kept    []int32 // the original index of each vertex [m], ascending
	To      []int32 // the vertex that each original vertex became [n], or −1, see Coarse
}

// NewHierarchy coarsens a surface by a method again and again until at most the
// given number of vertices is left. The levels are nested: the vertices of each
// are among those of the one before. The first is the surface itself; step k uses
// seed + k. A step that keeps all vertices, or leaves no edge before the number
// is reached, is an error, together with which come the levels so far.
func NewHierarchy(ctx context.Context, s *Surface, m Method, vertices int, seed uint64) ([]Level, error) {
	n := len(s.points)
	first := Level{Surface: s, Kept: make([]int32, n), To: make([]int32, n)}
	for i := range n {
		first.Kept[i], first.To[i] = int32(i), int32(i)
	}
	levels := []Level{first}
	for {
		last := &levels[len(levels)-1]
		have := len(last.Kept)
		if have <= vertices {
			return levels, nil
		}
		fail := func(err error) ([]Level, error) {
			return levels, fmt.Errorf("mesh: level %d, from %d vertices: %w", len(levels), have, err)
		}
		keep, err := m.Keep(ctx, last.Surface, seed+uint64(len(levels)))
		if err != nil {
			return fail(err)
		}
		step, err := last.Surface.Coarsen(keep)
		if err != nil {
			return fail(err)
		}
		if len(step.Kept) == have {
			return fail(fmt.Errorf("%s keeps all", m.Name()))
		}
		next, err := NewSurface(step.Mesh)
		if err != nil {
			return fail(err)
		}
		levels = append(levels, last.compose(next, step))
	}
}

// compose returns the level after a step.
func (l *Level) compose(s *Surface, step *Coarse) Level {
	next := Level{Surface: s, Step: step, Kept: make([]int32, len(step.Kept)), To: make([]int32, len(l.To))}
	for k, i := range step.Kept {
		next.Kept[k] = l.Kept[i]
	}
	for i, t := range l.To {
		next.To[i] = -1
		if t >= 0 {
			next.To[i] = step.To[t]
		}
	}
	return next
}
