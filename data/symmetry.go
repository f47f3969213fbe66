package data

import "fmt"

// symmetry tells how the stored part of a matrix stands for the rest.
type symmetry int

const (
	general       symmetry = iota
	symmetric              // A_ji = A_ij, one triangle stored
	skewSymmetric          // A_ji = −A_ij, one triangle without the diagonal stored
)

// expander collects the entries that a file stores together with those that
// its symmetry implies. Either triangle may be the stored one; entries in both
// are added up where they meet, as SciPy does, and noted.
type expander struct {
	matrixOptions
	symmetry     symmetry
	entries      []Entry
	lower, upper bool // triangles in which entries were seen
	nonFinite    int  // values replaced by zero
}

// add takes an entry and its mirror image. It returns what is wrong with it
// under the file's symmetry, "" if nothing is.
func (x *expander) add(i, j int32, v float64) string {
	if x.symmetry == skewSymmetric && i == j && v != 0 {
		return "a skew-symmetric matrix has an entry on its diagonal"
	}
	x.entries = append(x.entries, Entry{i, j, v})
	x.lower, x.upper = x.lower || i > j, x.upper || i < j
	if i != j {
		switch x.symmetry {
		case symmetric:
			x.entries = append(x.entries, Entry{j, i, v})
		case skewSymmetric:
			x.entries = append(x.entries, Entry{j, i, -v})
		}
	}
	return ""
}

// matrix makes the matrix; name stands for the file in errors.
func (x *expander) matrix(name string, rows, cols int, notes []string) (*Matrix, error) {
	m, err := newMatrix(rows, cols, x.entries)
	if err != nil {
		return nil, &FileError{File: name, Err: err}
	}
	if x.symmetry != general && x.lower && x.upper {
		notes = append(notes, "a symmetric matrix with entries stored on both sides of its diagonal")
	}
	if x.nonFinite > 0 {
		notes = append(notes, fmt.Sprintf("%d values that are not finite replaced by zero", x.nonFinite))
	}
	m.Notes = append(notes, m.Notes...)
	return m, nil
}
