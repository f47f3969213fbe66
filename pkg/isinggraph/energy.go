package isinggraph

import (
	"math"

	"example.org/isinggraph/internal/par"
)

// Energy returns E(x) = -Σ_{(i,j)∈E} J_ij x_i x_j - Σ_i h_i x_i (eq. 2) of the
// state x [n] in {-1,+1}, with the field of the given chain, in O(V + E). The
// parameters must be valid for g.
func Energy(g *Graph, p Params, x []int8, chain int) float64 {
	n := g.NumNodes()
	x = x[:n]
	h := p.fields(chain, n)
	j, each := p.couplings(g)
	var bonds, fields float64
	for u, s := range x {
		up := g.upper(u)
		if each == nil {
			var aligned int32
			for _, v := range up {
				aligned += int32(x[v])
			}
			bonds += float64(j) * float64(int32(s)*aligned)
		} else {
			row := each[g.first[u]:][:len(up)]
			var sum float64
			for k, v := range up {
				sum += float64(row[k]) * float64(x[v])
			}
			bonds += sum * float64(s)
		}
		if h != nil {
			fields += float64(h[u]) * float64(s)
		}
	}
	return -bonds - fields
}

// Energies returns the energy (eq. 2) of each chain of spins [chains*n],
// chain-major. Chains are spread over the cores when the work is worth it.
func Energies(g *Graph, p Params, spins []int8, chains int) []float64 {
	n := g.NumNodes()
	out := make([]float64, chains)
	par.Range(chains, 1+(1<<16)/(n+g.NumEdges()), func(lo, hi int) {
		for c := lo; c < hi; c++ {
			out[c] = Energy(g, p, spins[c*n:(c+1)*n], c)
		}
	})
	return out
}

// Magnetization returns the mean spin (1/n) Σ_i x_i, whose expectation is η
// (eq. 8); (1+η)/2 of the nodes have x = +1. x must not be empty.
func Magnetization(x []int8) float64 {
	var sum int64
	for _, s := range x {
		sum += int64(s)
	}
	return float64(sum) / float64(len(x))
}

// Fraction returns the share of spins that are +1, (1+η)/2. x must not be empty.
func Fraction(x []int8) float64 { return (1 + Magnetization(x)) / 2 }

// EffectiveField returns h_i^eff(x) = h_i + Σ_{j∈N(i)} J_ij x_j (eq. 4) of
// every node, with the field of the given chain, in O(V + E). It writes to and
// returns out [n], or a new slice if out is nil.
func EffectiveField(g *Graph, p Params, x []int8, chain int, out []float64) []float64 {
	if out == nil {
		out = make([]float64, g.NumNodes())
	}
	for i := range out[:g.NumNodes()] {
		out[i] = LocalField(g, p, x, chain, i)
	}
	return out
}

// LocalField returns h_i^eff(x) = h_i + Σ_{j∈N(i)} J_ij x_j (eq. 4) of one node for
// spins or mean spins x [n], with the field of the given chain. O(degree).
func LocalField[T int8 | float64](g *Graph, p Params, x []T, chain, i int) float64 {
	var sum float64
	if j, each := p.couplings(g); each == nil {
		for _, v := range g.Neighbors(i) {
			sum += float64(x[v])
		}
		sum *= float64(j)
	} else {
		ids := g.EdgeIDs()[g.rowPtr[i]:]
		for k, v := range g.Neighbors(i) {
			sum += float64(each[ids[k]]) * float64(x[v])
		}
	}
	return sum + float64(p.Field(chain, i, g.NumNodes()))
}

// EtaDet returns η_det = (1/n) Σ_i tanh(β h_i) (eq. 11) of one chain's field on
// n nodes: the magnetization without couplings.
func EtaDet(p Params, chain, n int) float64 {
	beta := float64(p.BetaOf(chain))
	var sum float64
	for _, h := range p.fields(chain, n) {
		sum += math.Tanh(beta * float64(h))
	}
	return sum / float64(n)
}

// EtaSto returns η_sto = (1/n) Σ_i tanh(β h_i^eff(x)) (eq. 12) for one sample x
// of a chain. Its expectation under p is η (eq. 8), with less variance than the
// magnetization of x.
func EtaSto(g *Graph, p Params, x []int8, chain int) float64 {
	beta := float64(p.BetaOf(chain))
	var sum float64
	for _, h := range EffectiveField(g, p, x, chain, nil) {
		sum += math.Tanh(beta * h)
	}
	return sum / float64(g.NumNodes())
}
