package segment

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"example.org/isinggraph/internal/runs"
	"example.org/isinggraph/internal/wholefile"
	"example.org/isinggraph/pkg/isinggraph"
)

// A model's file is modelMagic, the SHA-256 of what follows, and a savedModel as
// gob.
const (
	modelMagic = "isinggraph segmentation model 1\n"
	maxModel   = 1 << 28 // bytes
)

// savedModel is what a model's file holds.
type savedModel struct {
	Recipe    Recipe
	H, W      int
	Variables map[string]savedVariable // of field and coupling, by path
}

type savedVariable struct {
	Dims   []int
	Values []float32
}

// Save writes the model's recipe and weights to a file, in one step, with the
// size of the images that it was trained on. [OpenModel] reads it.
func (m *Model) Save(path string, h, w int) error {
	s := savedModel{Recipe: m.recipe, H: h, W: w, Variables: map[string]savedVariable{}}
	for _, v := range m.trained() {
		value, err := v.Value()
		if err != nil {
			return fmt.Errorf("segment: reading %s: %w", v.Path(), err)
		}
		flat, err := tensors.CopyFlatData[float32](value)
		if err != nil {
			return fmt.Errorf("segment: reading %s: %w", v.Path(), err)
		}
		s.Variables[v.Path()] = savedVariable{v.Shape().Dimensions, flat}
	}
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(s); err != nil {
		return fmt.Errorf("segment: saving %s: %w", path, err)
	}
	sum := sha256.Sum256(body.Bytes())
	if err := wholefile.Write(path, bytes.Join([][]byte{[]byte(modelMagic), sum[:], body.Bytes()}, nil)); err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	return nil
}

// fieldOrCoupling reports whether a variable is one of the model's own, and not
// of its optimizer.
func fieldOrCoupling(path string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return strings.HasPrefix(path, s) })
}

// OpenModel opens a model that [Model.Save] wrote, with the size of the images
// that it was trained on. A nil engine is [isinggraph.DefaultEngine] or, where there is no
// XLA, plain Go, which is logged as a warning; a nil logger takes nothing. A file that is
// damaged, none of these or above 256 MiB is an error, and so is one whose variables are
// not those that its recipe's network asks for.
func OpenModel(path string, e *isinggraph.Engine, log *slog.Logger) (m *Model, h, w int, err error) {
	s, err := readModel(path)
	if err != nil {
		return nil, 0, 0, err
	}
	if m, err = newModel(e, log); err != nil {
		return nil, 0, 0, err
	}
	if err := m.take(s); err != nil {
		m.Close()
		return nil, 0, 0, fmt.Errorf("segment: %s: %w", path, err)
	}
	return m, s.H, s.W, nil
}

// readModel reads a model's file.
func readModel(path string) (*savedModel, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("segment: opening a model: %w", err)
	}
	if info.Size() > maxModel {
		return nil, fmt.Errorf("segment: %s has %d bytes, a model has at most %d", path, info.Size(), maxModel)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("segment: opening a model: %w", err)
	}
	s, err := parseModel(text)
	if err != nil {
		return nil, fmt.Errorf("segment: %s: %w", path, err)
	}
	return s, nil
}

// take begins with the recipe of a saved model, and sets the variables of field and
// coupling. The error is a [*runs.Mismatch] if they are not exactly those that the
// recipe's network asks for.
func (m *Model) take(s *savedModel) error {
	if err := m.begin(s.Recipe, 0); err != nil {
		return err
	}
	saved := model.NewStore()
	defer saved.Finalize()
	for path, v := range s.Variables {
		if _, err := saved.CreateVariable(path, tensors.FromFlatDataAndDimensions(v.Values, v.Dims...)); err != nil {
			return fmt.Errorf("setting %s: %w", path, err)
		}
	}
	if err := runs.Match(m.store, saved, scopes); err != nil {
		return err
	}
	return runs.Set(m.store, saved)
}

// parseModel reads the text of a model's file.
func parseModel(text []byte) (*savedModel, error) {
	body, ok := bytes.CutPrefix(text, []byte(modelMagic))
	if !ok || len(body) < sha256.Size {
		return nil, errors.New("not a segmentation model")
	}
	sum, body := body[:sha256.Size], body[sha256.Size:]
	if want := sha256.Sum256(body); !bytes.Equal(sum, want[:]) {
		return nil, errors.New("damaged: wrong checksum")
	}
	s := new(savedModel)
	if err := gob.NewDecoder(bytes.NewReader(body)).Decode(s); err != nil {
		return nil, fmt.Errorf("damaged: %w", err)
	}
	if s.H < 1 || s.W < 1 || checkSide(max(s.H, s.W)) != nil {
		return nil, fmt.Errorf("images of %d×%d pixels", s.H, s.W)
	}
	if err := s.Recipe.complete(); err != nil {
		return nil, err
	}
	for path, v := range s.Variables {
		size := 1
		for _, d := range v.Dims {
			if d < 1 || d > maxModel/size {
				return nil, fmt.Errorf("%s of dimensions %v", path, v.Dims)
			}
			size *= d
		}
		if size != len(v.Values) || !fieldOrCoupling(path) {
			return nil, fmt.Errorf("%s has %d values for dimensions %v", path, len(v.Values), v.Dims)
		}
	}
	return s, nil
}
