package nb

import (
	"encoding/base64"
	"fmt"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
)

// Live shows a curve while it is computed: in a notebook a plot that is redrawn about once a second, above the
// bar of [Progress], elsewhere the progress alone. Its methods may be called from several goroutines.
type Live struct {
	mu          sync.Mutex
	progress    *Progress
	title, x, y string
	xs, ys      []float64
	drawn       time.Time
	id          string // of the plot in the notebook
}

// redrawPlot is the time between two drawings of a curve.
const redrawPlot = time.Second

// NewLive starts showing a curve under a title, with labels of the axes; last is the x of its last point, and x
// what the bar shows.
func NewLive(title, x, y string, last int) *Live {
	l := &Live{title: title, x: x, y: y}
	if gonbui.IsNotebook {
		l.id = "live_" + gonbui.UniqueId()
		gonbui.UpdateHTML(l.id, "<span></span>") // before the bar, so that it stays above it
	}
	l.progress = NewProgress(title, last)
	return l
}

// Add appends the point (x, y). Points that cannot be drawn, such as NaN, leave the last drawing as it is.
func (l *Live) Add(x, y float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.xs, l.ys = append(l.xs, x), append(l.ys, y)
	l.progress.Set(int(x))
	if now := time.Now(); l.id != "" && len(l.xs) > 1 && now.Sub(l.drawn) >= redrawPlot {
		l.drawn = now
		l.draw()
	}
}

func (l *Live) draw() {
	p := NewPlot(l.title, l.x, l.y)
	if Line(p, 0, "", l.xs, l.ys) != nil {
		return
	}
	image, err := PNG(p, 5, 2.5)
	if err != nil {
		return
	}
	gonbui.UpdateHTML(l.id, fmt.Sprintf(`<img width="540" src="data:image/png;base64,%s"/>`, base64.StdEncoding.EncodeToString(image)))
}

// Done takes the plot away; a line with the time taken stays, as in [Progress].
func (l *Live) Done() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.id != "" {
		gonbui.UpdateHTML(l.id, "<span></span>")
	}
	l.progress.Done()
}
