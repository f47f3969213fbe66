package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// parseJSONObject reads a file that is one JSON object (RFC 8259) into wire; what
// names it in errors. A key that comes twice in an object is an error, of which
// package json would keep the last value.
func parseJSONObject(text []byte, name, what string, wire any) error {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(text)) == 0 {
		return fileErrorf(name, 0, "empty file")
	}
	fail := func(offset int64, err error) error {
		line := 0
		if offset > 0 {
			line = 1 + bytes.Count(text[:offset], []byte("\n"))
		}
		e := fileErrorf(name, line, "not %s in JSON", what)
		e.Err = err
		return e
	}
	if err := json.Unmarshal(text, wire); err != nil {
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			return fail(syntax.Offset, err)
		case errors.As(err, &kind):
			return fail(kind.Offset, err)
		}
		return fail(0, err)
	}
	if key, offset := repeatedKey(text); offset > 0 {
		return fail(offset, errors.New("key "+strconv.Quote(short(key))+" comes twice"))
	}
	return nil
}

// repeatedKey returns the first key of valid JSON that its object has already,
// with the offset of its end; 0 if there is none. It takes O(size) time and memory.
func repeatedKey(text []byte) (key string, offset int64) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var seen []map[string]bool // the keys of the objects that are open, nil for arrays
	wantsKey := false
	for {
		token, err := d.Token()
		if err != nil {
			return "", 0 // the end
		}
		inObject := len(seen) > 0 && seen[len(seen)-1] != nil
		switch token {
		case json.Delim('{'):
			seen, wantsKey = append(seen, map[string]bool{}), true
			continue
		case json.Delim('['):
			seen, wantsKey = append(seen, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			seen = seen[:len(seen)-1]
		default:
			if text, ok := token.(string); ok && inObject && wantsKey {
				keys := seen[len(seen)-1]
				if keys[text] {
					return text, d.InputOffset()
				}
				keys[text], wantsKey = true, false
				continue
			}
		}
		wantsKey = len(seen) > 0 && seen[len(seen)-1] != nil
	}
}

// elementLine returns the line, from 1, on which element k of the list of scalars
// under a key of a valid JSON object stands, or that of the key for k = −1; 0 where
// there is none. It takes O(size) time.
func elementLine(text []byte, key string, k int) int {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	depth, wantsKey, found, at := 0, true, false, -1
	for {
		token, err := d.Token()
		if err != nil {
			return 0
		}
		switch _, bracket := token.(json.Delim); {
		case bracket && (token == json.Delim('{') || token == json.Delim('[')):
			depth++
			continue
		case bracket:
			depth--
			wantsKey = true
			continue
		case depth == 1:
			found = wantsKey && token == key
			wantsKey = !wantsKey
		case depth == 2 && found:
			at++
		}
		if found && at == k {
			return 1 + bytes.Count(text[:d.InputOffset()], []byte("\n"))
		}
	}
}
