package explain

import (
	"fmt"
	"math/rand/v2"
)

// GenerateMolecules makes count graphs in the manner of Mutagenicity's: two
// rings of six carbons, joined or fused, chains of carbon and oxygen, hydrogens
// on the valences that are left, and on every second graph (label 1) one or two
// planted groups, NO2, NH2, nitroso or azo, which the others lack. Features are
// those of [Mutagenicity].
func GenerateMolecules(count int, seed uint64) (*Dataset, error) {
	if count < 1 || count > 1<<20 {
		return nil, fmt.Errorf("explain: %d molecules, need 1 to %d", count, 1<<20)
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	d := &Dataset{Name: "molecules", Classes: 2, Size: Size{Fraction: 0.4}}
	for k := range count {
		b := builder{rng: rng}
		b.skeleton()
		if k%2 == 1 {
			for range 1 + rng.IntN(2) {
				b.plant()
			}
		}
		b.saturate()
		if err := d.addMolecule(b.atoms, b.edges, b.orders, k%2, b.motifs); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// builder makes one molecule.
type builder struct {
	rng    *rand.Rand
	atoms  []int
	free   []int // valences left of each atom
	edges  [][2]int32
	orders []int
	motifs [][]int32
}

// atom adds an atom of a valence and returns its number.
func (b *builder) atom(kind, valence int) int32 {
	b.atoms, b.free = append(b.atoms, kind), append(b.free, valence)
	return int32(len(b.atoms) - 1)
}

func (b *builder) bond(u, v int32, order int) {
	b.edges, b.orders = append(b.edges, [2]int32{u, v}), append(b.orders, order)
	b.free[u] -= order
	b.free[v] -= order
}

// ring adds six carbons in a ring of alternating bonds, of which the first two
// may be there already.
func (b *builder) ring(fused []int32) []int32 {
	nodes := append([]int32(nil), fused...)
	for len(nodes) < 6 {
		nodes = append(nodes, b.atom(atomC, 4))
	}
	for i := range nodes {
		if i == 0 && len(fused) == 2 {
			continue
		}
		order := 1
		if i%2 == len(fused)/2 && b.free[nodes[i]] > 1 && b.free[nodes[(i+1)%6]] > 1 {
			order = 2
		}
		b.bond(nodes[i], nodes[(i+1)%6], order)
	}
	return nodes
}

// open returns a random carbon with a free valence, or −1.
func (b *builder) open() int32 {
	var list []int32
	for i, f := range b.free {
		if f > 0 && b.atoms[i] == atomC {
			list = append(list, int32(i))
		}
	}
	if len(list) == 0 {
		return -1
	}
	return list[b.rng.IntN(len(list))]
}

// skeleton adds the rings and chains.
func (b *builder) skeleton() {
	first := b.ring(nil)
	switch b.rng.IntN(3) {
	case 0:
		b.ring([]int32{first[3], first[4]})
	case 1:
		second := b.ring(nil)
		b.bond(first[0], second[0], 1)
	}
	for range 1 + b.rng.IntN(4) {
		at := b.open()
		for range 1 + b.rng.IntN(3) {
			kind, valence := atomC, 4
			if b.rng.IntN(4) == 0 {
				kind, valence = atomO, 2
			}
			next := b.atom(kind, valence)
			b.bond(at, next, 1)
			at = next
		}
	}
}

// plant adds one group to a carbon.
func (b *builder) plant() {
	at := b.open()
	if at < 0 {
		return
	}
	n := b.atom(atomN, 5)
	b.bond(at, n, 1)
	b.free[n] = 0
	join := func(kind, order, left int) int32 {
		i := b.atom(kind, order)
		b.bond(n, i, order)
		b.free[i] = left
		return i
	}
	motif := []int32{n}
	switch b.rng.IntN(4) {
	case 0:
		motif = append(motif, join(atomO, 2, 0), join(atomO, 2, 0))
	case 1:
		motif = append(motif, join(atomH, 1, 0), join(atomH, 1, 0))
	case 2:
		motif = append(motif, join(atomO, 2, 0))
	default:
		other := join(atomN, 2, 1)
		motif = append(motif, other)
		b.bond(other, b.atom(atomC, 4), 1)
	}
	b.free[n] = 0
	b.motifs = append(b.motifs, motif)
}

// saturate puts hydrogen on every free valence.
func (b *builder) saturate() {
	for i := range len(b.atoms) {
		for b.free[i] > 0 {
			b.bond(int32(i), b.atom(atomH, 1), 1)
		}
	}
}
