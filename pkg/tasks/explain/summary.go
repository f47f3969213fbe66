package explain

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"example.org/isinggraph/internal/wholefile"
)

// Over is a value over seeds.
type Over struct {
	Mean   float64
	SD     float64 // 0 for one seed
	Values []float64
}

func over(values []float64) Over {
	o := Over{Mean: stat.Mean(values, nil), Values: values}
	if len(values) > 1 {
		o.SD = stat.StdDev(values, nil)
	}
	return o
}

// Summary is an explainer's row of the comparison, over seeds.
type Summary struct {
	Explainer      string
	Graphs         int
	UnionGEA       Over
	MaxGEA         Over
	Characteristic Over // probability form, of means over graphs
	Accuracy       Over // characteristic fidelity in its accuracy form
	Released       Over // the released code's fidelity
	Plus, Minus    Over // fidelity in probabilities
	Sparsity       Over
	Seconds        Over // a graph, together with others where the explainer can

	Curve []CurvePoint `json:",omitempty"` // mean over seeds of fidelity against sparsity
	Area  *Over        `json:",omitempty"` // under the curve of characteristic fidelity
}

// StudySummary is the comparison on one set, over seeds.
type StudySummary struct {
	Set           string
	Graphs        int
	Seeds         []uint64
	Accuracy      Over      // of the classifiers
	TrainSeconds  *Over     `json:",omitempty"` // of classifier and IGExplainer together, of runs without an interrupt
	SingleSeconds Over      // IGExplainerS, one graph at a time
	Rows          []Summary // on the same graphs
	Whole         []Summary // on all graphs with a motif, of explainers that do not search each graph
	Skipped       map[string]string
}

// Summarize averages results over seeds, by set in order of their names. The
// rows are in order of the first result of a set, of the explainers that all of
// them have.
func Summarize(results []*StudyResult) ([]*StudySummary, error) {
	if len(results) == 0 {
		return nil, errors.New("explain: no results to summarize")
	}
	results = slices.Clone(results)
	slices.SortFunc(results, func(a, b *StudyResult) int {
		if c := strings.Compare(a.Set, b.Set); c != 0 {
			return c
		}
		return int(a.Seed) - int(b.Seed)
	})
	var all []*StudySummary
	for len(results) > 0 {
		count := 1
		for count < len(results) && results[count].Set == results[0].Set {
			if results[count].Seed == results[count-1].Seed {
				return nil, fmt.Errorf("explain: two results for %s and seed %d", results[0].Set, results[count].Seed)
			}
			count++
		}
		all = append(all, summarize(results[:count]))
		results = results[count:]
	}
	return all, nil
}

func summarize(results []*StudyResult) *StudySummary {
	of := func(value func(*StudyResult) float64) Over {
		var values []float64
		for _, r := range results {
			values = append(values, value(r))
		}
		return over(values)
	}
	s := &StudySummary{
		Set: results[0].Set, Graphs: results[0].Graphs, Skipped: results[0].Skipped,
		Accuracy:      of(func(r *StudyResult) float64 { return r.Accuracy }),
		SingleSeconds: of(func(r *StudyResult) float64 { return r.SingleSeconds }),
	}
	var times []float64
	for _, r := range results {
		s.Seeds = append(s.Seeds, r.Seed)
		if t, ok := r.TrainSeconds[trainingSeconds]; ok {
			times = append(times, t)
		}
	}
	if len(times) > 0 {
		o := over(times)
		s.TrainSeconds = &o
	}
	s.Rows = rowsOf(results, func(r *StudyResult) []*Report { return r.Reports })
	s.Whole = rowsOf(results, func(r *StudyResult) []*Report { return r.Whole })
	return s
}

// rowsOf averages the reports of the explainers that all results have.
func rowsOf(results []*StudyResult, reports func(*StudyResult) []*Report) []Summary {
	var list []Summary
	for _, first := range reports(results[0]) {
		var rows []*Report
		for _, r := range results {
			if k := slices.IndexFunc(reports(r), func(x *Report) bool { return x.Explainer == first.Explainer }); k >= 0 {
				rows = append(rows, reports(r)[k])
			}
		}
		if len(rows) < len(results) {
			continue
		}
		of := func(value func(*Report) float64) Over {
			var values []float64
			for _, r := range rows {
				values = append(values, value(r))
			}
			return over(values)
		}
		row := Summary{
			Explainer: first.Explainer, Graphs: first.Graphs,
			UnionGEA:       of(func(r *Report) float64 { return r.UnionGEA }),
			MaxGEA:         of(func(r *Report) float64 { return r.MaxGEA }),
			Characteristic: of(func(r *Report) float64 { return r.Characteristic }),
			Accuracy:       of(func(r *Report) float64 { return r.Accuracy.Characteristic(1, 1) }),
			Released:       of(func(r *Report) float64 { return r.Released }),
			Plus:           of(func(r *Report) float64 { return r.Probability.Plus }),
			Minus:          of(func(r *Report) float64 { return r.Probability.Minus }),
			Sparsity:       of(func(r *Report) float64 { return r.Sparsity }),
			Seconds:        of(func(r *Report) float64 { return r.Elapsed.Seconds() }),
		}
		row.addCurves(rows)
		list = append(list, row)
	}
	return list
}

// addCurves averages the curves of reports that all have one of the same levels.
func (s *Summary) addCurves(rows []*Report) {
	n := len(rows[0].Curve)
	var areas []float64
	curve := make([]CurvePoint, n)
	for _, r := range rows {
		area, err := CurveArea(r.Curve, func(p CurvePoint) float64 { return p.Characteristic })
		if err != nil || len(r.Curve) != n {
			return
		}
		areas = append(areas, area)
		for k, p := range r.Curve {
			w := 1 / float64(len(rows))
			curve[k].Sparsity += w * p.Sparsity
			curve[k].Fidelity.Plus += w * p.Fidelity.Plus
			curve[k].Fidelity.Minus += w * p.Fidelity.Minus
			curve[k].Characteristic += w * p.Characteristic
		}
	}
	area := over(areas)
	s.Curve, s.Area = curve, &area
}

// resultPrefix begins the names of results' files.
const resultPrefix = "explain-"

// Write writes the result to a folder in a file of its own, in one step, and
// returns its path.
func (r *StudyResult) Write(dir string) (string, error) {
	path := filepath.Join(dir, fmt.Sprintf("%s%s-%d.json", resultPrefix, r.Set, r.Seed))
	if err := wholefile.WriteJSON(path, r); err != nil {
		return "", fmt.Errorf("explain: %w", err)
	}
	return path, nil
}

// ReadResults reads all results of a folder.
func ReadResults(dir string) ([]*StudyResult, error) {
	paths, err := filepath.Glob(filepath.Join(dir, resultPrefix+"*.json"))
	if err != nil || len(paths) == 0 {
		return nil, errors.Join(fmt.Errorf("explain: no results in %s", dir), err)
	}
	var all []*StudyResult
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("explain: %w", err)
		}
		r := new(StudyResult)
		if err := json.Unmarshal(text, r); err != nil {
			return nil, fmt.Errorf("explain: reading %s: %w", path, err)
		}
		if r.Set == "" || len(r.Reports) == 0 {
			return nil, fmt.Errorf("explain: %s holds no result", path)
		}
		all = append(all, r)
	}
	return all, nil
}
