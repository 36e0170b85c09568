package cases

import (
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/theme"
)

// attached is the file that goes with a message as it was when F9 looked at it; the zero value is none. A link is followed: what it leads
// to goes, by the name that was typed.
type attached struct {
	path string
	name string // as the message says it
	info os.FileInfo
}

// goesWith adds what goes with a message: the path of a file, and records of the patient's open chart that are named; about is which are at
// first.
func (k *form) goesWith(e *screen.Env, patient string, about []screen.Wrote) {
	have := func() (all []screen.Wrote, open bool) { return e.RecordsOf(patient) }
	t, h := &e.T.Cases.With, k.how
	open := func() bool { return h.more.yes }
	h.file = k.line(t.Path, "", longestPath, open)
	h.records = k.add(&field{facts: &facts{from: have, many: true, named: slices.Clone(about)}, label: t.Named, when: open})
	h.about = about
	k.lay()
}

// brings reports that something was chosen to go with what is written.
func (h *handling) brings() bool {
	return h != nil && h.file != nil && (strings.TrimSpace(h.file.in.Text()) != "" || len(h.records.facts.named) > 0 && !slices.Equal(h.records.facts.named, h.about))
}

// lacksWith looks at the file that was typed, and says what of all that goes with a message cannot be.
func (h *handling) lacksWith(e *screen.Env, k *form) (*field, text.T) {
	if h.file == nil {
		return nil, text.T{}
	}
	t := &e.T.Cases.With
	var wrong text.T
	h.attached, wrong = lookAt(t, strings.TrimSpace(h.file.in.Text()))
	f := h.records.facts
	for _, one := range []struct {
		wrong bool
		at    *field
		words text.T
	}{
		{wrong != text.T{}, h.file, wrong},
		{k.way() == passes && h.attached.info != nil, h.file, t.WordsAlone},
		{k.way() == passes && len(f.named) > 0, h.records, t.WordsAlone},
		{strings.TrimSpace(f.in.Text()) != "", h.records, t.ChooseRecord},
		{len(f.named) > ehrdesk.MostCaseRecords, h.records, t.TooMany},
	} {
		if one.wrong {
			return one.at, one.words
		}
	}
	return nil, text.T{}
}

// lookAt looks at a file without opening it, as a pipe would wait for whoever writes into it; wrong says why it cannot go, zero where it
// can or none was typed.
func lookAt(t *text.CaseWith, typed string) (a attached, wrong text.T) {
	if typed == "" {
		return a, text.T{}
	}
	a.path = fromHome(typed)
	info, err := os.Stat(a.path)
	switch {
	case err != nil:
		return attached{}, t.NotThere
	case !info.Mode().IsRegular():
		return attached{}, t.NotFile
	case info.Size() == 0:
		return attached{}, t.Empty
	case info.Size() > ehrdesk.MostCaseFile:
		return attached{}, t.TooLong
	}
	a.name, a.info = ehrdesk.CaseFileName(info.Name()), info
	return a, text.T{}
}

// errChanged is of a file that is another than the one that was looked at.
var errChanged = errors.New("the file is another than was looked at")

// with opens the file for as long as say takes. One that was changed since it was looked at does not go.
func (a attached) with(m ehrdesk.CaseMessage, say func(ehrdesk.CaseMessage) error) error {
	if a.info == nil {
		return say(m)
	}
	if now, err := os.Stat(a.path); err != nil || !a.same(now) {
		return errChanged
	}
	f, err := os.Open(a.path)
	if err != nil {
		return errChanged
	}
	defer f.Close()
	if now, err := f.Stat(); err != nil || !a.same(now) {
		return errChanged
	}
	m.File = f
	return say(m)
}

// notKept says why a message was not kept.
func notKept(t *text.Cases, err error) screen.Wrong {
	if errors.Is(err, errChanged) {
		return screen.Saying(t.With.Changed)
	}
	return screen.Failed(err)
}

// nothingIn reports a field without anything chosen that could be taken out again.
func (f *field) nothingIn() bool {
	return (f.pick == nil || len(f.pick.chosen) == 0) && (f.facts == nil || len(f.facts.named) == 0)
}

func (a attached) same(now os.FileInfo) bool {
	return now.Mode().IsRegular() && os.SameFile(a.info, now) && a.info.Size() == now.Size() && a.info.ModTime().Equal(now.ModTime())
}

// leavesWith is what goes with a message, as it leaves.
func (h *handling) leavesWith(e *screen.Env) (out []part) {
	t := &e.T.Cases.With
	if h == nil || h.file == nil {
		return nil
	}
	if a := h.attached; a.info != nil {
		out = append(out, part{theme.Strong, text.Sprintf(e.S(t.LeavesFile), a.name, size(a.info.Size()))})
	}
	for _, r := range h.records.facts.named {
		out = append(out, part{theme.Strong, text.Sprintf(e.S(t.LeavesRecord), r.Words, r.Ref.String())})
	}
	return out
}

// saidWith says in short what goes with a message.
func (h *handling) saidWith(e *screen.Env) (out []string) {
	if h.file == nil {
		return nil
	}
	t := &e.T.Cases.With
	if strings.TrimSpace(h.file.in.Text()) != "" {
		out = append(out, e.S(t.FileShort))
	}
	if n := len(h.records.facts.named); n > 0 {
		out = append(out, text.Sprintf(e.S(t.RecordsShort), n))
	}
	return out
}

// cited are the records that a message names.
func (h *handling) cited() (out []ehrdesk.CaseRecord) {
	if h.records == nil {
		return nil
	}
	for _, r := range h.records.facts.named {
		out = append(out, ehrdesk.CaseRecord{Ref: r.Ref})
	}
	return out
}
