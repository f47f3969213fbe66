package data

// disjoint is a union-find over n elements, with path halving and union by
// smaller index.
type disjoint []int32

func newDisjoint(n int) disjoint {
	d := make(disjoint, n)
	for i := range d {
		d[i] = int32(i)
	}
	return d
}

// find returns the representative of i: the smallest index of its set.
func (d disjoint) find(i int32) int32 {
	for d[i] != i {
		d[i] = d[d[i]]
		i = d[i]
	}
	return i
}

// union joins the sets of i and j and tells whether they were two.
func (d disjoint) union(i, j int32) bool {
	i, j = d.find(i), d.find(j)
	if i == j {
		return false
	}
	d[max(i, j)] = min(i, j)
	return true
}
