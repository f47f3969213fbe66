package explain

import (
	"math"
	"math/bits"

	"example.org/isinggraph/pkg/isinggraph"
)

// hnGame is the game of up to 12 players on a graph by which [GStarX] values
// them. A coalition is the bits of its players.
type hnGame struct {
	players int
	parts   [][]uint16 // connected components of each coalition
}

// hnPlayers bounds the 2^players coalitions of a game.
const hnPlayers = 12

// newHNGame returns the game of some nodes of a graph.
func newHNGame(g *isinggraph.Graph, nodes []int) *hnGame {
	adjacent := make([]uint16, len(nodes))
	for a, i := range nodes {
		for b, j := range nodes {
			for _, w := range g.Neighbors(i) {
				if int(w) == j {
					adjacent[a] |= 1 << b
				}
			}
		}
	}
	h := &hnGame{players: len(nodes), parts: make([][]uint16, 1<<len(nodes))}
	for s := range h.parts {
		for left := uint16(s); left != 0; {
			part := left & -left
			for {
				more := part
				for rest := part; rest != 0; rest &= rest - 1 {
					more |= adjacent[bits.TrailingZeros16(rest)] & uint16(s)
				}
				if more == part {
					break
				}
				part = more
			}
			h.parts[s] = append(h.parts[s], part)
			left &^= part
		}
	}
	return h
}

// hnSteps is how often the associated game is formed: 2⁷ times, as in GStarX's
// code.
const hnSteps = 128

// value returns the Hamiache–Navarro value of each player (Hamiache and Navarro
// 2020, doi:10.1007/s00182-019-00688-y), from the values of all coalitions, by
// formula 4 of GStarX: the limit of v ← P M P v in the coalitions of one player,
// where P v(S) is the sum of v over the components of S and
//
//	M v(S) = v(S) + τ Σ_{j∉S} [v(S∪j) − v(S) − v(j)].
//
// It applies the operators to v in O(2ⁿ n) a step; the matrix powers of GStarX's
// code give the same. It stops early when v changes by less than 10⁻⁹.
func (h *hnGame) value(v []float64, tau float64) []float64 {
	x := make([]float64, len(v))
	h.components(x, v)
	y := make([]float64, len(v))
	for range hnSteps {
		for s := 1; s < len(y); s++ {
			y[s] = x[s]
			for j := range h.players {
				if s>>j&1 == 0 {
					y[s] += tau * (x[s|1<<j] - x[s] - x[1<<j])
				}
			}
		}
		change := h.components(x, y)
		if change < 1e-9 {
			break
		}
	}
	out := make([]float64, h.players)
	for j := range out {
		out[j] = x[1<<j]
	}
	return out
}

// components sets to to P v and returns by how much its values changed at most.
func (h *hnGame) components(to, v []float64) float64 {
	change := 0.0
	for s := 1; s < len(v); s++ {
		sum := 0.0
		for _, part := range h.parts[s] {
			sum += v[part]
		}
		change = max(change, math.Abs(sum-to[s]))
		to[s] = sum
	}
	return change
}
