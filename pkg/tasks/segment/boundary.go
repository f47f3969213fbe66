package segment

import "math"

// BoundaryF returns the boundary F-measure of a predicted and a true mask of h
// rows and w columns,
//
//	F = 2 P R / (P + R),
//
// P being the share of predicted boundary pixels that have a true one within
// the tolerance, in pixels of Euclidean distance, and R the share of true ones
// that have a predicted one (D. Martin, C. Fowlkes, J. Malik 2004,
// doi:10.1109/TPAMI.2004.1273918; G. Csurka et al. 2013, doi:10.5244/C.27.32).
// A boundary pixel is a pixel +1 with one of its four neighbours in the image
// not +1; the image's frame is no boundary. Unlike [Dice] it does not forgive a
// ragged or displaced outline because the inside is large.
//
// Two masks without a boundary agree: 1; only one without: 0. A truth of 0, not
// known, counts as background. Sizes that do not fit the masks, and a negative
// tolerance, give NaN. Time and memory O(h w).
func BoundaryF(pred, truth []int8, h, w, tolerance int) float64 {
	if h < 1 || w < 1 || len(pred) != h*w || len(truth) != h*w || tolerance < 0 {
		return math.NaN()
	}
	p, t := boundary(pred, h, w), boundary(truth, h, w)
	precision, predicted := near(p, t, h, w, tolerance)
	recall, real := near(t, p, h, w, tolerance)
	switch {
	case predicted == 0 && real == 0:
		return 1
	case precision+recall == 0:
		return 0
	}
	return 2 * precision * recall / (precision + recall)
}

// boundary marks the pixels +1 with a neighbour that is not.
func boundary(x []int8, h, w int) []bool {
	at := make([]bool, len(x))
	for i, v := range x {
		if v <= 0 {
			continue
		}
		r, c := i/w, i%w
		at[i] = c > 0 && x[i-1] <= 0 || c < w-1 && x[i+1] <= 0 || r > 0 && x[i-w] <= 0 || r < h-1 && x[i+w] <= 0
	}
	return at
}

// near returns which share of the marks of a lies within a distance of one of
// b, and the number of marks of a.
func near(a, b []bool, h, w, tolerance int) (share float64, marks int) {
	d := squaredDistance(b, h, w)
	close, limit := 0, float64(tolerance)*float64(tolerance)
	for i, on := range a {
		if on {
			marks++
			if d[i] <= limit {
				close++
			}
		}
	}
	return float64(close) / max(float64(marks), 1), marks
}

// squaredDistance returns each pixel's squared Euclidean distance to the
// nearest mark, +Inf where there is none: the exact transform of P.
// Felzenszwalb and D. Huttenlocher 2012, doi:10.4086/toc.2012.v008a019, first
// along columns, then along rows.
func squaredDistance(marks []bool, h, w int) []float64 {
	d := make([]float64, h*w)
	for i, on := range marks {
		if !on {
			d[i] = math.Inf(1)
		}
	}
	n := max(h, w)
	line, out := make([]float64, n), make([]float64, n)
	apex, bounds := make([]int, n), make([]float64, n+1)
	for c := range w {
		for r := range h {
			line[r] = d[r*w+c]
		}
		lowerEnvelope(line[:h], out, apex, bounds)
		for r := range h {
			d[r*w+c] = out[r]
		}
	}
	for r := range h {
		row := d[r*w : (r+1)*w]
		copy(line, row)
		lowerEnvelope(line[:w], row, apex, bounds)
	}
	return d
}

// lowerEnvelope sets out[q] to min_p f[p] + (q − p)², by the parabolas that
// make up the minimum: apex lists them, bounds where each begins.
func lowerEnvelope(f, out []float64, apex []int, bounds []float64) {
	k := -1 // the last parabola of the envelope
	for q, v := range f {
		if math.IsInf(v, 1) {
			continue
		}
		begin := math.Inf(-1)
		for k >= 0 {
			p := apex[k]
			begin = (v + float64(q*q) - f[p] - float64(p*p)) / float64(2*(q-p))
			if begin > bounds[k] {
				break
			}
			k--
		}
		if k < 0 {
			begin = math.Inf(-1)
		}
		k++
		apex[k], bounds[k], bounds[k+1] = q, begin, math.Inf(1)
	}
	if k < 0 {
		for q := range f {
			out[q] = math.Inf(1)
		}
		return
	}
	j := 0
	for q := range f {
		for bounds[j+1] < float64(q) {
			j++
		}
		p := apex[j]
		out[q] = f[p] + float64((q-p)*(q-p))
	}
}
