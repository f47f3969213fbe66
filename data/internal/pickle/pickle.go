// Package pickle reads Python pickles (protocols 0 to 5) as data. It knows the
// opcodes that numbers, texts, containers and numpy's and PyTorch's arrays need;
// any other is refused by name. Nothing is ever executed: a name of Python's,
// such as "numpy ndarray", is a [Global], and what calling one means is up to
// the [Host], which refuses all but a few.
//
// The format is that of Python's module pickletools
// (https://github.com/python/cpython/blob/main/Lib/pickletools.py). Memory is
// at most a small multiple of the input: texts and bytes are checked against
// what is left of it before they are read, and values are never traversed, so
// that cycles and repeated references cost nothing. This bound is why no
// general reader of pickles is used.
package pickle

import "fmt"

// What a pickle holds: nil, bool, int64, float64, string, []byte, Tuple, *List,
// *Dict, Global, and what the host returns.
type (
	// Tuple is a tuple.
	Tuple []any
	// List is a list.
	List struct{ Items []any }
	// Dict is a dictionary, in the order of insertion; keys may repeat.
	Dict struct{ Keys, Values []any }
	// Global names a class or a function of a Python module.
	Global struct{ Module, Name string }
)

// String returns "module.name".
func (g Global) String() string { return g.Module + "." + g.Name }

// Host gives a meaning to what a pickle asks Python to do.
type Host interface {
	// Find returns an error unless a pickle may name g.
	Find(g Global) error
	// Call returns the object that g makes of arguments.
	Call(g Global, args Tuple) (any, error)
	// SetState changes an object as its __setstate__ would.
	SetState(object, state any) error
	// Load returns the object that lies outside the pickle under id.
	Load(id any) (any, error)
}

// Error reports a pickle that was refused.
type Error struct {
	Offset int // of the opcode, in bytes
	Err    error
}

// Error returns "at byte OFFSET: CAUSE".
func (e *Error) Error() string { return fmt.Sprintf("at byte %d: %v", e.Offset, e.Err) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// TypeName names the type of a value as Python would.
func TypeName(x any) string {
	switch x := x.(type) {
	case nil:
		return "None"
	case bool:
		return "bool"
	case int64:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []byte:
		return "bytes"
	case Tuple:
		return "tuple"
	case *List:
		return "list"
	case *Dict:
		return "dict"
	case Global:
		return fmt.Sprintf("%.80s", x.String())
	}
	return "object"
}
