package mesh

import (
	"example.org/isinggraph/pkg/isinggraph"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// invariants is how many features of a node of [NewItem] come before its position.
const invariants = 3

// NewItem returns a surface as an item of a [learn.Learner]. The features of
// a vertex are
//
//	½ log(z_i / median z)     z being the curvature (eq. 22), whose norm that makes
//	its mean over the neighbours
//	the mean over the neighbours of that mean
//	x, y, z                   the position in mean edge lengths, from the centroid
//
// so that the first three do not depend on how the mesh is moved, rotated,
// reflected or scaled. The item's Data is the surface. In file units z is about 1e-4, from which networks learn
// nothing.
func NewItem(s *Surface) *learn.Item {
	curvature := LogCurvature(s)
	mid := median(curvature)
	for i := range curvature {
		curvature[i] = (curvature[i] - mid) / 2
	}
	once := neighbourMeans(s.Graph, curvature)
	twice := neighbourMeans(s.Graph, once)
	var centre [3]float64
	for _, p := range s.Mesh.Vertices {
		for k, v := range p {
			centre[k] += v / float64(len(s.points))
		}
	}
	x := make([]float32, 0, (invariants+3)*len(s.points))
	for i, p := range s.Mesh.Vertices {
		x = append(x, curvature[i], once[i], twice[i])
		for k, v := range p {
			x = append(x, float32((v-centre[k])/s.meanEdge))
		}
	}
	return &learn.Item{Graph: s.Graph, X: x, Data: s}
}

// item returns a surface as the recipe's network sees it: [NewItem] or, as in the
// paper, z of eq. 22 as it stands and the position.
func (r Recipe) item(s *Surface) *learn.Item {
	it := NewItem(s)
	if !r.Paper {
		return it
	}
	x := make([]float32, 0, 4*len(s.points))
	for i, z := range Curvature(s) {
		x = append(append(x, float32(z)), it.X[(invariants+3)*i+invariants:][:3]...)
	}
	it.X = x
	return it
}

// invariants returns how many features of a node of [Recipe.item] come before its
// position.
func (r Recipe) invariants() int {
	if r.Paper {
		return 1
	}
	return invariants
}

// neighbourMeans returns the mean of the values of each node's neighbours, 0
// where there are none.
func neighbourMeans(g *isinggraph.Graph, values []float32) []float32 {
	out := make([]float32, len(values))
	for i := range out {
		around := g.Neighbors(i)
		for _, j := range around {
			out[i] += values[j]
		}
		out[i] /= float32(max(len(around), 1))
	}
	return out
}
