package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// bars shows a progress bar for one job after the other, if the output is a
// terminal.
type bars struct {
	out  io.Writer
	unit string // of what is counted; "" for bytes
	name string
	bar  *progressbar.ProgressBar
}

// newBars returns bars for out, or nil, which shows nothing, if it is no
// terminal.
func newBars(out io.Writer, unit string) *bars {
	f, ok := out.(*os.File)
	if !ok {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &bars{out: out, unit: unit}
}

// show shows how much of a job is done; total is -1 where it is not known. It is
// a fetch.Client's Progress.
func (b *bars) show(name string, done, total int64) {
	if b == nil {
		return
	}
	if b.bar == nil || b.name != name {
		b.clear()
		b.name = name
		b.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(b.out), progressbar.OptionSetDescription(name),
			progressbar.OptionShowBytes(b.unit == ""), progressbar.OptionShowIts(), progressbar.OptionSetItsString(b.unit), progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
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
