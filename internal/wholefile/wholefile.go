// Package wholefile writes files and folders in one step: a reader, and a process
// that was killed, finds the old content or the new one, never a part of it.
//
// github.com/google/renameio does this for files on Unix alone; readers and
// writers of package data are used on Windows as well.
package wholefile

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// TempPrefix begins the names of files and folders that are being written, which a
// killed process leaves behind.
const TempPrefix = ".tmp-"

// Write writes a file as [Func] does, in a folder that it makes where it is missing.
func Write(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return failed(path, err)
	}
	return Func(path, func(w *bufio.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// Func writes what write writes to a temporary file beside path, which is synced,
// readable by all (0644), and then renamed. The error is a [*fs.PathError] with the
// path and its cause; a file that was at path is then as it was.
func Func(path string, write func(w *bufio.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), TempPrefix+"*")
	if err != nil {
		return failed(path, err)
	}
	w := bufio.NewWriter(f)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return failed(path, err)
	}
	return nil
}

// Folder writes what fill writes to a temporary folder beside path, whose files are
// synced, and renames it. Where replace is false, a folder that is not empty at path
// is an error, and else it is removed before. fill makes no folders within.
func Folder(path string, replace bool, fill func(dir string) error) error {
	parent := filepath.Dir(path)
	temp, err := os.MkdirTemp(parent, TempPrefix+"*")
	if err != nil {
		return failed(path, err)
	}
	err = fill(temp)
	if err == nil {
		err = os.Chmod(temp, 0o755)
	}
	if err == nil {
		err = syncFiles(temp)
	}
	if err == nil && replace {
		err = os.RemoveAll(path)
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return errors.Join(failed(path, err), os.RemoveAll(temp))
	}
	return failed(path, syncFolder(parent))
}

// failed names the file or folder that was to be written and why it was not; that
// the temporary one of that name failed is left out, since it is gone.
func failed(path string, err error) error {
	temporary := func(path string) bool { return strings.HasPrefix(filepath.Base(path), TempPrefix) }
	switch e := err.(type) {
	case nil:
		return nil
	case *fs.PathError:
		if temporary(e.Path) {
			err = e.Err
		}
	case *os.LinkError:
		if temporary(e.Old) {
			err = e.Err
		}
	}
	return &fs.PathError{Op: "write", Path: path, Err: err}
}

// syncFiles syncs the files of a folder and the folder.
func syncFiles(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		f, err := os.OpenFile(filepath.Join(dir, e.Name()), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return syncFolder(dir)
}

// syncFolder syncs the list of a folder's files, which Windows does by itself.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
