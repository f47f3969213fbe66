package study

import (
	"fmt"
	"log/slog"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/pkg/isinggraph/learn"
)

// Progress is told how far a study is: what it does, how much of that is done, of
// how much (0 where that is not known), and in words what came out, or "". Nil
// is silence. A study calls it from one goroutine at a time.
type Progress func(what string, done, total int, detail string)

// Report calls the function, if there is one.
func (p Progress) Report(what string, done, total int, detail string) {
	if p != nil {
		p(what, done, total, detail)
	}
}

// Log returns a logger that reports what a learner logs.
func (p Progress) Log() *slog.Logger {
	return runs.Lines(func(line string) { p.Report("training", 0, 0, line) })
}

// Steps returns a function that takes the steps of a learner and reports them all:
// in words the last of an epoch, of a number of steps each, those after which
// there is a validation, and the first two, in which programs are compiled.
func (p Progress) Steps(epoch, total int) func(learn.StepInfo) {
	return func(s learn.StepInfo) {
		detail := ""
		if s.Step <= 2 || s.Step%epoch == 0 || s.Validation != nil {
			detail = fmt.Sprintf("epoch %d: loss %.4f, %.1f%% kept", s.Epoch+1, s.Loss, 100*s.Fraction)
			if v := s.Validation; v != nil {
				detail += fmt.Sprintf("; validation %.4f, %.1f%%", v.Loss, 100*v.Fraction)
			}
			detail += fmt.Sprintf("; %.0f ms (field %.0f, samples %.0f, loss %.0f, gradient %.0f)", 1e3*s.Time.Seconds(),
				1e3*s.FieldTime.Seconds(), 1e3*s.SampleTime.Seconds(), 1e3*s.LossTime.Seconds(), 1e3*s.UpdateTime.Seconds())
		}
		p.Report("training", s.Step, total, detail)
	}
}
