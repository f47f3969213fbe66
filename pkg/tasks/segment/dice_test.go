package segment

import (
	"math"
	"math/rand/v2"
	"testing"
)

// spins reads a mask: # is +1, . is −1, ? is not known; blanks are left out.
func spins(rows string) []int8 {
	var x []int8
	for _, c := range rows {
		switch c {
		case '#':
			x = append(x, 1)
		case '.':
			x = append(x, -1)
		case '?':
			x = append(x, 0)
		}
	}
	return x
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		pred, truth string
		dice, iou   float64
	}{
		{"##..", "##..", 1, 1},
		{"##..", "..##", 0, 0},
		{"###.", ".###", 2. / 3, 0.5}, // 2 shared, 3 + 3, 4 in all
		{"#...", "####", 0.4, 0.25},
		{"....", "....", 1, 1}, // both empty
		{"#...", "....", 0, 0},
		{"....", "#...", 0, 0},
		{"##.#", "#?.?", 1, 1}, // what is not known does not count
		{"??#.", "#.#.", 2. / 3, 0.5},
		{"", "", 1, 1},
	} {
		p, y := spins(c.pred), spins(c.truth)
		if d, i := Dice(p, y), IoU(p, y); math.Abs(d-c.dice) > 1e-15 || math.Abs(i-c.iou) > 1e-15 {
			t.Errorf("%s against %s: Dice %v, IoU %v, want %v, %v", c.pred, c.truth, d, i, c.dice, c.iou)
		}
	}
	if d, i := Dice(spins("#"), spins("##")), IoU(spins("#"), nil); !math.IsNaN(d) || !math.IsNaN(i) {
		t.Errorf("masks of different lengths: Dice %v, IoU %v, want NaN", d, i)
	}
}

// IoU = D/(2−D), and both are symmetric.
func TestDiceAndIoU(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		p, y := randomMask(rng, 30), randomMask(rng, 30)
		d := Dice(p, y)
		if want := d / (2 - d); math.Abs(IoU(p, y)-want) > 1e-15 || Dice(y, p) != d || IoU(y, p) != IoU(p, y) {
			t.Fatalf("%v against %v: Dice %v and %v, IoU %v and %v", p, y, d, Dice(y, p), IoU(p, y), IoU(y, p))
		}
	}
}

// randomMask draws spins with a random share of +1.
func randomMask(rng *rand.Rand, n int) []int8 {
	share, x := rng.Float64(), make([]int8, n)
	for i := range x {
		x[i] = -1
		if rng.Float64() < share {
			x[i] = 1
		}
	}
	return x
}
