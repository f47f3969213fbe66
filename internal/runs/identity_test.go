package runs

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

// TestData compares the hash of lists, longer than a chunk, with SHA-256 of their
// bytes in one piece, and tells lists that are cut elsewhere.
func TestData(t *testing.T) {
	long := make([]float32, 3*dataChunk+5)
	for i := range long {
		long[i] = float32(i) / 7
	}
	d := NewData()
	Add(d, long)
	Add(d, []int32{1, -2})
	Add(d, []float32(nil))
	text := binary.LittleEndian.AppendUint64(nil, uint64(4*len(long)))
	for _, v := range long {
		text = binary.LittleEndian.AppendUint32(text, math.Float32bits(v))
	}
	text = append(text, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0)
	if want := fmt.Sprintf("%x", sha256.Sum256(text)); d.Sum() != want {
		t.Errorf("sum %s, want %s", d.Sum(), want)
	}
	whole, cut := NewData(), NewData()
	Add(whole, []int8{1, 2})
	Add(cut, []int8{1})
	Add(cut, []int8{2})
	if whole.Sum() == cut.Sum() {
		t.Error("two lists have the sum of one")
	}
}

// TestHash: equal configurations have one hash, and what JSON cannot say is an error.
func TestHash(t *testing.T) {
	type config struct{ Rate float64 }
	a, err := Hash(config{0.1})
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte(`{"Rate":0.1}`))); a != want {
		t.Errorf("hash %s, want %s", a, want)
	}
	if b, _ := Hash(config{0.2}); a == b {
		t.Error("two configurations have one hash")
	}
	if _, err := Hash(config{math.NaN()}); err == nil {
		t.Error("NaN is hashed")
	}
}
