package doctest

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

var (
	link       = regexp.MustCompile(`\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)`)
	reference  = regexp.MustCompile(`(?m)^\[[^\]]+\]:\s+(\S+)`)
	source     = regexp.MustCompile(`<(?:a|img)\s[^>]*?(?:href|src)="([^"]+)"`)
	heading    = regexp.MustCompile(`(?m)^#{1,6}\s+(.+?)\s*#*$`)
	lineAnchor = regexp.MustCompile(`^L([1-9]\d*)$`) // as GitHub names a line of a file
	named      = regexp.MustCompile(`<a\s+(?:id|name)="([^"]+)"`)
)

// TestLinks follows every relative link and anchor of the documents and the notebooks.
func TestLinks(t *testing.T) {
	docs := markdown(t)
	anchors := map[string]map[string]bool{}
	for _, d := range docs {
		anchors[d.path] = d.anchors()
	}
	checked := 0
	for _, d := range docs {
		text := d.prose()
		for _, pattern := range []*regexp.Regexp{link, reference, source} {
			for _, m := range pattern.FindAllStringSubmatchIndex(text, -1) {
				target := text[m[2]:m[3]]
				if problem := d.follow(target, anchors); problem != "" {
					t.Errorf("%s:%d: link %q: %s", d.path, line(text, m[2]), target, problem)
				}
				checked++
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d links were found", checked)
	}
}

// TestLinksNoticed checks that what is broken is noticed.
func TestLinksNoticed(t *testing.T) {
	d := document{"docs/x.md", "# The β of *It*, `J`\n## Twice\n## Twice\n<a id=\"here\"></a>\n"}
	anchors := map[string]map[string]bool{"docs/x.md": d.anchors()}
	for target, good := range map[string]bool{
		"#the-β-of-it-j": true, "#twice": true, "#twice-1": true, "x.md#here": false, "#here": true, "#twice-2": false, "#nowhere": false,
		"../README.md": true, "../absent.md": false, "../../elsewhere.md": false, "https://example.org/absent": true, "/README.md": false,
		"../internal/doctest/doc.go#L1": true, "../internal/doctest/doc.go#L9999": false, "../internal/doctest/doc.go#one": false, "../README.md#L1": false,
	} {
		if problem := d.follow(target, anchors); (problem == "") != good {
			t.Errorf("%q: %q", target, problem)
		}
	}
}

// follow returns what is wrong with a link, or "". Links to other hosts are not followed.
func (d document) follow(target string, anchors map[string]map[string]bool) string {
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return err.Error()
	case u.Scheme != "" || u.Host != "":
		return ""
	case strings.HasPrefix(u.Path, "/"):
		return "it is absolute"
	}
	to := d.path
	if u.Path != "" {
		to = path.Join(path.Dir(d.path), u.Path)
		if strings.HasPrefix(to, "..") {
			return "it leads out of the project"
		}
		file := filepath.Join(root, filepath.FromSlash(to))
		if _, err := os.Stat(file); err != nil {
			return "there is no such file"
		}
		if m := lineAnchor.FindStringSubmatch(u.Fragment); m != nil && path.Ext(to) == ".go" {
			text, err := os.ReadFile(file)
			if err != nil {
				return err.Error()
			}
			if n, err := strconv.Atoi(m[1]); err != nil || n > strings.Count(string(text), "\n") {
				return "there is no such line"
			}
			return ""
		}
	}
	if u.Fragment != "" && !anchors[to][u.Fragment] {
		return "there is no such heading"
	}
	return ""
}

// anchors returns the anchors that GitHub gives a document's headings, and its own.
func (d document) anchors() map[string]bool {
	found, count := map[string]bool{}, map[string]int{}
	text := blank(d.text, fence)
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		title := link.ReplaceAllString(strings.NewReplacer("[", "", "`", "", "*", "").Replace(m[1]), "")
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, title)
		if n := count[slug]; n > 0 {
			found[slug+"-"+strconv.Itoa(n)] = true
		} else {
			found[slug] = true
		}
		count[slug]++
	}
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return found
}
