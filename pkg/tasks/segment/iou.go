package segment

import "math"

// IoU returns the intersection of a predicted and a true mask over their union,
//
//	|P ∩ T| / |P ∪ T|,
//
// the Jaccard index (P. Jaccard 1912, doi:10.1111/j.1469-8137.1912.tb05611.x);
// IoU = D/(2 − D) with [Dice] D. Empty masks, pixels that are not known and
// lengths that differ are treated as in Dice.
func IoU(pred, truth []int8) float64 {
	both, p, t, ok := overlap(pred, truth)
	switch {
	case !ok:
		return math.NaN()
	case p+t == 0:
		return 1
	}
	return float64(both) / float64(p+t-both)
}
