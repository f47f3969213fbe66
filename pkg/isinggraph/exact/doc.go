// Package exact computes Ising models exactly, or by formulas that samplers are
// compared with: [Enumerate], [Probabilities] and [ExpectedLoss] sum over all
// states of small graphs, [KaufmanEnergy] is the closed form of the square torus,
// and [MeanField] solves eq. 10 of "Ising on the Graph", an approximation where
// there are couplings.
package exact
