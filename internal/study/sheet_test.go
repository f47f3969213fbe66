package study

import (
	"fmt"
	"testing"
	"time"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

func ExampleSheet() {
	s := Sheet{Title: "Losses", Columns: []string{"method", "loss", "kept"}, Notes: []string{OverSeeds(3), OverItems("graphs")}}
	s.Add("ours", NewInterval([]float64{1, 2, 3}), Percent(0.5))
	s.Add("the best of the others", 2.5, Percent(1))
	s.AddColumn("paper", func(row []string) string { return map[string]string{"ours": "2.1"}[row[0]] })
	fmt.Print(s.Markdown())
	fmt.Println()
	fmt.Print(s.Text())
	// Output:
	// **Losses**
	//
	// | method | loss | kept | paper |
	// |---|---|---|---|
	// | ours | 2.000 ± 2.484 | 50.0% | 2.1 |
	// | the best of the others | 2.500 | 100.0% |  |
	//
	// ± is half of the 95% confidence interval of the mean over 3 seeds (Student's t). In brackets: the standard deviation over graphs.
	//
	// Losses
	// method                  loss           kept    paper
	// ours                    2.000 ± 2.484  50.0%   2.1
	// the best of the others  2.500          100.0%
	// ± is half of the 95% confidence interval of the mean over 3 seeds (Student's t).
	// In brackets: the standard deviation over graphs.
}

// TestProgress: every step is reported, and in words the first two, the last of an
// epoch and those with a validation.
func TestProgress(t *testing.T) {
	var words []int
	steps := 0
	p := Progress(func(what string, done, total int, detail string) {
		steps++
		if what != "training" || done != steps || total != 9 {
			t.Errorf("%s %d of %d, want training %d of 9", what, done, total, steps)
		}
		if detail != "" {
			words = append(words, done)
		}
	})
	for k := range 9 {
		s := learn.StepInfo{Step: k + 1, Epoch: k / 4, Loss: 0.5, Time: time.Second}
		if k == 5 {
			s.Validation = &learn.Validated{Loss: 1}
		}
		p.Steps(4, 9)(s)
	}
	if fmt.Sprint(words) != "[1 2 4 6 8]" {
		t.Errorf("in words: steps %v", words)
	}
	Progress(nil).Report("nothing", 0, 0, "")
}
