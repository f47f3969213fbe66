package mesh_test

import (
	"context"
	"fmt"
	"log"

	"example.org/isinggraph/data"
	"example.org/isinggraph/pkg/tasks/mesh"
)

// octahedron returns the surface with corners ±1 on the axes.
func octahedron() *mesh.Surface {
	s, err := mesh.NewSurface(&data.Mesh{
		Vertices: [][3]float64{{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}},
		Faces:    [][3]int32{{0, 2, 4}, {2, 1, 4}, {1, 3, 4}, {3, 0, 4}, {2, 0, 5}, {1, 2, 5}, {3, 1, 5}, {0, 3, 5}},
	})
	if err != nil {
		log.Fatal(err)
	}
	return s
}

// Every corner of an octahedron is as curved as the others: ‖(4/√3) v‖² = 16/3.
func ExampleCurvature() {
	s := octahedron()
	fmt.Printf("%d nodes, %d edges, curvature %.2f\n", s.Graph.NumNodes(), s.Graph.NumEdges(), mesh.Curvature(s))
	// Output: 6 nodes, 12 edges, curvature [5.33 5.33 5.33 5.33 5.33 5.33]
}

// Exact distances of points from a surface.
func ExampleNewTree() {
	tree, err := mesh.NewTree(octahedron().Mesh)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.4f\n", tree.Distances([][3]float64{{0, 0, 0}, {2, 0, 0}, {1, 0, 0}}))
	// Output: [0.5774 1.0000 0.0000]
}

// Nested meshes, each of some of the vertices of the one before.
func ExampleNewHierarchy() {
	m, err := data.GenerateMesh(data.Chair, 1, 1500)
	if err != nil {
		log.Fatal(err)
	}
	s, err := mesh.NewSurface(m)
	if err != nil {
		log.Fatal(err)
	}
	levels, err := mesh.NewHierarchy(context.Background(), s, mesh.FPS{}, 400, 1)
	if err != nil {
		log.Fatal(err)
	}
	for _, l := range levels {
		fmt.Println(len(l.Surface.Mesh.Vertices), "vertices, the last one was", l.Kept[len(l.Kept)-1])
	}
	// Output:
	// 1500 vertices, the last one was 1499
	// 750 vertices, the last one was 1499
	// 375 vertices, the last one was 1499
}

// Methods compared on meshes, as in Table 5.
func ExampleEvaluate() {
	m, err := data.GenerateMesh(data.Human, 1, 800)
	if err != nil {
		log.Fatal(err)
	}
	s, err := mesh.NewSurface(m)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := mesh.Evaluate(context.Background(), []*mesh.Surface{s}, []int{0}, []mesh.Method{mesh.Random{}, mesh.HandMade(2)}, 1, nil)
	if err != nil {
		log.Fatal(err)
	}
	rows, err := mesh.Summarize(scores, "RANDOM", nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		fmt.Printf("%s: less than 0.8 of a random choice's distance: %t\n", r.Method, r.Ratio < 0.8)
	}
	// Output:
	// RANDOM: less than 0.8 of a random choice's distance: false
	// HAND-MADE a=2: less than 0.8 of a random choice's distance: true
}
