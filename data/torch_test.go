package data

import (
	"archive/zip"
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestReadTorch reads tensors that PyTorch wrote: transposed, strided, empty, and of each type.
func TestReadTorch(t *testing.T) {
	inf := float32(math.Inf(1))
	want := map[string]Tensor{
		"weight":     {[]int{3, 4}, []float32{0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5}},
		"transposed": {[]int{4, 3}, []float32{0.5, 4.5, 8.5, 1.5, 5.5, 9.5, 2.5, 6.5, 10.5, 3.5, 7.5, 11.5}},
		"column":     {[]int{3}, []float32{1.5, 5.5, 9.5}},
		"double":     {[]int{2}, []float64{0.1, -1e300}},
		"half":       {[]int{2, 2}, []float32{1.5, -0.25, 1. / (1 << 24), inf}},
		"steps":      {nil, []int64{1<<53 + 1}},
		"mask":       {[]int{3}, []bool{true, false, true}},
		"none":       {[]int{0, 7}, []float32{}},
	}
	got, err := ReadTorch(filepath.Join("testdata", "state.pt"))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v, %v, want %v", got, err, want)
	}
	if x := got["mask"].Float32(); !reflect.DeepEqual(x, []float32{1, 0, 1}) {
		t.Errorf("mask as numbers: %v", x)
	}
	if x := got["column"].Float64(); !reflect.DeepEqual(x, []float64{1.5, 5.5, 9.5}) {
		t.Errorf("column as float64: %v", x)
	}
}

// archive returns a zip archive of files, stored as torch.save stores them.
func archive(t *testing.T, method uint16, files ...[2]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f[0], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// A pickle {"w": tensor of FloatStorage 0 of two elements}, and its ending.
const (
	torchHead = "}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK"
	torchTail = "tQK\x00K\x02\x85K\x01\x85\x89}tRs."
)

func TestReadTorchErrors(t *testing.T) {
	program := torchHead + "\x02" + torchTail
	pkl, raw := [2]string{"m/data.pkl", program}, [2]string{"m/data/0", "\x00\x00\x80?\x00\x00\x00@"}
	good := archive(t, zip.Store, pkl, raw)
	got, err := parseTorch(bytes.NewReader(good), "m.pt", int64(len(good)))
	if want := map[string]Tensor{"w": {[]int{2}, []float32{1, 2}}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v, %v, want %v", got, err, want)
	}
	for _, c := range []struct {
		name string
		text []byte
		want string
	}{
		{"empty", nil, "data: m.pt: empty file"},
		{"not zip", []byte("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."), "data: m.pt: not a zip archive of torch.save: zip: not a valid zip file"},
		{"truncated", good[:len(good)-30], "data: m.pt: not a zip archive of torch.save: zip: not a valid zip file"},
		{"no pickle", archive(t, zip.Store, raw), "data: m.pt: no file data.pkl in the archive"},
		{"two pickles", archive(t, zip.Store, pkl, pkl), "data: m.pt: two files data.pkl in the archive"},
		{"compressed", archive(t, zip.Deflate, pkl, raw), "data: m.pt: m/data.pkl: compressed in a way that is not read"},
		{"big-endian", archive(t, zip.Store, [2]string{"m/byteorder", "big"}, pkl, raw), "data: m.pt: storages are not little-endian"},
		{"no storage", archive(t, zip.Store, pkl), `data: m.pt: m/data.pkl: at byte 91: no storage "0" in the archive`},
		{"count", archive(t, zip.Store, [2]string{"m/data.pkl", torchHead + "\x03" + torchTail}, raw), `data: m.pt: m/data.pkl: at byte 91: storage "0" of 3 elements has 8 bytes`},
		{"shape", archive(t, zip.Store, [2]string{"m/data.pkl", torchHead + "\x02tQK\x01K\x02\x85K\x01\x85\x89}tRs."}, raw), "data: m.pt: m/data.pkl: at byte 103: element 2 of data that have 2"},
		{"10 GB", archive(t, zip.Store, [2]string{"m/data.pkl", torchHead + "\x02tQK\x00J\x00\xe4\x0bT\x85K\x00\x85\x89}tRs."}, raw), "data: m.pt: m/data.pkl: at byte 106: shape [1410065408] has more than the 8 elements that the data have"},
		{"command", archive(t, zip.Store, [2]string{"m/data.pkl", "cos\nsystem\n(X\x02\x00\x00\x00lstR."}), `data: m.pt: m/data.pkl: at byte 0: "os.system" is refused: only tensors are read`},
		{"whole model", archive(t, zip.Store, [2]string{"m/data.pkl", "\x80\x02cmodel\nNet\n)\x81."}), `data: m.pt: m/data.pkl: at byte 2: "model.Net" is refused: only tensors are read`},
		{"no tensor", archive(t, zip.Store, [2]string{"m/data.pkl", "}X\x05\x00\x00\x00epochK\x07s."}), `data: m.pt: the value of key "epoch" is a int, not a tensor`},
		{"key", archive(t, zip.Store, [2]string{"m/data.pkl", "}K\x01K\x07s."}), `data: m.pt: key "" comes twice or is not a text`},
		{"list", archive(t, zip.Store, [2]string{"m/data.pkl", "]."}), `data: m.pt: a list where a state dict was expected`},
	} {
		got, err := parseTorch(bytes.NewReader(c.text), "m.pt", int64(len(c.text)))
		if err == nil || err.Error() != c.want || got != nil {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
}

// FuzzParseTorch fuzzes archives as they are, FuzzTorchPickle what lies within
// one, which checksums would hide from the first.
func FuzzParseTorch(f *testing.F) {
	text, err := os.ReadFile(filepath.Join("testdata", "state.pt"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		checkAllocation(t, len(text), func() { checkTorch(t, text) })
	})
}

func FuzzTorchPickle(f *testing.F) {
	f.Add([]byte(torchHead+"\x02"+torchTail), []byte("\x00\x00\x80?\x00\x00\x00@"))
	f.Fuzz(func(t *testing.T, program, storage []byte) {
		text := archive(t, zip.Store, [2]string{"m/data.pkl", string(program)}, [2]string{"m/data/0", string(storage)})
		checkAllocation(t, len(text), func() { checkTorch(t, text) })
	})
}

// checkTorch reads a file, which may be refused; tensors that are read must
// have as many elements as their shape.
func checkTorch(t *testing.T, text []byte) {
	tensors, err := parseTorch(bytes.NewReader(text), "fuzz", int64(len(text)))
	if err != nil && tensors != nil {
		t.Error("tensors and an error")
	}
	for name, x := range tensors {
		if n, err := size(x.Shape, math.MaxInt32); err != nil || n != len(x.Float64()) {
			t.Errorf("%s: %d elements for shape %d, %v", name, len(x.Float64()), x.Shape, err)
		}
	}
}
