package fetch

import (
	"fmt"
	"strings"

	"example.org/isinggraph/data/catalog"
)

// Failure is a download that could not be had.
type Failure struct {
	URLs  []string
	Sum   catalog.Sum
	Place string // where to put the file by hand
	Err   error
}

// DownloadError reports the downloads of a set that could not be had, and what
// to do by hand.
type DownloadError struct {
	Set, Dir string
	Failures []Failure
}

// shownFailures is how many downloads the message names.
const shownFailures = 3

// Error returns a message of several lines: the first cause, then address,
// expected hash and place of the downloads, at most three of them.
func (e *DownloadError) Error() string {
	var b strings.Builder
	first := e.Failures[0]
	fmt.Fprintf(&b, "fetch: %s: %s could not be had: %v\n", e.Set, plural(len(e.Failures), "download"), first.Err)
	for i, f := range e.Failures {
		if i == shownFailures {
			fmt.Fprintf(&b, "  and %d more: 'isinggraph data list --files %s' lists address, hash and place of each\n", len(e.Failures)-i, e.Set)
			break
		}
		fmt.Fprintf(&b, "  address  %s\n  hash     %v\n  place    %s\n", strings.Join(f.URLs, " or "), f.Sum, f.Place)
	}
	fmt.Fprintf(&b, "  Put the files there by hand, then run 'isinggraph data fetch --dir %s %s' again; what is there and right is not downloaded.", e.Dir, e.Set)
	return b.String()
}

// Unwrap returns the causes.
func (e *DownloadError) Unwrap() []error {
	errs := make([]error, len(e.Failures))
	for i, f := range e.Failures {
		errs[i] = f.Err
	}
	return errs
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
