package data

import (
	"archive/zip"
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Files that numpy wrote, see testdata/fixtures.py.
func TestReadNPY(t *testing.T) {
	for name, want := range map[string]Tensor{
		"fortran.npy":  {[]int{2, 3}, []float64{-0.5, 0.5, 1.5, 2.5, 3.5, 4.5}},
		"version2.npy": {[]int{2}, []bool{true, false}},
	} {
		if got, err := ReadNPY(filepath.Join("testdata", name)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
	}
	want := map[string]Tensor{
		"half":   {[]int{1, 2}, []float32{1.5, float32(math.Inf(-1))}},
		"scalar": {nil, []int32{-7}},
		"none":   {[]int{0, 3}, []uint8{}},
		"spins":  {[]int{4, 5}, []int8{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
		"short":  {[]int{2}, []int16{-300, 300}},
		"long":   {[]int{1}, []int64{1<<53 + 1}},
	}
	got, err := ReadNPZ(filepath.Join("testdata", "arrays.npz"))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	path := filepath.Join(t.TempDir(), "a.npz")
	if err := WriteNPZ(path, got); err != nil {
		t.Fatal(err)
	}
	if again, err := ReadNPZ(path); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("read back %v, %v, want %v", again, err, want)
	}
}

// WriteNPY writes byte for byte what numpy.save does.
func TestWriteNPY(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := WriteNPY(path, Tensor{[]int{1, 2}, []int64{1, -1}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	want := "\x93NUMPY\x01\x00v\x00{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2), }" + strings.Repeat(" ", 58) + "\n" +
		"\x01\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"
	if err != nil || string(text) != want {
		t.Errorf("%q, %v, want %q", text, err, want)
	}
	for _, bad := range []Tensor{{[]int{2}, []int8{1}}, {[]int{1}, []string{""}}, {[]int{-1}, []bool{}}, {nil, nil}} {
		if err := WriteNPY(path, bad); err == nil {
			t.Errorf("wrote %v", bad)
		}
	}
}

func TestReadNPYErrors(t *testing.T) {
	head := func(s string) string { return "\x93NUMPY\x01\x00" + string(rune(len(s))) + "\x00" + s }
	const prefix = "data: a.npy: not an array of numpy: "
	for text, want := range map[string]string{
		"":                                  "data: a.npy: empty file",
		"hello":                             prefix + "it does not begin as a .npy file does",
		"\x93NUMPY\x01":                     prefix + "the file ends within its header",
		"\x93NUMPY\x09\x00\x00\x00\x00\x00": prefix + "version 9 of the format",
		"\x93NUMPY\x02\x00\xff\xff\xff\x3f": prefix + "a header of 1073741823 bytes in a file of 12",
		"\x93NUMPY\x01\x00\x04\x00abcd":     prefix + `header "abcd"`,
		head("{'shape': 'fortran_order': 'descr': }"):                                        prefix + `header "{'shape': 'fortran_order': 'descr': }"`,
		head("{'descr': '<f4', 'fortran_order': False}") + "abcd":                            prefix + `header "{'descr': '<f4', 'fortran_order': False}"`,
		head("{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': ()}"):        prefix + `header "{'descr': '<f4', 'descr': '<f8', 'fortra…"`,
		head("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}") + "abcd":              prefix + `header "{'descr': '|O', 'fortran_order': False, …"`,
		head("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}") + "abcdabcd":         prefix + `elements of type "c8"`,
		head("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}") + "abcd":    prefix + `header "{'descr': [('a', '<f4')], 'fortran_order…"`,
		head("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}") + "abcd":             prefix + "an array of shape [2] and type f4 has 4 bytes, want 8",
		head("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}") + "abcde":            prefix + "an array of shape [1] and type f4 has 5 bytes, want 4",
		head("{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000)}") + "abcd": prefix + "shape [100000 100000] has more than the 4 elements that the data have",
		head("{'descr': '<f4', 'fortran_order': False, 'shape': (10000000000,)}") + "abcd":   prefix + "shape (10000000000,)",
	} {
		if _, err := parseNPY(strings.NewReader(text), "a.npy", int64(len(text))); err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
	zeros := archive(t, zip.Deflate, [2]string{"a.npy", strings.Repeat("\x00", 1<<24)})
	for want, text := range map[string][]byte{
		"data: a.npz: empty file": nil,
		"data: a.npz: not an archive of numpy: zip: not a valid zip file":          []byte("hello"),
		`data: a.npz: "a.txt" in the archive is not an array, or comes twice`:      archive(t, zip.Store, [2]string{"a.txt", ""}),
		"data: a.npz: a.npy: 16777216 bytes, more than are plausible for the file": zeros,
		"data: a.npz: a.npy: it does not begin as a .npy file does":                archive(t, zip.Store, [2]string{"a.npy", "hello"}),
		`data: a.npz: "a.npy" in the archive is not an array, or comes twice`:      archive(t, zip.Store, [2]string{"a.npy", npyOne}, [2]string{"a.npy", npyOne}),
	} {
		if _, err := parseNPZ(bytes.NewReader(text), "a.npz", int64(len(text))); err == nil || err.Error() != want {
			t.Errorf("%.20q:\n got %v\nwant %s", text, err, want)
		}
	}
}

// npyOne is an array of one byte.
const npyOne = "\x93NUMPY\x01\x00\x3b\x00{'descr': '|i1', 'fortran_order': False, 'shape': (1,), } \n\x05"

func FuzzParseNPY(f *testing.F) {
	f.Add([]byte(npyOne))
	for _, name := range []string{"fortran.npy", "version2.npy"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var x Tensor
		var err error
		checkAllocation(t, len(text), func() { x, err = parseNPY(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := writeNPY(&first, x); err != nil {
			t.Fatal(err)
		}
		again, err := parseNPY(bytes.NewReader(first.Bytes()), "again", int64(first.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if err := writeNPY(&second, again); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("read back %v, %v, want %v", again, err, x) // bytes, for NaN is not equal to itself
		}
	})
}

func FuzzParseNPZ(f *testing.F) {
	for _, name := range []string{"arrays.npz"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var x map[string]Tensor
		var err error
		checkAllocation(t, len(text), func() { x, err = parseNPZ(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil {
			return
		}
		delete(x, "")
		var buf bytes.Buffer
		if err := writeNPZ(&buf, x); err != nil {
			t.Fatal(err)
		}
		again, err := parseNPZ(bytes.NewReader(buf.Bytes()), "again", int64(buf.Len()))
		if err != nil || len(again) != len(x) {
			t.Errorf("read back %v, %v, want %v", again, err, x)
		}
	})
}
