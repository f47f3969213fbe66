package data

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"example.org/isinggraph/data/internal/pickle"
)

// torchHost lets a pickle make tensors of PyTorch from the storages of an
// archive, and nothing else.
type torchHost struct {
	archiveReader                      // its budget is for storages and tensors
	storages      map[string]*zip.File // by key
	raw           map[string][]byte    // storages that were read
}

// torchNames are the names that are allowed.
var torchNames = map[string]string{
	"collections.OrderedDict": "dict", "torch._utils._rebuild_tensor_v2": "tensor", "torch._utils._rebuild_parameter": "parameter",
	"torch.FloatStorage": "f4", "torch.DoubleStorage": "f8", "torch.HalfStorage": "f2", "torch.BFloat16Storage": "bf2",
	"torch.LongStorage": "i8", "torch.IntStorage": "i4", "torch.ShortStorage": "i2", "torch.CharStorage": "i1",
	"torch.ByteStorage": "u1", "torch.BoolStorage": "b1",
}

// torchStorage is a storage and the type of its elements.
type torchStorage struct {
	kind string
	raw  []byte
}

// ReadTorch reads the tensors of a state dict that torch.save wrote: a zip
// archive of a pickle and raw little-endian storages, the format since PyTorch
// 1.6 (https://docs.pytorch.org/docs/stable/notes/serialization.html). Keys are
// the names of the state dict, such as "conv1.nn.weight".
//
// The pickle is read as data: names other than those of tensors, storages and
// ordered dictionaries are refused, and so are compressed archives, values that
// are not tensors, storages of other lengths than promised, tensors that leave
// their storage or have more elements, and files whose tensors share storages
// so much that they would take more than four times the size of the file.
// Elements may be NaN or infinite. It takes O(size) time and memory.
func ReadTorch(path string) (map[string]Tensor, error) {
	f, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return parseTorch(f, path, size)
}

func parseTorch(r io.ReaderAt, name string, size int64) (map[string]Tensor, error) {
	if size == 0 {
		return nil, fileErrorf(name, 0, "empty file")
	}
	refuse := func(msg string, err error) (map[string]Tensor, error) {
		return nil, &FileError{File: name, Msg: msg, Err: err}
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return refuse("not a zip archive of torch.save", err)
	}
	host := &torchHost{storages: map[string]*zip.File{}, raw: map[string][]byte{}, archiveReader: archiveReader{budget: 4*size + 1<<16}}
	var program *zip.File
	for _, f := range archive.File {
		switch dir, base := path.Split(f.Name); {
		case base == "data.pkl" && program != nil:
			return refuse("two files data.pkl in the archive", nil)
		case base == "data.pkl":
			program = f
		case base == "byteorder":
			order, err := host.read(f)
			if err != nil || strings.TrimSpace(string(order)) != "little" {
				return refuse("storages are not little-endian", err)
			}
		case path.Base(dir) == "data":
			host.storages[base] = f
		}
	}
	if program == nil {
		return refuse("no file data.pkl in the archive", nil)
	}
	text, err := host.read(program)
	if err != nil {
		return refuse(short(program.Name), err)
	}
	root, err := pickle.Load(text, host)
	if err != nil {
		return refuse(short(program.Name), err)
	}
	dict, ok := root.(*pickle.Dict)
	if !ok {
		return refuse(fmt.Sprintf("a %s where a state dict was expected", pickle.TypeName(root)), nil)
	}
	tensors := make(map[string]Tensor, len(dict.Keys))
	for i, key := range dict.Keys {
		k, ok := key.(string)
		if _, twice := tensors[k]; !ok || twice {
			return refuse(fmt.Sprintf("key %q comes twice or is not a text", short(k)), nil)
		}
		if tensors[k], ok = dict.Values[i].(Tensor); !ok {
			return refuse(fmt.Sprintf("the value of key %q is a %s, not a tensor", short(k), pickle.TypeName(dict.Values[i])), nil)
		}
	}
	return tensors, nil
}

// Find refuses all names but those of torchNames.
func (*torchHost) Find(g pickle.Global) error {
	if _, ok := torchNames[g.String()]; !ok {
		return fmt.Errorf("%.80q is refused: only tensors are read", g.String())
	}
	return nil
}

// Load reads a storage: ("storage", type, key, location, number of elements).
func (h *torchHost) Load(id any) (any, error) {
	args, _ := id.(pickle.Tuple)
	tag, _ := argument[string](args, 0)
	class, _ := argument[pickle.Global](args, 1)
	key, ok := argument[string](args, 2)
	count, ok2 := argument[int64](args, 4)
	e, known := elements[torchNames[class.String()]]
	if tag != "storage" || !ok || !ok2 || !known {
		return nil, errors.New("an unknown kind of storage")
	}
	raw, done := h.raw[key]
	if !done {
		f := h.storages[key]
		if f == nil {
			return nil, fmt.Errorf("no storage %q in the archive", short(key))
		}
		var err error
		if raw, err = h.read(f); err != nil {
			return nil, fmt.Errorf("storage %q: %w", short(key), err)
		}
		h.raw[key] = raw
	}
	if count < 0 || count > int64(len(raw)) || count*int64(e.size) != int64(len(raw)) {
		return nil, fmt.Errorf("storage %q of %d elements has %d bytes", short(key), count, len(raw))
	}
	return &torchStorage{torchNames[class.String()], raw}, nil
}

// Call makes a tensor or a dictionary.
func (h *torchHost) Call(g pickle.Global, args pickle.Tuple) (any, error) {
	bad := fmt.Errorf("unexpected arguments of %s", g)
	switch torchNames[g.String()] {
	case "dict":
		if len(args) > 0 {
			return nil, bad
		}
		return &pickle.Dict{}, nil
	case "parameter":
		if t, ok := argument[Tensor](args, 0); ok {
			return t, nil
		}
		return nil, bad
	case "tensor": // storage, offset, shape, strides, requires_grad, hooks
		s, ok := argument[*torchStorage](args, 0)
		offset, ok2 := argument[int64](args, 1)
		shape, ok3 := dimensions(args, 2)
		strides, ok4 := dimensions(args, 3)
		if !ok || !ok2 || !ok3 || !ok4 || offset < 0 || offset > int64(len(s.raw)) {
			return nil, bad
		}
		n, err := size(shape, len(s.raw))
		if err != nil {
			return nil, err
		}
		if h.budget -= int64(n * elements[s.kind].size); h.budget < 0 {
			return nil, errors.New("tensors take more than four times the size of the file")
		}
		return strided(s.kind, binary.LittleEndian, s.raw, int(offset), shape, strides)
	}
	return nil, fmt.Errorf("a call of %s", g)
}

// SetState ignores the attributes of a dictionary (_metadata).
func (*torchHost) SetState(object, _ any) error {
	if _, ok := object.(*pickle.Dict); !ok {
		return fmt.Errorf("a state for a %s", pickle.TypeName(object))
	}
	return nil
}
