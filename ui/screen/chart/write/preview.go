package write

import (
	"bytes"
	"context"
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"
	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/form/extract"
	"github.com/ehrdesk/ehrdesk/ui/intent"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/widget"
	"github.com/ehrdesk/ehrdesk/ui/widget/filling"
)

// preview is exactly what leaves: each record as it will be read, and its bytes.
type preview struct {
	deposit  ehrdesk.Deposit
	elements [][]ehrdesk.Element // of each record
	name     string              // of the form
	approval *ehrdesk.Approval   // of another person's, or one's own that waits
	own      bool                // it waits for somebody else
	withdraw ehrdesk.WithdrawalWhy
	corrects ehrdesk.Ref
	second   bool // a second person has to approve it
	sel      int
	open     bool // the record in focus is read
	raw      bool // as its bytes
	scroll   widget.Scroll
}

func (s *preview) mine() bool { return s.own }

// standing is what becomes of a record at the centre.
func (s *preview) standing(r *ehrdesk.Record) standing {
	i := slices.IndexFunc(s.deposit.Records, func(x ehrdesk.DepositRecord) bool { return x.Record.Ref() == r.Ref() })
	if i < 0 {
		return isNew
	}
	switch s.deposit.Records[i].Becomes {
	case ehrdesk.DepositWithdrawn:
		return withdrawn
	case ehrdesk.DepositVersion:
		return newVersion
	case ehrdesk.DepositNew:
	}
	return isNew
}

type standing uint8

const (
	isNew standing = iota
	newVersion
	withdrawn
)

// faults is what is wrong with a form, each leading to its item.
type faults struct {
	all []filling.Problem
	sel int
}

// reasons are those for which a record is withdrawn.
type reasons struct {
	of  ehrdesk.Ref
	sel int
}

// withdrawals are the reasons in the order of the page.
func withdrawals() []ehrdesk.WithdrawalWhy {
	return []ehrdesk.WithdrawalWhy{ehrdesk.WithdrawWrongPatient, ehrdesk.WithdrawWrongContent, ehrdesk.WithdrawDuplicate}
}

type (
	looked struct {
		deposit  ehrdesk.Deposit
		elements [][]ehrdesk.Element
		why      ehrdesk.WithdrawalWhy
	}
	previewedMsg = screen.Done[looked]
)

// look reads what would leave as a desk reads it that receives it.
func look(d ehrdesk.Deposit) (out looked, err error) {
	out.deposit = d
	for i := range d.Records {
		_, elements, err := extract.Read(d.Records[i].Body)
		if err != nil {
			return looked{}, err
		}
		out.elements = append(out.elements, elements)
	}
	return out, nil
}

// preview asks what would leave of the form.
func (p *Page) preview() tea.Cmd {
	id := p.fill.draft.ID
	return start(p, previewing, func(ctx context.Context, w ehrdesk.Writing, patient string) (looked, error) {
		d, err := w.PreviewWriting(ctx, patient, id)
		if err != nil {
			return looked{}, err
		}
		return look(d)
	})
}

// lookAt shows what waits for a second person.
func (p *Page) lookAt(a ehrdesk.Approval) tea.Cmd {
	p.show = &preview{deposit: a.Deposit, name: p.named(a.Title, a.Form), approval: &a, own: a.By == p.b.Env.Account().Staff, second: true}
	return start(p, previewing, func(context.Context, ehrdesk.Writing, string) (looked, error) { return look(a.Deposit) })
}

// Withdraw asks why a record of this provider's is withdrawn.
func (p *Page) Withdraw(r ehrdesk.Ref) tea.Cmd {
	if p.locked() {
		return nil
	}
	p.close()
	p.why = &reasons{of: r}
	return p.Set()
}

