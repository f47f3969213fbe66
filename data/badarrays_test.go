package data

import (
	"archive/zip"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// badArrays lists the readers of arrays and pickles, each with what it refuses.
func badArrays(t *testing.T) []badReader {
	fixture := func(name string) string {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	zipped := func(method uint16, files ...[2]string) string { return string(archive(t, method, files...)) }
	motifs, fortran := fixture("ba2motif2.pkl"), fixture("fortran.npy")
	motif := func(old, new string) string { return strings.Replace(motifs, old, new, 1) }
	const eighth = "\x00\x00\x00\x00\x00\x00\xc3\x80?" // as the next, UTF-8 of Latin-1
	const one, nan, inf = "\x00\x00\x00\x00\x00\x00\xc3\xb0?", "\x00\x00\x00\x00\x00\x00\xc3\xb8\x7f", "\x00\x00\x00\x00\x00\x00\xc3\xb0\x7f"
	const storage = "\x00\x00\x80?\x00\x00\x00@"
	torch := func(program string) string {
		return zipped(zip.Store, [2]string{"m/data.pkl", program}, [2]string{"m/data/0", storage})
	}
	shape := func(s string) string { return strings.Replace(fortran, "(2, 3)", s, 1) }
	const zip0 = "zip: not a valid zip file"
	return []badReader{
		{
			name: "BA2MotifsPickle", read: func(path string) (any, error) { return ReadBA2MotifsPickle(path) },
			lacks: "index, duplicate, comments", good: fixture("ba2motif5.pkl"), binary: true,
			bad: []badCase{
				{"truncated", motifs[:len(motifs)/3], ": not a pickle of BA-2Motifs: at byte 191: the pickle ends within an opcode"},
				{"noise", noise, ": not a pickle of BA-2Motifs: at byte 0: opcode 0x7f is refused"},
				{"counts", motif("K\x02K\x19K\x19\x87", "K\x03K\x19K\x19\x87"), ": not a pickle of BA-2Motifs: array 0: an array of shape [3 25 25] and type f8 has 10000 bytes, want 15000"},
				{"NaN", motif(one, nan), ": not a pickle of BA-2Motifs: graph 0: adjacency of 0 and 1 is NaN and 1, want a symmetric 0 or 1"},
				{"Inf", motif(one, inf), ": not a pickle of BA-2Motifs: graph 0: adjacency of 0 and 1 is +Inf and 1, want a symmetric 0 or 1"},
				{"contradiction", motif(one, eighth), ": not a pickle of BA-2Motifs: graph 0: adjacency of 0 and 1 is 0.125 and 1, want a symmetric 0 or 1"},
				{"10 GB", "\x8e\x00\xe4\x0b\x54\x02\x00\x00\x00.", ": not a pickle of BA-2Motifs: at byte 0: the pickle ends within an opcode"},
				{"command", fixture("system.pkl"), `: not a pickle of BA-2Motifs: at byte 0: "posix.system" is refused: only arrays are read`},
			},
		},
		{
			name: "Torch", read: func(path string) (any, error) { return ReadTorch(path) },
			lacks: "NaN, Inf, comments", good: fixture("state.pt"), binary: true,
			bad: []badCase{
				{"truncated", fixture("state.pt")[:300], ": not a zip archive of torch.save: " + zip0},
				{"noise", noise, ": not a zip archive of torch.save: " + zip0},
				{"counts", torch(torchHead + "\x03" + torchTail), `: m/data.pkl: at byte 91: storage "0" of 3 elements has 8 bytes`},
				{"index", torch(torchHead + "\x02tQK\x01K\x02\x85K\x01\x85\x89}tRs."), ": m/data.pkl: at byte 103: element 2 of data that have 2"},
				{"duplicate", zipped(zip.Store, [2]string{"m/data.pkl", "}."}, [2]string{"m/data.pkl", "}."}), ": two files data.pkl in the archive"},
				{"contradiction", zipped(zip.Store, [2]string{"m/data.pkl", "}K\x01K\x07s."}), `: key "" comes twice or is not a text`},
				{"10 GB", torch(torchHead + "\x02tQK\x00J\x00\xe4\x0bT\x85K\x00\x85\x89}tRs."), ": m/data.pkl: at byte 106: shape [1410065408] has more than the 8 elements that the data have"},
				{"command", zipped(zip.Store, [2]string{"m/data.pkl", fixture("system.pkl")}), `: m/data.pkl: at byte 0: "posix.system" is refused: only tensors are read`},
			},
		},
		{
			name: "NPY", read: func(path string) (any, error) { return ReadNPY(path) },
			lacks: "index, NaN, Inf, duplicate, comments", good: fortran, binary: true,
			bad: []badCase{
				{"truncated", fortran[:170], ": not an array of numpy: an array of shape [2 3] and type f8 has 42 bytes, want 48"},
				{"noise", noise, ": not an array of numpy: it does not begin as a .npy file does"},
				{"counts", shape("(3, 3)"), ": not an array of numpy: an array of shape [3 3] and type f8 has 48 bytes, want 72"},
				{"counts: fewer", shape("(1, 3)"), ": not an array of numpy: an array of shape [1 3] and type f8 has 48 bytes, want 24"},
				{"contradiction", strings.Replace(npyOne, "'fortran_order': False", "'descr': '|u1',       ", 1), ": not an array of numpy: header \"{'descr': '|i1', 'descr': '|u1',       ,…\""},
				{"10 GB", shape("(9999999999, 3)"), ": not an array of numpy: shape (9999999999, 3)"},
			},
		},
		{
			name: "NPZ", read: func(path string) (any, error) { return ReadNPZ(path) },
			lacks: "index, NaN, Inf, contradiction, comments", good: fixture("arrays.npz"), binary: true,
			bad: []badCase{
				{"truncated", fixture("arrays.npz")[:400], ": not an archive of numpy: " + zip0},
				{"noise", noise, ": not an archive of numpy: " + zip0},
				{"counts", zipped(zip.Store, [2]string{"a.npy", npyOne + "\x06"}), ": a.npy: an array of shape [1] and type i1 has 2 bytes, want 1"},
				{"duplicate", zipped(zip.Store, [2]string{"a.npy", npyOne}, [2]string{"a.npy", npyOne}), `: "a.npy" in the archive is not an array, or comes twice`},
				{"10 GB", zipped(zip.Deflate, [2]string{"a.npy", strings.Repeat("\x00", 1<<20)}), ": a.npy: 1048576 bytes, more than are plausible for the file"},
			},
		},
		{
			name: "Safetensors", read: func(path string) (any, error) { return ReadSafetensors(path) },
			lacks: "NaN, Inf, comments", good: fixture("arrays.safetensors"), binary: true,
			bad: []badCase{
				{"truncated", fixture("arrays.safetensors")[:300], ": a header of 624 bytes in a file of 300"},
				{"truncated in the data", fixture("arrays.safetensors")[:690], `: array "spins" has the bytes 56 to 59 of 58, want them from 56 on`},
				{"noise", noise, ": a header of 282584257676671 bytes in a file of 12"},
				{"counts", safetensors(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, "abcd"), `: array "a": 4 bytes for shape [2] of F32`},
				{"index", safetensors(`{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}`, "abcd"), `: array "a" has the bytes 0 to 5 of 4, want them from 0 on`},
				{"duplicate", safetensors(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, "abcd"), `:1: not a header of safetensors in JSON: key "a" comes twice`},
				{"contradiction", safetensors(`{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}`, "abcd"), `: array "b" has the bytes 2 to 4 of 4, want them from 3 on`},
				{"10 GB", safetensors(`{"a":{"dtype":"U8","shape":[10000000000],"data_offsets":[0,10000000000]}}`, "abcd"), `: array "a" has the bytes 0 to 10000000000 of 4, want them from 0 on`},
			},
		},
	}
}

// safetensors makes a file of a header and data.
func safetensors(header, data string) string {
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + data
}
