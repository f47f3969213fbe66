package nb

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/comms"
)

// Slider is a number that the reader of a notebook sets with the mouse: one of Min, Min+Step, ... up to Max, at
// first Value.
type Slider struct {
	Name                  string
	Min, Max, Step, Value float64
}

// restAfter is how long sliders that nobody moves keep their cell running.
const restAfter = 2 * time.Minute

// A browser shows the sliders and says so within greetWithin; until then the connection is asked for again every
// greetEvery, since GoNB's gives up after half a second.
const (
	greetWithin = 45 * time.Second
	greetEvery  = 3 * time.Second
)

//go:embed interact.html
var controls string

// Interact shows a figure of the sliders' values, draws it anew as the reader moves them, and returns when the
// reader presses "done", when ctx ends, or when nothing has moved for two minutes: a cell is a program, and its
// sliders live as long as it runs. The figure with the values at the start is also written to
// build/figures/NAME.png. Where no browser is connected (headless, in a test) that figure is all that is shown.
// draw is called from one goroutine, with a value of each slider; width and height are in inches.
func Interact(ctx context.Context, name string, width, height float64, sliders []Slider, draw func(values []float64) (Drawer, error)) error {
	values := make([]float64, len(sliders))
	for i, s := range sliders {
		if !(s.Min < s.Max && s.Step > 0 && s.Min <= s.Value && s.Value <= s.Max) || math.IsInf(s.Max-s.Min, 0) {
			return fmt.Errorf("nb: slider %q from %g to %g by %g, at %g", s.Name, s.Min, s.Max, s.Step, s.Value)
		}
		values[i] = s.Value
	}
	picture := func() ([]byte, error) {
		d, err := draw(values)
		if err != nil {
			return nil, err
		}
		return PNG(d, width, height)
	}
	image, err := picture()
	if err != nil {
		return err
	}
	if err := save(name, image); err != nil {
		return err
	}
	if !gonbui.IsNotebook || os.Getenv("JPY_SESSION_NAME") == "" { // which Jupyter's server sets, and nbclient does not
		return display(image)
	}

	id := "sliders_" + gonbui.UniqueId()
	moves := make(chan move, 1)
	comms.Subscribe("/"+id, func(_, text string) {
		var m move
		if json.Unmarshal([]byte(text), &m) == nil {
			moves <- m
		}
	})
	show := func(image []byte) {
		gonbui.UpdateHTML(id+"_picture", `<img style="max-width:100%" src="data:image/png;base64,`+base64.StdEncoding.EncodeToString(image)+`"/>`)
	}
	gonbui.UpdateHTML(id+"_controls", slidersHTML(id, sliders))
	show(image)
	gonbui.Sync()
	err = follow(ctx, moves, values, comms.Start, func() { comms.Send("/"+id+"/ready", 1) }, func() error {
		image, err := picture()
		if err == nil {
			show(image)
		}
		return err
	})
	if ctx.Err() != nil {
		err = nil // an interrupt ends the play, and is no failure
	}
	gonbui.UpdateHTML(id+"_controls", settled(sliders, values))
	gonbui.Sync()
	if err != nil {
		return err
	}
	return gonbui.Error()
}

// move is what the browser says: its count, the sliders' values, and whether the reader is done. Count 0 is its
// greeting, which it repeats until it is answered. Moves may overtake one another.
type move struct {
	N      int       `json:"n"`
	Values []float64 `json:"values"`
	Done   bool      `json:"done"`
}

// follow calls redraw after moves, with values set to the latest, until a move is the last, ctx ends or the
// sliders rest. It answers greetings, and calls connect until the first.
func follow(ctx context.Context, moves <-chan move, values []float64, connect, answer func(), redraw func() error) error {
	latest := 0
	rest := time.NewTimer(greetWithin)
	defer rest.Stop()
	again := time.NewTicker(greetEvery)
	defer again.Stop()
	for {
		var batch []move
		select {
		case <-ctx.Done():
			return nil
		case <-rest.C:
			return nil
		case <-again.C:
			connect()
			continue
		case m := <-moves:
			batch = append(batch, m)
		}
		for more := true; more; { // what has come in while the last figure was drawn
			select {
			case m := <-moves:
				batch = append(batch, m)
			default:
				more = false
			}
		}
		again.Stop()
		rest.Reset(restAfter)
		done, changed := false, false
		for _, m := range batch {
			done = done || m.Done
			if m.N == 0 && !m.Done {
				answer()
			}
			if m.N > latest && len(m.Values) == len(values) {
				latest, changed = m.N, true
				copy(values, m.Values)
			}
		}
		if changed {
			if err := redraw(); err != nil {
				return err
			}
		}
		if done {
			return nil
		}
	}
}

// slidersHTML is the controls' HTML.
func slidersHTML(id string, sliders []Slider) string {
	var rows strings.Builder
	for _, s := range sliders {
		name := html.EscapeString(s.Name)
		fmt.Fprintf(&rows, `<label>%s</label><input type="range" aria-label="%s" min="%g" max="%g" step="%g" value="%g"/><output>%s</output>`,
			name, name, s.Min, s.Max, s.Step, s.Value, number(s.Value))
	}
	return strings.NewReplacer("SLIDERS", id, "ROWS", rows.String()).Replace(controls)
}

// settled is what stays of the controls: the values that the figure below them was drawn with.
func settled(sliders []Slider, values []float64) string {
	var each []string
	for i, s := range sliders {
		each = append(each, fmt.Sprintf("%s <b>%s</b>", html.EscapeString(s.Name), number(values[i])))
	}
	return "<p>" + strings.Join(each, ", ") + ". Run the cell again, in JupyterLab, to move the sliders.</p>"
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
