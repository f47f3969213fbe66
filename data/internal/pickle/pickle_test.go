package pickle

import (
	"errors"
	"math"
	"reflect"
	"testing"
)

// echo is a host that allows calls of m.f and returns their arguments.
type echo struct{}

func (echo) Find(g Global) error {
	if g != (Global{"m", "f"}) {
		return errors.New("refused")
	}
	return nil
}
func (echo) Call(_ Global, args Tuple) (any, error) { return &List{args}, nil }
func (echo) SetState(object, state any) error {
	list, ok := object.(*List)
	if !ok {
		return errors.New("no state")
	}
	list.Items = append(list.Items, state)
	return nil
}
func (echo) Load(id any) (any, error) { return Tuple{id}, nil }

// Each value is what Python's own pickle.loads makes of the same bytes.
func TestLoad(t *testing.T) {
	for text, want := range map[string]any{
		"N.":                                 nil,
		"\x80\x02\x88.":                      true,
		"I00\n.":                             false,
		"I-12\n.":                            int64(-12),
		"L123L\n.":                           int64(123),
		"J\xfe\xff\xff\xff.":                 int64(-2),
		"M\x01\x02.":                         int64(513),
		"\x8a\x00.":                          int64(0),
		"\x8a\x01\xff.":                      int64(-1),
		"\x8a\x02\xff\x00.":                  int64(255),
		"\x8b\x02\x00\x00\x00\x00\x80.":      int64(-32768),
		"F1.5\n.":                            1.5,
		"G\xc0\x00\x00\x00\x00\x00\x00\x00.": -2.0,
		"V\\u20ac\xe9\\\\U0001f600\n.":       "€é\\😀",
		"X\x02\x00\x00\x00\xc3\xa9.":         "é",
		"\x8c\x01a.":                         "a",
		"C\x02\x00\xff.":                     []byte{0, 0xff},
		"(K\x01K\x02t.":                      Tuple{int64(1), int64(2)},
		"K\x01\x85.":                         Tuple{int64(1)},
		").":                                 Tuple(nil),
		"](K\x01Ne.":                         &List{[]any{int64(1), nil}},
		"]Na.":                               &List{[]any{nil}},
		"(Nl.":                               &List{[]any{nil}},
		"}(NK\x01K\x02Nu.":                   &Dict{[]any{nil, int64(2)}, []any{int64(1), nil}},
		"(NK\x01d.":                          &Dict{[]any{nil}, []any{int64(1)}},
		"}NK\x01s.":                          &Dict{[]any{nil}, []any{int64(1)}},
		"K\x07q\x050h\x05.":                  int64(7),
		"K\x07p10\n0g10\n.":                  int64(7),
		"K\x07\x94K\x08\x940h\x00\x86.":      Tuple{int64(7), int64(7)},
		"K\x07(NN1.":                         int64(7),
		"cm\nf\n(K\x01tR.":                   &List{[]any{int64(1)}},
		"\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00\x8c\x01m\x8c\x01f\x93)R.": &List{},
		"cm\nf\n)RK\x05b.": &List{[]any{int64(5)}},
		"NQ.":              Tuple{nil},
	} {
		got, err := Load([]byte(text), echo{})
		if list, ok := got.(*List); ok && len(list.Items) == 0 {
			list.Items = nil
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v, %v, want %#v", text, got, err, want)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "at byte 0: the pickle ends without STOP",
		"N":                                      "at byte 1: the pickle ends without STOP",
		".":                                      "at byte 0: too few values on the stack",
		"NN.":                                    "at byte 2: more data than one value",
		"N.N":                                    "at byte 1: more data than one value",
		"\x80\x06N.":                             "at byte 0: protocol 6 is newer than 5",
		"\x95\x09\x00\x00\x00\x00\x00\x00\x00N.": "at byte 0: the pickle ends within an opcode",
		"cposix\nsystem\n.":                      "at byte 0: refused",
		"cposix\nsystem":                         "at byte 0: the pickle ends within an opcode",
		"NN\x93.":                                "at byte 2: a class whose name is not a text",
		"2":                                      "at byte 0: opcode DUP is refused",
		"\x8f.":                                  "at byte 0: opcode EMPTY_SET is refused",
		"\x97.":                                  "at byte 0: opcode NEXT_BUFFER is refused",
		"\xfe":                                   "at byte 0: opcode 0xfe is refused",
		"X\xff\xff\xff\xffa.":                    "at byte 0: the pickle ends within an opcode",
		"X\x01\x00\x00\x00\xff.":                 "at byte 0: text that is not UTF-8",
		"V\\u12\n.":                              "at byte 0: text with a broken escape",
		"V\\U00110000\n.":                        "at byte 0: text with a broken escape",
		"I1x\n.":                                 `at byte 0: "1x" is not an integer of 64 bits`,
		"Fx\n.":                                  `at byte 0: "x" is not a number`,
		"px\n.":                                  `at byte 0: "x" is not an entry of the memo`,
		"\x8a\x09123456789.":                     "at byte 0: an integer of 9 bytes",
		"q\x00.":                                 "at byte 0: too few values on the stack",
		"h\x01.":                                 "at byte 0: memo entry 1 is not set",
		"t.":                                     "at byte 0: no mark on the stack",
		"N(\x85.":                                "at byte 2: too few values on the stack",
		"N(Ne.":                                  "at byte 3: a None where a list was expected",
		"}(Nu.":                                  "at byte 3: 1 keys and values for a dict",
		"NNR.":                                   "at byte 2: a call of a None with a None",
		"NNb.":                                   "at byte 2: no state",
	} {
		_, err := Load([]byte(text), echo{})
		var e *Error
		if err == nil || want != err.Error() || !errors.As(err, &e) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Every type has a name, and math.NaN passes.
func TestTypeName(t *testing.T) {
	for want, x := range map[string]any{"None": nil, "bool": true, "int": int64(1), "float": math.NaN(), "str": "", "bytes": []byte{}, "tuple": Tuple{}, "list": &List{}, "dict": &Dict{}, "m.f": Global{"m", "f"}, "object": echo{}} {
		if got := TypeName(x); got != want {
			t.Errorf("%#v: %s, want %s", x, got, want)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("\x80\x02cm\nf\n(K\x01X\x01\x00\x00\x00a]q\x00(h\x00etR}b."))
	f.Fuzz(func(t *testing.T, text []byte) {
		x, err := Load(text, echo{})
		if err != nil && x != nil {
			t.Errorf("%v and %v", TypeName(x), err)
		}
	})
}