// handleReasons chooses one, and asks what would leave.
func (p *Page) handleReasons(in intent.Intent) (tea.Cmd, bool) {
	y, all := p.why, withdrawals()
	switch in.ID {
	case intent.Up:
		y.sel = max(0, y.sel-1)
	case intent.Down:
		y.sel = min(len(all)-1, y.sel+1)
	case intent.Back:
		return p.goBack(), true
	case intent.Accept:
		of, why := y.of, all[y.sel]
		return start(p, previewing, func(ctx context.Context, w ehrdesk.Writing, patient string) (looked, error) {
			d, err := w.PrepareWithdrawal(ctx, patient, of, why)
			if err != nil {
				return looked{}, err
			}
			out, err := look(d)
			out.why = why
			return out, err
		}), true
	default:
		return nil, false
	}
	return nil, true
}

// previewed shows what would leave, or says why it cannot be had.
func (p *Page) previewed(m previewedMsg) tea.Cmd {
	e := p.b.Env
	if m.Err != nil {
		var n *ehrdesk.NotComplete
		if p.fill != nil && errors.As(m.Err, &n) { // the session holds it to more than the form
			p.wrong = &faults{all: p.fill.form.Problems()}
		}
		e.Warn(p.whyNot(m.Err))
		if p.show != nil && p.show.elements == nil {
			p.show = nil
		}
		if p.why != nil {
			return p.goBack()
		}
		return nil
	}
	v := m.Value
	switch {
	case p.show != nil && p.show.approval != nil:
		p.show.elements = v.elements
	case p.fill != nil:
		f := p.fill
		p.show = &preview{deposit: v.deposit, elements: v.elements, name: p.named(f.title, f.draft.Filled.Form), corrects: f.draft.Filled.Corrects, second: f.second}
	case p.why != nil:
		p.show = &preview{deposit: v.deposit, elements: v.elements, withdraw: v.why, name: e.S(e.T.Writing.Withdrawal)}
	}
	return nil
}

// handlePreview goes about among the records, opens one, and leads to the signature.
func (p *Page) handlePreview(in intent.Intent) (tea.Cmd, bool) {
	s := p.show
	switch in.ID {
	case intent.Back:
		switch {
		case s.raw:
			s.raw = false
			s.scroll.Reset()
		case s.open:
			s.open = false
		default:
			p.show = nil
			if p.fill == nil && p.why == nil {
				p.close()
			}
		}
		return nil, true
	case intent.Accept:
		if s.deposit.Request != nil { // it is read as it stands
			return nil, true
		}
		s.open = !s.open || s.raw
		s.raw = false
		s.scroll.Reset()
		return nil, true
	case intent.Raw:
		s.raw = !s.raw
		s.open = s.open || s.raw
		s.scroll.Reset()
		return nil, true
	case intent.Sign:
		p.card = &card{sign: true, asks: s.deposit.Request != nil, name: s.name}
		return nil, true
	case intent.RefuseRecord:
		p.card = &card{name: s.name, reason: &widget.Input{Max: 200}}
		return nil, true
	}
	if s.open || s.deposit.Request != nil {
		return nil, s.scroll.Handle(in)
	}
	last := max(0, len(s.deposit.Records)-1)
	switch in.ID {
	case intent.Up:
		s.sel--
	case intent.Down:
		s.sel++
	case intent.PageUp:
		s.sel -= 10
	case intent.PageDown:
		s.sel += 10
	case intent.Top:
		s.sel = 0
	case intent.Bottom:
		s.sel = last
	default:
		return nil, false
	}
	s.sel = min(max(s.sel, 0), last)
	return nil, true
}

// handleFaults goes about among what is wrong, and to the item of it.
func (p *Page) handleFaults(in intent.Intent) bool {
	w := p.wrong
	switch in.ID {
	case intent.Up:
		w.sel = max(0, w.sel-1)
	case intent.Down:
		w.sel = min(max(0, len(w.all)-1), w.sel+1)
	case intent.Accept:
		if w.sel < len(w.all) {
			p.fill.form.To(w.all[w.sel].Place)
		}
		p.wrong = nil
	case intent.Back:
		p.wrong = nil
	default:
		return false
	}
	return true
}

// bytesOf are a record's bytes as they leave, in lines; what is signed are these without white space.
func bytesOf(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		return string(body)
	}
	return b.String()
}
