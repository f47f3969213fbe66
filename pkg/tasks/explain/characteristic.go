package explain

// Characteristic is GraphFramEx's characterization score (Amara et al. 2022,
// arXiv 2206.09677), the paper's characteristic fidelity: the weighted harmonic
// mean
//
//	(w₊ + w₋) / (w₊ / fid₊ + w₋ / (1 − fid₋))
//
// of fidelity+ and of 1 − fidelity−, for weights w₊, w₋ >= 0 that are not both 0;
// the paper's are equal. It is 0 where one of the two is 0 or less, its limit
// there, or where the weights are none.
func (f Fidelity) Characteristic(plus, minus float64) float64 {
	if f.Plus <= 0 || f.Minus >= 1 || plus < 0 || minus < 0 || plus+minus == 0 {
		return 0
	}
	return (plus + minus) / (plus/f.Plus + minus/(1-f.Minus))
}
