package nb

import (
	"fmt"
	"html"
	"os"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/schollz/progressbar/v3"
)

// Progress shows how far a long computation is: in a notebook as a bar that is redrawn a few times a second, in
// a terminal as a line on standard error, elsewhere not at all. Its methods may be called from several
// goroutines.
type Progress struct {
	mu    sync.Mutex
	title string
	total int
	start time.Time
	drawn time.Time
	id    string                   // of the output in the notebook
	bar   *progressbar.ProgressBar // in a terminal
}

// redraw is the time between two drawings.
const redraw = 250 * time.Millisecond

// NewProgress starts showing the progress of total steps, which is at least 1.
func NewProgress(title string, total int) *Progress {
	p := &Progress{title: title, total: max(total, 1), start: time.Now()}
	if gonbui.IsNotebook {
		p.id = "progress_" + gonbui.UniqueId()
	} else if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		p.bar = progressbar.NewOptions(p.total, progressbar.OptionSetDescription(title),
			progressbar.OptionSetWriter(os.Stderr), progressbar.OptionThrottle(redraw), progressbar.OptionShowCount(),
			progressbar.OptionClearOnFinish())
	}
	return p
}

// Set says that done steps are done.
func (p *Progress) Set(done int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Set(min(done, p.total)) // writes to a terminal; an error there is of no use to anybody
	}
	if now := time.Now(); p.id != "" && now.Sub(p.drawn) >= redraw {
		p.drawn = now
		gonbui.UpdateHTML(p.id, p.html(done, now.Sub(p.start)))
	}
}

// Done ends the display; in a notebook a line with the time taken stays.
func (p *Progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Finish()
	}
	if p.id != "" {
		gonbui.UpdateHTML(p.id, fmt.Sprintf("%s: %d in %.1f s", html.EscapeString(p.title), p.total, time.Since(p.start).Seconds()))
		gonbui.Sync()
	}
}

// html is the bar in a notebook, with the time that is left at this pace.
func (p *Progress) html(done int, taken time.Duration) string {
	left := ""
	if done > 0 && done < p.total {
		d := time.Duration(float64(taken) / float64(done) * float64(p.total-done))
		left = fmt.Sprintf(", %s left", d.Round(time.Second))
	}
	return fmt.Sprintf(`%s <progress max="%d" value="%d"></progress> %d/%d%s`, html.EscapeString(p.title), p.total, done, done, p.total, left)
}

// Stages shows the progress of something that goes through stages, a bar for each, as studies report it. Its methods are
// called from one goroutine at a time.
type Stages struct {
	title string
	stage string
	bar   *Progress
}

// NewStages returns the display of stages under a title; nothing is shown before the first report.
func NewStages(title string) *Stages { return &Stages{title: title} }

// Report says that so much is done of a stage, of a total; another stage than before gets a bar of its own. Without a
// total the words are shown instead, as in [Say]: a run that is opened, or trained anew.
func (s *Stages) Report(stage string, done, total int, words string) {
	if total == 0 {
		if words != "" {
			Say(words)
		}
		return
	}
	if s.bar == nil || stage != s.stage {
		s.Done()
		s.stage, s.bar = stage, NewProgress(s.title+": "+stage, total)
	}
	s.bar.Set(done)
}

// Done ends the last stage's bar.
func (s *Stages) Done() {
	if s.bar != nil {
		s.bar.Done()
		s.bar = nil
	}
}
