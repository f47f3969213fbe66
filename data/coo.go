package data

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// IsingModel is the energy of spins x_i = ±1 in the paper's signs (Equation 1):
//
//	E(x) = Offset − Σ_{ij} J_ij x_i x_j − Σ_i h_i x_i
//
// with J the weights of the graph's edges.
type IsingModel struct {
	EdgeList
	Fields []float64 // h, N
	Offset float64   // a constant that no spin changes
}

// VarType says what the variables of a file stand for.
type VarType int

// AnyVarType leaves it to the file's header.
const (
	AnyVarType VarType = iota
	SpinVars           // −1 and 1
	BinaryVars         // 0 and 1
)

// ReadCOO reads a binary quadratic model in the coordinate format of dimod
// (https://docs.dwavequantum.com/en/latest/ocean/api_ref_dimod/serialization.html,
// module dimod.serialization.coo): a header "# vartype=SPIN" or "#
// vartype=BINARY", then lines "i j bias", variables counted from 0, with i = j
// for a linear bias. Lines after # are comments, but "# offset=c", which
// [WriteCOO] writes and dimod skips.
//
// dimod's energy is Σ b_i v_i + Σ b_ij v_i v_j, so that J = −b and h = −b for
// spins. Binary variables v = (1+x)/2 become spins:
//
//	J_ij = −b_ij/4,  h_i = −b_i/2 − Σ_j b_ij/4,  Offset = Σ b_i/2 + Σ b_ij/4
//
// want must be given where there is no header, and must agree with one. An
// entry that comes twice, in whatever direction, is an error (dimod would add
// them up). Variables up to the largest number count, even without an entry; a
// number above 65,536 that is more than four times the number of bytes is an
// error. It takes O(n+m) time and memory.
func ReadCOO(path string, want VarType) (*IsingModel, error) {
	return readFile(path, func(r io.Reader, name string, limit int64) (*IsingModel, error) {
		return parseCOO(r, name, limit, want)
	})
}

// cooReader gathers the entries of a model in dimod's signs.
type cooReader struct {
	l       *lines
	vartype VarType
	offset  *float64
	n       int
	entries [][2]int32 // smaller variable first
	biases  []float64
	at      []int32 // line
}

func parseCOO(r io.Reader, name string, limit int64, want VarType) (*IsingModel, error) {
	c := &cooReader{l: newLines(r, name, limit, ""), vartype: want}
	for f, err := range c.l.all() {
		if err == nil {
			err = c.line(f)
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case c.n == 0:
		return nil, c.l.nothing("no entries")
	case c.vartype == AnyVarType:
		return nil, fileErrorf(name, 0, "no header # vartype=SPIN or # vartype=BINARY")
	}
	return c.model()
}

// line reads a header, a comment or an entry.
func (c *cooReader) line(f []string) error {
	if text := strings.Join(f, " "); text[0] == '#' {
		if value, ok := cooHeader(text, "vartype"); ok {
			vartype := map[string]VarType{"SPIN": SpinVars, "BINARY": BinaryVars}[value]
			if vartype == AnyVarType || c.vartype != AnyVarType && vartype != c.vartype {
				return c.l.errorf(text, "vartype is neither SPIN nor BINARY, or contradicts what was known")
			}
			c.vartype = vartype
		}
		if value, ok := cooHeader(text, "offset"); ok {
			x, err := c.l.float(value, "offset")
			if err != nil {
				return err
			}
			if c.offset != nil {
				return c.l.errorf(text, "second offset")
			}
			c.offset = &x
		}
		return nil
	}
	if len(f) != 3 {
		return c.l.errorf(strings.Join(f, " "), "want two variables and a bias")
	}
	i, err := c.l.index(f[0], "variable", 0, c.l.mostNodes())
	if err != nil {
		return err
	}
	j, err := c.l.index(f[1], "variable", 0, c.l.mostNodes())
	if err != nil {
		return err
	}
	b, err := c.l.float(f[2], "bias")
	if err != nil {
		return err
	}
	c.n = max(c.n, int(i)+1, int(j)+1)
	c.entries, c.biases, c.at = append(c.entries, [2]int32{min(i, j), max(i, j)}), append(c.biases, b), append(c.at, int32(c.l.number))
	return nil
}

// cooHeader returns the value of "# name=value" or "# name:value".
func cooHeader(text, name string) (string, bool) {
	_, rest, found := strings.Cut(text, name)
	if !found || rest == "" || rest[0] != '=' && rest[0] != ':' {
		return "", false
	}
	f := strings.Fields(rest[1:])
	return strings.Join(f[:min(1, len(f))], ""), true
}

// model turns dimod's signs and variables into ours.
func (c *cooReader) model() (*IsingModel, error) {
	order := sortEdges(c.n, c.entries)
	twice := int32(math.MaxInt32)
	for k := 1; k < len(order); k++ {
		if c.entries[order[k]] == c.entries[order[k-1]] {
			twice = min(twice, order[k])
		}
	}
	if twice < math.MaxInt32 {
		e := fileErrorf(c.l.name, int(c.at[twice]), "entry repeats an earlier one")
		e.Value = fmt.Sprint(c.entries[twice][0], c.entries[twice][1])
		return nil, e
	}
	m := &IsingModel{EdgeList: EdgeList{N: c.n}, Fields: make([]float64, c.n)}
	if c.offset != nil {
		m.Offset = *c.offset
	}
	for k, e := range c.entries {
		b, i, j := c.biases[k], e[0], e[1]
		switch {
		case i == j && c.vartype == SpinVars:
			m.Fields[i] -= b
		case i == j:
			m.Fields[i] -= b / 2
			m.Offset += b / 2
		case c.vartype == SpinVars:
			m.Edges, m.Weights = append(m.Edges, e), append(m.Weights, -b)
		default:
			m.Edges, m.Weights = append(m.Edges, e), append(m.Weights, -b/4)
			m.Fields[i] -= b / 4
			m.Fields[j] -= b / 4
			m.Offset += b / 4
		}
	}
	for _, x := range append(slices.Clone(m.Fields), m.Offset) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fileErrorf(c.l.name, 0, "biases add up to more than a float64 holds")
		}
	}
	return m, nil
}

// WriteCOO writes a model for [ReadCOO] and dimod, with spins as variables and
// dimod's signs. Every spin has an entry, if only of 0, so that dimod knows it.
// Numbers are written without exponents: dimod silently skips lines that have
// them. dimod also skips the line of the offset.
func WriteCOO(path string, m *IsingModel) error { return writeFile(path, m.write) }

func (m *IsingModel) write(w *bufio.Writer) error {
	if err := m.check(); err != nil {
		return err
	}
	if len(m.Fields) != m.N || m.N == 0 {
		return fmt.Errorf("%d fields of %d spins", len(m.Fields), m.N)
	}
	for _, x := range append(slices.Clone(m.Fields), m.Offset) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return errors.New("a field or the offset is not finite")
		}
	}
	plain := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	fmt.Fprintf(w, "# vartype=SPIN\n# offset=%s\n", plain(m.Offset))
	for i, h := range m.Fields {
		fmt.Fprintln(w, i, i, plain(0-h))
	}
	for k, e := range m.Edges {
		fmt.Fprintln(w, e[0], e[1], plain(0-m.Weights[k]))
	}
	return nil
}
