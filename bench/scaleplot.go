package main

import (
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/notebooks/nb"
)

// drawScale draws seconds of colouring and of a sweep, and memory, over the number
// of nodes.
func drawScale(path string, rows []scaleRow) error {
	panels := []struct {
		title, unit string
		value       func(scaleRow) float64
	}{
		{"colouring", "seconds", func(r scaleRow) float64 { return r.Greedy.Seconds }},
		{"one sweep", "seconds", func(r scaleRow) float64 { return float64(r.Nodes) / r.PerSecond / 1e6 }},
		{"memory of the whole run", "MB", func(r scaleRow) float64 { return r.PeakMB }},
	}
	var row []nb.Drawer
	for _, panel := range panels {
		p := nb.NewPlot(panel.title, "nodes", panel.unit)
		nb.LogX(p)
		nb.LogY(p)
		drawn := 0
		for at := 0; at < len(rows); drawn++ {
			name := rows[at].Family
			var x, y []float64
			for ; at < len(rows) && rows[at].Family == name; at++ {
				x, y = append(x, float64(rows[at].Nodes)), append(y, panel.value(rows[at]))
			}
			if err := nb.Line(p, drawn, name, x, y); err != nil {
				return err
			}
			if err := nb.Points(p, drawn, "", x, y); err != nil {
				return err
			}
		}
		p.Legend.Left, p.Legend.XOffs = true, 4
		row = append(row, p)
	}
	image, err := nb.PNG(nb.Grid{row}, 11, 3.4)
	if err != nil {
		return err
	}
	return wholefile.Write(path, image)
}
