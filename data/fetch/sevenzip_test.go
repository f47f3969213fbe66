package fetch

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
	"unicode/utf16"
)

// sevenZip returns an archive in the 7z format with the files stored
// uncompressed in one folder (7zFormat.txt of the LZMA SDK). A mode of 0 stands
// for a regular file.
func sevenZip(files []file) []byte {
	var packed []byte
	for _, f := range files {
		packed = append(packed, f.body...)
	}
	number := func(b []byte, n int) []byte { // in the shortest or the longest form
		if n < 0x80 {
			return append(b, byte(n))
		}
		return binary.LittleEndian.AppendUint64(append(b, 0xFF), uint64(n))
	}
	h := []byte{0x01, 0x04, 0x06, 0, 1, 0x09} // header, streams, packed from 0 on, one stream, its size
	h = append(number(h, len(packed)), 0)
	h = append(h, 0x07, 0x0B, 1, 0, 1, 0x01, 0x00, 0x0C) // folders: one, of one coder, which copies
	h = append(number(h, len(packed)), 0)
	h = number(append(h, 0x08, 0x0D), len(files)) // the folder's files
	h = append(h, 0x09)
	for _, f := range files[:len(files)-1] {
		h = number(h, len(f.body))
	}
	h = append(h, 0x0A, 1) // all have checksums
	for _, f := range files {
		h = binary.LittleEndian.AppendUint32(h, crc32.ChecksumIEEE([]byte(f.body)))
	}
	h = number(append(h, 0, 0, 0x05), len(files))
	var names, modes []byte
	for _, f := range files {
		for _, u := range append(utf16.Encode([]rune(f.name)), 0) {
			names = binary.LittleEndian.AppendUint16(names, u)
		}
		mode := f.unixMode
		if mode == 0 {
			mode = 0o100644
		}
		modes = binary.LittleEndian.AppendUint32(modes, mode<<16|0x8000)
	}
	h = append(number(append(h, 0x11), len(names)+1), 0)
	h = append(h, names...)
	h = append(number(append(h, 0x15), len(modes)+2), 1, 0)
	h = append(append(h, modes...), 0, 0)

	var start []byte
	start = binary.LittleEndian.AppendUint64(start, uint64(len(packed)))
	start = binary.LittleEndian.AppendUint64(start, uint64(len(h)))
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE(h))
	signature := []byte{'7', 'z', 0xBC, 0xAF, 0x27, 0x1C, 0, 4}
	return slices.Concat(binary.LittleEndian.AppendUint32(signature, crc32.ChecksumIEEE(start)), start, packed, h)
}
