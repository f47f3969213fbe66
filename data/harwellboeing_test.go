package data

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// hbFile puts a file of three blocks of numbers together; without a format of
// values it is a pattern of two.
func hbFile(kind string, rows, cols, nnz int, pointerFormat, rowFormat, valueFormat string, blocks ...string) string {
	count := make([]int, 3)
	for k, block := range blocks {
		count[k] = strings.Count(block, "\n") + 1
	}
	return fmt.Sprintf("%-72s%-8s\n%14d%14d%14d%14d%14d\n%-14s%14d%14d%14d%14d\n%-16s%-16s%-20s%-20s\n%s\n",
		"A title (with numbers 1 2 3)", "KEY", count[0]+count[1]+count[2], count[0], count[1], count[2], 0,
		kind, rows, cols, nnz, 0, pointerFormat, rowFormat, valueFormat, "", strings.Join(blocks, "\n"))
}

// TestParseHarwellBoeing reads one matrix in all the types and Fortran formats that files have.
func TestParseHarwellBoeing(t *testing.T) {
	a := mat.NewDense(3, 3, []float64{1, 0, -4.5, 2, 3, 0, 0, 0, 1e-3})
	s := mat.NewDense(3, 3, []float64{1, 2, 0, 2, 3, -4.5, 0, -4.5, 0})
	const pointers, rows = "  1  3  4  6", " 1 2 2 1 3"
	for _, c := range []struct {
		name, text string
		want       mat.Matrix
		notes      string
	}{
		{"RUA", hbFile("RUA", 3, 3, 5, "(8I3)", "(8I2)", "(5E16.8)", pointers, rows,
			"  1.00000000E+00  2.00000000E+00  3.00000000E+00 -4.50000000E+00  1.00000000E-03"), a, ""},
		{"several lines", hbFile("RUA", 3, 3, 5, "(3I3)", "(2I2)", "(2F6.3)", "  1  3  4\n  6", " 1 2\n 2 1\n 3",
			" 1.000 2.000\n 3.000-4.500\n 0.001"), a, ""},
		{"1P and D", hbFile("rua", 3, 3, 5, "(8I3)", "(8I2)", "(1P,3D12.4)", pointers, rows,
			"  1.0000D+00  2.0000D+00  3.0000d+00\n -4.5000D+00  1.0000D-03"), a, ""},
		{"1P without a comma, no letter", hbFile("RUA", 3, 3, 5, "(8I3)", "(8I2)", "(1P3E12.4)", pointers, rows,
			"    1.0000+0    2.0000+0      3.0+00\n     -0.45+1    1.0000-3"), a, ""},
		{"scale factor", hbFile("RUA", 3, 3, 5, "(8I3)", "(8I2)", "(2P5F8.3)", pointers, rows,
			" 100.000 200.000 300.000-450.000   0.100"), a, ""},
		{"implied point", hbFile("RUA", 3, 3, 5, "(8I3)", "(8I2)", "(5F8.3)", pointers, rows,
			"    1000    2000    3000   -4500       1"), a, ""},
		{"columns that touch", hbFile("RUA", 3, 3, 5, "(4I2)", "(5I1)", "(5E9.1E3)", " 1 3 4 6", "12213",
			"+0.1E+001+0.2E+001+0.3E+001-4.5E+000+0.1E-002"), a, ""},
		{"IUA", hbFile("IUA", 1, 2, 2, "(8I3)", "(8I2)", "(8I4)", "  1  2  3", " 1 1", "  -7   9"), mat.NewDense(1, 2, []float64{-7, 9}), ""},
		{"PUA", hbFile("PUA", 2, 2, 2, "(8I3)", "(8I2)", "", "  1  2  3", " 2 1"), mat.NewDense(2, 2, []float64{0, 1, 1, 0}), ""},
		{"PSA", hbFile("PSA", 2, 2, 2, "(8I3)", "(8I2)", "", "  1  3  3", " 1 2"), mat.NewDense(2, 2, []float64{1, 1, 1, 0}), ""},
		{"PRA", hbFile("PRA", 1, 2, 1, "(8I3)", "(8I2)", "", "  1  1  2", " 1"), mat.NewDense(1, 2, []float64{0, 1}), ""},
		{"RSA", hbFile("RSA", 3, 3, 4, "(8I3)", "(8I2)", "(4F5.1)", "  1  3  5  5", " 1 2 2 3", "  1.0  2.0  3.0 -4.5"), s, ""},
		{"RZA", hbFile("RZA", 2, 2, 1, "(8I3)", "(8I2)", "(4F5.1)", "  1  2  2", " 2", "  2.0"), mat.NewDense(2, 2, []float64{0, -2, 2, 0}), ""},
		{"duplicates", hbFile("RUA", 2, 2, 2, "(8I3)", "(8I2)", "(4F5.1)", "  1  3  3", " 2 2", "  2.0  3.0"), mat.NewDense(2, 2, []float64{0, 0, 5, 0}), "1 duplicate entries added up"},
		{"Rutherford-Boeing", "title                                                                   |23      \n" +
			"             3             1             1             1\nrua                        2             2             2             0\n" +
			"(26I3)          (40I2)          (26I3)              \n  1  2  3\n 1 2\n  3  4\n", mat.NewDense(2, 2, []float64{3, 0, 0, 4}), ""},
		{"right-hand sides", strings.Replace(hbFile("RUA", 2, 2, 2, "(8I3)", "(8I2)", "(4F5.1)", "F                          1             0\n  1  2  3", " 1 2", "  3.0  4.0\n  1.0  1.0"),
			fmt.Sprintf("%14d\nRUA", 0), fmt.Sprintf("%14d\nRUA", 1), 1), mat.NewDense(2, 2, []float64{3, 0, 0, 4}), "right-hand sides left out"},
	} {
		for name, text := range map[string]string{c.name: c.text, c.name + ", Windows": "\xef\xbb\xbf" + strings.ReplaceAll(c.text, "\n", "\r\n")} {
			m, err := ParseHarwellBoeing(strings.NewReader(text), "t.hb", limit)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if !mat.Equal(m, c.want) || strings.Join(m.Notes, "; ") != c.notes {
				t.Errorf("%s: %v, notes %q", name, mat.Formatted(m), m.Notes)
			}
		}
	}
}

