package fetch

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"

	"example.org/isinggraph/internal/wholefile"
)

// partial is a download that is under way: the bytes so far in NAME.part, and
// in NAME.part.from the address and the validator (ETag or Last-Modified) that
// they were sent with, which a server compares before it sends the rest.
type partial struct{ path string }

func (p partial) file() string { return p.path + ".part" }
func (p partial) from() string { return p.path + ".part.from" }

// remove forgets the download.
func (p partial) remove() {
	os.Remove(p.file())
	os.Remove(p.from())
}

// state returns the number of bytes that are there and their validator; 0
// and "" if they came from another address or cannot be continued.
func (p partial) state(address string) (offset int64, validator string) {
	from, err := os.ReadFile(p.from())
	if err != nil {
		return 0, ""
	}
	old, validator, ok := strings.Cut(string(from), "\n")
	info, err := os.Stat(p.file())
	if !ok || old != address || validator == "" || err != nil {
		return 0, ""
	}
	return info.Size(), validator
}

// open opens the file to write at offset, dropping what lies behind it.
func (p partial) open(address, validator string, offset int64) (*os.File, error) {
	if strings.Contains(validator, "\n") {
		validator = ""
	}
	if err := wholefile.Write(p.from(), []byte(address+"\n"+validator)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(p.file(), os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err = f.Truncate(offset); err == nil {
		_, err = f.Seek(offset, 0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// install moves the finished download to its place.
func (p partial) install() error {
	if err := os.Rename(p.file(), p.path); err != nil {
		return err
	}
	os.Remove(p.from())
	return nil
}

// validatorOf returns what identifies the content that an answer has: a strong
// ETag, else the date of the last change, else nothing.
func validatorOf(resp *http.Response) string {
	if tag := resp.Header.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	return resp.Header.Get("Last-Modified")
}

// contentRange reads "bytes FIRST-LAST/TOTAL"; total is −1 for "*".
func contentRange(s string) (first, total int64, err error) {
	bad := fmt.Errorf("the server's Content-Range is %q", s)
	span, size, ok1 := strings.Cut(strings.TrimPrefix(s, "bytes "), "/")
	a, _, ok2 := strings.Cut(span, "-")
	if !ok1 || !ok2 {
		return 0, 0, bad
	}
	if first, err = strconv.ParseInt(a, 10, 64); err != nil {
		return 0, 0, bad
	}
	if size == "*" {
		return first, -1, nil
	}
	if total, err = strconv.ParseInt(size, 10, 64); err != nil {
		return 0, 0, bad
	}
	return first, total, nil
}
