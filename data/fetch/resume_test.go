package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Ending the context ends a download at once; a later one goes on where it
// stopped.
func TestCancelAndResume(t *testing.T) {
	var n atomic.Int32
	sent := make(chan bool, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"a"`)
		if n.Add(1) == 1 {
			w.Header().Set("Content-Length", strconv.Itoa(len(content)))
			w.Write(content[:100_000])
			w.(http.Flusher).Flush()
			sent <- true
			<-r.Context().Done()
			return
		}
		if r.Header.Get("Range") == "" {
			t.Error("the download was not resumed")
		}
		whole(w, r, content, `"a"`)
	}))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "f")
	r := request{name: "f", urls: []string{server.URL}, path: path, size: int64(len(content)), sum: sumOf(content)}
	ctx, cancel := context.WithCancel(context.Background())
	client := impatient()
	client.Progress = func(_ string, done, _ int64) {
		if done > 0 {
			cancel()
		}
	}
	if err := client.download(ctx, r); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	<-sent
	if info, err := os.Stat(path + ".part"); err != nil || info.Size() == 0 {
		t.Fatalf("nothing to resume: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a file is at its place: %v", err)
	}
	if err := impatient().download(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// Ending the context while waiting for another attempt ends the wait.
func TestCancelWait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
		cancel()
	}))
	defer server.Close()
	r := request{urls: []string{server.URL}, path: filepath.Join(t.TempDir(), "f")}
	if err := impatient().download(ctx, r); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// What another address sent is not continued, and the second of two addresses
// is asked where the first fails.
func TestAddresses(t *testing.T) {
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"a"`)
		cut(w, content, 1000)
	}))
	defer broken.Close()
	good := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") != "" {
			t.Error("asks for the rest of another address's file")
		}
		whole(w, r, content, `"a"`)
	}))
	defer good.Close()
	r := request{urls: []string{broken.URL, good.URL}, path: filepath.Join(t.TempDir(), "f"), sum: sumOf(content)}
	if err := impatient().download(context.Background(), r); err != nil {
		t.Error(err)
	}
	r.urls, r.path = []string{broken.URL, "http://%zz"}, r.path+"2"
	if err := impatient().download(context.Background(), r); err == nil || !strings.Contains(err.Error(), "EOF") || !strings.Contains(err.Error(), "%zz") {
		t.Errorf("both addresses fail: %v", err)
	}
}

// A host that cannot be reached is not tried again for each further file.
func TestDeadHost(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	listener.Close()
	dials := 0
	client := impatient()
	client.HTTP = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		dials++
		return (&net.Dialer{}).DialContext(ctx, network, addr)
	}}}
	for range 3 {
		if err := client.download(context.Background(), request{urls: []string{address}, path: filepath.Join(t.TempDir(), "f")}); !unreachable(err) {
			t.Errorf("%v", err)
		}
	}
	if dials != client.Attempts {
		t.Errorf("%d dials, want %d", dials, client.Attempts)
	}
}

// A name that the name service does not know is asked for once.
func TestNoSuchHost(t *testing.T) {
	err := requestError(context.Background(), &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}})
	var permanent permanentError
	if !errors.As(err, &permanent) || !unreachable(err) {
		t.Errorf("%v", err)
	}
}

func TestDowngrade(t *testing.T) {
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(content) }))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(http.RedirectHandler(plain.URL, http.StatusFound))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	client := impatient()
	client.HTTP = secure.Client()
	r := request{urls: []string{secure.URL}, path: filepath.Join(t.TempDir(), "f"), sum: sumOf(content)}
	if err := client.download(context.Background(), r); !errors.Is(err, errDowngrade) {
		t.Errorf("%v", err)
	}
	client.HTTP = nil // which does not know the server's certificate
	var permanent permanentError
	if err := client.download(context.Background(), r); !errors.As(err, &permanent) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("unknown certificate: %v", err)
	}
}

// Waits double up to a bound, with jitter, and end with the context.
func TestWait(t *testing.T) {
	c := &Client{Backoff: time.Microsecond}
	for n := 1; n < 40; n++ {
		if err := c.wait(context.Background(), n, 0); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.wait(ctx, 1, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestContentRange reads a server's Content-Range, of known and unknown length, and refuses what
// is none.
func TestContentRange(t *testing.T) {
	for s, want := range map[string][2]int64{"bytes 5-9/10": {5, 10}, "bytes 0-4/*": {0, -1}} {
		if first, total, err := contentRange(s); err != nil || first != want[0] || total != want[1] {
			t.Errorf("%s: %d, %d, %v", s, first, total, err)
		}
	}
	for _, s := range []string{"", "bytes", "bytes 5/10", "bytes a-9/10", "bytes 5-9/ten", "bytes */10"} {
		if _, _, err := contentRange(s); err == nil {
			t.Errorf("%q is accepted", s)
		}
	}
}
