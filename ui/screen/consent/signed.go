package consent

import (
	"errors"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/screen"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/widget"
)

// dated is an entry of the date beside a signature. Today stands there, as most forms are signed
// at the desk; another day is typed over it.
func dated(now time.Time) *widget.Input {
	in := &widget.Input{Max: 11}
	in.Set(ehrdesk.SignedToday(now).Date())
	return in
}

// signedRow is that entry in a form.
func signedRow(env *screen.Env, hidden func() bool) *widget.Row {
	return &widget.Row{Kind: widget.TextRow, Label: say(env, env.T.Capture.SignedOn), Input: dated(env.Now()), Width: 14, Hidden: hidden}
}

// signedOn reads the day.
func signedOn(in *widget.Input) ehrdesk.When {
	w, _ := ehrdesk.ParseSigned(in.Text())
	return w
}

// undated is why the day cannot be that of the signature, and ok that it can. ended is of a
// withdrawal: the form is not older than the consent that it withdraws.
func undated(env *screen.Env, in *widget.Input, f ehrdesk.Finding, ended bool) (wrong screen.Wrong, ok bool) {
	t := &env.T.Capture
	on, err := ehrdesk.ParseSigned(in.Text())
	if err != nil {
		return screen.Saying(t.SignedShape), false
	}
	notBefore := []ehrdesk.When{f.Patient.Born}
	switch {
	case ended && !f.Consent.Since.IsZero():
		notBefore = append(notBefore, ehrdesk.At(f.Consent.Since))
	case f.Consent.State == ehrdesk.ConsentWithdrawn && !f.Consent.Ended.IsZero():
		notBefore = append(notBefore, ehrdesk.At(f.Consent.Ended))
	}
	switch err := ehrdesk.CheckSigned(on, env.Now(), notBefore...); {
	case errors.Is(err, ehrdesk.ErrSignedAhead):
		return screen.Saying(t.SignedAhead), false
	case err != nil:
		return screen.Saying(t.SignedBefore), false
	}
	return screen.Wrong{}, true
}

// formAs is a form's number and when it was signed.
func formAs(env *screen.Env, reference string, on ehrdesk.When) string {
	if on.IsZero() {
		return reference
	}
	words := text.Sprintf(env.S(env.T.Capture.SignedSaid), on.Date())
	if reference == "" {
		return words
	}
	return reference + " · " + words
}
