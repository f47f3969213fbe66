package nb

import "fmt"

// Runs returns the folder of the notebooks' training runs, where one cell leaves checkpoints that the next one
// opens: build/cache/runs-…, another one for every state of the project's own Go code, as in [Memo].
func Runs() string {
	code, err := codeSum()
	if err != nil {
		fail(err)
	}
	path, err := buildPath("cache", fmt.Sprintf("runs-%x", code[:8]))
	if err != nil {
		fail(err)
	}
	return path
}
