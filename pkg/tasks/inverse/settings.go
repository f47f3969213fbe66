package inverse

import (
	"context"
	"fmt"
	"path/filepath"
)

// Setting is one of the three of Table 1.
type Setting struct {
	Number   int
	Windows  bool    // Dataset 2, otherwise Dataset 1
	All      bool    // all positions are allowed, otherwise those of A²
	Fraction float64 // that the paper's samples keep of the test positions
	Absolute bool    // of Dataset 2: windows by |determinant|
}

// Settings are those of Table 1, by number from 1. The third takes the windows
// whose determinant lies in the paper's range; Absolute makes it the larger set.
var settings = []Setting{
	{Number: 1, Fraction: 0.524},
	{Number: 2, All: true, Fraction: 0.509},
	{Number: 3, Windows: true, All: true, Fraction: 0.498},
}

// PaperSetting returns setting 1, 2 or 3 of Table 1; absolute takes the windows of
// Setting 3 by the absolute value of the determinant.
func PaperSetting(number int, absolute bool) (Setting, error) {
	if number < 1 || number > len(settings) || absolute && number != 3 {
		return Setting{}, fmt.Errorf("inverse: no setting %d (absolute determinants: %t), want 1 to %d", number, absolute, len(settings))
	}
	s := settings[number-1]
	s.Absolute = absolute
	return s, nil
}

func (s Setting) String() string {
	name := fmt.Sprintf("Setting %d", s.Number)
	if s.Absolute {
		name += ", |det|"
	}
	return name
}

// Size is that of all matrices.
const Size = 30

// dataset1Count and dataset1Seed make Dataset 1.
const (
	dataset1Count = 1600
	dataset1Seed  = 1
)

// Kinds of data.
const (
	Real      = "real"
	Generated = "generated"
)

// standInsEach is how many stand-ins of each kind there are without data.
const standInsEach = 4

// Matrices returns the setting's matrices, and what kind of data they are: Real
// for Dataset 2 from dir, laid out as package data says, otherwise Generated. Of Dataset 1
// there are count, 0 for the paper's 1,600.
func (s Setting) Matrices(ctx context.Context, dir string, count int) (ms []*Matrix, kind string, err error) {
	if !s.Windows {
		if count == 0 {
			count = dataset1Count
		}
		ms, err = Generate(ctx, Dataset1(dataset1Seed), count)
		return ms, Generated, err
	}
	bounds := PaperBounds()
	bounds.Absolute = s.Absolute
	var set *WindowSet
	if kind = Real; dir != "" {
		set, err = ReadWindowSet(ctx, filepath.Join(dir, "suitesparse", "mtx"), Size, bounds)
	} else {
		kind = Generated
		var sources []SourceMatrix
		if sources, err = StandInMatrices(standInsEach, dataset1Seed); err == nil {
			set, err = NewWindowSet(sources, Size, bounds)
		}
	}
	if err != nil {
		return nil, "", err
	}
	return set.Matrices, kind, nil
}

// Split parts the setting's matrices; those of one source stay together.
func (s Setting) Split(ms []*Matrix, seed uint64) Split {
	if s.Windows {
		return NewSplitBySource(ms, seed)
	}
	return NewSplit(ms, seed)
}

// Allowed returns the function from matrices to their allowed positions. Where
// all are allowed, matrices of one size share them.
func (s Setting) Allowed(symmetric bool) func(*Matrix) (*Positions, error) {
	if !s.All {
		return func(a *Matrix) (*Positions, error) { return PowerPositions(a, 2, symmetric) }
	}
	sizes := make(map[int]*Positions)
	return func(a *Matrix) (*Positions, error) {
		if sizes[a.N] == nil {
			sizes[a.N] = AllPositions(a.N, symmetric)
		}
		return sizes[a.N], nil
	}
}

// windowsGenerated is how many matrices of Dataset 1 the best variant adds to the
// training windows of Setting 3.
const windowsGenerated = 400

// Recipe returns the setting's recipe of the variant "paper" or "best". On
// windows the best one has features that do not depend on the scale of A, a
// standard field, and generated matrices beside the windows.
func (s Setting) Recipe(variant string) (Recipe, error) {
	switch variant {
	case "paper":
		return PaperRecipe(Size, s.All), nil
	case "best":
		t := BestRecipe(Size)
		t.Penalty.Eta = 2*s.Fraction - 1
		if s.Windows {
			t.Features.Normalized, t.Field.Standard, t.Generated = true, true, windowsGenerated
		}
		return t, nil
	}
	return Recipe{}, fmt.Errorf("inverse: variant %q, want paper or best", variant)
}

// Parts are a split's problems.
type Parts struct {
	Train, Validation, Test []*Problem
}

// Problems makes the problems of a split.
func (s Setting) Problems(ctx context.Context, split Split, f Features) (*Parts, error) {
	p, allowed := new(Parts), s.Allowed(true)
	for _, part := range []struct {
		ms []*Matrix
		to *[]*Problem
	}{{split.Train, &p.Train}, {split.Validation, &p.Validation}, {split.Test, &p.Test}} {
		var err error
		if *part.to, err = Problems(ctx, part.ms, allowed, f); err != nil {
			return nil, err
		}
	}
	return p, nil
}
