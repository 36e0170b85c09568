package screen

import (
	"errors"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// Wrong is what stands in the way, kept as the error or the text it is: it
// becomes words only when drawn, and so follows the language of the screen.
type Wrong struct {
	err   error
	words text.T
}

// Failed is an error that stands in the way.
func Failed(err error) Wrong { return Wrong{err: err} }

// Saying is a text that says what stands in the way.
func Saying(t text.T) Wrong { return Wrong{words: t} }

// None reports whether nothing does.
func (w Wrong) None() bool { return w.err == nil && w.words == text.T{} }

// Words says it.
func (e *Env) Words(w Wrong) string {
	if w.err != nil {
		return e.ExplainLine(w.err)
	}
	return e.S(w.words)
}

// Explain gives the words for an error: what happened and what to do. The text
// of the error itself never reaches the screen.
func (e *Env) Explain(err error) (what, todo string) {
	var wrong *ehrdesk.WrongKey
	var locked *ehrdesk.LockOut
	var weak *ehrdesk.WeakPassphrase
	var often *ehrdesk.TooOften
	var end *ehrdesk.End
	var moved *ehrdesk.NewContact
	t := &e.T.Errors
	switch {
	case errors.As(err, &end):
		return e.ended(end)
	case errors.As(err, &weak) && weak.Short > 0:
		return text.Sprintf(e.S(t.Short), weak.Short), e.S(t.Guessed.Do)
	case errors.As(err, &weak):
		return e.S(t.Guessed.What), e.S(t.Guessed.Do)
	case errors.As(err, &wrong):
		switch {
		case wrong.TriesLeft < 0:
			what = e.S(t.WrongKey)
		case wrong.TriesLeft == 1:
			what = e.S(t.WrongKey) + e.S(t.OneTry)
		default:
			what = e.S(t.WrongKey) + text.Sprintf(e.S(t.Tries), wrong.TriesLeft)
		}
		return what, e.S(t.WrongKeyDo)
	case errors.As(err, &locked):
		return text.Sprintf(e.S(t.LockOut), e.Clock(locked.Until)), e.S(t.LockOutDo)
	case errors.As(err, &often):
		return text.Sprintf(e.S(t.TooOften), e.Clock(often.Until)), e.S(t.TooOftenDo)
	case errors.As(err, &moved):
		return text.Sprintf(e.S(t.NewContact), ehrdesk.At(moved.From.In(e.Now().Location())).DateTime()), e.S(t.NoWayToTell.Do)
	case errors.Is(err, ehrdesk.ErrFormUsed):
		return e.S(t.FormUsed), e.S(t.FormUsedDo)
	}
	for _, known := range []struct {
		cause error
		words text.Message
	}{
		{ehrdesk.ErrSecondKey, t.SecondKey}, {ehrdesk.ErrNoConsent, t.NoConsent}, {ehrdesk.ErrPersonUnclear, t.PersonUnclear}, {ehrdesk.ErrNumberAsID, t.NumberAsID},
		{ehrdesk.ErrCodeExpired, t.CodeExpired}, {ehrdesk.ErrNoWayToTell, t.NoWayToTell}, {ehrdesk.ErrNotAtServer, t.NotAtServer},
		{ehrdesk.ErrNotAgreedToView, t.NoView}, {ehrdesk.ErrNotAgreedToDeposit, t.NoDeposit},
		{ehrdesk.ErrAccountClosed, t.AccountClosed}, {ehrdesk.ErrDeskEnded, t.DeskEnded},
		{ehrdesk.ErrGiverUnder16, t.GiverUnder16}, {ehrdesk.ErrGiverKind, t.GiverKind}, {ehrdesk.ErrGiverUnnamed, t.GiverUnnamed}, {ehrdesk.ErrGiverOrder, t.GiverOrder}, {ehrdesk.ErrGiverAble, t.GiverAble}, {ehrdesk.ErrGiverDeclaration, t.GiverDeclaration},
		{ehrdesk.ErrSecondPerson, t.SecondPerson}, {ehrdesk.ErrOwnAct, t.OwnAct}, {ehrdesk.ErrTakerUnknown, t.TakerUnknown},
		{ehrdesk.ErrSignedAhead, t.SignedAhead}, {ehrdesk.ErrSignedBefore, t.SignedBefore},
	} {
		if errors.Is(err, known.cause) {
			return e.S(known.words.What), e.S(known.words.Do)
		}
	}
	if w, ok := e.T.SignInTroubles.By(ehrdesk.SignInTroubleOf(err)); ok {
		return e.S(w.What), e.S(w.Do)
	}
	if w, ok := e.T.Troubles.By(ehrdesk.TroubleOf(err)); ok {
		return e.S(w.What), e.S(w.Do)
	}
	for cause, words := range t.Administering {
		if errors.Is(err, cause) {
			return e.S(words.What), e.S(words.Do)
		}
	}
	m := t.ByCode(ehrdesk.CodeOf(err))
	return e.S(m.What), e.S(m.Do)
}

// Reason is what happened, of an act that was refused.
func (e *Env) Reason(r ehrdesk.Refusal) string {
	what, _ := e.Explain(r.Err("act"))
	return what
}

// Offline says for how long the line has been down, and what stands in the way. as are the
// words around how long, with as many values as they have places.
func (e *Env) Offline(as text.T, values ...any) string {
	l := e.Session.Link()
	words := text.Sprintf(e.S(as), append([]any{e.Elapsed(e.Now().Sub(l.Since))}, values...)...)
	if w, ok := e.T.Troubles.By(l.Why); ok {
		words += " · " + e.S(w.Short)
	}
	return words
}

// ExplainLine is Explain on one line.
func (e *Env) ExplainLine(err error) string {
	what, todo := e.Explain(err)
	if todo == "" {
		return what
	}
	return what + " · " + todo
}
