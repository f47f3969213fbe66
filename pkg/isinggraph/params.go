package isinggraph

import "fmt"

// Params are the parameters of p(x) ∝ exp(-βE(x)) (eq. 1) with the energy E of
// eq. 2, for one or several chains. The zero value has no field, β = 1 and the
// graph's couplings.
type Params struct {
	// J holds the couplings: none for the graph's own, or 1 if it has none;
	// one for every edge alike; or one per canonical edge. J > 0 is
	// ferromagnetic. It replaces the graph's couplings.
	J []float32
	// H holds the fields: none for zero; n shared by all chains; or chains*n,
	// chain-major.
	H []float32
	// Beta holds the inverse temperatures, at least 0: none for 1; one shared
	// by all chains; or one per chain.
	Beta []float32
}

// Validate checks lengths and values against g and the number of chains. Errors
// name the parameter, the index and the value.
func (p Params) Validate(g *Graph, chains int) error {
	if chains < 1 {
		return fmt.Errorf("isinggraph: %d chains, need at least 1", chains)
	}
	n, m := g.NumNodes(), g.NumEdges()
	if k := len(p.J); k > 1 && k != m {
		return fmt.Errorf("isinggraph: %d couplings J, need 0, 1 or one per edge (%d)", k, m)
	}
	if k := len(p.H); k != 0 && k != n && k != chains*n {
		return fmt.Errorf("isinggraph: %d fields H, need 0, one per node (%d) or one per chain and node (%d)", k, n, chains*n)
	}
	if k := len(p.Beta); k > 1 && k != chains {
		return fmt.Errorf("isinggraph: %d values of Beta, need 0, 1 or one per chain (%d)", k, chains)
	}
	for e, v := range p.J {
		if !finite(v) {
			return fmt.Errorf("isinggraph: coupling J[%d] is %v", e, v)
		}
	}
	for i, v := range p.H {
		if !finite(v) {
			return fmt.Errorf("isinggraph: field H[%d] is %v", i, v)
		}
	}
	for c, v := range p.Beta {
		if !finite(v) || v < 0 {
			return fmt.Errorf("isinggraph: Beta[%d] is %v, need a finite value of at least 0", c, v)
		}
	}
	return nil
}

// Coupling returns J of the canonical edge e of g.
func (p Params) Coupling(g *Graph, e int) float32 {
	j, each := p.couplings(g)
	if each != nil {
		return each[e]
	}
	return j
}

// Field returns h of node i in a chain, for a graph of n nodes.
func (p Params) Field(chain, i, n int) float32 {
	if h := p.fields(chain, n); h != nil {
		return h[i]
	}
	return 0
}

// BetaOf returns β of a chain.
func (p Params) BetaOf(chain int) float32 {
	switch len(p.Beta) {
	case 0:
		return 1
	case 1:
		return p.Beta[0]
	}
	return p.Beta[chain]
}

// couplings returns J per canonical edge of g or, if that is nil, the one
// coupling that all edges have.
func (p Params) couplings(g *Graph) (j float32, each []float32) {
	switch {
	case len(p.J) == 1:
		return p.J[0], nil
	case len(p.J) > 1:
		return 0, p.J
	case g.couplings != nil:
		return 0, g.couplings
	}
	return 1, nil
}

// fields returns h of one chain [n], or nil where it is zero.
func (p Params) fields(chain, n int) []float32 {
	if len(p.H) > n {
		return p.H[chain*n : (chain+1)*n]
	}
	if len(p.H) == 0 {
		return nil
	}
	return p.H
}
