package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/isinggraph/data/catalog"
)

// content is what the test servers should serve.
var content = bytes.Repeat([]byte("0123456789abcdef"), 16<<10) // 256 KiB

func sumOf(b []byte) catalog.Sum {
	h := sha256.Sum256(b)
	return catalog.Sum{Algorithm: catalog.SHA256, Hex: hex.EncodeToString(h[:])}
}

// impatient returns a client that waits for milliseconds where another waits
// for seconds.
func impatient() *Client {
	return &Client{Attempts: 4, Backoff: time.Millisecond, Stall: 20 * time.Second}
}

// cut writes the first n bytes of b, under the length of the whole, and breaks
// the connection.
func cut(w http.ResponseWriter, b []byte, n int) {
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Write(b[:n])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// part answers with b from offset on, as a part of the whole.
func part(w http.ResponseWriter, b []byte, offset int) {
	w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", offset, len(b)-1, len(b)))
	w.WriteHeader(http.StatusPartialContent)
	w.Write(b[offset:])
}

// whole answers with b and an ETag, or a part of it where the request says so.
func whole(w http.ResponseWriter, r *http.Request, b []byte, tag string) {
	w.Header().Set("ETag", tag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

// Each server misbehaves in its way at first, n counts its requests from 1.
func TestDownload(t *testing.T) {
	other := bytes.Repeat([]byte("fedcba9876543210"), 16<<10)
	status := func(code int) func(http.ResponseWriter, *http.Request, int) {
		return func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(code) }
	}
	for _, c := range []struct {
		name     string
		serve    func(w http.ResponseWriter, r *http.Request, n int)
		requests int    // that the client makes
		err      string // "" if the file arrives
	}{
		{"behaves", func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r, content, `"a"`) }, 1, ""},
		{"truncates, then resumes", func(w http.ResponseWriter, r *http.Request, n int) {
			if w.Header().Set("ETag", `"a"`); n == 1 {
				cut(w, content, 100_000)
			}
			if r.Header.Get("If-Range") != `"a"` || !strings.HasPrefix(r.Header.Get("Range"), "bytes=") || r.Header.Get("Range") == "bytes=0-" {
				w.WriteHeader(http.StatusTeapot) // not what should be asked
				return
			}
			whole(w, r, content, `"a"`)
		}, 2, ""},
		{"truncates, and dates the file", func(w http.ResponseWriter, r *http.Request, n int) {
			w.Header().Set("Last-Modified", "Sun, 01 Nov 2026 10:00:00 GMT")
			if n == 1 {
				cut(w, content, 50_000)
			}
			http.ServeContent(w, r, "", time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC), bytes.NewReader(content))
		}, 2, ""},
		{"always truncates", func(w http.ResponseWriter, _ *http.Request, _ int) { cut(w, content, 1000) }, 4, "unexpected EOF"},
		{"ends early without a length", func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.(http.Flusher).Flush()
			w.Write(content[:1000])
		}, 4, "unexpected EOF"},
		{"weak tag: starts over", func(w http.ResponseWriter, r *http.Request, n int) {
			if w.Header().Set("ETag", `W/"a"`); n == 1 {
				cut(w, content, 100_000)
			}
			if r.Header.Get("Range") != "" {
				w.WriteHeader(http.StatusTeapot)
				return
			}
			w.Write(content)
		}, 2, ""},
		{"ignores the range", func(w http.ResponseWriter, _ *http.Request, n int) {
			if w.Header().Set("ETag", `"a"`); n == 1 {
				cut(w, content, 100_000)
			}
			w.Write(content)
		}, 2, ""},
		{"changes the file, and says so", func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 1 {
				w.Header().Set("ETag", `"old"`)
				cut(w, other, 100_000)
			}
			whole(w, r, content, `"new"`)
		}, 2, ""},
		{"changes the file, and sends a part of the new one", func(w http.ResponseWriter, r *http.Request, n int) {
			switch n {
			case 1:
				w.Header().Set("ETag", `"old"`)
				cut(w, other, 100_000)
			case 2:
				w.Header().Set("ETag", `"new"`)
				part(w, content, 100_000)
			default:
				whole(w, r, content, `"new"`)
			}
		}, 3, ""},
		{"changes the file and keeps its tag", func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 1 {
				w.Header().Set("ETag", `"a"`)
				cut(w, other, 100_000)
			}
			whole(w, r, content, `"a"`)
		}, 3, ""},
		{"sends another part", func(w http.ResponseWriter, r *http.Request, n int) {
			w.Header().Set("ETag", `"a"`)
			switch n {
			case 1:
				cut(w, content, 100_000)
			case 2:
				part(w, content, 7)
			default:
				whole(w, r, content, `"a"`)
			}
		}, 3, ""},
		{"garbles the range", func(w http.ResponseWriter, r *http.Request, n int) {
			w.Header().Set("ETag", `"a"`)
			switch n {
			case 1:
				cut(w, content, 100_000)
			case 2:
				w.Header().Set("Content-Range", "bytes some/all")
				w.WriteHeader(http.StatusPartialContent)
			default:
				whole(w, r, content, `"a"`)
			}
		}, 3, ""},
		{"has no rest", func(w http.ResponseWriter, r *http.Request, n int) {
			w.Header().Set("ETag", `"a"`)
			switch n {
			case 1:
				cut(w, content, 100_000)
			case 2:
				w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			default:
				whole(w, r, content, `"a"`)
			}
		}, 3, ""},
		{"states too short a length", func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.Header().Set("Content-Length", "1000")
			w.Write(content[:1000])
		}, 1, "the server's file has 1000 bytes, want 262144"},
		{"shows a page", func(w http.ResponseWriter, _ *http.Request, _ int) { fmt.Fprint(w, "<html>Please log in</html>") }, 1, "does a proxy or a login stand before it?"},
		{"states too long a length", func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.Header().Set("Content-Length", "1000000000000000000")
			w.Write(content)
		}, 1, "the server's file has 1000000000000000000 bytes"},
		{"sends without end", func(w http.ResponseWriter, _ *http.Request, _ int) {
			for _, err := w.Write(content); err == nil; _, err = w.Write(content) {
			}
		}, 1, "more than the file has: 262144 bytes"},
		{"sends wrong bytes", func(w http.ResponseWriter, _ *http.Request, _ int) { w.Write(other) }, 1, "its hash is " + sumOf(other).String() + ", want " + sumOf(content).String()},
		{"redirects", func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 1 {
				http.Redirect(w, r, "/elsewhere", http.StatusFound)
				return
			}
			w.Write(content)
		}, 2, ""},
		{"redirects in a circle", func(w http.ResponseWriter, r *http.Request, _ int) {
			http.Redirect(w, r, "/", http.StatusFound)
		}, 10, "more than ten redirections"},
		{"403", status(403), 1, "the server answered 403 Forbidden"},
		{"404", status(404), 1, "the server answered 404 Not Found"},
		{"204", status(204), 1, "the server answered 204 No Content"},
		{"500 at first", func(w http.ResponseWriter, r *http.Request, n int) {
			if n < 3 {
				w.WriteHeader(500)
				return
			}
			whole(w, r, content, `"a"`)
		}, 3, ""},
		{"429 and 503 at first", func(w http.ResponseWriter, r *http.Request, n int) {
			if n < 3 {
				w.WriteHeader([]int{0, 429, 503}[n])
				return
			}
			whole(w, r, content, `"a"`)
		}, 3, ""},
		{"always 500", status(500), 4, "the server answered 500 Internal Server Error"},
		{"hangs up", func(http.ResponseWriter, *http.Request, int) { panic(http.ErrAbortHandler) }, 4, "EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.UserAgent() != userAgent {
					t.Errorf("User-Agent %q", r.UserAgent())
				}
				c.serve(w, r, int(n.Add(1)))
			}))
			defer server.Close()
			path := filepath.Join(t.TempDir(), "folder", "file")
			client := impatient()
			client.HTTP = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // else a connection that breaks is tried again behind our back
			err := client.download(context.Background(), request{name: "file", urls: []string{server.URL}, path: path, size: int64(len(content)), sum: sumOf(content)})
			got, readErr := os.ReadFile(path)
			if c.err == "" {
				if err != nil || !bytes.Equal(got, content) {
					t.Errorf("%v, %v, %d bytes", err, readErr, len(got))
				}
				if rest, _ := filepath.Glob(path + ".*"); len(rest) > 0 {
					t.Errorf("left behind: %v", rest)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.err) || !errors.Is(readErr, os.ErrNotExist) {
				t.Errorf("%v (%v), want %q", err, readErr, c.err)
			}
			if int(n.Load()) != c.requests {
				t.Errorf("%d requests, want %d", n.Load(), c.requests)
			}
		})
	}
}

