package sweep

// Control indexes the uint32 vector of a call's scalars.
const (
	SeedLow = iota
	SeedHigh
	SweepLow // sweeps done before this call
	SweepHigh
	Sweeps    // of this call
	Colors    // in use, at most the first axis of the tables
	FirstPair // of this call's first word: its first lane's chain, halved
	SkipCount // states of this call that the counts leave out, from the start
	ControlSize
)

// Inputs are what a program takes: nodes where its graph is built, tensors where it is
// called. C colours, D neighbour slots, B words a colour,
// W rows of words (chains on lattices, else chains by Lanes); S is 1 or
// MaxRecorded.
type Inputs[T any] struct {
	Spins    T // words [C*B+1], or [W, C*B+1] for W > 1, the last one zero
	Neighbor T // int32 [C, D, B] positions, C*B where there is none
	Coupling T // float32 2J: [2] (all or straight, diagonal), or [C, D, B] if Weighted
	Bias     T // float32 h_i − Σ_j J_ij, [C, 1 or W, 1 or Lanes, B]
	Beta     T // float32 −2β by sweep of this call, [S, W, Lanes]
	Cuts     T // uint32 [C, 1 + slots of all tables, B] by number of up neighbours, see [Cuts]; if Spec.Cuts
	Level    T // uint32 [S, W, Lanes, Levels+1], as Cuts; if Levels
	Control  T // uint32 [ControlSize]
	Active   T // words [C, B] of 0xFF bytes where spins may change; if Masked
	Later    T // int32 [C, D, B], the neighbours of a later colour; if Trace
	LateBias T // Bias over the later neighbours only, shaped as Bias; if Trace
	Site     T // words [C, B], 1 in the bytes of sites; if Trace on lattices
	// Slots beyond D of the first nodes of every colour, then those beyond them of
	// fewer, and so on: as Neighbor, Coupling (if Weighted) and Later (if Trace), with
	// axes [C, E, H]. Hubs of each are in use.
	Hub, HubCoupling, HubLater [MaxHubs]T
	Turn                       T // uint8 [C, D, B]: 0, TurnLeft or TurnRight; lattices
}

// List returns the places of the inputs that spec uses, in the order of the program's
// parameters: this is the one statement of it.
func (in *Inputs[T]) List(spec Spec) []*T {
	l := []*T{&in.Spins, &in.Coupling, &in.Beta, &in.Control, &in.Neighbor}
	switch {
	case spec.Levels > 0:
		l = append(l, &in.Level)
	case spec.Cuts:
		l = append(l, &in.Cuts)
	default:
		l = append(l, &in.Bias)
	}
	if spec.Masked {
		l = append(l, &in.Active)
	}
	if spec.Trace {
		l = append(l, &in.LateBias, &in.Later)
	}
	for k := range spec.Hubs {
		l = append(l, &in.Hub[k])
		if spec.Weighted {
			l = append(l, &in.HubCoupling[k])
		}
		if spec.Trace {
			l = append(l, &in.HubLater[k])
		}
	}
	if spec.Lattice.On() {
		l = append(l, &in.Turn)
		if spec.Trace {
			l = append(l, &in.Site)
		}
	}
	return l
}
