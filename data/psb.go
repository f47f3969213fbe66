package data

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Families of meshes: four classes of the Princeton segmentation benchmark
// and the shapes that [GenerateMesh] makes in their manner.
const (
	Bust    = "bust"
	FourLeg = "fourleg"
	Human   = "human"
	Chair   = "chair"
)

// psbClasses has the folder of each family and the number of its first file.
var psbClasses = []struct {
	family, folder string
	first          int
}{
	{Bust, "Bust", 301},
	{FourLeg, "FourLeg", 381},
	{Human, "Human", 1},
	{Chair, "Chair", 101},
}

// psbClassSize is the number of meshes of each class.
const psbClassSize = 20

// MeshFamilies lists the families in the paper's order.
func MeshFamilies() []string { return []string{Bust, FourLeg, Human, Chair} }

// PSBMeshes returns the paths of the 20 meshes of a family from the Princeton
// mesh segmentation benchmark (Chen, Golovinskiy, Funkhouser 2009,
// doi:10.1145/1531326.1531379) in the order of their numbers, for
// [ReadOFF]. They lie in dir/mesh_psb/CLASS/NUMBER.off, where dir is that of
// [Dir]. An unknown family or a missing file is an error.
func PSBMeshes(dir, family string) ([]string, error) {
	for _, c := range psbClasses {
		if c.family != family {
			continue
		}
		paths := make([]string, psbClassSize)
		for i := range paths {
			paths[i] = filepath.Join(dir, "mesh_psb", c.folder, fmt.Sprintf("%d.off", c.first+i))
			if _, err := os.Stat(paths[i]); err != nil {
				return nil, &FileError{File: paths[i], Msg: "a mesh of the Princeton benchmark is missing", Err: cause(err)}
			}
		}
		return paths, nil
	}
	return nil, unknownFamily(family)
}

func unknownFamily(family string) error {
	return fmt.Errorf("data: unknown mesh family %q, want one of %s", family, strings.Join(MeshFamilies(), ", "))
}
