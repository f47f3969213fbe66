package explain

import (
	"cmp"
	"fmt"
	"slices"

	"example.org/isinggraph/internal/study"
)

// Row is an explainer's row of the comparison, over seeds.
type Row struct {
	Explainer      string
	Graphs         int
	UnionGEA       study.Over
	MaxGEA         study.Over
	Characteristic study.Over // probability form, of means over graphs
	Accuracy       study.Over // characteristic fidelity in its accuracy form
	Released       study.Over // the released code's fidelity
	Plus, Minus    study.Over // fidelity in probabilities
	Sparsity       study.Over
	Seconds        study.Over // a graph, together with others where the explainer can

	Curve []CurvePoint `json:",omitempty"` // mean over seeds of fidelity against sparsity
	Area  *study.Over  `json:",omitempty"` // under the curve of characteristic fidelity
}

// Table is the comparison on one set, over seeds.
type Table struct {
	Set           string
	Graphs        int
	Seeds         []uint64
	Accuracy      study.Over  // of the classifiers
	TrainSeconds  *study.Over `json:",omitempty"` // of classifier and IGExplainer together, of runs without an interrupt
	SingleSeconds study.Over  // IGExplainerS, one graph at a time
	Rows          []Row       // on the same graphs
	Whole         []Row       // on all graphs with a motif, of explainers that do not search each graph
	Skipped       map[string]string
}

// Merge averages shards over seeds, by set in order of their names. The rows are
// in order of the first shard of a set, of the explainers that all of them have.
// Two shards of one set and seed are an error.
func Merge(shards []*Shard) ([]Table, error) {
	shards = slices.Clone(shards)
	slices.SortFunc(shards, func(a, b *Shard) int { return cmp.Or(cmp.Compare(a.Set, b.Set), cmp.Compare(a.Seed, b.Seed)) })
	var tables []Table
	for _, group := range study.GroupBy(shards, func(s *Shard) string { return s.Set }) {
		first := group[0]
		seeds, err := study.Seeds(group, func(s *Shard) uint64 { return s.Seed })
		if err != nil {
			return nil, fmt.Errorf("explain: %s: %w", first.Set, err)
		}
		t := Table{
			Set: first.Set, Graphs: first.Graphs, Seeds: seeds, Skipped: first.Skipped,
			Accuracy:      study.NewOver(study.Values(group, func(s *Shard) float64 { return s.Accuracy })),
			SingleSeconds: study.NewOver(study.Values(group, func(s *Shard) float64 { return s.SingleSeconds })),
			Rows:          rowsOf(group, func(s *Shard) []*Report { return s.Reports }),
			Whole:         rowsOf(group, func(s *Shard) []*Report { return s.Whole }),
		}
		var times []float64
		for _, s := range group {
			if v, ok := s.TrainSeconds[trainingSeconds]; ok {
				times = append(times, v)
			}
		}
		if len(times) > 0 {
			o := study.NewOver(times)
			t.TrainSeconds = &o
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// rowsOf averages the reports of the explainers that all shards have.
func rowsOf(shards []*Shard, reports func(*Shard) []*Report) []Row {
	var list []Row
	for _, first := range reports(shards[0]) {
		var rows []*Report
		for _, r := range shards {
			if k := slices.IndexFunc(reports(r), func(x *Report) bool { return x.Explainer == first.Explainer }); k >= 0 {
				rows = append(rows, reports(r)[k])
			}
		}
		if len(rows) < len(shards) {
			continue
		}
		of := func(value func(*Report) float64) study.Over { return study.NewOver(study.Values(rows, value)) }
		row := Row{
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
func (r *Row) addCurves(rows []*Report) {
	n := len(rows[0].Curve)
	var areas []float64
	curve := make([]CurvePoint, n)
	for _, report := range rows {
		area, err := CurveArea(report.Curve, func(p CurvePoint) float64 { return p.Characteristic })
		if err != nil || len(report.Curve) != n {
			return
		}
		areas = append(areas, area)
		for k, p := range report.Curve {
			w := 1 / float64(len(rows))
			curve[k].Sparsity += w * p.Sparsity
			curve[k].Fidelity.Plus += w * p.Fidelity.Plus
			curve[k].Fidelity.Minus += w * p.Fidelity.Minus
			curve[k].Characteristic += w * p.Characteristic
		}
	}
	area := study.NewOver(areas)
	r.Curve, r.Area = curve, &area
}

// Sheet shows rows of explainers in full.
func Sheet(rows []Row) study.Sheet {
	s := study.Sheet{Columns: []string{"explainer", "graphs", "GEA", "fidelity", "area", "fid+", "fid−", "released", "sparsity", "ms a graph"}}
	for _, r := range rows {
		var area any = ""
		if r.Area != nil {
			area = *r.Area
		}
		s.Notes = []string{study.OverSeeds(len(r.UnionGEA.Values))}
		s.Add(r.Explainer, r.Graphs, r.UnionGEA, r.Characteristic, area, r.Plus.Mean, r.Minus.Mean, r.Released.Mean, r.Sparsity.Mean, fmt.Sprintf("%.3g", 1000*r.Seconds.Mean))
	}
	return s
}

// Sheet compares the explainers on the graphs that all explain, and those that do
// not search each graph on all graphs with a motif, of which their kept share and
// time are, too.
func (t Table) Sheet() study.Sheet {
	s := study.Sheet{
		Title: fmt.Sprintf("%s, seeds %v, classifier %.2f%% right", t.Set, t.Seeds, 100*t.Accuracy.Mean),
		Notes: []string{study.OverSeeds(len(t.Seeds))},
	}
	for _, r := range t.Rows {
		same := fmt.Sprintf("%d graphs", r.Graphs)
		s.Columns = []string{"explainer", "fidelity, " + same, "GEA, " + same, "fidelity, all graphs", "GEA, all graphs", "kept", "ms a graph"}
		most, fidelity, gea := r, "", ""
		if k := slices.IndexFunc(t.Whole, func(w Row) bool { return w.Explainer == r.Explainer }); k >= 0 {
			most = t.Whole[k]
			fidelity, gea = most.Characteristic.String(), most.UnionGEA.String()
		}
		s.Add(r.Explainer, r.Characteristic, r.UnionGEA, fidelity, gea, fmt.Sprintf("%.2f", 1-most.Sparsity.Mean), fmt.Sprintf("%.2g", 1000*most.Seconds.Mean))
	}
	return s
}
