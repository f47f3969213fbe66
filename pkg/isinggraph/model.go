package isinggraph

import (
	"fmt"

	"example.org/isinggraph/internal/par"
)

// Model is one distribution p(x) ∝ exp(−βE(x)) (eq. 1) on a graph, with the energy
// E of eq. 2.
type Model struct {
	Graph *Graph
	J     Couplings // the zero value is J = 1
	H     []float32 // fields [n]; nil for none
	Beta  float32   // inverse temperature β ≥ 0; 0 means 1
}

// Validate checks lengths and values. Errors name the parameter, the index and the
// value.
func (m Model) Validate() error {
	if m.Graph == nil {
		return fmt.Errorf("isinggraph: a model without a graph")
	}
	if err := m.J.Validate(m.Graph); err != nil {
		return err
	}
	if n, k := m.Graph.NumNodes(), len(m.H); k != 0 && k != n {
		return fmt.Errorf("isinggraph: %d fields H, need none or one per node (%d)", k, n)
	}
	for i, v := range m.H {
		if !finite(v) {
			return fmt.Errorf("isinggraph: field H[%d] is %v", i, v)
		}
	}
	if !finite(m.Beta) || m.Beta < 0 {
		return fmt.Errorf("isinggraph: Beta is %v, need a finite value of at least 0", m.Beta)
	}
	return nil
}

// Field returns h of node i.
func (m Model) Field(i int) float32 {
	if len(m.H) == 0 {
		return 0
	}
	return m.H[i]
}

// InverseTemperature returns β, 1 where the model says nothing.
func (m Model) InverseTemperature() float32 {
	if m.Beta == 0 {
		return 1
	}
	return m.Beta
}

// Energy returns E(x) = −Σ_{(i,j)∈E} J_ij x_i x_j − Σ_i h_i x_i (eq. 2) of the state
// x [n] in {−1,+1}, in O(V + E). The model must be valid.
func (m Model) Energy(x []int8) float64 {
	j, each := m.J.resolve(m.Graph)
	return energy(m.Graph, j, each, m.H, x)
}

// Energies returns the energy (eq. 2) of each chain of spins [chains*n],
// chain-major. Chains are spread over the cores when the work is worth it.
func (m Model) Energies(spins []int8) []float64 {
	return energies(m.Graph, m.J, spins, func(int) []float32 { return m.H })
}

// energies returns the energy of each chain with the field that of returns.
func energies(g *Graph, couplings Couplings, spins []int8, of func(chain int) []float32) []float64 {
	n := g.NumNodes()
	j, each := couplings.resolve(g)
	out := make([]float64, len(spins)/n)
	par.Range(len(out), 1+(1<<16)/(n+g.NumEdges()), func(lo, hi int) {
		for c := lo; c < hi; c++ {
			out[c] = energy(g, j, each, of(c), spins[c*n:(c+1)*n])
		}
	})
	return out
}

// energy is Energy of resolved couplings.
func energy(g *Graph, j float32, each, h []float32, x []int8) float64 {
	x = x[:g.NumNodes()]
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
		if len(h) > 0 {
			fields += float64(h[u]) * float64(s)
		}
	}
	return -bonds - fields
}

// EffectiveField returns h_i^eff(x) = h_i + Σ_{j∈N(i)} J_ij x_j (eq. 4) of every
// node, in O(V + E). It writes to and returns dst [n], or a new slice if dst is nil.
func (m Model) EffectiveField(x []int8, dst []float64) []float64 {
	n := m.Graph.NumNodes()
	if dst == nil {
		dst = make([]float64, n)
	}
	local := LocalField[int8](m)
	for i := range dst[:n] {
		dst[i] = local(x, i)
	}
	return dst
}

// LocalField returns the function that computes h_i + Σ_{j∈N(i)} J_ij x_j (eq. 4) of
// node i, of spins or of mean spins x [n].
func LocalField[T int8 | float64](m Model) func(x []T, i int) float64 {
	g := m.Graph
	j, each := m.J.resolve(g)
	return func(x []T, i int) float64 {
		var sum float64
		if each == nil {
			for _, v := range g.Neighbors(i) {
				sum += float64(x[v])
			}
			sum *= float64(j)
		} else {
			ids := g.edgeIDs()[g.rowPtr[i]:]
			for k, v := range g.Neighbors(i) {
				sum += float64(each[ids[k]]) * float64(x[v])
			}
		}
		return sum + float64(m.Field(i))
	}
}

// Magnetization returns the mean spin (1/n) Σ_i x_i, whose expectation is η
// (eq. 8). x must not be empty.
func Magnetization(x []int8) float64 {
	var sum int64
	for _, s := range x {
		sum += int64(s)
	}
	return float64(sum) / float64(len(x))
}

// Fraction returns the share of spins that are +1, (1+η)/2. x must not be empty.
func Fraction(x []int8) float64 { return (1 + Magnetization(x)) / 2 }
