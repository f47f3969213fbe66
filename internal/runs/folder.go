package runs

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/checkpoint"

	"example.org/isinggraph/internal/wholefile"
)

const sumsFile = "sums.json"

// writeFolder writes a store's variables and other files as a folder, all of
// them or none. A folder that has the name is replaced.
func writeFolder(path string, store *model.Store, files map[string][]byte) error {
	err := wholefile.Folder(path, true, func(temp string) error {
		if err := saveStore(store, temp); err != nil {
			return err
		}
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(temp, name), text, 0o666); err != nil {
				return err
			}
		}
		sums, err := sumFiles(temp)
		if err != nil {
			return err
		}
		text, err := json.Marshal(sums)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(temp, sumsFile), text, 0o666)
	})
	if err != nil {
		return fmt.Errorf("saving: %w", err)
	}
	return nil
}

// saveStore writes a store's variables with GoMLX, which says nothing where a
// write fails: the sizes tell.
func saveStore(store *model.Store, dir string) error {
	copied, err := store.Clone() // a checkpoint's handler stays with its store
	if err != nil {
		return err
	}
	defer copied.Finalize()
	h, err := checkpoint.Build(copied).Dir(dir).WithCompression(checkpoint.BinUncompressed).Keep(-1).Done()
	if err != nil {
		return err
	}
	if err := h.Save(); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"+checkpoint.BinDataSuffix))
	if err != nil || len(files) != 1 {
		return fmt.Errorf("%d data files: %w", len(files), err)
	}
	info, err := os.Stat(files[0])
	if err != nil {
		return err
	}
	if want := copied.ByteSize(); info.Size() != want {
		return fmt.Errorf("%d of %d bytes were written", info.Size(), want)
	}
	return nil
}

// sumFiles returns the SHA-256 of each file but the sums', by name.
func sumFiles(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	sums := make(map[string]string)
	for _, e := range entries {
		if e.Name() == sumsFile {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		sums[e.Name()] = fmt.Sprintf("%x", sha256.Sum256(text))
	}
	return sums, nil
}

// readFile returns one of the files that a folder was written with, if all of the
// folder's files are sound.
func readFile(path, name string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(path, sumsFile))
	if err != nil {
		return nil, err
	}
	var want map[string]string
	if err := json.Unmarshal(text, &want); err != nil {
		return nil, err
	}
	got, err := sumFiles(path)
	if err != nil {
		return nil, err
	}
	for file, sum := range want {
		if got[file] != sum {
			return nil, fmt.Errorf("%s is damaged", file)
		}
	}
	return os.ReadFile(filepath.Join(path, name))
}

// loadStore returns the variables of a folder in a store of their own.
func loadStore(path string) (*model.Store, error) {
	store := model.NewStore()
	if _, err := checkpoint.Load(store).Dir(path).Immediate().Done(); err != nil {
		store.Finalize()
		return nil, err
	}
	return store, nil
}
