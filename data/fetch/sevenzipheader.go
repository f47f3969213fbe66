package fetch

import (
	"encoding/binary"
	"fmt"
)

// parser7z reads a 7z header from left to right. Its methods panic with a
// header7zError, which parse7z returns.
type parser7z struct {
	rest  []byte
	whole int // bytes of the header, the most that a count may be
}

type header7zError struct{ error }

// parse7z runs read over a header.
func parse7z(header []byte, read func(p *parser7z)) (err error) {
	defer func() {
		if e, ok := recover().(header7zError); ok {
			err = e.error
		}
	}()
	read(&parser7z{header, len(header)})
	return nil
}

func (p *parser7z) fail(format string, args ...any) {
	panic(header7zError{fmt.Errorf("7z header: "+format, args...)})
}

// bytes takes the next n bytes.
func (p *parser7z) bytes(n uint64) []byte {
	if n > uint64(len(p.rest)) {
		p.fail("it ends early")
	}
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b
}

func (p *parser7z) byte() byte { return p.bytes(1)[0] }

func (p *parser7z) want(id byte) {
	if got := p.byte(); got != id {
		p.fail("part %#x where %#x should be", got, id)
	}
}

// number reads a number: as many leading ones in the first byte as bytes
// follow, little-endian, the first byte's other bits being the highest.
func (p *parser7z) number() uint64 {
	first := p.byte()
	var v uint64
	for i, mask := 0, byte(0x80); i < 8; i, mask = i+1, mask>>1 {
		if first&mask == 0 {
			return v | uint64(first&(mask-1))<<(8*i)
		}
		v |= uint64(p.byte()) << (8 * i)
	}
	return v
}

// numbers reads n numbers.
func (p *parser7z) numbers(n uint64) []uint64 {
	v := make([]uint64, 0, min(n, uint64(len(p.rest))))
	for range n {
		v = append(v, p.number())
	}
	return v
}

// count reads a number of items, each of which takes a byte at least.
func (p *parser7z) count(what string, most int) uint64 {
	n := p.number()
	if n > uint64(min(p.whole, most)) {
		p.fail("%d %s in %d bytes", n, what, p.whole)
	}
	return n
}

// sums reads checksums for n items, which not all need have; defined says
// which do.
func (p *parser7z) sums(n uint64) (sums []uint32, defined []bool) {
	var flags []byte
	if p.byte() == 0 {
		flags = p.bytes((n + 7) / 8)
	}
	for i := range n {
		has := flags == nil || flags[i/8]>>(7-i%8)&1 == 1
		if has {
			sums = append(sums, binary.LittleEndian.Uint32(p.bytes(4)))
		}
		defined = append(defined, has)
	}
	return sums, defined
}

// streams7z is what a header says of its packed streams, as far as it is
// needed to unpack a packed header.
type streams7z struct {
	offset     uint64
	packed     []uint64 // sizes
	sizes      []uint64 // of what the coders unpack
	sums       []uint32
	coder      []byte // the last one's identity
	properties []byte // and settings
}

// streams reads the part on streams: packed ones, folders, files in folders.
func (p *parser7z) streams() (s streams7z) {
	var folders uint64
	var checked []bool // folders with a checksum of their own
	for {
		switch id := p.byte(); id {
		case 0x00:
			return s
		case 0x06:
			s.offset = p.number()
			n := p.count("packed streams", p.whole)
			for id := p.byte(); id != 0; id = p.byte() {
				switch id {
				case 0x09:
					s.packed = p.numbers(n)
				case 0x0A:
					p.sums(n)
				default:
					p.fail("an unknown part %#x of the packed streams", id)
				}
			}
		case 0x07:
			p.want(0x0B)
			folders = p.count("folders", p.whole)
			p.want(0) // not external
			var outputs uint64
			for range folders {
				outputs += p.folder(&s)
			}
			p.want(0x0C)
			s.sizes = p.numbers(outputs)
			checked = make([]bool, folders)
			for id := p.byte(); id != 0; id = p.byte() {
				if id != 0x0A {
					p.fail("an unknown part %#x of the folders", id)
				}
				s.sums, checked = p.sums(folders)
			}
		case 0x08:
			p.substreams(checked)
		default:
			p.fail("an unknown part %#x of the streams", id)
		}
	}
}

// folder reads the coders of a folder and returns the number of their outputs.
func (p *parser7z) folder(s *streams7z) uint64 {
	const mostCoders = 32
	coders := p.count("coders", mostCoders)
	var in, out uint64
	for range coders {
		flags := p.byte()
		if flags&0xC0 != 0 {
			p.fail("a coder with flags %#x", flags)
		}
		s.coder, s.properties = p.bytes(uint64(flags&0x0F)), nil
		nin, nout := uint64(1), uint64(1)
		if flags&0x10 != 0 {
			nin, nout = p.count("inputs", mostCoders), p.count("outputs", mostCoders)
		}
		in, out = in+nin, out+nout
		if flags&0x20 != 0 {
			s.properties = p.bytes(p.number())
		}
		p.memory(s.coder, s.properties)
	}
	if out == 0 || in < out-1 {
		p.fail("coders with %d inputs and %d outputs", in, out)
	}
	p.numbers(2 * (out - 1)) // which output feeds which input
	if packed := in - (out - 1); packed > 1 {
		p.numbers(packed)
	}
	return out
}

// memory refuses coders that ask for too much memory: LZMA and PPMd name it in
// four bytes, LZMA2 in one.
func (p *parser7z) memory(coder, properties []byte) {
	var need uint64
	switch id := string(coder); {
	case (id == "\x03\x01\x01" || id == "\x03\x04\x01") && len(properties) >= 5:
		need = uint64(binary.LittleEndian.Uint32(properties[1:]))
	case id == "\x21" && len(properties) >= 1:
		need = uint64(2|properties[0]&1) << (min(properties[0], 80)/2 + 11)
	}
	if need > max7zDictionary {
		p.fail("a coder that wants %d bytes of memory", need)
	}
}

// substreams reads how the folders' content is parted into files; checked says
// which folders have a checksum, which is that of a file that is alone in it.
func (p *parser7z) substreams(checked []bool) {
	sizes, sums := uint64(0), uint64(0)
	add := func(folder int, files uint64) {
		if files > 0 {
			sizes += files - 1
		}
		if files != 1 || !checked[folder] {
			sums += files
		}
		if max(sizes, sums) > uint64(p.whole) {
			p.fail("more files than it has bytes")
		}
	}
	id := p.byte()
	for folder := range checked {
		files := uint64(1)
		if id == 0x0D {
			files = p.count("files in a folder", p.whole)
		}
		add(folder, files)
	}
	if id == 0x0D {
		id = p.byte()
	}
	for ; id != 0; id = p.byte() {
		switch id {
		case 0x09:
			p.numbers(sizes)
		case 0x0A:
			p.sums(sums)
		default:
			p.fail("an unknown part %#x of the files in folders", id)
		}
	}
}

// files reads the list of files, whose properties it passes over.
func (p *parser7z) files() {
	p.count("files", defaultLimits.entries)
	for id := p.byte(); id != 0; id = p.byte() {
		p.bytes(p.number())
	}
}
