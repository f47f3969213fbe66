package mesh_test

import (
	"context"
	"fmt"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/mesh"
)

// Half of the vertices of a mesh are removed, where it is flat rather than where it
// is curved, and the coarse mesh is compared with that of a random choice.
func Example() {
	m, err := data.GenerateMesh(data.FourLeg, 1, 2000)
	if err != nil {
		panic(err)
	}
	s, err := mesh.NewSurface(m)
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	var mean [2]float64
	for k, method := range []mesh.Method{mesh.Random{}, mesh.HandMade(1)} {
		keep, err := method.Keep(ctx, s, 1)
		if err != nil {
			panic(err)
		}
		distances, err := s.Distances(keep, nil)
		if err != nil {
			panic(err)
		}
		for _, d := range distances {
			mean[k] += d / float64(len(distances))
		}
		if k == 1 {
			c, err := s.Coarsen(keep)
			if err != nil {
				panic(err)
			}
			fmt.Printf("%d of %d vertices kept\n", len(c.Kept), len(c.To))
		}
	}
	fmt.Printf("distance below two thirds of a random choice's: %t\n", mean[1] < mean[0]*2/3)
	// Output:
	// 1000 of 2000 vertices kept
	// distance below two thirds of a random choice's: true
}
