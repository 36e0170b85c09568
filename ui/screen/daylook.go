package screen

import (
	"slices"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Looks are which changed lines the person at the desk has looked at: those that are to be noted at
// the desk, and those that were, until the list is read with that.
type Looks struct {
	New []string             // to be noted
	at  map[string]time.Time // by line, when the last change was said that was looked at
}

// Look notes that the person has looked at what others have changed of lines: they are marked no more.
func (d *Day) Look(ids ...string) {
	for i := range d.Tasks {
		t := &d.Tasks[i]
		if len(t.Changed) == 0 || !slices.Contains(ids, t.ID) {
			continue
		}
		if d.Looks.at == nil {
			d.Looks.at = map[string]time.Time{}
		}
		d.Looks.at[t.ID] = newest(t.Changed)
		d.Looks.New, t.Changed = append(d.Looks.New, t.ID), nil
	}
}

// Told leaves out of lines that were read what the person has looked at since they were.
func (l *Looks) Told(tasks []ehrdesk.Task) []ehrdesk.Task {
	for i := range tasks {
		if at, ok := l.at[tasks[i].ID]; ok && !newest(tasks[i].Changed).After(at) {
			tasks[i].Changed = nil
		}
	}
	return tasks
}

func newest(all []ehrdesk.DayChange) (at time.Time) {
	for _, c := range all {
		if c.By.At.After(at) {
			at = c.By.At
		}
	}
	return at
}