// TestFortranFormat reads numbers as Fortran does, with implied points, exponents and scale
// factors.
func TestFortranFormat(t *testing.T) {
	for _, c := range []struct {
		format, field string
		want          float64 // NaN: an error
	}{
		{"(F8.2)", "1.5", 1.5},
		{"(F8.2)", "150", 1.5},
		{"(F8.2)", "-150", -1.5},
		{"(E8.2)", "150E1", 15},
		{"(E8.2)", "1.5D1", 15},
		{"(E8.2)", "1.5+1", 15},
		{"(E8.2)", "-1.5-1", -0.15},
		{"(1P,E8.2)", "1.5", 0.15},
		{"(1PE8.2)", "1.5E0", 1.5},
		{"(-1P2E8.2)", "1.5", 15},
		{"(F20.0)", "0.1", 0.1},
		{"(1PF20.0)", "1.1", 0.11},
		{"(G10.3)", "1.25", 1.25},
		{"(E26.18E3)", "1.5E-100", 1.5e-100},
		{"(F8.2)", "x", math.NaN()},
		{"(F8.2)", "0x1p3", math.NaN()},
		{"(F8.2)", "1_0.5", math.NaN()},
		{"(F8.2)", "1E99999", math.NaN()},
		{"(F8.2)", "1.E999", math.NaN()},
		{"(F8.2)", "NaN", math.NaN()},
		{"(F8.2)", "+", math.NaN()},
		{"(F8.2)", "--1", math.NaN()},
	} {
		f, err := parseFortranFormat(c.format)
		if err != nil {
			t.Errorf("%s: %v", c.format, err)
			continue
		}
		x, err := f.float(c.field)
		if wrong := math.IsNaN(c.want); wrong != (err != nil) || !wrong && x != c.want {
			t.Errorf("%s in %s: %v, %v, want %v", c.field, c.format, x, err, c.want)
		}
	}
	for _, bad := range []string{"", "()", "16I5", "(16I5", "(16A5)", "(I0)", "(0I5)", "(16I5,3I2)", "(4(1PE20.12))", "(99999I5)", "(I9999)"} {
		if f, err := parseFortranFormat(bad); err == nil {
			t.Errorf("%q is read as %+v", bad, f)
		}
	}
}

func FuzzParseHarwellBoeing(f *testing.F) {
	f.Add([]byte(hbFile("RSA", 3, 3, 4, "(8I3)", "(8I2)", "(1P4D12.4)", "  1  3  5  5", " 1 2 2 3", "  1.0000D+00  2.0000D+00         3.0     -4.5-01")))
	f.Add([]byte(hbFile("PUA", 2, 2, 2, "(8I3)", "(8I2)", "", "  1  2  3", " 2 1")))
	f.Fuzz(func(t *testing.T, text []byte) {
		var m *Matrix
		var err error
		checkAllocation(t, len(text), func() { m, err = ParseHarwellBoeing(bytes.NewReader(text), "fuzz", int64(len(text))) })
		checkMatrixFuzz(t, m, err)
	})
}
