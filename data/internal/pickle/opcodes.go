package pickle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

const opStop = '.'

// refused names the opcodes that exist but that no data needs.
var refused = map[byte]string{
	'i': "INST", 'o': "OBJ", 0x81: "NEWOBJ", 0x92: "NEWOBJ_EX", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4", 'P': "PERSID", 'S': "STRING",
	'2': "DUP", 0x8f: "EMPTY_SET", 0x90: "ADDITEMS", 0x91: "FROZENSET", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
}

// steps holds what each opcode does.
var steps = map[byte]func(m *machine) error{
	0x80: (*machine).protocol,
	0x95: (*machine).frame,
	'(':  func(m *machine) error { m.marks = append(m.marks, len(m.stack)); return nil },
	'0':  func(m *machine) error { _, err := m.pop(); return err },
	'1':  func(m *machine) error { _, err := m.popMark(); return err },

	'N':  func(m *machine) error { return m.push(nil) },
	0x88: func(m *machine) error { return m.push(true) },
	0x89: func(m *machine) error { return m.push(false) },
	'I':  (*machine).integerLine,
	'L':  (*machine).integerLine,
	'J':  func(m *machine) error { x, err := m.uint(4); return m.result(int64(int32(x)), err) },
	'K':  func(m *machine) error { x, err := m.uint(1); return m.result(int64(x), err) },
	'M':  func(m *machine) error { x, err := m.uint(2); return m.result(int64(x), err) },
	0x8a: func(m *machine) error { return m.long(1) },
	0x8b: func(m *machine) error { return m.long(4) },
	'F':  (*machine).floatLine,
	'G':  (*machine).float,

	'V':  (*machine).unicodeLine,
	'X':  func(m *machine) error { return m.unicode(4) },
	0x8c: func(m *machine) error { return m.unicode(1) },
	0x8d: func(m *machine) error { return m.unicode(8) },
	'T':  func(m *machine) error { b, err := m.counted(4); return m.result(b, err) },
	'U':  func(m *machine) error { b, err := m.counted(1); return m.result(b, err) },
	'B':  func(m *machine) error { b, err := m.counted(4); return m.result(b, err) },
	'C':  func(m *machine) error { b, err := m.counted(1); return m.result(b, err) },
	0x8e: func(m *machine) error { b, err := m.counted(8); return m.result(b, err) },
	0x96: func(m *machine) error { b, err := m.counted(8); return m.result(b, err) },

	')':  func(m *machine) error { return m.push(Tuple(nil)) },
	't':  func(m *machine) error { xs, err := m.popMark(); return m.result(Tuple(xs), err) },
	0x85: func(m *machine) error { xs, err := m.popN(1); return m.result(Tuple(xs), err) },
	0x86: func(m *machine) error { xs, err := m.popN(2); return m.result(Tuple(xs), err) },
	0x87: func(m *machine) error { xs, err := m.popN(3); return m.result(Tuple(xs), err) },
	']':  func(m *machine) error { return m.push(&List{}) },
	'l':  func(m *machine) error { xs, err := m.popMark(); return m.result(&List{xs}, err) },
	'a':  func(m *machine) error { return m.with(1, m.addItems) },
	'e':  func(m *machine) error { return m.withMark(m.addItems) },
	'}':  func(m *machine) error { return m.push(&Dict{}) },
	'd': func(m *machine) error {
		return m.withMark(func(xs []any) error { m.push(&Dict{}); return m.addPairs(xs) })
	},
	's': func(m *machine) error { return m.with(2, m.addPairs) },
	'u': func(m *machine) error { return m.withMark(m.addPairs) },

	'g':  func(m *machine) error { return m.memoLine(m.fetch) },
	'h':  func(m *machine) error { return m.memoIndex(1, m.fetch) },
	'j':  func(m *machine) error { return m.memoIndex(4, m.fetch) },
	'p':  func(m *machine) error { return m.memoLine(m.store) },
	'q':  func(m *machine) error { return m.memoIndex(1, m.store) },
	'r':  func(m *machine) error { return m.memoIndex(4, m.store) },
	0x94: func(m *machine) error { return m.store(uint64(len(m.memo))) },

	'c':  (*machine).global,
	0x93: (*machine).stackGlobal,
	'R':  (*machine).reduce,
	'b':  (*machine).build,
	'Q': func(m *machine) error {
		return m.with(1, func(xs []any) error { x, err := m.host.Load(xs[0]); return m.result(x, err) })
	},
}

// result pushes x unless there is an error.
func (m *machine) result(x any, err error) error {
	if err != nil {
		return err
	}
	return m.push(x)
}

// with hands the n topmost values to f.
func (m *machine) with(n int, f func(xs []any) error) error {
	xs, err := m.popN(n)
	if err != nil {
		return err
	}
	return f(xs)
}

