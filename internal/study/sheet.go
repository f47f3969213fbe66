package study

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Sheet is a table of results as it is shown: aligned text on a terminal,
// Markdown in notebooks and documents.
type Sheet struct {
	Title   string
	Columns []string
	Rows    [][]string
	Notes   []string // sentences that say what stands in it, such as [OverSeeds]
}

// Add adds a row. Numbers with a point have three digits after it, and all else is
// as it prints.
func (s *Sheet) Add(cells ...any) {
	row := make([]string, len(cells))
	for k, c := range cells {
		if v, ok := c.(float64); ok {
			c = fmt.Sprintf("%.3f", v)
		}
		row[k] = fmt.Sprint(c)
	}
	s.Rows = append(s.Rows, row)
}

// Percent prints as a share in percent, with one digit after the point.
type Percent float64

func (p Percent) String() string { return fmt.Sprintf("%.1f%%", 100*float64(p)) }

// AddColumn adds a column at the end, whose cells are a function of the rows.
func (s *Sheet) AddColumn(name string, cell func(row []string) string) {
	s.Columns = append(s.Columns, name)
	for k, row := range s.Rows {
		s.Rows[k] = append(row, cell(row))
	}
}

// Text returns the sheet in columns of equal width.
func (s Sheet) Text() string {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{s.Columns}, s.Rows...) {
		fmt.Fprintln(w, strings.Join(row, "\t")) // a strings.Builder takes everything
	}
	w.Flush()
	var out strings.Builder
	if s.Title != "" {
		fmt.Fprintln(&out, s.Title)
	}
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(&out, strings.TrimRight(line, " \n"))
	}
	for _, note := range s.Notes {
		fmt.Fprintln(&out, note)
	}
	return out.String()
}

// Markdown returns the sheet as a table with its title above and its notes below.
func (s Sheet) Markdown() string {
	var out strings.Builder
	if s.Title != "" {
		fmt.Fprintf(&out, "**%s**\n\n", s.Title)
	}
	for k, row := range append([][]string{s.Columns}, s.Rows...) {
		fmt.Fprintln(&out, MarkdownRow(row...))
		if k == 0 {
			fmt.Fprintln(&out, "|"+strings.Repeat("---|", len(row)))
		}
	}
	if len(s.Notes) > 0 {
		fmt.Fprintf(&out, "\n%s\n", strings.Join(s.Notes, " "))
	}
	return out.String()
}

// MarkdownRow is one row of a table in Markdown.
func MarkdownRow(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |" }

// OverSeeds is the note of tables with intervals over a number of seeds.
func OverSeeds(n int) string {
	if n == 1 {
		return "One seed: no intervals."
	}
	return fmt.Sprintf("± is half of the 95%% confidence interval of the mean over %d seeds (Student's t).", n)
}

// OverItems is the note of tables with a [Spread] over items, such as "meshes".
func OverItems(items string) string {
	return fmt.Sprintf("In brackets: the standard deviation over %s.", items)
}
