package ehrdesk

import (
	"errors"
	"strings"
)

// Refusal is why an act was refused, as it is kept with the act: the code, and the cause where it
// is one that somebody can do something about, "invalid/giver-under-16". "" is none.
type Refusal string

// causes are those that are kept by name.
func causes() map[string]error {
	return map[string]error{
		"giver-kind": ErrGiverKind, "giver-under-16": ErrGiverUnder16, "giver-unnamed": ErrGiverUnnamed, "giver-order": ErrGiverOrder,
		"giver-able": ErrGiverAble, "giver-declaration": ErrGiverDeclaration, "form-used": ErrFormUsed, "no-consent": ErrNoConsent, "signed-ahead": ErrSignedAhead, "signed-before": ErrSignedBefore, "person-unclear": ErrPersonUnclear, "number-as-id": ErrNumberAsID, "second-person": ErrSecondPerson, "own-act": ErrOwnAct, "decided": ErrDecided, "taker-unknown": ErrTakerUnknown,
	}
}

// RefusalOf is err as it is kept.
func RefusalOf(err error) Refusal {
	code := CodeOf(err)
	if code == "" {
		return ""
	}
	for name, cause := range causes() {
		if errors.Is(err, cause) {
			return Refusal(string(code) + "/" + name)
		}
	}
	return Refusal(code)
}

// Code is the kind of failure.
func (r Refusal) Code() Code {
	code, _, _ := strings.Cut(string(r), "/")
	return Code(code)
}

// Err is the refusal as an error of an operation, nil for none.
func (r Refusal) Err(op string) error {
	if r == "" {
		return nil
	}
	_, name, _ := strings.Cut(string(r), "/")
	return E(op, r.Code(), causes()[name])
}
