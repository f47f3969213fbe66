// Command gallery gathers the figures of executed notebooks on a page: gallery [-build build] [-out docs/gallery]
//
// It reads what `make notebooks` left in the build folder, writes each figure as a PNG of at most 960 pixels and 256
// colours, and README.md, which names for each figure the notebook, what to look at, the profile, the kind of data
// and the seed. What the gallery held before goes.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"example.org/isinggraph/internal/wholefile"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gallery: ")
	build := flag.String("build", "build", "folder of the executed notebooks")
	out := flag.String("out", filepath.Join("docs", "gallery"), "folder of the gallery")
	flag.Parse()
	if err := run(*build, *out); err != nil {
		log.Fatal(err)
	}
}

// notebook is what a notebook file holds, as far as it matters here.
type notebook struct {
	Cells []cell `json:"cells"`
}

type cell struct {
	Type    string   `json:"cell_type"`
	Source  text     `json:"source"`
	Outputs []output `json:"outputs"`
}

type output struct {
	Data struct {
		PNG      text `json:"image/png"`
		Markdown text `json:"text/markdown"`
	} `json:"data"`
}

// text is a string or the list of its lines.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
		return nil
	}
	var lines []string
	err := json.Unmarshal(b, &lines)
	*t = text(strings.Join(lines, ""))
	return err
}

// figure is a picture of a notebook and what is said of it.
type figure struct {
	png     string // in base64
	caption string
}

// page is a notebook's part of the gallery.
type page struct {
	Name, Title, Banner string
	figures             []figure
}

func run(build, out string) error {
	paths, err := filepath.Glob(filepath.Join(build, "*.ipynb"))
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return fmt.Errorf("no executed notebook in %s: run make notebooks first", build)
	}
	var pages []page
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		p, err := read(strings.TrimSuffix(filepath.Base(path), ".ipynb"), data)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		pages = append(pages, p)
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(out, "*.png"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	var md strings.Builder
	md.WriteString("# Gallery\n\nThe figures of the executed notebooks, made by `make notebooks` and `make gallery`.\n")
	total := 0
	for _, p := range pages {
		fmt.Fprintf(&md, "\n## %s\n\n[%s](../../notebooks/%s.ipynb): %s.\n", p.Title, p.Name, p.Name, p.Banner)
		for k, f := range p.figures {
			name := fmt.Sprintf("%s_%02d.png", p.Name, k+1)
			small, err := shrink(f.png)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			total += len(small)
			if err := wholefile.Write(filepath.Join(out, name), small); err != nil {
				return err
			}
			fmt.Fprintf(&md, "\n![%s](%s)\n\n%s\n", alt(f.caption), name, rebased(f.caption))
		}
		fmt.Printf("%s: %d figures\n", p.Name, len(p.figures))
	}
	fmt.Printf("%s: %.1f MB\n", out, float64(total)/1e6)
	return wholefile.Write(filepath.Join(out, "README.md"), []byte(md.String()))
}

var (
	heading = regexp.MustCompile(`(?m)^# +(.+)$`)
	link    = regexp.MustCompile(`\]\((\.{1,2}/[^)\s]+)\)`) // to another file, by a relative path
	section = regexp.MustCompile(`(?m)^#+ +(?:\d+\. )?(.+)$`)
	label   = regexp.MustCompile(`^\*\*[^*]+\*\*:|\n\|`) // what a number or a table begins with, no caption
	banner  = regexp.MustCompile(`^\*\*data\*\* (\S+) · \*\*profile\*\* (\S+) · \*\*backend\*\* .* · \*\*seed\*\* (\d+)`)
)

// read finds a notebook's figures. A figure's caption is the text in bold type that follows it in the outputs of its
// cell, or a "Figure" that precedes it there, or the beginning of the text cell below; else the heading above it.
func read(name string, data []byte) (p page, err error) {
	var nb notebook
	if err := json.Unmarshal(data, &nb); err != nil {
		return p, err
	}
	p.Name, p.Title = name, name
	above := ""
	for i, c := range nb.Cells {
		if c.Type == "markdown" {
			if m := heading.FindStringSubmatch(string(c.Source)); m != nil && p.Title == name {
				p.Title = m[1]
			}
			if all := section.FindAllStringSubmatch(string(c.Source), -1); all != nil {
				above = all[len(all)-1][1]
			}
			continue
		}
		below := above + "."
		if i+1 < len(nb.Cells) && nb.Cells[i+1].Type == "markdown" {
			if s := first(nb.Cells[i+1].Source); strings.HasPrefix(s, "**") {
				below = s
			}
		}
		used := -1 // the last output that is a caption
		for k, o := range c.Outputs {
			if m := banner.FindStringSubmatch(string(o.Data.Markdown)); m != nil && p.Banner == "" {
				p.Banner = fmt.Sprintf("%s data, profile %s, seed %s", m[1], m[2], m[3])
			}
			if o.Data.PNG == "" {
				continue
			}
			f := figure{string(o.Data.PNG), below}
			if k-1 > used && strings.HasPrefix(first(c.Outputs[k-1].Data.Markdown), "**Figure") {
				f.caption = first(c.Outputs[k-1].Data.Markdown)
			}
			for j, next := range c.Outputs[k+1:] {
				if next.Data.PNG != "" {
					break
				}
				if s := first(next.Data.Markdown); strings.HasPrefix(s, "**") && !label.MatchString(string(next.Data.Markdown)) {
					f.caption, used = s, k+1+j
					break
				}
			}
			p.figures = append(p.figures, f)
		}
	}
	if p.Banner == "" {
		return p, errors.New("no line that names data, profile and seed: did its first cells run?")
	}
	return p, nil
}

// first returns the first paragraph of a text, in one line.
func first(t text) string {
	s, _, _ := strings.Cut(strings.TrimSpace(string(t)), "\n\n")
	return strings.Join(strings.Fields(s), " ")
}

// rebased leads a caption's links, which are relative to the notebooks, from the gallery.
func rebased(caption string) string {
	return link.ReplaceAllStringFunc(caption, func(s string) string {
		to := link.FindStringSubmatch(s)[1]
		return "](" + path.Join("../../notebooks", to) + ")"
	})
}

// alt is a caption's beginning, as plain text.
func alt(caption string) string {
	if m := regexp.MustCompile(`^\*\*(.+?)\*\*`).FindStringSubmatch(caption); m != nil {
		caption = m[1]
	}
	return strings.NewReplacer("[", "", "]", "", "`", "", "$", "").Replace(strings.TrimSuffix(caption, "."))
}
