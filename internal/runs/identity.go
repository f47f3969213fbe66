package runs

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"unsafe"

	"github.com/gomlx/gomlx/ml/model"
)

// Data hashes what a run learns from, list by list, without a copy of it.
type Data struct{ sum hash.Hash }

// NewData returns the hash of no lists.
func NewData() *Data { return &Data{sha256.New()} }

// Number is a type of fixed size, as [Data] takes it.
type Number interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}

// dataChunk is how many numbers are written to the hash at once.
const dataChunk = 1 << 14

// Add adds a list: its size in bytes, so that two lists are not one long one, and
// its numbers, little end first.
func Add[T Number](d *Data, values []T) {
	var zero T
	d.sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(values))*uint64(unsafe.Sizeof(zero))))
	for part := range slices.Chunk(values, dataChunk) {
		if err := binary.Write(d.sum, binary.LittleEndian, part); err != nil {
			panic(err) // a hash returns no error, and the numbers are of fixed size
		}
	}
}

// Sum returns the SHA-256 of the lists so far, in hexadecimal.
func (d *Data) Sum() string { return fmt.Sprintf("%x", d.sum.Sum(nil)) }

// SumOf returns the SHA-256, in hexadecimal, of the paths, shapes and values of a store's variables
// below scopes.
func SumOf(store *model.Store, scopes ...string) (string, error) {
	d := NewData()
	for _, v := range variables(store, scopes) {
		value, err := v.Value()
		if err == nil {
			Add(d, []byte(v.Path()+" "+v.Shape().String()))
			err = value.ConstBytes(func(data []byte) { Add(d, data) })
		}
		if err != nil {
			return "", fmt.Errorf("reading %s: %w", v.Path(), err)
		}
	}
	return d.Sum(), nil
}

// Hash returns the SHA-256, in hexadecimal, of a configuration as JSON. It is an
// error if the configuration cannot be written so, as with a function, NaN or an
// infinity in it.
func Hash(config any) (string, error) {
	text, err := json.Marshal(config)
	if err != nil {
		return "", fmt.Errorf("writing the configuration: %w", err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(text)), nil
}
