package isinggraph

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestCompiledSmallGraphsStop: the cost of an iteration counts, too, where a
// graph has next to no nodes. The bound is far above the second it should take.
func TestCompiledSmallGraphsStop(t *testing.T) {
	s, err := testEngine(t).New(mustGraph(t, 2, [][2]int32{{0, 1}}))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Sample(context.Background(), Request{Sweeps: 1}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = s.Sample(ctx, Request{Sweeps: 1 << 30})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	t.Logf("stopped after %v", time.Since(start))
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("stopped after %v", d)
	}
}
