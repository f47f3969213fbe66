package learn

import (
	"fmt"
	"slices"
	"strings"
)

// String returns the learner in a line: its steps, its best validation, and how many
// variables field and couplings have, with how many numbers.
func (l *Learner) String() string {
	var b strings.Builder
	if l.opened != nil {
		fmt.Fprintf(&b, "field of %q, opened to predict", l.c.Key)
		if l.opened.Steps > 0 {
			fmt.Fprintf(&b, ", trained for %d of %d steps", l.opened.Step, l.opened.Steps)
		}
	} else {
		fmt.Fprintf(&b, "learner of %q at step %d of %d", l.c.Key, l.run.Step(), l.c.Optimizer.Steps)
	}
	if step, loss := l.BestStep(); step > 0 {
		fmt.Fprintf(&b, ", best loss %.4g after step %d", loss, step)
	}
	variables, numbers := 0, 0
	for v := range l.store.IterVariables() {
		if slices.ContainsFunc(fieldScopes, func(s string) bool { return strings.HasPrefix(v.Path(), s) }) {
			variables++
			numbers += v.Shape().Size()
		}
	}
	fmt.Fprintf(&b, ", %d variables of %d numbers", variables, numbers)
	return b.String()
}

// String returns the prediction in a line: the range of its field, the shift if there is
// one, and how many samples there are, of which energies and kept share.
func (p *Prediction) String() string {
	shift := ""
	if p.Shift != 0 {
		shift = fmt.Sprintf(" with a shift of %.4g", p.Shift)
	}
	return fmt.Sprintf("field of %d nodes from %.4g to %.4g%s; samples: %d, of energies from %.6g to %.6g, %.1f%% of the nodes kept",
		len(p.H), slices.Min(p.H), slices.Max(p.H), shift, p.Chains, slices.Min(p.Energies), slices.Max(p.Energies), 100*p.Fraction)
}
