package data

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// The graphs of the fixtures, see testdata/fixtures.py.
func wantMotifs() []MotifGraph {
	motif := []int32{20, 21, 22, 23, 24}
	star := MotifGraph{N: 25, Motif: motif}
	for v := int32(1); v <= 20; v++ {
		star.Edges = append(star.Edges, [2]int32{0, v})
	}
	star.Edges = append(star.Edges, [2]int32{20, 21}, [2]int32{20, 24}, [2]int32{21, 22}, [2]int32{22, 23}, [2]int32{23, 24})
	path := MotifGraph{ID: 1, Label: 1, N: 25, Motif: motif, SelfLoops: []int32{20}}
	for v := int32(1); v < 20; v++ {
		path.Edges = append(path.Edges, [2]int32{v - 1, v})
	}
	path.Edges = append(path.Edges, [2]int32{20, 21}, [2]int32{20, 22}, [2]int32{20, 24}, [2]int32{21, 22}, [2]int32{22, 23}, [2]int32{23, 24})
	return []MotifGraph{star, path}
}

// Every protocol of Python's, with elements of different types and orders.
func TestReadBA2MotifsPickle(t *testing.T) {
	want := wantMotifs()
	for protocol := range 6 {
		got, err := ReadBA2MotifsPickle(filepath.Join("testdata", fmt.Sprintf("ba2motif%d.pkl", protocol)))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("protocol %d: %+v, %v, want %+v", protocol, got, err, want)
		}
	}
}

func TestReadBA2MotifsPickleErrors(t *testing.T) {
	published, err := os.ReadFile(filepath.Join("testdata", "ba2motif2.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	system, err := os.ReadFile(filepath.Join("testdata", "system.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) string { return strings.Replace(string(published), old, new, 1) }
	const one = "\x00\x00\x00\x00\x00\x00\xc3\xb0?" // 1.0 as UTF-8 of Latin-1
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "data: p: empty file"},
		{"a command", string(system), `data: p: not a pickle of BA-2Motifs: at byte 0: "posix.system" is refused: only arrays are read`},
		{"class of a user", "\x80\x04\x8c\x01m\x8c\x01C\x93)\x81.", `data: p: not a pickle of BA-2Motifs: at byte 8: "m.C" is refused: only arrays are read`},
		{"instance", "(i__main__\nC\n.", "data: p: not a pickle of BA-2Motifs: at byte 1: opcode INST is refused"},
		{"text", "hello", "data: p: not a pickle of BA-2Motifs: at byte 0: memo entry 101 is not set"},
		{"unknown opcode", "\xff", "data: p: not a pickle of BA-2Motifs: at byte 0: opcode 0xff is refused"},
		{"truncated", string(published[:len(published)/3]), "data: p: not a pickle of BA-2Motifs: at byte 191: the pickle ends within an opcode"},
		{"no end", string(published[:len(published)-1]), "data: p: not a pickle of BA-2Motifs: at byte 11202: the pickle ends without STOP"},
		{"more", string(published) + "x", "data: p: not a pickle of BA-2Motifs: at byte 11202: more data than one value"},
		{"10 GB", "B\x00\xe4\x0bT", "data: p: not a pickle of BA-2Motifs: at byte 0: the pickle ends within an opcode"},
		{"2^63 bytes", "\x8e\x00\x00\x00\x00\x00\x00\x00\x80", "data: p: not a pickle of BA-2Motifs: at byte 0: the pickle ends within an opcode"},
		{"another value", "K\x01.", "data: p: not a pickle of BA-2Motifs: a int where three arrays were expected"},
		{"shape", replace("K\x02K\x19K\x19\x87", "K\x02K\x19K\x1a\x87"), "data: p: not a pickle of BA-2Motifs: array 0 has shape [2 25 26], want a first dimension of graphs, then [25 25]"},
		{"counts", replace("K\x02K\x19K\x19\x87", "K\x03K\x19K\x19\x87"), "data: p: not a pickle of BA-2Motifs: array 0: an array of shape [3 25 25] and type f8 has 10000 bytes, want 15000"},
		{"weight", replace(one, strings.Replace(one, "?", "@", 1)), "data: p: not a pickle of BA-2Motifs: graph 0: adjacency of 0 and 1 is 65536 and 1, want a symmetric 0 or 1"},
		{"objects", replace("f8", "O8"), `data: p: not a pickle of BA-2Motifs: at byte 155: elements of type "O8"`},
	} {
		got, err := parseBA2MotifsPickle(strings.NewReader(c.text), "p", int64(len(c.text)))
		if err == nil || err.Error() != c.want || got != nil {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
}

func FuzzParseBA2MotifsPickle(f *testing.F) {
	for protocol := range 6 {
		text, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("ba2motif%d.pkl", protocol)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("\x80\x02)\x86h\x00."))
	f.Fuzz(func(t *testing.T, text []byte) {
		checkAllocation(t, len(text), func() {
			graphs, err := parseBA2MotifsPickle(bytes.NewReader(text), "fuzz", int64(len(text)))
			if (err == nil) != (len(graphs) > 0) {
				t.Errorf("%v, %v", graphs, err)
			}
			for _, g := range graphs {
				if err := checkEdges(g.N, g.Edges); err != nil {
					t.Error(err)
				}
			}
		})
	})
}
