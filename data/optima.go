package data

import (
	"io"
	"strings"
)

// ReadOptima reads lines "name value", such as optimal_energy.txt of the Biq
// Mac Ising instances: the optimum of each instance by its file's name. A name
// that comes twice is an error.
func ReadOptima(path string) (map[string]float64, error) { return readFile(path, parseOptima) }

func parseOptima(r io.Reader, name string, limit int64) (map[string]float64, error) {
	l := newLines(r, name, limit, "#")
	optima := map[string]float64{}
	for f, err := range l.all() {
		if err != nil {
			return nil, err
		}
		if len(f) != 2 {
			return nil, l.errorf(strings.Join(f, " "), "want a name and a value")
		}
		if _, twice := optima[f[0]]; twice {
			return nil, l.errorf(f[0], "name comes twice")
		}
		if optima[f[0]], err = l.float(f[1], "value"); err != nil {
			return nil, err
		}
	}
	if len(optima) == 0 {
		return nil, l.nothing("no values")
	}
	return optima, nil
}
