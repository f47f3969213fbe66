package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"example.org/isinggraph/data/internal/pickle"
)

// numpyHost lets a pickle make arrays of numpy, and nothing else.
type numpyHost struct{ pickle.Host }

// ndarray is numpy.ndarray before its elements are decoded.
type ndarray struct {
	shape   []int
	kind    string
	order   binary.ByteOrder
	fortran bool
	raw     any // []byte or latin
}

// dtype is numpy.dtype.
type dtype struct {
	kind  string
	order binary.ByteOrder
}

// Names that a pickle of arrays contains; numpy 2 renamed its module core.
const (
	numpyArray       = "numpy.ndarray"
	numpyDtype       = "numpy.dtype"
	numpyReconstruct = "numpy.core.multiarray._reconstruct"
	numpyFromBuffer  = "numpy.core.numeric._frombuffer"
	codecsEncode     = "_codecs.encode" // how protocols 0 to 2 write bytes
)

// numpyNames maps the names that are allowed to those above.
var numpyNames = map[string]string{
	numpyArray: numpyArray, numpyDtype: numpyDtype, codecsEncode: codecsEncode,
	numpyReconstruct: numpyReconstruct, "numpy._core.multiarray._reconstruct": numpyReconstruct,
	numpyFromBuffer: numpyFromBuffer, "numpy._core.numeric._frombuffer": numpyFromBuffer,
}

// Find refuses all names but those of numpyNames.
func (numpyHost) Find(g pickle.Global) error { return findName(g, numpyNames) }

func findName(g pickle.Global, allowed map[string]string) error {
	if _, ok := allowed[g.String()]; !ok {
		return fmt.Errorf("%.80q is refused: only arrays are read", g.String())
	}
	return nil
}

// Load refuses objects outside the pickle.
func (numpyHost) Load(any) (any, error) { return nil, errors.New("an object outside the pickle") }

// Call makes an array or a type of elements.
func (numpyHost) Call(g pickle.Global, args pickle.Tuple) (any, error) {
	bad := fmt.Errorf("unexpected arguments of %s", g)
	switch numpyNames[g.String()] {
	case codecsEncode:
		bytes, ok := argument[string](args, 0)
		if coding, ok2 := argument[string](args, 1); !ok || !ok2 || coding != "latin1" {
			return nil, bad
		}
		return latin(bytes), nil
	case numpyDtype:
		kind, ok := text(args, 0)
		if !ok {
			return nil, bad
		}
		if _, known := elements[kind]; !known {
			return nil, fmt.Errorf("elements of type %.20q", kind)
		}
		return &dtype{kind, binary.LittleEndian}, nil
	case numpyReconstruct:
		if class, ok := argument[pickle.Global](args, 0); !ok || class.String() != numpyArray {
			return nil, bad
		}
		return &ndarray{}, nil
	case numpyFromBuffer:
		raw, ok := argument[[]byte](args, 0)
		t, ok2 := argument[*dtype](args, 1)
		shape, ok3 := dimensions(args, 2)
		order, ok4 := argument[string](args, 3)
		if !ok || !ok2 || !ok3 || !ok4 || order != "C" && order != "F" {
			return nil, bad
		}
		return &ndarray{shape, t.kind, t.order, order == "F", raw}, nil
	}
	return nil, fmt.Errorf("a call of %s", g)
}

// SetState fills an array or sets the byte order of a type.
func (numpyHost) SetState(object, state any) error {
	s, _ := state.(pickle.Tuple)
	switch x := object.(type) {
	case *dtype:
		order, ok := text(s, 1)
		if !ok || order != "<" && order != ">" && order != "|" {
			return errors.New("unexpected state of a numpy.dtype")
		}
		if order == ">" {
			x.order = binary.BigEndian
		}
		return nil
	case *ndarray: // version, shape, type, Fortran order, bytes
		shape, ok := dimensions(s, 1)
		t, ok2 := argument[*dtype](s, 2)
		fortran, ok3 := argument[bool](s, 3)
		if !ok || !ok2 || !ok3 || len(s) != 5 {
			return errors.New("unexpected state of a numpy.ndarray")
		}
		*x = ndarray{shape, t.kind, t.order, fortran, s[4]}
		return nil
	}
	return fmt.Errorf("a state for a %s", pickle.TypeName(object))
}

// tensor decodes the elements of an array, which must fill its bytes.
func (a *ndarray) tensor() (Tensor, error) {
	raw, ok := a.raw.([]byte)
	if text, isText := a.raw.(latin); isText {
		raw, ok = text.bytes()
	}
	if !ok {
		return Tensor{}, errors.New("an array without bytes")
	}
	n, err := size(a.shape, len(raw))
	if err != nil {
		return Tensor{}, err
	}
	if want := n * elements[a.kind].size; want != len(raw) {
		return Tensor{}, fmt.Errorf("an array of shape %d and type %s has %d bytes, want %d", a.shape, a.kind, len(raw), want)
	}
	strides := rowMajor(a.shape)
	if a.fortran {
		s := 1
		for k, d := range a.shape {
			strides[k] = s
			s *= max(d, 1)
		}
	}
	return strided(a.kind, a.order, raw, 0, a.shape, strides)
}

// latin is bytes as protocols 0 to 2 write them: a text of characters below
// 256. It is decoded where it is used, since a pickle may refer to it often.
type latin string

// bytes returns the bytes that a text stands for.
func (l latin) bytes() ([]byte, bool) {
	raw := make([]byte, 0, len(l))
	for _, r := range string(l) {
		if r > 255 {
			return nil, false
		}
		raw = append(raw, byte(r))
	}
	return raw, true
}

// argument returns argument i if there is one of type T.
func argument[T any](args pickle.Tuple, i int) (x T, ok bool) {
	if i < len(args) {
		x, ok = args[i].(T)
	}
	return x, ok
}

// text returns argument i if it is a text, or bytes as Python 2 wrote texts.
func text(args pickle.Tuple, i int) (string, bool) {
	if raw, ok := argument[[]byte](args, i); ok && len(raw) <= 8 {
		return string(raw), true
	}
	return argument[string](args, i)
}

// dimensions returns argument i if it is a shape, or strides.
func dimensions(args pickle.Tuple, i int) ([]int, bool) {
	tuple, ok := argument[pickle.Tuple](args, i)
	if !ok || len(tuple) > 32 {
		return nil, false
	}
	shape := make([]int, len(tuple))
	for k := range tuple {
		d, ok := argument[int64](tuple, k)
		if !ok || d < 0 || d > math.MaxInt32 {
			return nil, false
		}
		shape[k] = int(d)
	}
	return shape, true
}
