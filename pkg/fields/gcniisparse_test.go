package fields

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

// TestSparseGCNII compares the network in plain Go, on a list of messages, with the
// compiled one, for each kind of messages. It finds its weights by the names that
// [GCNII.Field] gives them; other shapes, scopes, features and a context that has ended
// are errors.
func TestSparseGCNII(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	onBackends(t, func(t *testing.T, backend compute.Backend) {
		for _, c := range []GCNII{{Standard: true}, {Ordered: true}, {Weighted: true, Standard: true}, {Weighted: true, Ordered: true}} {
			c.Size, c.Layers, c.Hidden, c.Alpha, c.Theta = 8, 3, 6, 0.2, 0.7
			it := matrixItem(t, 8, c.Ordered, 0.5, testRand(21))
			net := newNet(t, backend, c.Field())
			compiled := net.h(mustBatch(t, learn.BatchShape{}, it))
			s, err := c.Sparse(net.store, "")
			if err != nil {
				t.Fatal(err)
			}
			p := &Messages{Start: []int32{0}}
			var features []float32
			for q, row := range gcniiMessages(c, it) {
				for from, weight := range row {
					if weight != 0 {
						p.From, p.Weight = append(p.From, int32(from)), append(p.Weight, float32(weight))
					}
				}
				p.Start = append(p.Start, int32(len(p.From)))
				features = append(features, it.X[4*q+PositionFeatures:4*q+4]...)
			}
			if s.NumFeatures() != 2 {
				t.Fatalf("%d features, want 2", s.NumFeatures())
			}
			h, err := s.Field(context.Background(), features, p)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]float64, len(h))
			for q := range want {
				want[q] = float64(compiled[q])
			}
			if closeTo(t, "h", h, want, 2e-5); math.Abs(want[0]-want[1]) < 1e-4 {
				t.Errorf("h is %v: too even for a test", want)
			}

			wide := c
			wide.Hidden = 7
			for name, err := range map[string]error{
				`"/field/in/dense/weights"`: second(c.Sparse(net.store, "/field")),
				`"/in/dense/weights": `:     second(wide.Sparse(net.store, "")),
				"want 2 a node":             second(s.Field(context.Background(), features[1:], p)),
				"canceled":                  second(s.Field(cancelled, features, p)),
			} {
				if err == nil || !strings.Contains(err.Error(), name) {
					t.Errorf("error %v, want %s in it", err, name)
				}
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
