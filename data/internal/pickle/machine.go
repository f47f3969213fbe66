package pickle

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// machine is Python's unpickling machine: a stack with marks and a memo.
type machine struct {
	data  []byte
	at    int // next byte
	host  Host
	stack []any
	marks []int
	memo  map[uint32]any
}

var (
	errShort = errors.New("the pickle ends within an opcode")
	errStack = errors.New("too few values on the stack")
	errMark  = errors.New("no mark on the stack")
)

// Load reads one pickle, which must fill data. The bytes of the result are
// parts of data. Errors are of type [*Error]. It takes O(len(data)) time and
// memory, beside what host takes.
func Load(data []byte, host Host) (any, error) {
	m := &machine{data: data, host: host, memo: map[uint32]any{}}
	for {
		start := m.at
		op, err := m.take(1)
		if err != nil {
			return nil, &Error{start, errors.New("the pickle ends without STOP")}
		}
		if op[0] == opStop {
			x, err := m.pop()
			if err == nil && (len(m.stack) > 0 || m.at != len(data)) {
				err = errors.New("more data than one value")
			}
			if err != nil {
				return nil, &Error{start, err}
			}
			return x, nil
		}
		step, known := steps[op[0]]
		if !known {
			name, ok := refused[op[0]]
			if !ok {
				name = fmt.Sprintf("0x%02x", op[0])
			}
			return nil, &Error{start, fmt.Errorf("opcode %s is refused", name)}
		}
		if err := step(m); err != nil {
			return nil, &Error{start, err}
		}
	}
}

// take returns the next n bytes.
func (m *machine) take(n uint64) ([]byte, error) {
	if n > uint64(len(m.data)-m.at) {
		return nil, errShort
	}
	b := m.data[m.at : m.at+int(n) : m.at+int(n)]
	m.at += int(n)
	return b, nil
}

// uint returns the next little-endian number of size bytes.
func (m *machine) uint(size int) (uint64, error) {
	b, err := m.take(uint64(size))
	if err != nil {
		return 0, err
	}
	var padded [8]byte
	copy(padded[:], b)
	return binary.LittleEndian.Uint64(padded[:]), nil
}

// counted returns as many bytes as the next number of size bytes says.
func (m *machine) counted(size int) ([]byte, error) {
	n, err := m.uint(size)
	if err != nil {
		return nil, err
	}
	return m.take(n)
}

// line returns the bytes up to the next newline, which it skips.
func (m *machine) line() ([]byte, error) {
	i := bytes.IndexByte(m.data[m.at:], '\n')
	if i < 0 {
		return nil, errShort
	}
	b, err := m.take(uint64(i) + 1)
	return b[:i], err
}

func (m *machine) push(x any) error {
	m.stack = append(m.stack, x)
	return nil
}

// bottom is where the part of the stack above the last mark begins.
func (m *machine) bottom() int {
	if len(m.marks) == 0 {
		return 0
	}
	return m.marks[len(m.marks)-1]
}

// top returns the topmost value.
func (m *machine) top() (any, error) {
	if len(m.stack) <= m.bottom() {
		return nil, errStack
	}
	return m.stack[len(m.stack)-1], nil
}

func (m *machine) pop() (any, error) {
	x, err := m.top()
	if err == nil {
		m.stack[len(m.stack)-1] = nil
		m.stack = m.stack[:len(m.stack)-1]
	}
	return x, err
}

// popN returns the n topmost values in a slice of their own.
func (m *machine) popN(n int) ([]any, error) {
	if len(m.stack)-m.bottom() < n {
		return nil, errStack
	}
	from := len(m.stack) - n
	xs := append(make([]any, 0, n), m.stack[from:]...)
	clear(m.stack[from:])
	m.stack = m.stack[:from]
	return xs, nil
}

// popMark returns the values above the last mark, which it removes.
func (m *machine) popMark() ([]any, error) {
	if len(m.marks) == 0 {
		return nil, errMark
	}
	xs, err := m.popN(len(m.stack) - m.bottom())
	m.marks = m.marks[:len(m.marks)-1]
	return xs, err
}

// store puts the topmost value into the memo.
func (m *machine) store(key uint64) error {
	x, err := m.top()
	if err != nil {
		return err
	}
	if key > math.MaxUint32 {
		return fmt.Errorf("memo entry %d is out of range", key)
	}
	m.memo[uint32(key)] = x
	return nil
}

// fetch pushes a value of the memo.
func (m *machine) fetch(key uint64) error {
	x, ok := m.memo[uint32(key)]
	if !ok || key > math.MaxUint32 {
		return fmt.Errorf("memo entry %d is not set", key)
	}
	return m.push(x)
}

// addItems appends to the list on top of the stack.
func (m *machine) addItems(items []any) error {
	x, err := m.top()
	if err != nil {
		return err
	}
	list, ok := x.(*List)
	if !ok {
		return fmt.Errorf("a %s where a list was expected", TypeName(x))
	}
	list.Items = append(list.Items, items...)
	return nil
}

// addPairs adds keys and values in turn to the dictionary on top of the stack.
func (m *machine) addPairs(pairs []any) error {
	x, err := m.top()
	if err != nil {
		return err
	}
	dict, ok := x.(*Dict)
	if !ok || len(pairs)%2 != 0 {
		return fmt.Errorf("%d keys and values for a %s", len(pairs), TypeName(x))
	}
	for i := 0; i < len(pairs); i += 2 {
		dict.Keys, dict.Values = append(dict.Keys, pairs[i]), append(dict.Values, pairs[i+1])
	}
	return nil
}
