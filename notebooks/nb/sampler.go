package nb

import "example.org/isinggraph/pkg/isinggraph"

// Sampler returns the compiled sampler of a graph, or where XLA is missing or the degrees are too uneven for it the
// plain Go one, which it says in a line. Any other error ends the program, as in [Check].
func Sampler(g *isinggraph.Graph) isinggraph.Sampler {
	return Must(isinggraph.New(g, orPlain))
}

// GridSampler is [Sampler] for a grid.
func GridSampler(gr isinggraph.Grid) isinggraph.Sampler {
	return Must(isinggraph.NewOnGrid(gr, orPlain))
}

var orPlain = isinggraph.OrPlain(func(why error) { Check(Markdown("Sampling in plain Go: %v", why)) })

// Backend names what computes: the backend of the default engine, or plain Go.
func Backend() string {
	e, err := isinggraph.DefaultEngine()
	if err != nil {
		return "plain Go"
	}
	return e.Backend().Name()
}
