package data

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"io"
	"math"
	"strings"
	"testing"
)

// readsWith returns a reader of files with a parser.
func readsWith[T any](parse func(r io.Reader, name string, limit int64) (T, error)) func(path string) (any, error) {
	return func(path string) (any, error) { return readFile(path, parse) }
}

// badGeometry lists the readers of matrices, meshes and images, each with what
// it refuses.
func badGeometry(t *testing.T) []badReader {
	const coordinate = "%%MatrixMarket matrix coordinate real general\n"
	const array = "%%MatrixMarket matrix array real general\n"
	const objVertices = "v 0 0 0\nv 1 0 0\nv 0 1 0\n"
	const off = "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n"
	const ply = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n"
	const plyVertices = "0 0 0\n1 0 0\n0 1 0\n"
	little := strings.Replace(ply, "ascii", "binary_little_endian", 1)
	nine := strings.Repeat("\x00\x00\x80\x3f", 9)
	hb := func(pointers, rows, values string) string {
		return hbFile("RUA", 2, 2, 2, "(3I3)", "(2I2)", "(2F5.1)", pointers, rows, values)
	}
	const facet = "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid\n"
	stl := func(count uint32, body string) string {
		return string(binary.LittleEndian.AppendUint32([]byte(strings.Repeat("h", 80)), count)) + body
	}
	stlNaN := make([]byte, stlFaceSize)
	binary.LittleEndian.PutUint32(stlNaN[16:], math.Float32bits(float32(math.NaN())))
	png := string(encode(t, image.NewGray(frame23), "png"))
	jpeg := string(encode(t, image.NewGray(frame23), "jpeg"))
	coloured := string(encode(t, painted(opaque{image.NewRGBA(frame23)}, 2, 1, color.RGBA{R: 255, A: 255}), "png"))
	huge := "IHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x00\x00\x00\x00"
	huge = "\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + string(binary.BigEndian.AppendUint32([]byte(huge), crc32.ChecksumIEEE([]byte(huge))))
	return []badReader{
		{name: "MatrixMarket", same: []string{coordinate + "% c\n\n2 2 2\n1 1 1\n% d\n2 2 1\n"}, read: readsWith(ParseMatrixMarket), good: coordinate + "2 2 2\n1 1 1\n2 2 1\n", bad: []badCase{
			{"noise", noise, ":1: binary data where text was expected"},
			{"only a comment", "% nothing\n", ":1: the file ends where the line of sizes was expected"},
			{"only a banner", coordinate, ":1: the file ends where the line of sizes was expected"},
			{"short banner", "%%MatrixMarket matrix coordinate real\n", `:1: want %%MatrixMarket matrix FORMAT FIELD SYMMETRY: "%%MatrixMarket matrix coordinate real"`},
			{"vector", "%%MatrixMarket vector coordinate real general\n", `:1: only objects of type matrix are read: "vector"`},
			{"format", "%%MatrixMarket matrix sparse real general\n", `:1: want the format coordinate or array: "sparse"`},
			{"field", "%%MatrixMarket matrix array float general\n", `:1: want the field real, integer or pattern: "float"`},
			{"symmetry", "%%MatrixMarket matrix array real lower\n", `:1: want the symmetry general, symmetric or skew-symmetric: "lower"`},
			{"complex", "%%MatrixMarket matrix coordinate complex general\n1 1 1\n1 1 2 3\n", `:1: complex matrices are not read: "complex"`},
			{"hermitian", "%%MatrixMarket matrix coordinate real hermitian\n", `:1: hermitian (complex) matrices are not read: "hermitian"`},
			{"pattern array", "%%MatrixMarket matrix array pattern general\n", `:1: a pattern has no values for this form: "%%MatrixMarket matrix array pattern gene…"`},
			{"no sizes", "hello\n", `:1: want the banner %%MatrixMarket or the numbers of rows, columns and entries: "hello"`},
			{"two sizes", coordinate + "2 2\n", `:2: want the numbers of rows, columns and entries: "2 2"`},
			{"three sizes", array + "2 2 4\n", `:2: want the numbers of rows and columns: "2 2 4"`},
			{"negative size", coordinate + "2 -2 1\n", `:2: number of columns is not a count: "-2"`},
			{"10 GB of rows", coordinate + "2500000000 2 1\n1 1 1\n", `:2: more rows than are plausible for an input of 67 bytes: "2500000000"`},
			{"10 GB of entries", coordinate + "2 2 1000000000\n1 1 1\n", `:2: more entries than an input of 67 bytes can hold: "1000000000"`},
			{"10 GB of values", array + "40000 40000\n1\n", ":2: more values than an input of 55 bytes can hold"},
			{"symmetric, not square", "%%MatrixMarket matrix coordinate real symmetric\n2 3 0\n", `:2: a symmetric matrix that is not square: "2 3 0"`},
			{"truncated", coordinate + "2 2 2\n1 1 1\n", ":3: the file ends where entry 1 of 2 was expected"},
			{"truncated array", array + "2 2\n1\n2\n3\n", ":5: the file ends where the value at row 2, column 2 was expected"},
			{"counts: too many", coordinate + "2 2 1\n1 1 1\n2 2 2\n", `:4: more data after the last of 1 entries: "2 2 2"`},
			{"too many in an array", array + "1 2\n1 2 3\n", `:3: more data after the last of 2 values: "3"`},
			{"index: row", coordinate + "2 2 1\n3 1 1\n", `:3: row outside 1..2: "3"`},
			{"row from 0", coordinate + "2 2 1\n0 1 1\n", `:3: row outside 1..2: "0"`},
			{"column", coordinate + "2 2 1\n1 1.5 1\n", `:3: column is not an integer: "1.5"`},
			{"no value", coordinate + "2 2 1\n1 1\n", `:3: entry 0 has 2 fields, want 3: "1 1"`},
			{"complex value", coordinate + "2 2 1\n1 1 1 2\n", `:3: entry 0 has 4 fields, want 3: "1 1 1 2"`},
			{"NaN", coordinate + "2 2 1\n1 1 NaN\n", `:3: value is not finite: "NaN"`},
			{"Inf", coordinate + "2 2 1\n% c\n1 1 -inf\n", `:4: value is not finite: "-inf"`},
			{"too large", coordinate + "2 2 1\n1 1 1e400\n", `:3: value is not finite: "1e400"`},
			{"word", coordinate + "2 2 1\n1 1 one\n", `:3: value is not a number: "one"`},
			{"not an integer", "%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 1.5\n", `:3: value is not an integer of 64 bits: "1.5"`},
			{"large integer", "%%MatrixMarket matrix coordinate integer general\n2 2 1\n1 1 9007199254740993\n", `:3: value is not exact in float64: "9007199254740993"`},
			{"contradiction on the diagonal", "%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 5\n", `:3: a skew-symmetric matrix has an entry on its diagonal: "1 1 5"`},
			{"duplicates that overflow", coordinate + "2 2 2\n1 2 1e308\n1 2 1e308\n", ": entry (0, 1): the sum of its duplicates is not finite"},
		}},
		{name: "Triplets", lacks: "counts, duplicate, contradiction", same: []string{"# c\n0 0 1\n\n1 1 2 # d"}, read: readsWith(ParseTriplets), good: "0 0 1\n1 1 2\n", bad: []badCase{
			{"noise", noise, ":1: binary data where text was expected"},
			{"only a comment", "# nothing\n", ": no entry, and so no size"},
			{"two fields", "0 0\n", `:1: want 3 fields: row, column and value: "0 0"`},
			{"mixed", "0 0 1\n0 1 1 2\n", `:2: want 3 fields: row, column and value: "0 1 1 2"`},
			{"index: negative", "0 -1 1\n", `:1: column outside 0..65535: "-1"`},
			{"10 GB", "0 0 1\n2500000000 0 1\n", `:2: row outside 0..65535: "2500000000"`},
			{"NaN", "0 0 NaN\n", `:1: value is not finite: "NaN"`},
			{"Inf", "0 0 1e999\n", `:1: value is not finite: "1e999"`},
			{"truncated", "0 0 1\n1 1 -", `:2: value is not a number: "-"`},
		}},
		{name: "HarwellBoeing", lacks: "duplicate, comments", read: readsWith(ParseHarwellBoeing), good: hb("  1  2  3", " 1 2", "  1.0  2.0"), bad: []badCase{
			{"noise", noise, ":1: binary data where text was expected"},
			{"blank", "\n\n", ":2: want 4 integers: the numbers of lines"},
			{"only a title", "title\n", ":1: the file ends where the numbers of lines was expected"},
			{"counts: none", "title\na b c d\n", `:2: number of lines is not a count: "a"`},
			{"10 GB", "title\n 3 1 1 1\nRUA 2 2 2500000000 0\n", `:3: more rows, columns or entries than are plausible for a file of its size: "2500000000"`},
			{"more than it holds", "title\n 3 1 1 1\nRUA 2 2 6000 0\n", `:3: more columns or entries than a file of 30 bytes can hold: "2 2 6000 0"`},
			{"complex", "title\n 3 1 1 1\nCUA 2 2 2 0\n", `:3: complex and hermitian matrices are not read: "CUA"`},
			{"hermitian", "title\n 3 1 1 1\nRHA 2 2 2 0\n", `:3: complex and hermitian matrices are not read: "RHA"`},
			{"elemental", "title\n 3 1 1 1\nRSE 2 2 2 0\n", `:3: elemental matrices are not read, assemble them first: "RSE"`},
			{"auxiliary", "title\n 3 1 1 1\nqua 2 2 2 0\n", `:3: auxiliary values are not read: "qua"`},
			{"type", "title\n 3 1 1 1\nXYZ 2 2 2 0\n", `:3: want a type of three letters like RUA: "XYZ"`},
			{"not square", "title\n 3 1 1 1\nRSA 2 3 2 0\n", `:3: a symmetric matrix that is not square: "RSA 2 3 2 0"`},
			{"no values", "title\n 3 1 1 0\nRUA 2 2 2 0\n(3I3) (2I2) (2F5.1)\n", `:4: a matrix of type RUA without lines of values: "3 1 1 0"`},
			{"two formats", "title\n 3 1 1 1\nRUA 2 2 2 0\n(3I3) (2I2)\n", `:4: want 3 Fortran formats: "(3I3) (2I2)"`},
			{"format", "title\n 3 1 1 1\nRUA 2 2 2 0\n(3I3) (2I2) (2(F5.1))\n", `:4: a Fortran format that is not understood, want one like (16I5) or (1P,5E16.8): "(2(F5.1))"`},
			{"first pointer", hb("  0  2  3", " 1 2", "  1.0  2.0"), `:5: the first column pointer is not 1: "0"`},
			{"pointers descend", hb("  1  4  3", " 1 2", "  1.0  2.0"), `:5: column pointer below the one before it, 4: "3"`},
			{"last pointer", hb("  1  2  4", " 1 2", "  1.0  2.0"), `:5: the last column pointer is not the number of entries and one, 3: "4"`},
			{"pointer", hb("  1  x  3", " 1 2", "  1.0  2.0"), `:5: column pointer is not an integer: "x"`},
			{"index: row", hb("  1  2  3", " 1 3", "  1.0  2.0"), `:6: row index outside 1..2: "3"`},
			{"row from 0", hb("  1  2  3", " 0 1", "  1.0  2.0"), `:6: row index outside 1..2: "0"`},
			{"missing row", hb("  1  2  3", " 1", "  1.0  2.0"), `:6: row index 2 of 2 is missing from columns 3 to 4, format (2I2): "1"`},
			{"truncated", hb("  1  2  3", " 1 2", "  1.0"), `:7: value 2 of 2 is missing from columns 6 to 10, format (2F5.1): "1.0"`},
			{"NaN", hb("  1  2  3", " 1 2", "  1.0  NaN"), `:7: value is not finite: "NaN"`},
			{"Inf", hb("  1  2  3", " 1 2", "  1.0 -inf"), `:7: value is not finite: "-inf"`},
			{"word", hb("  1  2  3", " 1 2", "  1.0  one"), `:7: value is not a number: "one"`},
			{"more lines", hb("  1  2  3", " 1 2", "  1.0  2.0") + "  3.0\n", `:8: more data after the last of 2 entries: "3.0"`},
			{"contradiction on the diagonal", hbFile("RZA", 2, 2, 1, "(3I3)", "(2I2)", "(2F5.1)", "  1  2  2", " 1", "  1.0"), ": entry 1 at row 1, column 1: a skew-symmetric matrix has an entry on its diagonal"},
		}},
		{name: "OFF", read: readsWith(ParseOFF), lacks: "duplicate", same: []string{"# c\n" + off + "\n3 0 1 2 # d\n"}, good: off + "3 0 1 2\n", bad: []badCase{
			{"noise", noise, ":1: binary data where text was expected"},
			{"truncated", off, ":5: the file ends where face 0 of 1 was expected"},
			{"counts: fewer", off + "3 0 1 2\n3 0 1 2\n", `:7: more data after the last of 1 faces: "3 0 1 2"`},
			{"index", off + "3 0 1 3\n", `:6: vertex of a face outside 0..2: "3"`},
			{"NaN", "OFF\n1 0 0\n0 0 NaN\n", `:3: coordinate is not finite: "NaN"`},
			{"Inf", "OFF\n1 0 0\n0 -Inf 0\n", `:3: coordinate is not finite: "-Inf"`},
			{"contradiction", off + "4 0 1 2\n", `:6: face 0 promises 4 vertices and has 3: "4 0 1 2"`},
			{"10 GB", "OFF\n2500000000 1 0\n", `:2: more vertices than an input of 19 bytes can hold: "2500000000"`},
		}},
		{name: "OBJ", lacks: "counts, duplicate, contradiction", same: []string{"# c\n" + objVertices + "\nf 1 2 3 # d\n"}, read: readsWith(ParseOBJ), good: objVertices + "f 1 2 3\n", bad: []badCase{
			{"noise", noise, ":1: binary data where text was expected"},
			{"only a comment", "# nothing\n", ": no vertex: want lines that begin with v"},
			{"only a face", "f 1 2 3\n", ": no vertex: want lines that begin with v"},
			{"another format", "solid cube\n", `:1: keyword is not one of a polygon mesh: "solid cube"`},
			{"curve", objVertices + "curv 0 1 1 2\n", `:4: keyword is not one of a polygon mesh: "curv 0 1 1 2"`},
			{"short vertex", "v 0 0\n", `:1: vertex 1 has fewer than three coordinates: "v 0 0"`},
			{"NaN", "v 0 0 nan\n", `:1: coordinate is not finite: "nan"`},
			{"Inf", "v 0 0 0\nv 0 1e999 0\n", `:2: coordinate is not finite: "1e999"`},
			{"word", "v a 0 0\n", `:1: coordinate is not a number: "a"`},
			{"two vertices", objVertices + "f 1 2\n", `:4: a face of fewer than three vertices: "f 1 2"`},
			{"index 0", objVertices + "f 0 1 2\n", `:4: vertex of a face outside 1..3 and −3..−1: "0"`},
			{"before the first", objVertices + "f 1 2 -4\n", `:4: vertex of a face outside 1..3 and −3..−1: "-4"`},
			{"beyond the last", objVertices + "f 1/1 2/2 4/3\nf 1 2 3\n", `:4: vertex of a face outside 1..3: "4/3"`},
			{"10 GB", objVertices + "f 1 2 2500000000\n", `:4: vertex of a face is not an integer: "2500000000"`},
			{"texture", objVertices + "f 1/a 2/1 3/1\n", `:4: texture or normal of a face is not an index: "1/a"`},
			{"normal 0", objVertices + "f 1//0 2//1 3//1\n", `:4: texture or normal of a face is not an index: "1//0"`},
			{"truncated", objVertices + "f 1 2 \\", `:4: the file ends where the rest of a continued line was expected`},
		}},
		{name: "PLY", lacks: "contradiction", same: []string{strings.Replace(ply, "element face", "comment c\nobj_info d\nelement face", 1) + plyVertices + "3 0 1 2\n"}, read: readsWith(ParsePLY), good: ply + plyVertices + "3 0 1 2\n", bad: []badCase{
			{"noise", noise, `:1: a PLY file begins with the line ply: "\x7fELF\x02\x01\x01\x00\x00\x93\xff\xfe"`},
			{"another format", "OFX\n", `:1: a PLY file begins with the line ply: "OFX"`},
			{"no end", "ply\nformat ascii 1.0\n", ":2: the file ends where the line end_header was expected"},
			{"no format", "ply\nelement vertex 1\n", `:2: want format, then elements and their properties, then end_header: "element vertex 1"`},
			{"version", "ply\nformat ascii 2.0\n", `:2: want format ascii, binary_little_endian or binary_big_endian, and version 1.0: "format ascii 2.0"`},
			{"counts: negative", "ply\nformat ascii 1.0\nelement vertex -1\n", `:3: number of vertex records is not a count: "-1"`},
			{"10 GB", strings.Replace(ply, "vertex 3", "vertex 2500000000", 1), `:3: more vertex records than an input of 163 bytes can hold: "2500000000"`},
			{"more than it holds", strings.Replace(ply, "vertex 3", "vertex 30", 1) + plyVertices, ":3: more vertex records than 18 bytes after the header can hold: 30"},
			{"element", strings.Replace(ply, "element face 1", "element face", 1), `:7: want element NAME COUNT: "element face"`},
			{"duplicate element", strings.Replace(ply, "element face 1", "element vertex 1", 1), `:7: a second element of this name: "vertex"`},
			{"duplicate property", strings.Replace(ply, "float y", "float x", 1), `:5: a second property of this name: "x"`},
			{"bare property", strings.Replace(ply, "property float y", "property", 1), `:5: want property TYPE NAME or property list TYPE TYPE NAME: "property"`},
			{"type", strings.Replace(ply, "float y", "real y", 1), `:5: unknown type of a property: "real"`},
			{"list of floats", strings.Replace(ply, "uchar int", "uchar float", 1), `:8: vertices of a face are not of an integer type: "float"`},
			{"length in floats", strings.Replace(ply, "uchar int", "float int", 1), `:8: length of a list is not of an integer type: "float"`},
			{"property", strings.Replace(ply, "list uchar int", "list uchar", 1), `:8: want property TYPE NAME or property list TYPE TYPE NAME: "property list uchar vertex_indices"`},
			{"no z", strings.Replace(ply, "float z", "float w", 1), ":3: element vertex lacks one of the properties x, y and z"},
			{"no list", strings.Replace(ply, "vertex_indices", "corners", 1) + plyVertices, ":7: element face has 0 lists vertex_indices or vertex_index, want one"},
			{"no vertices", "ply\nformat ascii 1.0\nend_header\n", ":3: no element vertex"},
			{"strips", strings.Replace(ply, "element face", "element tristrips", 1) + plyVertices + "3 0 1 2\n", ":7: triangle strips are not read"},
			{"truncated", ply + plyVertices, ":12: the file ends where face 0 of 1 was expected"},
			{"NaN", ply + "0 0 0\n1 nan 0\n0 1 0\n3 0 1 2\n", ":11: coordinate is not finite: NaN"},
			{"Inf", ply + "0 0 0\n1 0 -inf\n0 1 0\n3 0 1 2\n", ":11: coordinate is not finite: -Inf"},
			{"word", ply + "0 0 0\n1 one 0\n0 1 0\n3 0 1 2\n", `:11: not a number: "one"`},
			{"short record", ply + "0 0 0\n1 0\n0 1 0\n3 0 1 2\n", ":11: record has only 2 numbers"},
			{"long record", ply + "0 0 0\n1 0 0 0\n0 1 0\n3 0 1 2\n", `:11: record has more than its 3 numbers: "0"`},
			{"index", ply + plyVertices + "3 0 1 3\n", ":13: vertex of a face outside 0..2: 3"},
			{"negative index", ply + plyVertices + "3 0 1 -1\n", ":13: vertex of a face outside 0..2: -1"},
			{"fraction", ply + plyVertices + "3 0 1 1.5\n", `:13: not an integer: "1.5"`},
			{"beyond its type", ply + plyVertices + "300 0 1 2\n", `:13: does not fit into the integer type of its property: "300"`},
			{"two vertices", ply + plyVertices + "2 0 1\n", ":13: a face of fewer than three vertices: 2"},
			{"more lines", ply + plyVertices + "3 0 1 2\n3 0 1 2\n", `:14: more data after the last record: "3 0 1 2"`},
			{"binary, truncated", little + nine + "\x03\x00\x00", ": byte 206: the file ends within face 0"},
			{"binary, NaN", little + strings.Replace(nine, "\x00\x00\x80\x3f", "\x00\x00\xc0\x7f", 1) + "\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", ": byte 169: coordinate is not finite: NaN"},
			{"binary, index", little + nine + "\x03\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00", ": byte 210: vertex of a face outside 0..2: 3"},
			{"binary, more", little + nine + "\x03" + strings.Repeat("\x00", 13), ": byte 218: 1 more bytes after the last record"},
		}},
		{name: "STL", lacks: "index, duplicate, contradiction, comments", read: readsWith(ParseSTL), good: facet, bad: []badCase{
			{"noise", noise, ": neither the word solid nor the 84 bytes of a binary header"},
			{"another format", "v 0 0 0\n", ": neither the word solid nor the 84 bytes of a binary header"},
			{"10 GB", stl(200e6, ""), ": byte 80: 200000000 triangles make 10000000084 bytes, the file has 84"},
			{"counts: one more than there are", stl(1, "abc"), ": byte 80: 1 triangles make 134 bytes, the file has 87"},
			{"NaN, binary", stl(1, string(stlNaN)), ": byte 100: coordinate is not finite: NaN"},
			{"truncated", strings.TrimSuffix(facet, "endfacet\nendsolid\n"), ":7: the file ends before endsolid"},
			{"no loop", strings.Replace(facet, "outer loop\n", "", 1), `:3: want outer: "vertex 0 0 0"`},
			{"a fourth corner", strings.Replace(facet, "endloop", "vertex 1 1 1\nendloop", 1), `:7: want endloop: "vertex 1 1 1"`},
			{"no facet", strings.Replace(facet, "facet normal", "face normal", 1), `:2: want facet or endsolid: "face normal 0 0 1"`},
			{"after the end", facet + "facet\n", `:10: want solid: "facet"`},
			{"two coordinates", strings.Replace(facet, "1 0 0", "1 0", 1), `:5: a corner has 2 coordinates, want 3: "vertex 1 0"`},
			{"Inf", strings.Replace(facet, "1 0 0", "1 inf 0", 1), `:5: coordinate is not finite: "inf"`},
			{"word", strings.Replace(facet, "1 0 0", "1 o 0", 1), `:5: coordinate is not a number: "o"`},
		}},
		{name: "Image", lacks: "counts, index, NaN, Inf, duplicate, contradiction, comments", read: readsWith(ParseImage), good: png, binary: true, bad: []badCase{
			{"noise", noise, ": not an image: want PNG, JPEG or GIF"},
			{"text", "a photograph\n", ": not an image: want PNG, JPEG or GIF"},
			{"10 GB", huge, ": 100000×100000 pixels are more than the limit of 16777216 for 33 bytes"},
			{"truncated", png[:len(png)/2], ": corrupt PNG: unexpected EOF"},
			{"truncated JPEG", jpeg[:len(jpeg)/2], ": corrupt JPEG: unexpected EOF"},
			{"flipped bit", strings.Replace(png, "IDAT", "IDaT", 1), ": corrupt PNG: png: invalid format: invalid checksum"},
		}},
		{name: "Mask", lacks: "counts, index, NaN, Inf, duplicate, contradiction, comments", read: readsWith(ParseMask), good: png, binary: true, bad: []badCase{
			{"noise", noise, ": not an image: want PNG, JPEG or GIF"},
			{"10 GB", huge, ": 100000×100000 pixels are more than the limit of 16777216 for 33 bytes"},
			{"coloured", coloured, ": pixel in row 1, column 2 is not an opaque grey of 8 bits: not a mask"},
			{"truncated", png[:len(png)/2], ": corrupt PNG: unexpected EOF"},
		}},
	}
}
