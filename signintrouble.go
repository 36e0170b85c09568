package ehrdesk

import "errors"

// SignInTrouble is why somebody is not signed in at a server whose own page, in a
// browser, asks who they are: the cause of errors of CodeNotSignedIn, CodeDenied and
// CodeTampered, where it is known. The passphrase was right.
type SignInTrouble string

// The troubles of such a sign-in.
const (
	SignInBrowser  SignInTrouble = "browser"      // the page has to be opened, and nobody is there who could
	SignInOver     SignInTrouble = "over"         // the sign-in has ended at the server, and has to be done anew
	SignInLate     SignInTrouble = "late"         // nobody signed in at the page in time
	SignInRefused  SignInTrouble = "refused"      // the page, or who was asked there, said no
	SignInOther    SignInTrouble = "other-person" // somebody else signed in than was enrolled
	SignInUnproven SignInTrouble = "unproven"     // what came of it does not prove who signed in
	SignInNoLeave  SignInTrouble = "no-leave"     // the server gave no leave to read records
)

var signInWords = map[SignInTrouble]string{
	SignInBrowser:  "this server signs people in by its own page, in a browser: ehrdesk signin",
	SignInOver:     "the sign-in at the server has ended: sign in again, with ehrdesk signin",
	SignInLate:     "nobody signed in at the server's page in time",
	SignInRefused:  "the server's page did not sign in",
	SignInOther:    "somebody else signed in at the server's page than was enrolled here",
	SignInUnproven: "what came from the server's page does not prove who signed in; perhaps this desk's clock is wrong",
	SignInNoLeave:  "the server gave this desk no leave to read records",
}

// Error says it in English.
func (t SignInTrouble) Error() string { return signInWords[t] }

// code is what an error of t has.
func (t SignInTrouble) code() Code {
	switch t {
	case SignInRefused, SignInOther, SignInNoLeave:
		return CodeDenied
	case SignInUnproven:
		return CodeTampered
	case SignInBrowser, SignInOver, SignInLate:
	}
	return CodeNotSignedIn
}

// NotSignedIn is the error of an operation that t stands in the way of.
func NotSignedIn(op string, t SignInTrouble) error { return E(op, t.code(), t) }

// SignInTroubles are all of them.
func SignInTroubles() []SignInTrouble {
	return []SignInTrouble{SignInBrowser, SignInOver, SignInLate, SignInRefused, SignInOther, SignInUnproven, SignInNoLeave}
}

// SignInTroubleOf is why nobody is signed in by an error, "" where that is not known.
func SignInTroubleOf(err error) SignInTrouble {
	var t SignInTrouble
	errors.As(err, &t)
	return t
}

// SignInPage is the page of a server that asks who signs in. Address is a short one of
// this machine's own, which leads there: it works in a browser on this machine alone, for
// as long as the sign-in waits. Host is where it leads.
type SignInPage struct {
	Address string
	Host    string
}
