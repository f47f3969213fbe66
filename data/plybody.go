package data

import (
	"encoding/binary"
	"math"
	"strconv"
)

// plyText reads records of ASCII files: one a line.
type plyText struct {
	*lines
	fields []string
	next   int // of the fields
}

func (p *plyText) begin(e *plyElement, i int) (err error) {
	p.next = 0
	p.fields, err = p.want("%s %d of %d", e.name, i, e.count)
	return err
}

func (p *plyText) number(t plyType) (float64, error) {
	if p.next == len(p.fields) {
		return 0, p.errorf("record has only %d numbers", p.next)
	}
	field := p.fields[p.next]
	p.next++
	if t.integer() {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, p.lines.errorf(field, "not an integer")
		}
		if bits := 8 * t.size(); t&1 == 1 && n != n<<(64-bits)>>(64-bits) || t&1 == 0 && uint64(n)>>bits != 0 {
			return 0, p.lines.errorf(field, "does not fit into the integer type of its property")
		}
		return float64(n), nil
	}
	x, err := strconv.ParseFloat(field, 64)
	if err != nil && !math.IsInf(x, 0) {
		return 0, p.lines.errorf(field, "not a number")
	}
	return x, nil
}

func (p *plyText) finish() error {
	if p.next < len(p.fields) {
		return p.lines.errorf(p.fields[p.next], "record has more than its %d numbers", p.next)
	}
	return nil
}

func (p *plyText) end() error { return p.lines.end("the last record") }

func (p *plyText) errorf(format string, args ...any) error {
	return p.lines.errorf("", format, args...)
}

// plyBinary reads records of binary files.
type plyBinary struct {
	name   string
	order  binary.ByteOrder
	text   []byte
	at     int // next byte
	latest int // first byte of the latest number
	what   string
	index  int
}

func (p *plyBinary) begin(e *plyElement, i int) error {
	p.what, p.index = e.name, i
	return nil
}

func (p *plyBinary) number(t plyType) (float64, error) {
	p.latest = p.at
	if len(p.text)-p.at < t.size() {
		return 0, p.errorf("the file ends within %s %d", p.what, p.index)
	}
	b := p.text[p.at : p.at+t.size()]
	p.at += len(b)
	switch t {
	case plyInt8:
		return float64(int8(b[0])), nil
	case plyUint8:
		return float64(b[0]), nil
	case plyInt16:
		return float64(int16(p.order.Uint16(b))), nil
	case plyUint16:
		return float64(p.order.Uint16(b)), nil
	case plyInt32:
		return float64(int32(p.order.Uint32(b))), nil
	case plyUint32:
		return float64(p.order.Uint32(b)), nil
	case plyFloat32:
		return float64(math.Float32frombits(p.order.Uint32(b))), nil
	default:
		return math.Float64frombits(p.order.Uint64(b)), nil
	}
}

func (p *plyBinary) finish() error { return nil }

func (p *plyBinary) end() error {
	if p.at < len(p.text) {
		return byteErrorf(p.name, p.at, "%d more bytes after the last record", len(p.text)-p.at)
	}
	return nil
}

func (p *plyBinary) errorf(format string, args ...any) error {
	return byteErrorf(p.name, p.latest, format, args...)
}

// byteErrorf makes an error at a byte of a binary file, counted from 0.
func byteErrorf(file string, offset int, format string, args ...any) *FileError {
	e := fileErrorf(file, 0, format, args...)
	e.Msg = "byte " + strconv.Itoa(offset) + ": " + e.Msg
	return e
}
