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
	weights, err := weightsIn(m.store)
	if err != nil {
		return fmt.Errorf("segment: %w", err)
	}
	for path, flat := range weights {
		s.Variables[path] = savedVariable{m.store.GetVariable(path).Shape().Dimensions, flat}
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
	return strings.HasPrefix(path, "/field/") || strings.HasPrefix(path, "/coupling/")
}

// OpenModel opens a model that [Model.Save] wrote, with the size of the images
// that it was trained on. A nil engine is [isinggraph.DefaultEngine] or, where there is no
// XLA, plain Go, which is logged as a warning; a nil logger takes nothing. A file that is
// damaged, none of these or above 256 MiB is an error.
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

// take begins with the recipe of a saved model, and sets all variables of field and
// coupling.
func (m *Model) take(s *savedModel) error {
	if err := m.begin(s.Recipe, 0); err != nil {
		return err
	}
	variables := s.Variables
	for v := range m.store.IterVariables() {
		if !fieldOrCoupling(v.Path()) {
			continue
		}
		saved := variables[v.Path()]
		if !slices.Equal(saved.Dims, v.Shape().Dimensions) {
			return fmt.Errorf("%s of dimensions %v, want %v", v.Path(), saved.Dims, v.Shape().Dimensions)
		}
		if err := v.SetValue(tensors.FromFlatDataAndDimensions(saved.Values, saved.Dims...)); err != nil {
			return fmt.Errorf("setting %s: %w", v.Path(), err)
		}
	}
	return nil
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
