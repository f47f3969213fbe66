package fetch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// Package sevenzip believes an archive's header before it has compared
// checksums, and allocates as many items as the header counts. check7z reads
// the header first: its checksums must be right, and no count may exceed what
// the header has room for. The format is that of 7zFormat.txt of the LZMA SDK,
// https://www.7-zip.org/sdk.html.

const (
	max7zHeader     = 16 << 20 // bytes of a header, unpacked
	max7zDictionary = 1 << 30  // bytes of memory that a coder may ask for
)

var magic7z = []byte{'7', 'z', 0xBC, 0xAF, 0x27, 0x1C}

// check7z returns an error if the header of the archive is damaged or does not
// add up.
func check7z(a archive) error {
	start := make([]byte, 32)
	if _, err := a.ReadAt(start, 0); err != nil || !bytes.Equal(start[:6], magic7z) {
		return errors.New("not a 7z archive")
	}
	if crc32.ChecksumIEEE(start[12:]) != binary.LittleEndian.Uint32(start[8:]) {
		return errors.New("the checksum of the 7z archive's start is wrong")
	}
	header, err := section7z(a, binary.LittleEndian.Uint64(start[12:]), binary.LittleEndian.Uint64(start[20:]))
	if err != nil {
		return err
	}
	if crc32.ChecksumIEEE(header) != binary.LittleEndian.Uint32(start[28:]) {
		return errors.New("the checksum of the 7z header is wrong")
	}
	if header[0] == 0x17 {
		if header, err = decode7z(a, header); err != nil {
			return err
		}
	}
	return parse7z(header, func(p *parser7z) {
		p.want(0x01)
		if id := p.byte(); id == 0x04 {
			p.streams()
			p.want(0x05)
		} else if id != 0x05 {
			p.fail("an unknown part %#x", id)
		}
		p.files()
	})
}

// section7z reads part of an archive; offsets count from the end of the first
// 32 bytes.
func section7z(a archive, offset, length uint64) ([]byte, error) {
	room := uint64(a.size - 32)
	if offset > room || length > room-offset {
		return nil, errors.New("the 7z archive is cut short")
	}
	if length == 0 || length > max7zHeader {
		return nil, fmt.Errorf("a 7z header of %d bytes", length)
	}
	b := make([]byte, length)
	_, err := a.ReadAt(b, 32+int64(offset))
	return b, err
}

// decode7z unpacks a header that is packed by LZMA, as 7-Zip does, or by LZMA2.
func decode7z(a archive, descriptor []byte) ([]byte, error) {
	var s streams7z
	err := parse7z(descriptor, func(p *parser7z) {
		p.want(0x17)
		s = p.streams()
	})
	if err != nil {
		return nil, err
	}
	if len(s.packed) != 1 || len(s.sizes) != 1 || len(s.sums) > 1 {
		return nil, errors.New("the 7z header is not packed by LZMA alone")
	}
	if s.sizes[0] == 0 || s.sizes[0] > max7zHeader {
		return nil, fmt.Errorf("a 7z header of %d bytes", s.sizes[0])
	}
	packed, err := section7z(a, s.offset, s.packed[0])
	if err != nil {
		return nil, err
	}
	dictionary := max(uint32(s.sizes[0]), lzma.MinDictCap) // no match reaches farther
	var r io.Reader
	switch id := string(s.coder); {
	case id == "\x03\x01\x01" && len(s.properties) == 5:
		alone := binary.LittleEndian.AppendUint32(bytes.Clone(s.properties[:1]), dictionary)
		alone = binary.LittleEndian.AppendUint64(alone, s.sizes[0])
		r, err = lzma.NewReader(io.MultiReader(bytes.NewReader(alone), bytes.NewReader(packed)))
	case id == "\x21" && len(s.properties) == 1:
		r, err = lzma.Reader2Config{DictCap: int(dictionary)}.NewReader2(bytes.NewReader(packed))
	default:
		return nil, errors.New("the 7z header is not packed by LZMA alone")
	}
	if err != nil {
		return nil, fmt.Errorf("packed 7z header: %w", err)
	}
	header := make([]byte, s.sizes[0])
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, fmt.Errorf("packed 7z header: %w", err)
	}
	if len(s.sums) == 1 && crc32.ChecksumIEEE(header) != s.sums[0] {
		return nil, errors.New("the checksum of the packed 7z header is wrong")
	}
	return header, nil
}
