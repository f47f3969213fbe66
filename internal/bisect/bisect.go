// Package bisect finds where a condition that rises with a number begins to hold.
package bisect

// Halve halves [low, high] the given number of times and returns what is left: above
// does not hold at its low end and holds at its high end, unless these are the ends
// that it was given, which are not tried. above says whether a number is too large; an
// error of it ends the search. Each number that is tried is the middle of the interval.
func Halve[F float32 | float64](low, high F, times int, above func(F) (bool, error)) (F, F, error) {
	for range times {
		middle := low + (high-low)/2
		yes, err := above(middle)
		if err != nil {
			return low, high, err
		}
		if yes {
			high = middle
		} else {
			low = middle
		}
	}
	return low, high, nil
}
