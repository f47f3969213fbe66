package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
)

// bars shows a progress bar for one download after the other, if the output is
// a terminal.
type bars struct {
	out  io.Writer
	name string
	bar  *progressbar.ProgressBar
}

// newBars returns bars for out, or nil, which shows nothing, if it is no
// terminal.
func newBars(out io.Writer) *bars {
	f, ok := out.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &bars{out: out}
}

// show is a fetch.Client's Progress.
func (b *bars) show(name string, done, total int64) {
	if b == nil {
		return
	}
	if b.bar == nil || b.name != name {
		b.clear()
		b.name = name
		b.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(name),
			progressbar.OptionShowBytes(true), progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100e6))
	}
	b.bar.Set64(done) // a bar that cannot be drawn is no reason to stop
}

// clear takes the bar away.
func (b *bars) clear() {
	if b != nil && b.bar != nil {
		b.bar.Clear()
		b.bar = nil
	}
}
