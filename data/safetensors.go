package data

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"unicode/utf8"
)

// safetensorsTypes are the types of elements, as the names of the format and ours, in
// the order in which the format's own library writes them: an array's data begin at a
// multiple of its element's size.
var safetensorsTypes = []struct{ name, kind string }{
	{"I64", "i8"}, {"F64", "f8"}, {"F32", "f4"}, {"I32", "i4"}, {"BF16", "bf2"}, {"F16", "f2"}, {"I16", "i2"}, {"I8", "i1"}, {"U8", "u1"}, {"BOOL", "b1"},
}

// safetensorsMetadata is the name in the header that is no array's.
const safetensorsMetadata = "__metadata__"

// safetensorsEntry is what the header says of an array.
type safetensorsEntry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets []int  `json:"data_offsets"` // first byte and the one after the last, from the header's end
}

// ReadSafetensors reads the arrays of a .safetensors file, by their names
// (https://huggingface.co/docs/safetensors, "Format"): the length of the header as a
// uint64, little end first, the header in JSON, and the data in row-major order, little
// end first. Elements are of the types of [Tensor]; its metadata are checked and dropped. As
// the format asks, names come once and the arrays fill the data without gap or overlap.
// It takes time and memory in proportion to the file's size.
func ReadSafetensors(path string) (map[string]Tensor, error) {
	return readFile(path, parseSafetensors)
}

func parseSafetensors(r io.Reader, name string, limit int64) (map[string]Tensor, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	if len(text) == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	if len(text) < 8 {
		return nil, fileErrorf(name, 0, "the file ends within the length of its header")
	}
	length, rest := binary.LittleEndian.Uint64(text), text[8:]
	if length > uint64(len(rest)) {
		return nil, fileErrorf(name, 0, "a header of %d bytes in a file of %d", length, len(text))
	}
	header, raw := rest[:length], rest[length:]
	if !bytes.HasPrefix(header, []byte("{")) || !utf8.Valid(header) {
		return nil, fileErrorf(name, 0, "the header is no object of JSON in UTF-8")
	}
	var wire map[string]json.RawMessage
	if err := parseJSONObject(header, name, "a header of safetensors", &wire); err != nil {
		return nil, err
	}
	if text, ok := wire[safetensorsMetadata]; ok {
		var metadata map[string]string
		if err := json.Unmarshal(text, &metadata); err != nil {
			return nil, &FileError{File: name, Msg: safetensorsMetadata, Err: err}
		}
		delete(wire, safetensorsMetadata)
	}
	arrays, err := decodeSafetensors(wire, raw)
	if err != nil {
		return nil, &FileError{File: name, Err: err}
	}
	return arrays, nil
}

// decodeSafetensors makes the arrays that the header names of the data.
func decodeSafetensors(wire map[string]json.RawMessage, raw []byte) (map[string]Tensor, error) {
	entries := make(map[string]safetensorsEntry, len(wire))
	for key, text := range wire {
		var e safetensorsEntry
		if err := json.Unmarshal(text, &e); err != nil {
			return nil, fmt.Errorf("array %q: %w", short(key), err)
		}
		if e.Shape == nil || len(e.Offsets) != 2 {
			return nil, fmt.Errorf("array %q: want dtype, shape and two data_offsets", short(key))
		}
		entries[key] = e
	}
	names := slices.SortedFunc(maps.Keys(entries), func(a, b string) int {
		return cmp.Or(slices.Compare(entries[a].Offsets, entries[b].Offsets), cmp.Compare(a, b))
	})
	arrays, at := make(map[string]Tensor, len(entries)), 0
	for _, key := range names {
		e := entries[key]
		if e.Offsets[0] != at || e.Offsets[1] < at || e.Offsets[1] > len(raw) {
			return nil, fmt.Errorf("array %q has the bytes %d to %d of %d, want them from %d on", short(key), e.Offsets[0], e.Offsets[1], len(raw), at)
		}
		t, err := e.tensor(raw[at:e.Offsets[1]])
		if err != nil {
			return nil, fmt.Errorf("array %q: %w", short(key), err)
		}
		arrays[key], at = t, e.Offsets[1]
	}
	if at != len(raw) {
		return nil, fmt.Errorf("%d bytes after the last array", len(raw)-at)
	}
	return arrays, nil
}

// tensor decodes the bytes of an array.
func (e safetensorsEntry) tensor(raw []byte) (Tensor, error) {
	for _, t := range safetensorsTypes {
		if t.name != e.DType {
			continue
		}
		width := elements[t.kind].size
		if n, err := size(e.Shape, len(raw)/width); err != nil || n*width != len(raw) {
			return Tensor{}, fmt.Errorf("%d bytes for shape %d of %s", len(raw), e.Shape, e.DType)
		}
		return strided(t.kind, binary.LittleEndian, raw, 0, e.Shape, rowMajor(e.Shape))
	}
	return Tensor{}, fmt.Errorf("elements of type %q", short(e.DType))
}

// WriteSafetensors writes arrays for [ReadSafetensors] and the format's own library,
// byte for byte as that does.
func WriteSafetensors(path string, arrays map[string]Tensor) error {
	return writeFile(path, func(w *bufio.Writer) error { return writeSafetensors(w, arrays) })
}

func writeSafetensors(w io.Writer, arrays map[string]Tensor) error {
	rank := make(map[string]int, len(arrays)) // of the arrays' types
	for key, t := range arrays {
		kind, n := kindOf(t.Data)
		rank[key] = slices.IndexFunc(safetensorsTypes, func(s struct{ name, kind string }) bool { return s.kind == kind })
		want, err := size(t.Shape, n)
		switch {
		case key == safetensorsMetadata || !utf8.ValidString(key):
			return fmt.Errorf("array of the name %q", key)
		case rank[key] < 0:
			return fmt.Errorf("array %q of %T", key, t.Data)
		case err != nil || want != n || len(t.Shape) > maxDimensions:
			return fmt.Errorf("array %q: %d elements for shape %d", key, n, t.Shape)
		}
	}
	names := slices.SortedFunc(maps.Keys(arrays), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(a, b))
	})
	var header bytes.Buffer
	write := json.NewEncoder(&header)
	write.SetEscapeHTML(false)
	at := 0
	for k, key := range names {
		header.WriteByte("{,"[min(k, 1)])
		entry := safetensorsEntry{DType: safetensorsTypes[rank[key]].name, Shape: append([]int{}, arrays[key].Shape...)}
		_, n := kindOf(arrays[key].Data)
		entry.Offsets = []int{at, at + n*elements[safetensorsTypes[rank[key]].kind].size}
		at = entry.Offsets[1]
		for i, part := range []any{key, entry} {
			if err := write.Encode(part); err != nil {
				return err
			}
			header.Truncate(header.Len() - 1) // the encoder's end of line
			if i == 0 {
				header.WriteByte(':')
			}
		}
	}
	if len(names) == 0 {
		return errors.New("no array")
	}
	header.WriteByte('}')
	for header.Len()%8 != 0 {
		header.WriteByte(' ')
	}
	if err := binary.Write(w, binary.LittleEndian, uint64(header.Len())); err != nil {
		return err
	}
	if _, err := w.Write(header.Bytes()); err != nil {
		return err
	}
	for _, key := range names {
		if err := binary.Write(w, binary.LittleEndian, arrays[key].Data); err != nil {
			return err
		}
	}
	return nil
}
