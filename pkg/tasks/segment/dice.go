package segment

import "math"

// Dice returns the Dice coefficient of a predicted and a true mask,
//
//	2 |P ∩ T| / (|P| + |T|),
//
// P and T being the sets of pixels +1 (L. R. Dice 1945, doi:10.2307/1932409).
// It lies in [0, 1]. Two empty masks agree: 1; one empty mask: 0. Pixels whose
// truth is 0, not known, are left out. Masks of different lengths give NaN.
func Dice(pred, truth []int8) float64 {
	both, p, t, ok := overlap(pred, truth)
	switch {
	case !ok:
		return math.NaN()
	case p+t == 0:
		return 1
	}
	return 2 * float64(both) / float64(p+t)
}

// overlap counts the pixels +1 of both masks, of the first and of the second,
// where the second is known.
func overlap(pred, truth []int8) (both, p, t int, ok bool) {
	if len(pred) != len(truth) {
		return 0, 0, 0, false
	}
	for i, y := range truth {
		if y == 0 {
			continue
		}
		if pred[i] > 0 {
			p++
		}
		if y > 0 {
			t++
			if pred[i] > 0 {
				both++
			}
		}
	}
	return both, p, t, true
}
