package data

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Tensor is an array as numpy or PyTorch stored it, in row-major order.
type Tensor struct {
	Shape []int // empty for a scalar
	// Data is a []float32 (also for 16-bit floats), []float64, []int8, []int16,
	// []int32, []int64, []uint8 or []bool of as many elements as the shape has.
	Data any
}

// Float64 returns the elements as float64, a bool as 0 or 1. It panics if
// Data is of none of its types.
func (t Tensor) Float64() []float64 { return convert[float64](t.Data) }

// Float32 is Float64 rounded to float32.
func (t Tensor) Float32() []float32 { return convert[float32](t.Data) }

func convert[T float32 | float64](data any) []T {
	switch data := data.(type) {
	case []T:
		return data
	case []float32:
		return convertSlice[T](data)
	case []float64:
		return convertSlice[T](data)
	case []int8:
		return convertSlice[T](data)
	case []int16:
		return convertSlice[T](data)
	case []int32:
		return convertSlice[T](data)
	case []int64:
		return convertSlice[T](data)
	case []uint8:
		return convertSlice[T](data)
	case []bool:
		xs := make([]T, len(data))
		for i, x := range data {
			if x {
				xs[i] = 1
			}
		}
		return xs
	}
	panic(fmt.Sprintf("data: tensor of %T", data))
}

func convertSlice[T float32 | float64, S float32 | float64 | int8 | int16 | int32 | int64 | uint8](data []S) []T {
	xs := make([]T, len(data))
	for i, x := range data {
		xs[i] = T(x)
	}
	return xs
}

// element says how elements of a tensor are stored.
type element struct {
	size int // bytes
	// decode returns n elements of raw, those that begin at the bytes at, or one
	// after the other if at is nil.
	decode func(raw []byte, order binary.ByteOrder, n int, at []int) any
}

// elements holds the types of elements by their names in numpy, and bf2 for
// bfloat16.
var elements = map[string]element{
	"f2":  elementOf(2, func(b []byte, o binary.ByteOrder) float32 { return halfFloat(o.Uint16(b)) }),
	"bf2": elementOf(2, func(b []byte, o binary.ByteOrder) float32 { return math.Float32frombits(uint32(o.Uint16(b)) << 16) }),
	"f4":  elementOf(4, func(b []byte, o binary.ByteOrder) float32 { return math.Float32frombits(o.Uint32(b)) }),
	"f8":  elementOf(8, func(b []byte, o binary.ByteOrder) float64 { return math.Float64frombits(o.Uint64(b)) }),
	"i1":  elementOf(1, func(b []byte, _ binary.ByteOrder) int8 { return int8(b[0]) }),
	"i2":  elementOf(2, func(b []byte, o binary.ByteOrder) int16 { return int16(o.Uint16(b)) }),
	"i4":  elementOf(4, func(b []byte, o binary.ByteOrder) int32 { return int32(o.Uint32(b)) }),
	"i8":  elementOf(8, func(b []byte, o binary.ByteOrder) int64 { return int64(o.Uint64(b)) }),
	"u1":  elementOf(1, func(b []byte, _ binary.ByteOrder) uint8 { return b[0] }),
	"b1":  elementOf(1, func(b []byte, _ binary.ByteOrder) bool { return b[0] != 0 }),
}

// maxDimensions is the most that an array has in numpy 1.
const maxDimensions = 32

// kindOf returns the type of a tensor's data by its name in numpy, and how many elements
// there are; "" for data of no type of [Tensor].
func kindOf(data any) (kind string, n int) {
	switch x := data.(type) {
	case []float32:
		return "f4", len(x)
	case []float64:
		return "f8", len(x)
	case []int8:
		return "i1", len(x)
	case []int16:
		return "i2", len(x)
	case []int32:
		return "i4", len(x)
	case []int64:
		return "i8", len(x)
	case []uint8:
		return "u1", len(x)
	case []bool:
		return "b1", len(x)
	}
	return "", 0
}

// elementOf makes an element of size bytes from the decoding of one.
func elementOf[T any](size int, decode func(b []byte, order binary.ByteOrder) T) element {
	return element{size, func(raw []byte, order binary.ByteOrder, n int, at []int) any {
		xs := make([]T, n)
		for i := range xs {
			k := i * size
			if at != nil {
				k = at[i]
			}
			xs[i] = decode(raw[k:], order)
		}
		return xs
	}}
}

// halfFloat returns the value of an IEEE 754 binary16.
func halfFloat(b uint16) float32 {
	sign, exponent, fraction := uint32(b>>15)<<31, int(b>>10&31), float64(b&1023)
	var x float64
	switch exponent {
	case 0:
		x = math.Ldexp(fraction, -24)
	case 31:
		return math.Float32frombits(sign | 0x7f800000 | uint32(b&1023)<<13)
	default:
		x = math.Ldexp(1024+fraction, exponent-25)
	}
	return math.Float32frombits(math.Float32bits(float32(x)) | sign)
}

// size returns the number of elements of a shape, at most most.
func size(shape []int, most int) (int, error) {
	n := 1
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("shape %d", shape)
		}
		if d > 0 && n > most/d {
			return 0, fmt.Errorf("shape %d has more than the %d elements that the data have", shape, most)
		}
		n *= d
	}
	return n, nil
}

// strided decodes a tensor whose element i lies at offset + Σ i_k stride_k of
// raw, counted in elements. As many elements as raw has are the most.
func strided(kind string, order binary.ByteOrder, raw []byte, offset int, shape, strides []int) (Tensor, error) {
	e, known := elements[kind]
	if !known {
		return Tensor{}, fmt.Errorf("elements of type %.20q", kind)
	}
	have := len(raw) / e.size
	n, err := size(shape, have)
	if err != nil {
		return Tensor{}, err
	}
	if len(strides) != len(shape) || len(shape) > maxDimensions {
		return Tensor{}, fmt.Errorf("%d strides for %d dimensions", len(strides), len(shape))
	}
	last := offset
	for k, d := range shape {
		if s := strides[k]; n > 0 && (s < 0 || d > 1 && s > (have-1)/(d-1)) {
			return Tensor{}, fmt.Errorf("stride %d of dimension %d leaves the data", s, k)
		}
		if d > 1 {
			last += (d - 1) * strides[k]
		}
	}
	if n > 0 && (offset < 0 || offset >= have || last >= have) {
		return Tensor{}, fmt.Errorf("element %d of data that have %d", last, have)
	}
	t := Tensor{Shape: append([]int(nil), shape...)}
	if slices.Equal(strides, rowMajor(shape)) {
		t.Data = e.decode(raw[min(offset, have)*e.size:], order, n, nil)
		return t, nil
	}
	at, index := make([]int, n), make([]int, len(shape))
	place := offset
	for i := range at {
		at[i] = place * e.size
		for k := len(shape) - 1; k >= 0; k-- {
			place += strides[k]
			if index[k]++; index[k] < shape[k] {
				break
			}
			place -= shape[k] * strides[k]
			index[k] = 0
		}
	}
	t.Data = e.decode(raw, order, n, at)
	return t, nil
}

// rowMajor returns the strides of a contiguous tensor.
func rowMajor(shape []int) []int {
	strides, s := make([]int, len(shape)), 1
	for k := len(shape) - 1; k >= 0; k-- {
		strides[k] = s
		s *= max(shape[k], 1)
	}
	return strides
}
