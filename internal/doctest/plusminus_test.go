package doctest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	plusMinus = regexp.MustCompile(`\d ± \d`)
	printed   = regexp.MustCompile(`%[-+.*\d]*[a-z] ± %`)
)

// bareTables returns the heads of tables with "a ± b" of which neither the head nor
// the paragraph above says that ± is the 95% interval over seeds.
func bareTables(text string) (heads []string) {
	above := ""
	for block := range strings.SplitSeq(text, "\n\n") {
		head, rows, _ := strings.Cut(strings.Trim(block, "\n"), "\n")
		if strings.HasPrefix(head, "|") && plusMinus.MatchString(rows) {
			for _, word := range []string{"±", "95%", "seed"} {
				if !strings.Contains(above+head, word) {
					heads = append(heads, head)
					break
				}
			}
		}
		above = block
	}
	return heads
}

// TestPlusMinus: each table of the documents with ± says what it is.
func TestPlusMinus(t *testing.T) {
	tables := 0
	for _, d := range documents(t, ".md") {
		tables += strings.Count(d.text, "\n|---|")
		for _, head := range bareTables(d.text) {
			t.Errorf("%s: the table %s does not say that ± is half of a 95%% interval over seeds", d.path, head)
		}
	}
	if tables < 20 {
		t.Errorf("only %d tables were found", tables)
	}
}

// TestPlusMinusNoticed checks that what is bare is noticed.
func TestPlusMinusNoticed(t *testing.T) {
	const table = "| a |\n|---|\n| 1 ± 2 |\n"
	for text, bare := range map[string]bool{
		"Text.\n\n" + table: true,
		"Half of the 95% interval over three seeds, ±:\n\n" + table:            false,
		"| a, ± 95% over seeds |\n|---|\n| 1 ± 2 |":                            false,
		"± is half of the 95% interval over seeds.\n\nOther text.\n\n" + table: true,
		"Mean ± standard deviation over seeds.\n\n" + table:                    true,
		"| J |\n|---|\n| ±1 |":                                                 false,
	} {
		if got := bareTables(text); (len(got) > 0) != bare {
			t.Errorf("%q: bare tables %q", text, got)
		}
	}
}

// TestPlusMinusPrinted: internal/study alone formats numbers with ±, so that it means
// the same in all that programs and notebooks print.
func TestPlusMinusPrinted(t *testing.T) {
	var found []string
	for _, d := range documents(t, ".go", ".ipynb") {
		if !strings.HasSuffix(d.path, "_test.go") && printed.MatchString(d.text) {
			found = append(found, d.path)
		}
	}
	if want := []string{"internal/study/statistics.go"}; !slices.Equal(found, want) {
		t.Errorf("formats of numbers with ± in %q, want them in %q alone", found, want)
	}
}
