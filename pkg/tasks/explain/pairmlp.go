package explain

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// pairHidden is the width of a pairMLP.
const pairHidden = 64

// pairMLP maps the embeddings of a pair of nodes to a logit,
//
//	w · ReLU(A z_u + B z_v + b) + c.
//
// It multiplies by A and B once a node and not once a pair.
type pairMLP struct {
	width  int       // H of z
	params []float64 // A [H, 64], B [H, 64], b [64], w [64], c
}

// newPairMLP draws the parameters uniformly within ±√(6/(in + out)) (Glorot and
// Bengio 2010), biases 0.
func newPairMLP(width int, rng *rand.Rand) *pairMLP {
	m := &pairMLP{width: width, params: make([]float64, 2*width*pairHidden+2*pairHidden+1)}
	uniform := func(x []float64, in, out int) {
		bound := math.Sqrt(6 / float64(in+out))
		for i := range x {
			x[i] = bound * (2*rng.Float64() - 1)
		}
	}
	ab, _, w := m.split(m.params)
	uniform(ab, 2*width, pairHidden)
	uniform(w[:pairHidden], pairHidden, 1)
	return m
}

// split returns A and B, b, and w with c at its end.
func (m *pairMLP) split(x []float64) (ab, b, w []float64) {
	at := 2 * m.width * pairHidden
	return x[:at], x[at : at+pairHidden], x[at+pairHidden:]
}

// pairPass is what backward needs of forward.
type pairPass struct {
	pairs  [][2]int32 // edges
	z      *mat.Dense // [n, H]
	hidden []float64  // [2·edges, 64], after the ReLU
	logits []float64  // [2·edges]: of (u, v), then of (v, u)
}

// forward computes the logits of both directions of edges from z [n·H].
func (m *pairMLP) forward(z []float32, edges [][2]int32) *pairPass {
	n := len(z) / m.width
	p := &pairPass{pairs: edges, z: mat.NewDense(n, m.width, nil), hidden: make([]float64, 2*len(edges)*pairHidden), logits: make([]float64, 2*len(edges))}
	for i, v := range z {
		p.z.RawMatrix().Data[i] = float64(v)
	}
	ab, b, w := m.split(m.params)
	half := len(ab) / 2
	var first, second mat.Dense
	first.Mul(p.z, mat.NewDense(m.width, pairHidden, ab[:half]))
	second.Mul(p.z, mat.NewDense(m.width, pairHidden, ab[half:]))
	for e := range p.logits {
		u, v := p.pair(e)
		x, y, h := first.RawRowView(u), second.RawRowView(v), p.row(e)
		p.logits[e] = w[pairHidden]
		for k := range h {
			h[k] = max(x[k]+y[k]+b[k], 0)
			p.logits[e] += w[k] * h[k]
		}
	}
	return p
}

// pair returns the ends of a directed edge.
func (p *pairPass) pair(e int) (u, v int) {
	uv := p.pairs[e/2]
	return int(uv[e%2]), int(uv[1-e%2])
}

func (p *pairPass) row(e int) []float64 { return p.hidden[e*pairHidden : (e+1)*pairHidden] }

// backward adds to gradient that of the parameters, from that of the logits.
func (m *pairMLP) backward(p *pairPass, by, gradient []float64) {
	n, _ := p.z.Dims()
	first, second := mat.NewDense(n, pairHidden, nil), mat.NewDense(n, pairHidden, nil)
	_, _, w := m.split(m.params)
	gab, gb, gw := m.split(gradient)
	for e, d := range by {
		u, v := p.pair(e)
		x, y := first.RawRowView(u), second.RawRowView(v)
		gw[pairHidden] += d
		for k, h := range p.row(e) {
			gw[k] += d * h
			if h > 0 {
				s := d * w[k]
				gb[k] += s
				x[k] += s
				y[k] += s
			}
		}
	}
	half := len(gab) / 2
	for k, part := range []*mat.Dense{first, second} {
		var product mat.Dense
		product.Mul(p.z.T(), part)
		for i, v := range product.RawMatrix().Data {
			gab[k*half+i] += v
		}
	}
}

// sigmoid returns 1/(1 + e^−x).
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