// withMark hands the values above the last mark to f.
func (m *machine) withMark(f func(xs []any) error) error {
	xs, err := m.popMark()
	if err != nil {
		return err
	}
	return f(xs)
}

func (m *machine) protocol() error {
	version, err := m.uint(1)
	if err == nil && version > 5 {
		return fmt.Errorf("protocol %d is newer than 5", version)
	}
	return err
}

// frame skips the header of a frame, which is a hint for buffering.
func (m *machine) frame() error {
	n, err := m.uint(8)
	if err == nil && n > uint64(len(m.data)-m.at) {
		return errShort
	}
	return err
}

// integerLine reads INT, which stands for a bool as "00" or "01", or LONG.
func (m *machine) integerLine() error {
	b, err := m.line()
	if err != nil {
		return err
	}
	switch text := strings.TrimSuffix(string(b), "L"); text {
	case "00":
		return m.push(false)
	case "01":
		return m.push(true)
	default:
		x, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%.20q is not an integer of 64 bits", text)
		}
		return m.push(x)
	}
}

// long reads a little-endian integer in two's complement.
func (m *machine) long(size int) error {
	b, err := m.counted(size)
	if err != nil {
		return err
	}
	if len(b) > 8 {
		return fmt.Errorf("an integer of %d bytes", len(b))
	}
	var padded [8]byte
	if len(b) > 0 && b[len(b)-1] >= 0x80 {
		for i := range padded {
			padded[i] = 0xff
		}
	}
	copy(padded[:], b)
	return m.push(int64(binary.LittleEndian.Uint64(padded[:])))
}

func (m *machine) floatLine() error {
	b, err := m.line()
	if err != nil {
		return err
	}
	x, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("%.20q is not a number", b)
	}
	return m.push(x)
}

func (m *machine) float() error {
	b, err := m.take(8)
	if err != nil {
		return err
	}
	return m.push(math.Float64frombits(binary.BigEndian.Uint64(b)))
}

func (m *machine) unicode(size int) error {
	b, err := m.counted(size)
	if err == nil && !utf8.Valid(b) {
		err = errors.New("text that is not UTF-8")
	}
	return m.result(string(b), err)
}

// unicodeLine reads UNICODE: Latin-1 with escapes \uXXXX and \UXXXXXXXX.
func (m *machine) unicodeLine() error {
	b, err := m.line()
	if err != nil {
		return err
	}
	var s strings.Builder
	for i := 0; i < len(b); i++ {
		digits := 0
		if b[i] == '\\' && i+1 < len(b) {
			digits = map[byte]int{'u': 4, 'U': 8}[b[i+1]]
		}
		if digits == 0 {
			s.WriteRune(rune(b[i]))
			continue
		}
		x, err := strconv.ParseUint(string(b[i+2:min(i+2+digits, len(b))]), 16, 32)
		if err != nil || i+2+digits > len(b) || x > utf8.MaxRune {
			return errors.New("text with a broken escape")
		}
		s.WriteRune(rune(x))
		i += 1 + digits
	}
	return m.push(s.String())
}

func (m *machine) memoLine(f func(key uint64) error) error {
	b, err := m.line()
	if err != nil {
		return err
	}
	key, err := strconv.ParseUint(string(b), 10, 32)
	if err != nil {
		return fmt.Errorf("%.20q is not an entry of the memo", b)
	}
	return f(key)
}

func (m *machine) memoIndex(size int, f func(key uint64) error) error {
	key, err := m.uint(size)
	if err != nil {
		return err
	}
	return f(key)
}

func (m *machine) global() error {
	module, err := m.line()
	if err != nil {
		return err
	}
	name, err := m.line()
	if err != nil {
		return err
	}
	return m.find(Global{string(module), string(name)})
}

func (m *machine) stackGlobal() error {
	xs, err := m.popN(2)
	if err != nil {
		return err
	}
	module, ok := xs[0].(string)
	name, ok2 := xs[1].(string)
	if !ok || !ok2 {
		return errors.New("a class whose name is not a text")
	}
	return m.find(Global{module, name})
}

func (m *machine) find(g Global) error {
	if err := m.host.Find(g); err != nil {
		return err
	}
	return m.push(g)
}

func (m *machine) reduce() error {
	xs, err := m.popN(2)
	if err != nil {
		return err
	}
	g, ok := xs[0].(Global)
	args, ok2 := xs[1].(Tuple)
	if !ok || !ok2 {
		return fmt.Errorf("a call of a %s with a %s", TypeName(xs[0]), TypeName(xs[1]))
	}
	x, err := m.host.Call(g, args)
	return m.result(x, err)
}

func (m *machine) build() error {
	state, err := m.pop()
	if err != nil {
		return err
	}
	object, err := m.top()
	if err != nil {
		return err
	}
	return m.host.SetState(object, state)
}
