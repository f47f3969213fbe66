package runs

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
)

// Lines returns a logger that hands each record to a function, as one line: the
// message, after "warning: " where it is one, and the attributes as name and value.
func Lines(f func(line string)) *slog.Logger { return slog.New(&lines{f: f}) }

type lines struct {
	f     func(string)
	attrs []slog.Attr
}

func (l *lines) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

func (l *lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &lines{l.f, slices.Concat(l.attrs, attrs)}
}

// WithGroup changes nothing: names in a line are not grouped.
func (l *lines) WithGroup(string) slog.Handler { return l }

func (l *lines) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	if r.Level >= slog.LevelWarn {
		line = "warning: " + line
	}
	add := func(a slog.Attr) bool {
		line += fmt.Sprintf(", %s %v", a.Key, a.Value)
		return true
	}
	for _, a := range l.attrs {
		add(a)
	}
	r.Attrs(add)
	l.f(line)
	return nil
}
