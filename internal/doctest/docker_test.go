package doctest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDockerfile checks that what the Dockerfile copies is there, that the images do
// not run as root, that JupyterLab keeps its token, and that the compose file names
// stages that there are.
func TestDockerfile(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(root, "docker", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	text := strings.ReplaceAll(read("Dockerfile"), "\\\n", " ")
	user, stages := "root", []string(nil)
	for _, l := range strings.Split(text, "\n") {
		f := strings.Fields(l)
		if len(f) < 2 || f[0] == "#" {
			continue
		}
		switch f[0] {
		case "FROM":
			stages = append(stages, f[len(f)-1])
		case "COPY":
			paths := slices.DeleteFunc(f[1:len(f)-1], func(s string) bool { return strings.HasPrefix(s, "--") })
			for _, p := range paths {
				if _, err := os.Stat(filepath.Join(root, p)); err != nil {
					t.Errorf("%s: %v", l, err)
				}
			}
		case "USER":
			user = f[1]
		case "CMD":
			if user == "root" || strings.HasPrefix(user, "0") {
				t.Errorf("%s: runs as %s", l, user)
			}
			if !strings.Contains(l, `"lab"`) {
				t.Errorf("%s: JupyterLab is not what runs", l)
			}
		}
	}
	if !slices.Equal(stages, []string{"base", "cuda", "cpu"}) {
		t.Errorf("stages %v", stages)
	}
	if m := regexp.MustCompile(`token=|password`).FindString(text); m != "" {
		t.Errorf("the Dockerfile says %q", m)
	}
	compose := read("compose.yaml")
	for _, m := range regexp.MustCompile(`target: (\w+)`).FindAllStringSubmatch(compose, -1) {
		if !slices.Contains(stages, m[1]) {
			t.Errorf("compose.yaml: no stage %q", m[1])
		}
	}
	if !strings.Contains(compose, "${JUPYTER_TOKEN:?") || !strings.Contains(compose, `"127.0.0.1:`) {
		t.Error("compose.yaml does not ask for a token, or listens beyond this machine")
	}
}
