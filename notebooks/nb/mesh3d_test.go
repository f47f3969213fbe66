package nb

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// tetrahedron is the smallest closed mesh.
func tetrahedron(title string) Mesh3D {
	return Mesh3D{
		Title: title, Vertices: [][3]float64{{0, 0, 0}, {2, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		Faces: [][3]int32{{0, 2, 1}, {0, 1, 3}, {1, 2, 3}, {0, 3, 2}}, Values: []float64{-5, 0, math.NaN(), 5}, Map: Must(Diverging(1)),
	}
}

// TestMeshHTML makes the same text for the same meshes, which takes nothing from elsewhere.
func TestMeshHTML(t *testing.T) {
	text, err := meshHTML([]Mesh3D{tetrahedron("</script><b>"), tetrahedron("two")})
	if err != nil {
		t.Fatal(err)
	}
	if again := Must(meshHTML([]Mesh3D{tetrahedron("</script><b>"), tetrahedron("two")})); again != text {
		t.Error("equal meshes, different text")
	}
	for _, bad := range []string{"http:", "https:", "src=", "import(", "MESHES", "VIEWER", "<b>"} {
		if strings.Contains(text, bad) {
			t.Errorf("the view contains %q", bad)
		}
	}
	if n := strings.Count(text, "</script>"); n != 1 {
		t.Errorf("%d ends of scripts", n)
	}
	_, rest, _ := strings.Cut(text, "const meshes = ")
	var got []packed
	if err := json.NewDecoder(strings.NewReader(rest)).Decode(&got); err != nil || len(got) != 2 || got[1].Title != "two" {
		t.Fatalf("%d meshes, error %v", len(got), err)
	}
	bytes := func(s string) []byte { return Must(base64.StdEncoding.DecodeString(s)) }
	positions, faces, values, table := bytes(got[0].Positions), bytes(got[0].Faces), bytes(got[0].Values), bytes(got[0].Table)
	if len(positions) != 24 || len(faces) != 48 || len(values) != 4 || len(table) != 768 {
		t.Fatalf("%d, %d, %d and %d bytes", len(positions), len(faces), len(values), len(table))
	}
	// The box is 2 wide and 1 high, in the middle of the unit cube.
	for k, want := range []float64{0, 0.25, 0.25, 1, 0.25, 0.25, 0, 0.75, 0.25} {
		if have := float64(binary.LittleEndian.Uint16(positions[2*k:])) / 65535; math.Abs(have-want) > 1e-4 {
			t.Errorf("coordinate %d at %.4f, want %.4f", k, have, want)
		}
	}
	if f := binary.LittleEndian.Uint32(faces[4:]); f != 2 {
		t.Errorf("second corner of the first face is %d, want 2", f)
	}
	if string(values) != "\x00\x7f\xff\xfe" {
		t.Errorf("values %v: want the least, the middle, missing, the largest", values)
	}
	if low, none, high := table[:3], table[765:], table[762:]; low[2] < 150 || low[0] > 100 || none[0] != 0x99 || high[0] < 150 || high[2] > 100 {
		t.Errorf("colours %v, %v, %v: want blue, grey, red", low, none, high[:3])
	}
}

func TestMeshHTMLRefuses(t *testing.T) {
	for name, change := range map[string]func(*Mesh3D){
		"value":  func(m *Mesh3D) { m.Values = m.Values[1:] },
		"map":    func(m *Mesh3D) { m.Map = nil },
		"finite": func(m *Mesh3D) { m.Vertices[1][1] = math.Inf(1) },
		"face 1": func(m *Mesh3D) { m.Faces[1][2] = 4 },
		"box":    func(m *Mesh3D) { m.Vertices, m.Values, m.Faces = make([][3]float64, 3), nil, nil },
		"faces":  func(m *Mesh3D) { m.Faces = make([][3]int32, maxMesh3D+1) },
	} {
		m := tetrahedron(name)
		change(&m)
		if _, err := meshHTML([]Mesh3D{m}); err == nil || !strings.HasPrefix(err.Error(), "nb: ") || !strings.Contains(err.Error(), name[:3]) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
