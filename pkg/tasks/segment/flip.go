package segment

import "math"

// score returns a metric of a mask, of which more is better: eq. 16 negated.
func (m Metric) score(x, y []int8, h, w int) float64 {
	switch m {
	case MetricDice:
		return Dice(x, y)
	case MetricIoU:
		return IoU(x, y)
	case MetricBoundary:
		return BoundaryF(x, y, h, w, BoundaryTolerance)
	}
	var sum, known float64
	for i, v := range y {
		if v != 0 {
			known++
			sum += math.Abs(float64(x[i] - v))
		}
	}
	return -sum / max(known, 1)
}

// flips writes (ℓ₊ − ℓ₋)/2 of each pixel of a mask x, ℓ± being the loss with that
// pixel ±1 and all others as they are: the metric's score negated. y is the
// truth. For the boundary it takes O(h w (1 + tolerance)²), otherwise O(h w).
func (m Metric) flips(x, y []int8, h, w int, out []float32) {
	if m == MetricBoundary {
		boundaryFlips(x, y, h, w, BoundaryTolerance, out)
		return
	}
	both, p, t, _ := overlap(x, y)
	known := 0
	for _, v := range y {
		if v != 0 {
			known++
		}
	}
	value := func(both, p int) float64 {
		switch {
		case p+t == 0:
			return 1
		case m == MetricDice:
			return 2 * float64(both) / float64(p+t)
		}
		return float64(both) / float64(p+t-both)
	}
	for i, v := range y {
		out[i] = 0
		if v == 0 {
			continue
		}
		if m == MetricError {
			out[i] = -float32(v) / float32(known)
			continue
		}
		hit, one := 0, 0
		if v > 0 {
			hit = 1
		}
		if x[i] > 0 {
			one = 1
		}
		b, q := both-hit*one, p-one // with the pixel −1
		out[i] = float32(value(b, q)-value(b+hit, q+1)) / 2
	}
}

// boundaryCounts are the counts of which the boundary F-measure is made, kept up
// to date while pixels flip.
type boundaryCounts struct {
	h, w, tolerance int
	x               []int8
	mine            []bool  // boundary pixels of x
	near            []bool  // pixels within the tolerance of the truth's boundary
	truth           []bool  // the truth's boundary pixels
	cover           []int32 // of each pixel: boundary pixels of x within the tolerance
	predicted, hits int     // boundary pixels of x; those of them that are near
	real, found     int     // the truth's; those of them that are covered
}

// newBoundaryCounts counts for a mask, which it copies.
func newBoundaryCounts(x, y []int8, h, w, tolerance int) *boundaryCounts {
	n := h * w
	c := &boundaryCounts{
		h: h, w: w, tolerance: tolerance, x: append([]int8(nil), x...),
		mine: make([]bool, n), near: make([]bool, n), truth: boundary(y, h, w), cover: make([]int32, n),
	}
	for i, on := range c.truth {
		if on {
			c.real++
			c.disc(i, func(j int) { c.near[j] = true })
		}
	}
	for i, on := range boundary(x, h, w) {
		if on {
			c.toggle(i)
		}
	}
	return c
}

// disc calls f with all pixels within the tolerance of pixel i.
func (c *boundaryCounts) disc(i int, f func(j int)) {
	r, col, d := i/c.w, i%c.w, c.tolerance
	for y := max(0, r-d); y <= min(c.h-1, r+d); y++ {
		for x := max(0, col-d); x <= min(c.w-1, col+d); x++ {
			if (y-r)*(y-r)+(x-col)*(x-col) <= d*d {
				f(y*c.w + x)
			}
		}
	}
}

// toggle makes pixel i a boundary pixel of x, or none.
func (c *boundaryCounts) toggle(i int) {
	by := int32(1)
	if c.mine[i] {
		by = -1
	}
	c.mine[i] = !c.mine[i]
	c.predicted += int(by)
	if c.near[i] {
		c.hits += int(by)
	}
	c.disc(i, func(j int) {
		c.cover[j] += by
		if c.truth[j] && (by > 0 && c.cover[j] == 1 || by < 0 && c.cover[j] == 0) {
			c.found += int(by)
		}
	})
}

// isBoundary reports whether pixel i of x is one.
func (c *boundaryCounts) isBoundary(i int) bool {
	r, col := i/c.w, i%c.w
	return c.x[i] > 0 && (col > 0 && c.x[i-1] <= 0 || col < c.w-1 && c.x[i+1] <= 0 || r > 0 && c.x[i-c.w] <= 0 || r < c.h-1 && c.x[i+c.w] <= 0)
}

// flip flips pixel i of x.
func (c *boundaryCounts) flip(i int) {
	c.x[i] = -c.x[i]
	update := func(j int) {
		if c.isBoundary(j) != c.mine[j] {
			c.toggle(j)
		}
	}
	update(i)
	r, col := i/c.w, i%c.w
	if col > 0 {
		update(i - 1)
	}
	if col < c.w-1 {
		update(i + 1)
	}
	if r > 0 {
		update(i - c.w)
	}
	if r < c.h-1 {
		update(i + c.w)
	}
}

// value returns the F-measure.
func (c *boundaryCounts) value() float64 {
	precision, recall := float64(c.hits)/max(float64(c.predicted), 1), float64(c.found)/max(float64(c.real), 1)
	switch {
	case c.predicted == 0 && c.real == 0:
		return 1
	case precision+recall == 0:
		return 0
	}
	return 2 * precision * recall / (precision + recall)
}

// boundaryFlips is flips for the boundary.
func boundaryFlips(x, y []int8, h, w, tolerance int, out []float32) {
	c := newBoundaryCounts(x, y, h, w, tolerance)
	f := c.value()
	for i := range x {
		c.flip(i)
		other := c.value()
		c.flip(i)
		out[i] = float32(other-f) / 2 // (ℓ₊ − ℓ₋)/2 where x_i = +1: (−f + other)/2
		if x[i] < 0 {
			out[i] = -out[i]
		}
	}
}
