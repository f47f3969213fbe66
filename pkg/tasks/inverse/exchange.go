package inverse

import (
	"fmt"
	"math"
)

// Exchange refines a pattern at an unchanged number of kept nodes. A round drops
// the nodes whose removal costs least by [LeastSquares.Gains], then adds those
// that gain most, an eighth of all kept at first; where the loss does not fall the
// round is undone and the next moves half as many. It ends after the given number
// of rounds, or where exchanging a single node no longer helps. losses are eq. 20
// at the start and after every round. It uses the loss: at test time that is more
// than one sample does, so report it apart. x stays as it is.
func (l *LeastSquares) Exchange(x []int8, rounds int) (refined []int8, losses []float64, err error) {
	if rounds < 0 {
		return nil, nil, fmt.Errorf("inverse: %d rounds of exchange", rounds)
	}
	loss, err := l.Loss(x)
	if err != nil {
		return nil, nil, err
	}
	refined = append([]int8(nil), x...)
	losses = append(losses, loss)
	gains := make([]float64, len(x))
	trial := make([]int8, len(x))
	kept := Kept(x)
	moves := max(kept/8, 1)
	if kept == 0 || kept == len(x) {
		return refined, losses, nil
	}
	for range rounds {
		if _, err := l.Gains(gains, refined); err != nil {
			return nil, nil, err
		}
		copy(trial, refined)
		flipBest(trial, gains, 1, moves)
		if _, err := l.Gains(gains, trial); err != nil {
			return nil, nil, err
		}
		flipBest(trial, gains, -1, moves)
		next, err := l.Loss(trial)
		if err != nil {
			return nil, nil, err
		}
		if next < loss-leastGain {
			loss = next
			refined, trial = trial, refined
		} else {
			moves /= 2
		}
		losses = append(losses, loss)
		if moves == 0 {
			break
		}
	}
	return refined, losses, nil
}

// Best returns the better of [LeastSquares.Greedy] and [LeastSquares.Prune] from
// all positions, each after rounds of [LeastSquares.Exchange]: a bound of what a
// pattern that keeps the given number of nodes can reach. On Dataset 1 at the
// paper's fractions it is 2.78 in Setting 1 and 1.22 in Setting 2, and 2.67 and 0.98
// where positions are not symmetric.
func (l *LeastSquares) Best(kept, rounds int) ([]int8, error) {
	greedy, err := l.Greedy(kept)
	if err != nil {
		return nil, err
	}
	all := make([]int8, l.Positions.NumNodes())
	for i := range all {
		all[i] = 1
	}
	pruned, err := l.Prune(all, kept)
	if err != nil {
		return nil, err
	}
	var best []int8
	least := math.Inf(1)
	for _, x := range [][]int8{greedy, pruned} {
		y, losses, err := l.Exchange(x, rounds)
		if err != nil {
			return nil, err
		}
		if loss := losses[len(losses)-1]; loss < least {
			best, least = y, loss
		}
	}
	return best, nil
}

// flipBest flips the given number of nodes of one spin, those of the largest
// gains.
func flipBest(x []int8, gains []float64, spin int8, count int) {
	score := make([]float64, len(x))
	for i, s := range x {
		score[i] = gains[i]
		if s > 0 != (spin > 0) {
			score[i] = math.Inf(-1)
		}
	}
	for i, s := range TopPattern(score, count) {
		if s > 0 {
			x[i] = -x[i]
		}
	}
}
