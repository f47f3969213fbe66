package explain

import (
	"fmt"
	"path/filepath"

	"example.org/isinggraph/data"
)

// The names of [Load]'s sets.
const (
	SetBA2Motifs = "ba2motifs"
	SetMutag     = "mutag"
)

// Load returns a data set of the paper from the folder of the real sets, or,
// where dir is "", generated: BA-2Motifs of the same law, molecules with planted
// groups in the place of Mutagenicity. A generated set has as many graphs as the
// real one.
func Load(dir, name string, seed uint64) (*Dataset, error) {
	switch {
	case name == SetBA2Motifs && dir == "":
		return GenerateBA2Motifs(1000, seed)
	case name == SetBA2Motifs:
		graphs, err := data.ReadBA2Motifs(filepath.Join(dir, "ba2motifs", "ba2motifs.jsonl"))
		if err != nil {
			return nil, err
		}
		return BA2Motifs(graphs)
	case name == SetMutag && dir == "":
		return GenerateMolecules(1768, seed)
	case name == SetMutag:
		set, err := data.ReadTU(filepath.Join(dir, "mutagenicity"))
		if err != nil {
			return nil, err
		}
		return Mutagenicity(set, CurationGraphXAI)
	}
	return nil, fmt.Errorf("explain: data set %q, want %q or %q", name, SetBA2Motifs, SetMutag)
}
