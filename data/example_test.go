package data_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"example.org/isinggraph/data"
)

// temp writes a file of a folder that the caller removes.
func temp(name, text string) (path string, remove func()) {
	dir, err := os.MkdirTemp("", "data")
	if err != nil {
		log.Fatal(err)
	}
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		log.Fatal(err)
	}
	return path, func() { os.RemoveAll(dir) }
}

// A list of edges, with what was dropped.
func ExampleReadEdgeList() {
	path, remove := temp("friends.edges", "# who knows whom\n1 2\n2 3 0.5\n3 2\n3 3\n")
	defer remove()
	g, err := data.ReadEdgeList(path, data.EdgeListOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(g.N, g.Edges, g.Weights, g.Duplicates, g.SelfLoops)
	// Output: 3 [[0 1] [1 2]] [1 0.5] 1 1
}

// What is wrong with a file is said with its line.
func ExampleFileError() {
	path, remove := temp("bad.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 3 0.5\n")
	defer remove()
	_, err := data.ReadMatrix(path)
	if e, ok := err.(*data.FileError); ok {
		fmt.Printf("line %d: %s: %s\n", e.Line, e.Msg, e.Value)
	}
	// Output: line 3: column outside 1..2: 3
}

// A model in dimod's format, in the paper's signs.
func ExampleReadCOO() {
	path, remove := temp("model.coo", "# vartype=SPIN\n0 0 -0.5\n0 1 1\n")
	defer remove()
	m, err := data.ReadCOO(path, data.AnyVarType)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("J:", m.Weights, "h:", m.Fields)
	// Output: J: [-1] h: [0.5 0]
}

// Samples as a table.
func ExampleWriteSamples() {
	path, remove := temp("samples.csv", "")
	defer remove()
	s := &data.Samples{N: 3, Spins: []int8{1, -1, 1, 1, -1, 1, -1, -1, -1}, Energies: []float64{-2, -2, 1.5}}
	s, err := s.Aggregate()
	if err != nil {
		log.Fatal(err)
	}
	if err := data.WriteSamples(path, s); err != nil {
		log.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(text))
	// Output:
	// energy,count,x0,x1,x2
	// -2,2,1,-1,1
	// 1.5,1,-1,-1,-1
}

// A closed mesh of a family of shapes.
func ExampleGenerateMesh() {
	m, err := data.GenerateMesh(data.Bust, 1, 800)
	if err != nil {
		log.Fatal(err)
	}
	t := m.Topology()
	fmt.Println(t.Closed(), t.Manifold(), t.Euler)
	// Output: true true 2
}

// A planar network for pictures.
func ExampleGenerateGabriel() {
	points, edges, err := data.GenerateGabriel(100, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(points), len(edges) > 150 && len(edges) < 250)
	// Output: 100 true
}
