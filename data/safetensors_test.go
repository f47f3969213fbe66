package data

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestSafetensors reads what the format's own library wrote, see testdata/fixtures.py, and
// writes the same arrays without the metadata and without half floats, which become
// float32: byte for byte as that library (safetensors 0.8.0, numpy.save) does.
func TestSafetensors(t *testing.T) {
	want := map[string]Tensor{
		"field/w": {[]int{2, 3}, []float32{1, -2.5, 0, 3, 4, 1e-3}},
		"scalar":  {nil, []int32{-7}},
		"none":    {[]int{0, 3}, []uint8{}},
		"half":    {[]int{2}, []float32{1.5, float32(math.Inf(-1))}},
		"long":    {[]int{1}, []int64{1<<53 + 1}},
		"short":   {[]int{2}, []int16{-300, 300}},
		"double":  {[]int{1}, []float64{0.1}},
		"spins":   {[]int{3}, []int8{1, -1, 1}},
		"on":      {[]int{2}, []bool{true, false}},
		"é\"<&":   {[]int{1}, []float32{2}},
	}
	got, err := ReadSafetensors(filepath.Join("testdata", "arrays.safetensors"))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v, %v, want %v", got, err, want)
	}
	delete(want, "half")
	path := filepath.Join(t.TempDir(), "a.safetensors")
	if err := WriteSafetensors(path, want); err != nil {
		t.Fatal(err)
	}
	const header = `{"long":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"double":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},` +
		`"field/w":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},"é\"<&":{"dtype":"F32","shape":[1],"data_offsets":[40,44]},` +
		`"scalar":{"dtype":"I32","shape":[],"data_offsets":[44,48]},"short":{"dtype":"I16","shape":[2],"data_offsets":[48,52]},` +
		`"spins":{"dtype":"I8","shape":[3],"data_offsets":[52,55]},"none":{"dtype":"U8","shape":[0,3],"data_offsets":[55,55]},` +
		`"on":{"dtype":"BOOL","shape":[2],"data_offsets":[55,57]}}     `
	const stored = "\x18\x02\x00\x00\x00\x00\x00\x00" + header + "\x01\x00\x00\x00\x00\x00 \x00\x9a\x99\x99\x99\x99\x99\xb9?\x00\x00\x80?\x00\x00 \xc0" +
		"\x00\x00\x00\x00\x00\x00@@\x00\x00\x80@o\x12\x83:\x00\x00\x00@\xf9\xff\xff\xff\xd4\xfe,\x01\x01\xff\x01\x01\x00"
	if text, err := os.ReadFile(path); err != nil || string(text) != stored {
		t.Errorf("%q, %v, want %q", text, err, stored)
	}
	if again, err := ReadSafetensors(path); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("read back %v, %v, want %v", again, err, want)
	}
	for _, bad := range []map[string]Tensor{
		nil, {"a": {[]int{2}, []int8{1}}}, {"a": {[]int{1}, []string{""}}}, {"a": {nil, nil}}, {"__metadata__": {[]int{1}, []int8{1}}}, {"\xff": {[]int{1}, []int8{1}}},
	} {
		if err := WriteSafetensors(path, bad); err == nil {
			t.Errorf("wrote %v", bad)
		}
	}
}

func TestSafetensorsErrors(t *testing.T) {
	const prefix = "data: a.safetensors: "
	for text, want := range map[string]string{
		"":                         "empty file",
		"1234567":                  "the file ends within the length of its header",
		safetensors("", ""):        "the header is no object of JSON in UTF-8",
		safetensors(" {}", ""):     "the header is no object of JSON in UTF-8",
		safetensors("{\"\xff", ""): "the header is no object of JSON in UTF-8",
		safetensors("{}", "a"):     "1 bytes after the last array",
		safetensors(`{"__metadata__":{"a":1}}`, ""):                                       "__metadata__: json: cannot unmarshal number into Go value of type string",
		safetensors(`{"a":{"dtype":"U8","data_offsets":[0,1]}}`, "a"):                     `array "a": want dtype, shape and two data_offsets`,
		safetensors(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}`, "a"):           `array "a": want dtype, shape and two data_offsets`,
		safetensors(`{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}`, "a"):        `array "a": 1 bytes for shape [-1] of U8`,
		safetensors(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}`, "a"):        `array "a" has the bytes -1 to 0 of 1, want them from 0 on`,
		safetensors(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,-1]}}`, "a"):        `array "a" has the bytes 0 to -1 of 1, want them from 0 on`,
		safetensors(`{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}`, "12345678"): `array "a": elements of type "C64"`,
		safetensors(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,2]}}`, "12"):       `array "a": 2 bytes for shape [0] of F32`,
	} {
		if _, err := parseSafetensors(strings.NewReader(text), "a.safetensors", int64(len(text))); err == nil || err.Error() != prefix+want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, prefix+want)
		}
	}
}

func FuzzParseSafetensors(f *testing.F) {
	text, err := os.ReadFile(filepath.Join("testdata", "arrays.safetensors"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(safetensors(`{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}`, "abcd")))
	f.Fuzz(func(t *testing.T, text []byte) {
		var x map[string]Tensor
		var err error
		checkAllocation(t, len(text), func() { x, err = parseSafetensors(bytes.NewReader(text), "fuzz", int64(len(text))) })
		if err != nil || len(x) == 0 {
			return
		}
		var first, second bytes.Buffer
		if err := writeSafetensors(&first, x); err != nil {
			t.Fatal(err)
		}
		again, err := parseSafetensors(bytes.NewReader(first.Bytes()), "again", int64(first.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if err := writeSafetensors(&second, again); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("read back %v, %v, want %v", again, err, x) // bytes, for NaN is not equal to itself
		}
	})
}