// A server that sends nothing more is left, and what it sent is kept.
func TestStall(t *testing.T) {
	var n atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		switch n.Add(1) {
		case 1: // before the header
			<-r.Context().Done()
		case 2: // within the body
			w.Header().Set("Content-Length", strconv.Itoa(len(content)))
			w.Write(content[:100_000])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		default:
			if r.Header.Get("Range") == "" {
				w.WriteHeader(http.StatusTeapot)
				return
			}
			whole(w, r, content, `"a"`)
		}
	}))
	defer server.Close()
	client := impatient()
	client.Attempts, client.Stall = 20, 100*time.Millisecond
	var done []int64
	client.Progress = func(name string, n, total int64) {
		if name != "f" || total != int64(len(content)) {
			t.Errorf("progress of %s: %d of %d", name, n, total)
		}
		done = append(done, n)
	}
	r := request{name: "f", urls: []string{server.URL}, path: filepath.Join(t.TempDir(), "f"), size: int64(len(content)), sum: sumOf(content)}
	if err := client.download(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if last := done[len(done)-1]; last != int64(len(content)) {
		t.Errorf("progress ends at %d", last)
	}

	client.Attempts, client.Stall = 2, time.Millisecond
	n.Store(0)
	stuck := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer stuck.Close()
	r.urls, r.path = []string{stuck.URL}, r.path+"2"
	if err := client.download(context.Background(), r); !errors.Is(err, errStalled) {
		t.Errorf("a server that says nothing: %v", err)
	}
}
