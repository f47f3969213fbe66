package nb

import (
	"fmt"
	"log/slog"
	"strings"

	"example.org/isinggraph/internal/runs"
)

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

// Say shows what a training says as a line of text, but for the programs that it compiles: when it opens a run, and
// when it trains anew, since code has changed.
func Say(line string) {
	if !strings.Contains(line, "compil") {
		Check(Markdown("%s", line))
	}
}

// Log returns a logger that shows lines as [Say] does.
func Log() *slog.Logger { return runs.Lines(Say) }
