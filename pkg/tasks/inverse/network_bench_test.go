package inverse

import (
	"context"
	"fmt"
	"testing"

	"example.org/isinggraph/pkg/isinggraph/learn"
)

func init() {
	for _, number := range []int{1, 2} {
		for _, variant := range []string{"paper", "best"} {
			benchmarks = append(benchmarks, struct {
				name string
				run  func(*testing.B)
			}{fmt.Sprintf("epoch/setting%d-%s", number, variant), func(b *testing.B) { benchmarkEpoch(b, number, variant) }})
		}
		benchmarks = append(benchmarks, struct {
			name string
			run  func(*testing.B)
		}{fmt.Sprintf("sample/setting%d", number), func(b *testing.B) { benchmarkSample(b, number) }})
	}
	benchmarks = append(benchmarks, struct {
		name string
		run  func(*testing.B)
	}{"field", benchmarkField})
}

// epochProblems are the training matrices of Dataset 1 at the paper's size.
func epochProblems(b *testing.B, number int, f Features) []*Problem {
	ms, err := Generate(context.Background(), Dataset1(1), 960)
	if err != nil {
		b.Fatal(err)
	}
	problems, err := Problems(context.Background(), ms, settings[number-1].Allowed(true), f)
	if err != nil {
		b.Fatal(err)
	}
	return problems
}

// benchmarkEpoch times the steps of the second epoch, when all is compiled: field,
// two samples, least squares, gradient and Adam.
func benchmarkEpoch(b *testing.B, number int, variant string) {
	t, err := settings[number-1].Recipe(variant)
	if err != nil {
		b.Fatal(err)
	}
	problems := epochProblems(b, number, t.Features)
	t.Epochs = 2
	var second [5]float64
	t.Progress = func(s learn.StepInfo) {
		if s.Epoch == 1 {
			for k, part := range []float64{s.Time.Seconds(), s.FieldTime.Seconds(), s.SampleTime.Seconds(), s.LossTime.Seconds(), s.UpdateTime.Seconds()} {
				second[k] += part
			}
		}
	}
	for range b.N {
		l, err := Train(context.Background(), t, problems, nil)
		if err != nil {
			b.Fatal(err)
		}
		l.Close()
	}
	for k, unit := range []string{"s/epoch", "s-field", "s-sample", "s-leastsquares", "s-gradient"} {
		b.ReportMetric(second[k]/float64(b.N), unit)
	}
}

// benchmarkSample draws two patterns for each of 960 matrices.
func benchmarkSample(b *testing.B, number int) {
	problems := epochProblems(b, number, PaperFeatures(false))
	problems = append(problems, problems...)
	for b.Loop() {
		if _, err := PaperChain(1).Sample(context.Background(), problems, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// benchmarkField computes the paper's field of 960 matrices in Setting 2.
func benchmarkField(b *testing.B) {
	t := PaperRecipe(Size, true)
	problems := epochProblems(b, 2, t.Features)
	t.Epochs = 1
	l, err := Train(context.Background(), t, problems[:32], nil)
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	if _, err := l.Fields(context.Background(), Items(problems[:32])); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := l.Fields(context.Background(), Items(problems)); err != nil {
			b.Fatal(err)
		}
	}
}
