package screen

import (
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
)

// Working is the mark of what is in progress: a spinner of Bubbles. It turns while
// frames show it, from the second hand after the first that does, so that what is done
// within a second costs no frames.
type Working struct {
	spinner spinner.Model
	turns   bool
	shown   bool // by the last frame
}

// NewWorking makes it, standing still.
func NewWorking() Working {
	turning := spinner.Spinner{Frames: []string{"◐", "◓", "◑", "◒"}, FPS: time.Second / 8}
	return Working{spinner: spinner.New(spinner.WithSpinner(turning))}
}

// Mark is the mark for this frame.
func (w *Working) Mark() string {
	w.shown = true
	return w.spinner.View()
}

// Drawing says that a frame is about to be drawn.
func (w *Working) Drawing() { w.shown = false }

// Second starts the mark if the last frame showed it.
func (w *Working) Second() tea.Cmd {
	if w.turns || !w.shown {
		return nil
	}
	w.turns = true
	return InBackground(w.spinner.Tick)
}

// Turn takes one step, and stops when no frame shows the mark any more.
func (w *Working) Turn(msg spinner.TickMsg) (cmd tea.Cmd) {
	if !w.turns {
		return nil
	}
	if w.turns = w.shown; !w.turns {
		return nil
	}
	w.spinner, cmd = w.spinner.Update(msg)
	return InBackground(cmd)
}
