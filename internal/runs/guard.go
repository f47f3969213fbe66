package runs

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute"
)

// Policy says what follows where a run was made by other code.
type Policy string

// The policies. The zero value is Fail.
const (
	Fail   Policy = ""       // an error of type *Changed
	Anew   Policy = "anew"   // the run begins anew, in a folder beside the other
	Accept Policy = "accept" // the run is opened as it is
)

// Fingerprint is a list of numbers that a run's functions compute, such as the
// loss of some seeded spins.
type Fingerprint struct {
	Name   string // with an article, as in "the loss"
	Values []float64
	// Tolerance is the difference that two values may have, relative to the larger
	// one or, where both are below 1, absolute.
	Tolerance float64
	// On names what the values were computed on, where they are comparable on the
	// same alone, as spins of a seed are; "" for values that are the same everywhere.
	On string `json:",omitempty"`
}

// Tolerance is what the results of XLA's processors and accelerators may differ by.
const Tolerance = 1e-3

// fingerprintValues is how many numbers a fingerprint has at most.
const fingerprintValues = 16

// Thin returns up to 16 of some numbers, evenly spaced.
func Thin[T int8 | float32 | float64](values []T) []float64 {
	n := min(fingerprintValues, len(values))
	out := make([]float64, n)
	for k := range out {
		out[k] = float64(values[k*len(values)/n])
	}
	return out
}

// On names what spins of a seed were drawn on: "CPU" for all processors, which draw the
// same, or the accelerator, whose exponential function rounds its own way.
func On(b compute.Backend) string {
	if d := b.Description(); strings.Contains(d, "cuda") {
		return d
	}
	return "CPU"
}

// Difference is a fingerprint that has changed.
type Difference struct{ What, Recorded, Now string }

// Changed is the error of a run that was made by other code.
type Changed struct {
	Dir         string // of the run
	Differences []Difference
}

// Error says what has changed, as in "the loss has changed: 0.48, now 3.22".
func (c *Changed) Error() string {
	parts := make([]string, len(c.Differences))
	for k, d := range c.Differences {
		parts[k] = fmt.Sprintf("%s has changed: %s, now %s", d.What, d.Recorded, d.Now)
	}
	return strings.Join(parts, "; ")
}

// compare returns how fingerprints differ from those recorded. One that is not
// recorded, or that has none recorded, is a difference too.
func compare(recorded, now []Fingerprint) []Difference {
	var list []Difference
	left := make(map[string]Fingerprint, len(recorded))
	for _, f := range recorded {
		left[f.Name] = f
	}
	for _, f := range now {
		old, ok := left[f.Name]
		delete(left, f.Name)
		switch {
		case !ok:
			list = append(list, Difference{f.Name, "not recorded", f.String()})
		case old.On != f.On:
		case len(old.Values) != len(f.Values):
			list = append(list, Difference{f.Name, fmt.Sprintf("%d numbers", len(old.Values)), fmt.Sprint(len(f.Values))})
		default:
			if k := f.worst(old); k >= 0 {
				list = append(list, Difference{f.Name, number(old.Values[k]), number(f.Values[k])})
			}
		}
	}
	for _, f := range recorded {
		if _, ok := left[f.Name]; ok {
			list = append(list, Difference{f.Name, f.String(), "not computed"})
		}
	}
	return list
}

// elsewhere returns on what a fingerprint was recorded, if that is something else than
// now.
func elsewhere(recorded []Fingerprint, now Fingerprint) (on string, ok bool) {
	for _, f := range recorded {
		if f.Name == now.Name && f.On != now.On {
			return f.On, true
		}
	}
	return "", false
}

// worst returns the place of the largest difference beyond the tolerance, or −1.
func (f Fingerprint) worst(old Fingerprint) int {
	worst, most := -1, 0.0
	for k, v := range f.Values {
		d := math.Abs(v - old.Values[k])
		if d > f.Tolerance*max(1, math.Abs(v), math.Abs(old.Values[k])) && d > most {
			worst, most = k, d
		}
	}
	return worst
}

// String returns the first number and how many there are.
func (f Fingerprint) String() string {
	switch len(f.Values) {
	case 0:
		return "no number"
	case 1:
		return number(f.Values[0])
	}
	return fmt.Sprintf("%s and %d more", number(f.Values[0]), len(f.Values)-1)
}

func number(v float64) string { return fmt.Sprintf("%.6g", v) }

// ofVariables returns a mismatch as differences.
func ofVariables(err error) []Difference {
	var m *Mismatch
	if !errors.As(err, &m) {
		return nil
	}
	var list []Difference
	for _, v := range m.Missing {
		list = append(list, Difference{"the network", "without " + v, "with it"})
	}
	for _, v := range m.Unused {
		list = append(list, Difference{"the network", "with " + v, "without it"})
	}
	for _, v := range m.Misshaped {
		recorded, now, _ := strings.Cut(v, ", need ")
		list = append(list, Difference{"the network", recorded, now})
	}
	return list
}
