package isinggraph

import (
	"context"
	"errors"

	"example.org/isinggraph/internal/xla"
)

// A Sampler draws from p(x) ∝ exp(−βE(x)) (eq. 1) on one graph. It may be used from
// several goroutines. The samplers of this package do so by Algorithm 1: all nodes of
// a colour at once, colour after colour, sweep after sweep.
//
// Another sampler needs no more than these two methods. [Request.On] checks what it
// is asked for and fills in defaults, [RunChains] runs chains, makes their first
// spins and records, and a [Stream] gives uniforms that depend on seed, chain, sweep
// and place alone. Package samplertest holds what every sampler must pass. One that
// has a String method says by it how it works: "xla:gather", "xla:lattice", "go" and
// "go:line" are those of this package.
type Sampler interface {
	// Sample runs the chains. When ctx ends it returns ctx's error within about a
	// second, and no samples.
	Sample(ctx context.Context, r Request) (*Samples, error)
	// Close frees what the sampler holds. A closed sampler must not be used.
	Close()
}

// ErrNoXLA is wrapped by errors of [New] and others where XLA cannot be had: no
// plugin is found, or another backend is chosen.
var ErrNoXLA = errors.New("no XLA")

// ErrUneven is wrapped by errors of [New] where a graph's neighbour tables, padded to
// few degrees, would be far larger than the graph.
var ErrUneven = xla.ErrUneven

// Option is an option of [New] and [NewOnGrid].
type Option func(*options)

type options struct {
	plain func(why error)
}

// OrPlain makes New return the plain Go sampler where XLA cannot be had (ErrNoXLA) or
// the graph's degrees are too uneven for it (ErrUneven). It calls say with the reason.
func OrPlain(say func(why error)) Option { return func(o *options) { o.plain = say } }

// New returns the compiled sampler of g on the default engine: see [DefaultEngine]
// and [Engine.New]. Where there is none it is an error, which wraps ErrNoXLA or
// ErrUneven, unless the caller allows for [Plain] by [OrPlain].
func New(g *Graph, opts ...Option) (Sampler, error) {
	compiled := func() (Sampler, error) {
		e, err := DefaultEngine()
		if err != nil {
			return nil, err
		}
		return e.New(g)
	}
	return choose(opts, compiled, func() (Sampler, error) { return Plain(g), nil })
}

// NewOnGrid is New for a grid: by words of eight strips where the grid allows it (see
// [Engine.NewOnGrid]), or by [PlainOnGrid].
func NewOnGrid(gr Grid, opts ...Option) (Sampler, error) {
	compiled := func() (Sampler, error) {
		e, err := DefaultEngine()
		if err != nil {
			return nil, err
		}
		return e.NewOnGrid(gr)
	}
	return choose(opts, compiled, func() (Sampler, error) { return PlainOnGrid(gr) })
}

// choose returns the compiled sampler, or what the options allow for in its place.
func choose(opts []Option, compiled, plain func() (Sampler, error)) (Sampler, error) {
	var o options
	for _, f := range opts {
		f(&o)
	}
	s, err := compiled()
	if err != nil && o.plain != nil && (errors.Is(err, ErrNoXLA) || errors.Is(err, ErrUneven)) {
		o.plain(err)
		return plain()
	}
	return s, err
}
