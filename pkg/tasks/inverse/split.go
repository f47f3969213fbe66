package inverse

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Split is a data set in three parts.
type Split struct {
	Train, Validation, Test []*Matrix
}

// splitShares are the paper's 60/20/20.
var splitShares = [3]float64{0.6, 0.2, 0.2}

// NewSplit parts matrices 60/20/20 in an order drawn by the seed, as suits
// matrices that are independent of each other (Dataset 1).
func NewSplit(ms []*Matrix, seed uint64) Split {
	order := slices.Clone(ms)
	rand.New(rand.NewPCG(seed, 0x6a09e667f3bcc908)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	train := int(splitShares[0]*float64(len(ms)) + 0.5)
	test := int((splitShares[0]+splitShares[1])*float64(len(ms)) + 0.5)
	return Split{Train: order[:train], Validation: order[train:test], Test: order[test:]}
}

// NewSplitBySource parts matrices as near to 60/20/20 as leaves all windows of one
// source in one part: sources, larger ones first and the seed deciding between
// equals, go where most is missing. Sources that exceed a twentieth of all come in
// the order of their sizes, the others in an order drawn by the seed.
func NewSplitBySource(ms []*Matrix, seed uint64) Split {
	windows := map[string][]*Matrix{}
	var sources []string
	for _, m := range ms {
		if windows[m.Source] == nil {
			sources = append(sources, m.Source)
		}
		windows[m.Source] = append(windows[m.Source], m)
	}
	rand.New(rand.NewPCG(seed, 0xbb67ae8584caa73b)).Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
	size := func(s string) int {
		if n := len(windows[s]); 20*n > len(ms) {
			return n
		}
		return 0
	}
	slices.SortStableFunc(sources, func(a, b string) int { return cmp.Compare(size(b), size(a)) })
	var parts [3][]*Matrix
	for _, s := range sources {
		best, most := 0, 0.0
		for p, share := range splitShares {
			if missing := share*float64(len(ms)) - float64(len(parts[p])); missing > most {
				best, most = p, missing
			}
		}
		parts[best] = append(parts[best], windows[s]...)
	}
	return Split{Train: parts[0], Validation: parts[1], Test: parts[2]}
}
