package data

import (
	"bufio"
	"os"
	"path/filepath"
)

// writeFile creates path through a temporary file in the same folder, which
// it renames once all is on the disk: path holds the old or the new content,
// never a part.
func writeFile(path string, write func(w *bufio.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return &FileError{File: path, Msg: "cannot write", Err: cause(err)}
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = &FileError{File: path, Msg: "cannot write", Err: err}
		}
	}()
	w := bufio.NewWriter(f)
	if err = write(w); err != nil {
		return err
	}
	if err = w.Flush(); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
