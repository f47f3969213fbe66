package nb

import (
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"image/color"
	"math"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
	"gonum.org/v1/plot/palette"
)

// Mesh3D is a triangle mesh for [ShowMeshes].
type Mesh3D struct {
	Title    string
	Vertices [][3]float64
	Faces    [][3]int32
	Values   []float64        // of the vertices; nil for a plain surface
	Map      palette.ColorMap // of the values, its range set, such as [Diverging]'s
}

// maxMesh3D bounds the faces of all meshes of one view: each takes some 20 bytes of the notebook.
const maxMesh3D = 200_000

//go:embed mesh3d.html
var viewer string

// ShowMeshes shows meshes side by side in one interactive view: drag to turn, wheel to zoom, double click to go
// back. It is a page's worth of HTML with WebGL, without anything from the network, so that it works offline and
// in the exported notebook.
func ShowMeshes(meshes ...Mesh3D) error {
	if !gonbui.IsNotebook {
		return nil
	}
	text, err := meshHTML(meshes)
	if err != nil {
		return err
	}
	gonbui.DisplayHtml(text)
	gonbui.Sync()
	return gonbui.Error()
}

// packed is a mesh as the viewer reads it: little-endian, in base64.
type packed struct {
	Title     string `json:"title"`
	Positions string `json:"positions"` // uint16 [3V], from the least to the largest coordinate of all
	Faces     string `json:"faces"`     // uint32 [3F]
	Values    string `json:"values"`    // uint8 [V], entries of the table
	Table     string `json:"table"`     // uint8 [3·256], colours
}

// meshHTML returns the view's HTML. Equal meshes give equal text.
func meshHTML(meshes []Mesh3D) (string, error) {
	var all []packed
	faces := 0
	for _, m := range meshes {
		p, err := m.pack()
		if err != nil {
			return "", fmt.Errorf("nb: mesh %q: %w", m.Title, err)
		}
		if faces += len(m.Faces); faces > maxMesh3D {
			return "", fmt.Errorf("nb: more than %d faces in a view", maxMesh3D)
		}
		all = append(all, p)
	}
	text, err := json.Marshal(all) // escapes <, > and &
	if err != nil {
		return "", fmt.Errorf("nb: meshes: %w", err)
	}
	h := fnv.New64a()
	h.Write(text) // never fails
	return strings.NewReplacer("MESHES", string(text), "VIEWER", fmt.Sprintf("mesh3d-%x", h.Sum64())).Replace(viewer), nil
}

func (m Mesh3D) pack() (p packed, err error) {
	if len(m.Values) != 0 && (len(m.Values) != len(m.Vertices) || m.Map == nil) {
		return p, fmt.Errorf("%d values for %d vertices, or no colour map", len(m.Values), len(m.Vertices))
	}
	lo, hi := [3]float64{math.Inf(1), math.Inf(1), math.Inf(1)}, [3]float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for i, v := range m.Vertices {
		for k, x := range v {
			if x-x != 0 {
				return p, fmt.Errorf("vertex %d is not finite: %v", i, v)
			}
			lo[k], hi[k] = min(lo[k], x), max(hi[k], x)
		}
	}
	size := max(hi[0]-lo[0], hi[1]-lo[1], hi[2]-lo[2])
	if !(size > 0) || math.IsInf(size, 0) {
		return p, fmt.Errorf("%d vertices in a box of size %g", len(m.Vertices), size)
	}
	var positions, faces, values, table []byte
	for k := range 256 { // the last entry is that of NaN
		c := color.NRGBA{0xc8, 0xc8, 0xc8, 0xff}
		if m.Map != nil {
			v := m.Map.Min() + (m.Map.Max()-m.Map.Min())*float64(k)/254
			if k == 255 {
				v = math.NaN()
			}
			c = color.NRGBAModel.Convert(mapped(m.Map, v)).(color.NRGBA)
		}
		table = append(table, c.R, c.G, c.B)
	}
	for i, v := range m.Vertices {
		for k, x := range v {
			at := 0.5 + (x-(lo[k]+hi[k])/2)/size // in [0, 1], the box in the middle
			positions = binary.LittleEndian.AppendUint16(positions, uint16(math.Round(65535*at)))
		}
		value := uint8(0)
		if m.Values != nil {
			at := (m.Values[i] - m.Map.Min()) / (m.Map.Max() - m.Map.Min())
			if value = 255; at == at {
				value = uint8(math.Round(254 * min(max(at, 0), 1)))
			}
		}
		values = append(values, value)
	}
	for i, f := range m.Faces {
		for _, v := range f {
			if v < 0 || int(v) >= len(m.Vertices) {
				return p, fmt.Errorf("face %d: vertex %d outside [0, %d)", i, v, len(m.Vertices))
			}
			faces = binary.LittleEndian.AppendUint32(faces, uint32(v))
		}
	}
	b64 := base64.StdEncoding.EncodeToString
	return packed{m.Title, b64(positions), b64(faces), b64(values), b64(table)}, nil
}
