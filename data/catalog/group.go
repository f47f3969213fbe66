package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Group is a named part of a set.
type Group struct {
	Name, Title string
	set         string   // the set that it is a part of
	files       []string // its files
}

// Groups returns the named groups.
func Groups() []Group {
	return []Group{{
		Name:  "suitesparse-paper",
		Title: "the 23 matrices with 30×30 windows along the diagonal that pass the paper's filter (657 windows; section 4.4, appendix F)",
		set:   "suitesparse",
		files: []string{
			"INDEX.tsv", "mtx/1138_bus.mtx", "mtx/Pd.mtx", "mtx/add32.mtx", "mtx/bcspwr06.mtx", "mtx/bcspwr09.mtx", "mtx/cage8.mtx",
			"mtx/commanche.mtx", "mtx/data.mtx", "mtx/dwt_1005.mtx", "mtx/dwt_878.mtx", "mtx/fs_541_1.mtx", "mtx/gent113.mtx",
			"mtx/jagmesh7.mtx", "mtx/luxembourg.mtx", "mtx/memplus.mtx", "mtx/neumann.triplet0", "mtx/orsreg_1.mtx", "mtx/pts5ldd03.mtx",
			"mtx/pushpull.mtx", "mtx/qc324.triplet0", "mtx/qh1484.mtx", "mtx/rajat01.mtx", "mtx/whitaker3.mtx",
		},
	}, {
		Name:  "mesh-fold",
		Title: "the 16 meshes of the test fold that the paper's Table 3 describes",
		set:   "mesh_psb",
		files: []string{
			"Bust/304.off", "Bust/307.off", "Bust/308.off", "Bust/315.off", "Chair/104.off", "Chair/107.off", "Chair/108.off", "Chair/115.off",
			"FourLeg/384.off", "FourLeg/387.off", "FourLeg/388.off", "FourLeg/395.off", "Human/4.off", "Human/12.off", "Human/15.off", "Human/16.off",
		},
	}}
}

// Subset returns the part of its set that the group names.
func (g Group) Subset() *Set {
	for _, s := range Sets() {
		if s.Name == g.set {
			return s.subset(g.files)
		}
	}
	panic("catalog: group " + g.Name + " of an unknown set")
}

// Find returns the sets and groups of the given names, without repeats; "all"
// means every set. An unknown name is an error that lists the known ones.
func Find(names ...string) ([]*Set, error) {
	var found []*Set
	var known []string
	byName := map[string]*Set{}
	for _, s := range Sets() {
		byName[s.Name], known = s, append(known, s.Name)
	}
	for _, g := range Groups() {
		byName[g.Name], known = g.Subset(), append(known, g.Name)
	}
	for i, n := range names {
		if n == "all" {
			return Sets(), nil
		}
		s := byName[n]
		if s == nil {
			return nil, fmt.Errorf("catalog: no set named %q: there are %s and all", n, strings.Join(known, ", "))
		}
		if !slices.Contains(names[:i], n) {
			found = append(found, s)
		}
	}
	return found, nil
}
