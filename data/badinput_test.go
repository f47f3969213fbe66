package data

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// badReader is a reader with inputs that it must refuse.
type badReader struct {
	name string // what follows Read or Parse in the function's name
	read func(path string) (any, error)
	// lacks lists the kinds that the format has nothing for, or that are no
	// errors in it.
	lacks string
	// good is an input that it reads, same are others that give the same value:
	// with comments, say. Windows line ends and a byte-order mark are added to
	// texts.
	good   string
	same   []string
	binary bool
	bad    []badCase
}

// badKinds are kinds of bad input that each reader meets, of which its cases
// have the names, beside those that testBadInput makes: empty files, files that
// cannot be read, folders, Windows line ends and byte-order marks. For comments
// a text is in same.
var badKinds = []string{"truncated", "noise", "counts", "index", "NaN", "Inf", "duplicate", "contradiction", "10 GB", "comments"}

// badCase is an input and the error that it gives, less "data: " and the path.
type badCase struct{ what, text, want string }

// place writes text where read finds it: a file, or for TU the edges of a set.
func (b *badReader) place(t *testing.T, text string) (arg, file string) {
	t.Helper()
	dir := t.TempDir()
	arg = filepath.Join(dir, "input")
	file = arg
	if b.name == "TU" {
		arg, file = dir, filepath.Join(dir, "T_A.txt")
		for suffix, text := range map[string]string{"graph_indicator": "1\n1\n1\n", "graph_labels": "0\n"} {
			if err := os.WriteFile(filepath.Join(dir, "T_"+suffix+".txt"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return arg, file
}

// testBadInput checks what every reader owes: it reads good input, whatever
// its line ends; what it refuses it reports as a FileError that names the
// file; files that are not there, not files or not readable are errors; and
// no beginning of a good input makes it panic.
func testBadInput(t *testing.T, b badReader) {
	arg, file := b.place(t, b.good)
	want, err := b.read(arg)
	if err != nil {
		t.Fatal(err)
	}
	same := b.same
	if !b.binary {
		same = append(same, strings.ReplaceAll(b.good, "\n", "\r\n"), "\xef\xbb\xbf"+b.good)
	}
	for _, text := range same {
		arg, _ := b.place(t, text)
		if got, err := b.read(arg); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	bad := append(b.bad, badCase{"empty", "", ": empty file"})
	for _, c := range bad {
		arg, file := b.place(t, c.text)
		_, err := b.read(arg)
		if want := "data: " + file + c.want; err == nil || err.Error() != want {
			t.Errorf("%s: %.60q:\n got %v\nwant %s", c.what, c.text, err, want)
		}
	}
	for k := 0; k < len(b.good); k += 1 + len(b.good)/50 {
		if err := os.WriteFile(file, []byte(b.good[:k]), 0o644); err != nil {
			t.Fatal(err)
		}
		var e *FileError
		if _, err := b.read(arg); err != nil && (!errors.As(err, &e) || e.File != file) {
			t.Errorf("%q: not a FileError of %s: %v", b.good[:k], file, err)
		}
	}

	if err := os.Chmod(file, 0); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(filepath.Dir(file)), 0o711); err != nil {
		t.Fatal(err)
	}
	unprivileged(t, func() {
		if _, err := b.read(arg); !errors.Is(err, fs.ErrPermission) || !strings.HasPrefix(err.Error(), "data: "+file+": ") {
			t.Errorf("unreadable file: %v", err)
		}
	})
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := b.read(arg); b.name != "TU" && !errors.Is(err, fs.ErrNotExist) || err == nil {
		t.Errorf("absent file: %v", err)
	}
	if err := os.Mkdir(file, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := b.read(arg); err == nil || err.Error() != "data: "+file+": is a folder, not a file" {
		t.Errorf("a folder for a file: %v", err)
	}
}

// noise is binary data.
const noise = "\x7fELF\x02\x01\x01\x00\x00\x93\xff\xfe"

func TestBadInput(t *testing.T) {
	for _, b := range slices.Concat(badReaders(), badArrays(t), badGeometry(t)) {
		t.Run(b.name, func(t *testing.T) { testBadInput(t, b) })
	}
}

// Every reader is in the table, with every kind of bad input.
func TestBadInputIsComplete(t *testing.T) {
	readers := map[string]bool{}
	for _, b := range slices.Concat(badReaders(), badArrays(t), badGeometry(t)) {
		readers[b.name] = true
		for _, kind := range badKinds {
			has := slices.ContainsFunc(b.bad, func(c badCase) bool { return strings.HasPrefix(c.what, kind) })
			if kind == "comments" {
				has = len(b.same) > 0
			}
			if lacks := slices.Contains(strings.Split(b.lacks, ", "), kind); has == lacks {
				t.Errorf("%s: %s: a case %t, lacks it %t", b.name, kind, has, lacks)
			}
		}
	}
	for _, name := range []string{"Mesh", "Matrix", "Pairs", "ImageScaled", "MaskScaled"} {
		readers[name] = true // call the others
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	function := regexp.MustCompile(`(?m)^func (?:Read|Parse)([A-Z]\w*)\(`)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range function.FindAllSubmatch(text, -1) {
			if found++; !readers[string(m[1])] {
				t.Errorf("%s: the reader of %s is not in the table", file, m[1])
			}
		}
	}
	if found < len(readers) {
		t.Errorf("%d readers found, %d in the table", found, len(readers))
	}
}
