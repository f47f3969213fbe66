// Package diagnose says how far the records of a sampler's chains can be trusted:
// [NewEstimate] turns series into a mean with its error, autocorrelation time τ,
// effective sample size and R̂.
package diagnose
