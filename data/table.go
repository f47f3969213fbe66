package data

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// Table is a table of text.
type Table struct {
	Columns []string
	Rows    [][]string // each as wide as Columns
}

// ReadTable reads a table with a line of column names: comma-separated values
// (RFC 4180), or parted by tabulators without quotes where the file's name ends in
// .tsv. Rows of another width are errors. O(size).
func ReadTable(path string) (*Table, error) { return readFile(path, parseTable) }

func parseTable(r io.Reader, name string, limit int64) (*Table, error) {
	text, err := readWhole(r, name, limit)
	if err != nil {
		return nil, err
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	c := csv.NewReader(bytes.NewReader(text))
	if strings.HasSuffix(name, ".tsv") {
		c.Comma, c.LazyQuotes = '\t', true
	}
	rows, err := c.ReadAll()
	if err != nil {
		e := fileErrorf(name, 0, "not a table")
		e.Err = err
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			e.Line, e.Err = parse.Line, parse.Err
		}
		return nil, e
	}
	if len(rows) == 0 {
		return nil, fileErrorf(name, 0, "no rows")
	}
	return &Table{Columns: rows[0], Rows: rows[1:]}, nil
}
