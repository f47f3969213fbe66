package study

import (
	"cmp"
	"runtime"
	"runtime/debug"
)

// Header says how a file of merged results was made. It stands first in the file.
type Header struct {
	Profile string // "paper" where the sizes are the paper's
	Machine string // in words
	Commit  string // of this module
	Command string // that made the shards
	Go      string // version
	Note    string `json:",omitempty"`
}

// Results is a file of merged results.
type Results[T any] struct {
	Header
	Tables []T
}

// NewHeader returns the header of results that this program merges. Where no
// commit is given, it is the one that the program was built from, if it knows.
func NewHeader(profile, machine, commit, command string) Header {
	return Header{Profile: profile, Machine: machine, Commit: cmp.Or(commit, revision()), Command: command, Go: runtime.Version()}
}

// revision returns the commit that this program was built from, or "".
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
