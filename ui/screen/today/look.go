package today

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/arrivals"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// look is a file that was read and is not taken over yet.
type look struct {
	body    []byte
	options arrivals.Options
	reading arrivals.Reading
	plan    arrivals.Plan
	scroll  widget.Scroll
	lines   []lookLine // as they were drawn last: there may be thousands
	in      text.Lang
	width   int
}

// taken is what came of a list that was taken over.
type taken struct {
	added, retimed, off int
	notRead             []int
}

// errNoFile is of a path where nothing can be read.
var errNoFile = errors.New("the file cannot be read")

// readFile reads a clinic's list, and says what it would change. Its path stays on the
// screen: it may name a day, and never a patient.
func (s *Screen) readFile(path string) tea.Cmd {
	return s.read(func() ([]byte, error) { return bytesOf(path) }, arrivals.Options{Now: s.env.Now()})
}

func bytesOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errNoFile
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, arrivals.MaxBytes+1))
	if err != nil {
		return nil, errNoFile
	}
	return body, nil
}

// read reads what a file holds, and holds it against the list.
func (s *Screen) read(bytes func() ([]byte, error), o arrivals.Options) tea.Cmd {
	session := s.env.Session
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(s.env, time.Minute, "", func(ctx context.Context) (*look, error) {
		body, err := bytes()
		if err != nil {
			return nil, err
		}
		r, err := arrivals.Read(body, o)
		if err != nil {
			return nil, err
		}
		have, err := session.Booked(ctx)
		if err != nil {
			return nil, err
		}
		return &look{body: body, options: o, reading: r, plan: arrivals.Against(r.Rows, have, o.Now)}, nil
	})
	return cmd
}

// looked shows what was read, or says why nothing was.
func (s *Screen) looked(m lookMsg) {
	if m.Err != nil {
		s.env.Warn(s.whyNoList(m.Err))
		return
	}
	s.look, s.entry = m.Value, entryLook
}

func (s *Screen) whyNoList(err error) string {
	e, t := s.env, &s.env.T.Import.Refused
	for reason, words := range map[error]text.T{arrivals.ErrEmpty: t.Empty, arrivals.ErrTooLarge: t.TooLarge, arrivals.ErrWorkbook: t.Workbook, arrivals.ErrNoList: t.NoList, arrivals.ErrQuotes: t.Quotes,
		errNoFile: e.T.Today.NoFile} {
		if errors.Is(err, reason) {
			return e.S(words)
		}
	}
	return e.ExplainLine(err)
}

func (s *Screen) handleLook(in intent.Intent) tea.Cmd {
	l := s.look
	switch in.ID {
	case intent.Back:
		s.close()
	case intent.Accept:
		return s.take()
	case intent.OtherEncoding:
		l.options.Encoding = next(arrivals.ByPeople(), cmp.Or(l.options.Encoding, l.reading.Encoding))
		return s.again()
	case intent.DateOrder:
		l.options.Order = next([]arrivals.Order{arrivals.DayFirst, arrivals.MonthFirst}, cmp.Or(l.options.Order, l.reading.Order))
		return s.again()
	default:
		l.scroll.Handle(in)
	}
	return nil
}

// again reads the same bytes in another way.
func (s *Screen) again() tea.Cmd {
	body := s.look.body
	return s.read(func() ([]byte, error) { return body, nil }, s.look.options)
}

// next is what comes after one of several.
func next[T comparable](all []T, one T) T { return all[(slices.Index(all, one)+1)%len(all)] }

// take takes over what was looked at, as it stands against the list of this moment.
func (s *Screen) take() tea.Cmd {
	e, t, l := s.env, &s.env.T.Import, s.look
	switch {
	case len(l.reading.Rows) == 0:
		e.Warn(e.S(t.NoRows))
		return nil
	case l.reading.Unsure:
		e.Warn(e.S(t.AskEncoding))
		return nil
	}
	session, r, now := e.Session, l.reading, l.options.Now
	var cmd tea.Cmd
	s.polling = false
	s.job, cmd = screen.Start(e, 2*time.Minute, "", func(ctx context.Context) (done, error) {
		have, err := session.Booked(ctx)
		if err != nil {
			return done{}, err
		}
		p := arrivals.Against(r.Rows, have, now)
		out := taken{added: p.Count(arrivals.Added), retimed: p.Count(arrivals.Retimed), off: p.Count(arrivals.CalledOff)}
		for _, x := range r.Refused {
			out.notRead = append(out.notRead, x.Line)
		}
		return done{took: &out}, session.Book(ctx, p.Put(), p.Off())
	})
	return cmd
}

func (s *Screen) toldTaken(k taken) {
	e, t := s.env, &s.env.T.Import
	if len(k.notRead) > 0 {
		e.Warn(text.Sprintf(e.S(t.DoneNotRead), k.added, k.retimed, k.off, lines(k.notRead)))
		return
	}
	e.Say(text.Sprintf(e.S(t.Done), k.added, k.retimed, k.off))
}

// listed is a name as a clinic's list has it, "" where the centre has said who it is.
func listed(e *screen.Env, k ehrdesk.Task) string {
	if k.Patient.ID != "" || k.Booking.Name == "" {
		return ""
	}
	return text.Sprintf(e.S(e.T.Import.ByList), ehrdesk.CleanLine(k.Booking.Name))
}
