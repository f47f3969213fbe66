package main

import (
	"fmt"
	"os"
	"strings"

	"example.org/isinggraph/internal/wholefile"
)

// markers are the lines between which a command writes its section of a page.
func markers(command string) (begin, end string) {
	return fmt.Sprintf("<!-- made by bench %s: -->\n", command), fmt.Sprintf("<!-- end of what bench %s made -->\n", command)
}

// replaceSection puts a command's section between its markers in a page.
func replaceSection(path, command, section string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	begin, end := markers(command)
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return fmt.Errorf("%s: no markers of the section that bench %s makes", path, command)
	}
	return wholefile.Write(path, []byte(before+begin+"\n"+section+"\n"+end+after))
}
