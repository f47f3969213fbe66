package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/isinggraph/data/catalog"
)

// request is a file to be downloaded.
type request struct {
	name string   // for messages
	urls []string // tried in this order
	path string   // where it is to be
	size int64    // bytes; 0 if unknown
	sum  catalog.Sum
}

// download fetches a file from the first address that serves it right. The
// file is at its place only if it is whole and has the expected size and hash;
// what has come of a download that was cut off is kept beside it and resumed
// by the next call.
func (c *Client) download(ctx context.Context, r request) error {
	if err := os.MkdirAll(filepath.Dir(r.path), 0o755); err != nil {
		return err
	}
	var errs []error
	for _, u := range r.urls {
		err := c.downloadFrom(ctx, u, r)
		if err == nil || ctx.Err() != nil {
			return err
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c *Client) downloadFrom(ctx context.Context, address string, r request) error {
	host := hostOf(address)
	if err := c.dead[host]; err != nil {
		return err
	}
	p := partial{r.path}
	fresh := false // whether a wrong file was thrown away already
	best := int64(0)
	for n := 1; ; n++ {
		reached, resumed, err := c.attempt(ctx, address, r, p)
		if err == nil {
			if err = r.check(p.file()); err == nil {
				return p.install()
			}
			p.remove()
			if !resumed || fresh {
				return err
			}
			fresh, err = true, errors.New("the parts are of different files") // try it in one piece
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if reached >= best+progressBytes { // further than ever: not in vain
			best, n = reached, 0
		}
		var permanent permanentError
		if errors.As(err, &permanent) || n >= c.attempts() {
			if unreachable(err) {
				if c.dead == nil {
					c.dead = map[string]error{}
				}
				c.dead[host] = err
			}
			return err
		}
		var status *statusError
		var asked time.Duration
		if errors.As(err, &status) {
			asked = status.after
		}
		if err := c.wait(ctx, max(n, 1), asked); err != nil {
			return err
		}
	}
}

// attempt makes one request and writes what it brings. It returns how many
// bytes of the file are there now and whether some are of earlier requests.
func (c *Client) attempt(ctx context.Context, address string, r request, p partial) (reached int64, resumed bool, err error) {
	offset, validator := p.state(address)
	if r.size > 0 && offset == r.size {
		return 0, true, nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stall := time.AfterFunc(c.stall(), func() { cancel(errStalled) })
	defer stall.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, false, permanentError{err}
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept-Encoding", "identity") // ranges are of the file's own bytes
	if offset > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		req.Header.Set("If-Range", validator)
	}
	resp, err := c.http().Do(req)
	if err != nil {
		return 0, false, requestError(ctx, err)
	}
	defer resp.Body.Close()
	total := int64(-1)
	switch {
	case resp.StatusCode == http.StatusOK: // from the start, because that was asked for or the file has changed
		offset, total = 0, resp.ContentLength
	case resp.StatusCode == http.StatusPartialContent && offset > 0:
		first, whole, err := contentRange(resp.Header.Get("Content-Range"))
		if v := validatorOf(resp); err == nil && (first != offset || v != "" && v != validator) {
			err = errors.New("the server sent another part than was asked for")
		}
		if err != nil {
			p.remove()
			return 0, false, err
		}
		total = whole
	case resp.StatusCode == http.StatusRequestedRangeNotSatisfiable && offset > 0:
		p.remove()
		return 0, false, errors.New("the server has no rest of the file")
	default:
		return 0, false, answerError(resp)
	}
	if r.size > 0 && total >= 0 && total != r.size {
		p.remove()
		return 0, false, permanentf("the server's file has %d bytes, want %d%s", total, r.size, pageHint(resp))
	}
	f, err := p.open(address, validatorOf(resp), offset)
	if err != nil {
		return 0, false, permanentError{err}
	}
	reached, err = c.copy(f, resp.Body, r, offset, total, func() { stall.Reset(c.stall()) })
	if err != nil && context.Cause(ctx) != nil {
		err = context.Cause(ctx)
	}
	if e := f.Sync(); e != nil && err == nil {
		err = permanentError{e}
	}
	if e := f.Close(); e != nil && err == nil {
		err = permanentError{e}
	}
	if errors.Is(err, errTooLong) {
		p.remove()
	}
	return reached, offset > 0, err
}

var errTooLong = errors.New("the server sent more than the file has")

// copy writes body behind the done bytes that are there and returns their new
// number.
func (c *Client) copy(f io.Writer, body io.Reader, r request, done, total int64, alive func()) (int64, error) {
	limit := int64(maxDownload)
	if r.size > 0 {
		limit, total = r.size, r.size
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			alive()
			if done+int64(n) > limit {
				return done, permanentf("%w: %d bytes", errTooLong, limit)
			}
			if _, err := f.Write(buf[:n]); err != nil {
				return done, permanentError{err}
			}
			done += int64(n)
			if c.Progress != nil {
				c.Progress(r.name, done, total)
			}
		}
		if err == io.EOF && done < total {
			err = io.ErrUnexpectedEOF
		}
		if err == io.EOF {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

// check compares the size and the hash of a file with what is expected.
func (r request) check(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return permanentf("it is a folder, not a file")
	}
	if r.size > 0 && info.Size() != r.size {
		return permanentf("it has %d bytes, want %d", info.Size(), r.size)
	}
	if !r.sum.Known() {
		return nil
	}
	got, err := r.sum.Of(path)
	if err != nil {
		return err
	}
	if got != r.sum {
		return permanentf("its hash is %v, want %v", got, r.sum)
	}
	return nil
}

// pageHint says so if the answer is a page to be read by people.
func pageHint(resp *http.Response) string {
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		return " (it is a web page: does a proxy or a login stand before it?)"
	}
	return ""
}
