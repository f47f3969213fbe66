package learn

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// String returns the report as a table: for each estimator and K the slope along the
// constant field beside the finite difference, the bias over all directions, cosine
// and signal-to-noise. Standard errors are in brackets.
func (r *CheckReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "slope of the expected loss along the constant field, by finite differences of %d samples: %s, the standard error in brackets\n",
		r.Chains, r.Differences[0])
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "estimator\tK\tslope\tbias\tcosine\tsignal/noise")
	for _, row := range r.Rows {
		fmt.Fprintf(w, "%s\t%d\t%s\t%.2f\t%.2f\t%.3g\n", row.Estimator, row.Samples, row.Slopes[0], row.Bias, row.Cosine, row.SignalToNoise)
	}
	w.Flush()
	return b.String()
}

// String returns the mean with its standard error in brackets.
func (s Slope) String() string { return fmt.Sprintf("%.3g (%.1g)", s.Mean, s.StdErr) }
