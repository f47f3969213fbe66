package fetch

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

const (
	defaultAttempts = 5
	defaultBackoff  = time.Second
	defaultStall    = 30 * time.Second
	longestBackoff  = 30 // in units of Backoff
	longestWait     = time.Minute
	mostRedirects   = 10
	userAgent       = "isinggraph-data/1 (Go; research data)"

	// maxDownload is the most bytes that a download of unknown size may have.
	maxDownload = 8 << 30
	// progressBytes is how much an attempt must bring not to count as failed.
	progressBytes = 1 << 20
)

// Client downloads files. Its zero value is ready for use; it is not safe for
// concurrent use.
type Client struct {
	HTTP     *http.Client  // nil for one of the default transport
	Attempts int           // attempts in a row that bring next to nothing before giving up; 0 for 5
	Backoff  time.Duration // wait before the second attempt, doubled for each further one, with jitter; 0 for 1 s
	Stall    time.Duration // an attempt ends when no byte came for so long; 0 for 30 s

	// Progress, if not nil, is told how many bytes of a download are there; total
	// is −1 if it is not known.
	Progress func(name string, done, total int64)

	dead map[string]error // hosts that could not be reached, and why
}

func (c *Client) attempts() int {
	if c.Attempts > 0 {
		return c.Attempts
	}
	return defaultAttempts
}

func (c *Client) stall() time.Duration {
	if c.Stall > 0 {
		return c.Stall
	}
	return defaultStall
}

var (
	errTooManyRedirects = errors.New("more than ten redirections")
	errDowngrade        = errors.New("redirected from https to http")
	errStalled          = errors.New("no byte came for too long")
)

// http returns the client for requests, which refuses to be sent around in
// circles or away from an encrypted connection.
func (c *Client) http() *http.Client {
	var h http.Client
	if c.HTTP != nil {
		h = *c.HTTP
	}
	h.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) >= mostRedirects {
			return errTooManyRedirects
		}
		if via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
			return errDowngrade
		}
		return nil
	}
	return &h
}

// wait sleeps before attempt number n+1, n ≥ 1, or as long as the server
// asked for; it returns early with the context's error.
func (c *Client) wait(ctx context.Context, n int, asked time.Duration) error {
	unit := c.Backoff
	if unit <= 0 {
		unit = defaultBackoff
	}
	d := unit * time.Duration(min(1<<min(n-1, 10), longestBackoff))
	d = d/2 + rand.N(d/2+1)
	if asked > 0 {
		d = min(asked, longestWait)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// hostOf returns the host of an address.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
