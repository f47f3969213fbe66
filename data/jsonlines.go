package data

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

// parseJSONLines reads a JSON object a line (https://jsonlines.org), check
// turns it into a record. Unknown members
// are refused, and such that come twice.
func parseJSONLines[W, T any](r io.Reader, name string, limit int64, check func(l *lines, wire *W) (T, error)) ([]T, error) {
	l := newLines(r, name, limit, "")
	var records []T
	for line, err := range each(l.text) {
		if err != nil {
			return nil, err
		}
		wire := new(W)
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(wire); err != nil {
			e := l.errorf(line, "not a record in JSON")
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = errors.New("the object does not end on its line")
			}
			e.Err = err
			return nil, e
		}
		if rest := line[d.InputOffset():]; strings.TrimSpace(rest) != "" {
			return nil, l.errorf(rest, "more data after the object")
		}
		if key, offset := repeatedKey([]byte(line)); offset > 0 {
			return nil, l.errorf(key, "key comes twice")
		}
		x, err := check(l, wire)
		if err != nil {
			return nil, err
		}
		records = append(records, x)
	}
	if len(records) == 0 {
		return nil, l.nothing("no records")
	}
	return records, nil
}

// jsonIndex is an index in JSON; null is none.
type jsonIndex int32

// UnmarshalJSON parses a non-negative integer.
func (x *jsonIndex) UnmarshalJSON(text []byte) error {
	i, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil {
		return errors.New(short(string(text)) + " is not an index")
	}
	*x = jsonIndex(i)
	return nil
}

// jsonEdge is an edge in JSON, "[u, v]".
type jsonEdge [2]int32

// UnmarshalJSON parses an array of two indices.
func (e *jsonEdge) UnmarshalJSON(text []byte) error {
	u, v, ok := strings.Cut(strings.Trim(string(text), "[]"), ",")
	for k, field := range [2]string{u, v} {
		var x jsonIndex
		if x.UnmarshalJSON([]byte(strings.TrimSpace(field))) != nil {
			ok = false
		}
		e[k] = int32(x)
	}
	if !ok || text[0] != '[' {
		return errors.New(short(string(text)) + " is not an edge of two nodes")
	}
	return nil
}

// short returns at most the first 40 bytes of text.
func short(text string) string {
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "…"
	}
	return text
}

// indices returns xs as plain numbers after it has checked that they increase
// and stay below n.
func (l *lines) indices(xs []jsonIndex, what string, n int) ([]int32, error) {
	plain := make([]int32, len(xs))
	for k, x := range xs {
		if int(x) >= n {
			return nil, l.errorf(strconv.Itoa(int(x)), "%s outside 0..%d", what, n-1)
		}
		if k > 0 && x <= xs[k-1] {
			return nil, l.errorf(strconv.Itoa(int(x)), "%s comes after %d: want increasing ones", what, xs[k-1])
		}
		plain[k] = int32(x)
	}
	return plain, nil
}
