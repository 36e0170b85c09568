package ui_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// wrongField is one field of a form that is not as it has to be, and what is pressed until the form
// says so.
type wrongField struct {
	form, field string
	desk        func(*fake.Desk)
	play        func(*uitest.Player) *uitest.Player
	at          string // the label of the line in which the cursor has to stand, in English
	above       int    // how many lines above the cursor the field's name stands, where it has a line of its own
	sent        bool   // the centre said so: only it can know
}

// The beginnings of the forms.
var (
	toGiver = func(p *uitest.Player) *uitest.Player {
		return find(signIn(p, clerk), fake.NoConsent).Press("enter", "y")
	}
	toChildsGiver = func(p *uitest.Player) *uitest.Player {
		return find(signIn(p, clerk), fake.Child).Press("enter", "y")
	}
	toFormStep = func(p *uitest.Player) *uitest.Player {
		return find(signIn(p, clerk), fake.NoConsent).Press("3", "y", "space").Type(fake.Tail).Press("enter", "a", "enter")
	}
	toRenewal = func(p *uitest.Player) *uitest.Player { return find(signIn(p, clerk), fake.OneYear).Press("R") }
	toVerify  = func(p *uitest.Player) *uitest.Player {
		return find(signIn(p, clerk), fake.Unverified).Press("i", "y")
	}
	// toVerified goes past what is of the contact and the document, to the digits.
	toVerified = func(p *uitest.Player) *uitest.Player {
		return toVerify(p).Press(downs(6)...).Press("space", "down", "right", "right", "down", "down", "space", "down")
	}
	// toRenewalDue is the renewal of a consent that runs out soon, from the day's list.
	toRenewalDue = func(p *uitest.Player) *uitest.Player {
		return signIn(p, clerk).Press("ctrl+t").Press(downs(7)...).Press("R")
	}
	toEnrolment = func(p *uitest.Player) *uitest.Player { return p.Press("f9") }
	toRelease   = func(p *uitest.Player) *uitest.Player {
		return open(signIn(p, doctor), fake.Active).Press("X")
	}
	toOtherPurpose = func(p *uitest.Player) *uitest.Player {
		return find(signIn(p, doctor), fake.Active).Press("d", "7")
	}
)

// filledTo fills the fields of the enrolment in their order, up to one that is left as it is given.
func filledTo(p *uitest.Player, values ...string) *uitest.Player {
	toEnrolment(p)
	for i, v := range values {
		if i > 0 {
			p.Press("tab")
		}
		if i == 0 {
			p.Press("ctrl+u")
		}
		p.Type(v)
	}
	return p.Press("enter")
}

const goodPhrase = "harbour light ferry pier"

// refusing has the centre refuse an act.
func refusing(call string, err error) func(*fake.Desk) {
	return func(d *fake.Desk) { d.Fail[call] = err }
}

var wrongFields = []wrongField{
	{form: "sign-in", field: "passphrase", at: "Passphrase", play: func(p *uitest.Player) *uitest.Player { return p.Press("enter") }},
	{form: "sign-in", field: "passphrase, wrong", at: "Passphrase", sent: true, play: func(p *uitest.Player) *uitest.Player { return p.Type("guess").Press("enter") }},
	{form: "enrolment", field: "centre", at: "Centre's address", play: func(p *uitest.Player) *uitest.Player {
		return filledTo(p, "", "drlee", "code", goodPhrase, goodPhrase)
	}},
	{form: "enrolment", field: "staff", at: "Staff id", play: func(p *uitest.Player) *uitest.Player {
		return filledTo(p, "https://c", " ", "code", goodPhrase, goodPhrase)
	}},
	{form: "enrolment", field: "code", at: "Activation code", play: func(p *uitest.Player) *uitest.Player {
		return filledTo(p, "https://c", "drlee", "", goodPhrase, goodPhrase)
	}},
	{form: "enrolment", field: "passphrase", at: "Passphrase", play: func(p *uitest.Player) *uitest.Player {
		return filledTo(p, "https://c", "drlee", "code", "short", "short")
	}},
	{form: "enrolment", field: "passphrase again", at: "Passphrase again", play: func(p *uitest.Player) *uitest.Player {
		return filledTo(p, "https://c", "drlee", "code", goodPhrase, goodPhrase+"s")
	}},
	{form: "enrolment", field: "code, refused", at: "Activation code", sent: true, desk: refusing("enrol", ehrdesk.E("fake", ehrdesk.CodeDenied, nil)), play: func(p *uitest.Player) *uitest.Player {
		return filledTo(p, "https://c", "drlee", "code", goodPhrase, goodPhrase)
	}},
	{form: "enrolment", field: "passphrase, weak", at: "Passphrase", sent: true, desk: refusing("enrol", ehrdesk.E("fake", ehrdesk.CodeInvalid, &ehrdesk.WeakPassphrase{})), play: func(p *uitest.Player) *uitest.Player {
		return filledTo(p, "https://c", "drlee", "code", goodPhrase, goodPhrase)
	}},
	{form: "find", field: "check digit", play: func(p *uitest.Player) *uitest.Player { return find(signIn(p, clerk), "A123456(7)") }},
	{form: "find", field: "shape", play: func(p *uitest.Player) *uitest.Player { return find(signIn(p, clerk), "12345") }},
	{form: "find", field: "nothing", play: func(p *uitest.Player) *uitest.Player { return find(signIn(p, clerk), "") }},
	{form: "new booking", field: "number", at: "Number", play: func(p *uitest.Player) *uitest.Player {
		return signIn(p, clerk).Press("ctrl+t", "+").Type("10:30 A123456(7)").Press("enter")
	}},
	{form: "import", field: "file", at: "File of the list", play: func(p *uitest.Player) *uitest.Player {
		return signIn(p, clerk).Press("ctrl+t", "I").Type("/nowhere/list.csv").Press("enter")
	}},
	{form: "consent", field: "document seen", at: "I have seen", play: func(p *uitest.Player) *uitest.Player { return toGiver(p).Press("enter") }},
	{form: "consent", field: "digits", at: "3 digits before", play: func(p *uitest.Player) *uitest.Player { return toGiver(p).Press("space", "enter") }},
	{form: "consent", field: "digits, wrong", at: "3 digits before", play: func(p *uitest.Player) *uitest.Player { return toGiver(p).Press("space").Type("999").Press("enter") }},
	{form: "consent for a child", field: "name", at: "Name of that person", play: func(p *uitest.Player) *uitest.Player { return toChildsGiver(p).Press("space", "enter") }},
	{form: "consent for a child", field: "kind of document", at: "Kind of document", play: func(p *uitest.Player) *uitest.Player {
		return toChildsGiver(p).Press("space", "enter").Type("LEE").Press("enter")
	}},
	{form: "consent for a child", field: "number of the document", at: "Number on that document", play: func(p *uitest.Player) *uitest.Player {
		return toChildsGiver(p).Press("space", "enter").Type("LEE").Press("enter").Type("HKIC").Press("enter")
	}},
	{form: "consent for a child", field: "those before", at: "Nobody named above", play: func(p *uitest.Player) *uitest.Player {
		return toChildsGiver(p).Press("d", "space", "enter").Type("LEE").Press("enter").Type("HKIC").Press("enter").Type("G1").Press("enter")
	}},
	{form: "consent for a child", field: "declaration", at: "Letter of Declaration", play: func(p *uitest.Player) *uitest.Player {
		return toChildsGiver(p).Press("f", "space", "enter").Type("Nurse").Press("enter")
	}},
	{form: "consent for an adult", field: "cannot act", at: "cannot act", play: func(p *uitest.Player) *uitest.Player {
		return toGiver(p).Press("b", "space", "enter").Type("LEE").Press("enter").Type("HKIC").Press("enter").Type("G1").Press("enter")
	}},
	{form: "consent by telephone", field: "asked", at: "I have asked", play: func(p *uitest.Player) *uitest.Player {
		return find(signIn(p, clerk), fake.NoConsent).Press("6", "y", "down", "enter")
	}},
	{form: "consent", field: "term", at: "How long it runs", above: 4, play: func(p *uitest.Player) *uitest.Player {
		return toGiver(p).Press("space").Type(fake.Tail).Press("enter", "enter")
	}},
	{form: "consent by key", field: "key", at: "Access Key", play: func(p *uitest.Player) *uitest.Player { return toKey(p).Type("123").Press("enter") }},
	{form: "consent by key", field: "key, wrong", at: "Access Key", sent: true, play: func(p *uitest.Player) *uitest.Player { return toKey(p).Type("11111111").Press("enter", "y") }},
	{form: "consent by form", field: "number", at: "Form reference", play: func(p *uitest.Player) *uitest.Player { return toFormStep(p).Press("enter") }},
	{form: "consent by form", field: "date", at: "Date of the signature", play: func(p *uitest.Player) *uitest.Player {
		return toFormStep(p).Type("SCF-1").Press("down", "ctrl+u").Type("yesterday").Press("up", "enter")
	}},
	{form: "consent by form", field: "date, ahead", at: "Date of the signature", play: func(p *uitest.Player) *uitest.Player {
		return toFormStep(p).Type("SCF-1").Press("down", "ctrl+u").Type("31-Dec-2027").Press("up", "enter")
	}},
	{form: "consent by form", field: "date, before", at: "Date of the signature", play: func(p *uitest.Player) *uitest.Player {
		return toFormStep(p).Type("SCF-1").Press("down", "ctrl+u").Type("01-Jan-1950").Press("up", "enter")
	}},
	{form: "consent by form", field: "number, used", at: "Form reference", sent: true, desk: refusing("grant", ehrdesk.E("fake", ehrdesk.CodeConflict, ehrdesk.ErrFormUsed)), play: func(p *uitest.Player) *uitest.Player {
		return toFormStep(p).Type("SCF-1").Press("enter", "y")
	}},
	{form: "consent by form", field: "date, refused", at: "Date of the signature", sent: true, desk: refusing("grant", ehrdesk.E("fake", ehrdesk.CodeInvalid, ehrdesk.ErrSignedAhead)), play: func(p *uitest.Player) *uitest.Player {
		return toFormStep(p).Type("SCF-1").Press("enter", "y")
	}},
	{form: "renewal", field: "digits", at: "3 digits before", play: func(p *uitest.Player) *uitest.Player {
		return toRenewal(p).Press("y")
	}},
	{form: "withdrawal", field: "document seen", at: "I have seen", play: func(p *uitest.Player) *uitest.Player { return toWithdraw(p).Press("y") }},
	{form: "withdrawal", field: "digits", at: "3 digits before", play: func(p *uitest.Player) *uitest.Player { return toWithdraw(p).Press("space", "up", "y") }},
	{form: "withdrawal", field: "key", at: "Access Key", play: func(p *uitest.Player) *uitest.Player {
		return toWithdraw(p).Press("space").Type("456").Press("enter").Type("12").Press("enter")
	}},
	{form: "withdrawal", field: "key, on y", at: "Access Key", play: func(p *uitest.Player) *uitest.Player {
		return toWithdraw(p).Press("space").Type("456").Press("enter", "esc", "y")
	}},
	{form: "withdrawal", field: "key, wrong", at: "Access Key", sent: true, play: func(p *uitest.Player) *uitest.Player {
		return toWithdraw(p).Press("space").Type("456").Press("enter").Type("11111111").Press("enter", "y")
	}},
	{form: "withdrawal by form", field: "number", at: "Form reference", play: func(p *uitest.Player) *uitest.Player {
		return toWithdraw(p).Press("space").Type("456").Press("enter", "esc", "space", "y")
	}},
	{form: "withdrawal by form", field: "date, before the consent", at: "Date of the signature", play: func(p *uitest.Player) *uitest.Player {
		return toWithdraw(p).Press("space").Type("456").Press("enter", "esc", "space", "down").Type("SCF-1").Press("down", "ctrl+u").Type("01-Jan-2020").Press("enter")
	}},
	{form: "withdrawal by form", field: "number, used", at: "Form reference", sent: true, desk: refusing("revoke", ehrdesk.E("fake", ehrdesk.CodeConflict, ehrdesk.ErrFormUsed)), play: func(p *uitest.Player) *uitest.Player {
		return toWithdraw(p).Press("space").Type("456").Press("enter", "esc", "space", "down").Type("SCF-1").Press("enter", "y")
	}},
	{form: "withdrawal by form", field: "date, refused", at: "Date of the signature", sent: true, desk: refusing("revoke", ehrdesk.E("fake", ehrdesk.CodeInvalid, ehrdesk.ErrSignedBefore)), play: func(p *uitest.Player) *uitest.Player {
		return toWithdraw(p).Press("space").Type("456").Press("enter", "esc", "space", "down").Type("SCF-1").Press("enter", "y")
	}},
	{form: "verification", field: "telephone", at: "Telephone", play: func(p *uitest.Player) *uitest.Player {
		return toVerify(p).Press("ctrl+u").Press(downs(6)...).Press("y")
	}},
	{form: "verification", field: "e-mail", at: "E-mail", play: func(p *uitest.Player) *uitest.Player {
		return toVerify(p).Press(downs(2)...).Press("ctrl+u").Press(downs(3)...).Press("right", "down", "y")
	}},
	{form: "verification", field: "address", at: "Address", play: func(p *uitest.Player) *uitest.Player {
		return toVerify(p).Press(downs(3)...).Press("ctrl+u").Press(downs(2)...).Press("right", "right", "down", "y")
	}},
	{form: "verification", field: "confirmed", at: "has confirmed", play: func(p *uitest.Player) *uitest.Player { return toVerify(p).Press(downs(6)...).Press("y") }},
	{form: "verification", field: "method", at: "Identity verified by", play: func(p *uitest.Player) *uitest.Player {
		return toVerify(p).Press(downs(6)...).Press("space", "down", "down", "y")
	}},
	{form: "verification", field: "document seen", at: "I have seen", play: func(p *uitest.Player) *uitest.Player {
		return toVerify(p).Press(downs(6)...).Press("space", "down", "right", "right", "y")
	}},
	{form: "verification", field: "digits", at: "3 digits before", play: func(p *uitest.Player) *uitest.Player {
		return toVerified(p).Press("down", "y")
	}},
	{form: "verification", field: "digits, wrong", at: "3 digits before", play: func(p *uitest.Player) *uitest.Player {
		return toVerified(p).Type("999").Press("down", "y")
	}},
	{form: "verification", field: "term", at: "Term", play: func(p *uitest.Player) *uitest.Player {
		return toVerified(p).Type("1980").Press("down", "y")
	}},
	{form: "verification", field: "key", at: "Access Key", play: func(p *uitest.Player) *uitest.Player {
		return toVerified(p).Type("1980").Press("down", "right", "y")
	}},
	{form: "verification", field: "form", at: "Form reference", play: func(p *uitest.Player) *uitest.Player {
		return toVerified(p).Type("1980").Press("down", "right", "down", "right", "y")
	}},
	{form: "verification", field: "date", at: "Date of the signature", play: func(p *uitest.Player) *uitest.Player {
		return toVerified(p).Type("1980").Press("down", "right", "down", "right", "down").Type("SCF-1").Press("down", "ctrl+u").Type("never").Press("down", "y")
	}},
	{form: "verification", field: "key, wrong", at: "Access Key", sent: true, desk: refusing("verify", ehrdesk.E("fake", ehrdesk.CodeDenied, &ehrdesk.WrongKey{TriesLeft: 2})), play: func(p *uitest.Player) *uitest.Player {
		return toVerified(p).Type("1980").Press("down", "right", "down", "down").Type("11111111").Press("enter", "y")
	}},
	{form: "renewal", field: "key", at: "Access Key", desk: busyDay, play: func(p *uitest.Player) *uitest.Player {
		return toRenewalDue(p).Type("456").Press("esc", "y")
	}},
	{form: "renewal", field: "digits, wrong", at: "3 digits before", desk: busyDay, play: func(p *uitest.Player) *uitest.Player {
		return toRenewalDue(p).Type("999").Press("down", "esc", "y")
	}},
	{form: "change of term", field: "term", at: "Term", play: func(p *uitest.Player) *uitest.Player {
		return toRenewal(p).Press("down", "down").Type("456").Press("down", "esc", "y")
	}},
	{form: "restricted records", field: "reason", at: "Reason", desk: labelled, play: func(p *uitest.Player) *uitest.Player { return toRelease(p).Press("y") }},
	{form: "restricted records", field: "kind", at: "laboratory", above: 5, desk: labelled, play: func(p *uitest.Player) *uitest.Player { return toRelease(p).Press("up", "space", "y") }},
	{form: "restricted records", field: "words", at: "In words", desk: labelled, play: func(p *uitest.Player) *uitest.Player {
		return toRelease(p).Press("right", "down").Type("short").Press("down", "y")
	}},
	{form: "restricted records", field: "code", at: "code", desk: labelled, play: func(p *uitest.Player) *uitest.Player {
		return toRelease(p).Press("right", "down").Type("dose of a new drug").Press("down", "y")
	}},
	{form: "restricted records", field: "code, wrong", at: "code", desk: labelled, sent: true, play: func(p *uitest.Player) *uitest.Player {
		return toRelease(p).Press("right", "down").Type("dose of a new drug").Press("down", "down").Type("000000").Press("down", "y")
	}},
	{form: "purpose", field: "reason", at: "Reason", play: func(p *uitest.Player) *uitest.Player { return toOtherPurpose(p).Type("short").Press("enter") }},
	{form: "officer's: an end", field: "day", at: "Day", desk: administered, play: func(p *uitest.Player) *uitest.Player {
		return toAccounts(signIn(p, doctor)).Press("down", "down", "x").Type("soon").Press("tab", "enter")
	}},
	{form: "officer's: an end moved", field: "day, past", at: "Day", desk: administered, play: func(p *uitest.Player) *uitest.Player {
		return toAccounts(signIn(p, doctor)).Press("down", "a").Type("2020-12-31").Press("tab", "enter")
	}},
}

// Whatever is wrong in a form, in whatever language: what the form says of it names the field by a word
// of its own label, the cursor stands in that field, and nothing is sent that the desk can judge itself.
func TestEveryErrorOfAFormNamesItsFieldAndTheCursorGoesThere(t *testing.T) {
	for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
		for _, w := range wrongFields {
			t.Run(lang+"/"+w.form+"/"+w.field, func(t *testing.T) {
				d := fake.New()
				if w.desk != nil {
					w.desk(d)
				}
				p := w.play(play(t, d, lang, 80, 24))
				said, label := errorSaid(p), labelAt(p, w.above)
				if said == "" {
					t.Fatalf("nothing is said:\n%s", p.Screen())
				}
				if !shareAWord(said, label) {
					t.Errorf("%q does not name the field of the cursor, %q:\n%s", said, label, p.Screen())
				}
				if lang == "en" && !strings.Contains(label, w.at) {
					t.Errorf("the cursor stands in %q, not in %q", label, w.at)
				}
				if n := acts(d); !w.sent && n > 0 {
					t.Errorf("%d acts were sent", n)
				}
			})
		}
	}
}

// acts are how many a desk was asked for.
func acts(d *fake.Desk) (n int) {
	for _, call := range []string{"grant", "revoke", "verify", "release", "enrol", "put", "book", "administer", "open", "find"} {
		if slices.Contains([]string{"find", "open"}, call) { // to come to a form somebody is looked up
			continue
		}
		n += d.Calls[call]
	}
	return n
}

// errorSaid is what the screen says is wrong: beside the form, or in passing.
func errorSaid(p *uitest.Player) (said string) {
	rows := strings.Split(p.Screen(), "\n")
	for i, r := range rows {
		if at := strings.Index(r, "! "); at >= 0 && strings.TrimLeft(r[:at], " ") == "" {
			said = r[at+2:] // the last: a remark may stand above the form
			for _, more := range rows[i+1 : min(i+3, len(rows)-2)] {
				if strings.TrimSpace(more) == "" {
					break
				}
				said += " " + more
			}
		}
	}
	if said != "" {
		return said
	}
	for _, r := range rows {
		if in, ok := strings.CutPrefix(strings.TrimSpace(r), "── "); ok && !strings.HasPrefix(in, "─") {
			return strings.TrimRight(in, " ─")
		}
	}
	return ""
}

// labelAt is the line of the cursor, and those above it.
func labelAt(p *uitest.Player, above int) string {
	c := p.M.View().Cursor
	rows := strings.Split(p.Screen(), "\n")
	if c == nil || c.Y >= len(rows) {
		return ""
	}
	return strings.Join(rows[max(0, c.Y-above):c.Y+1], " ")
}

// shareAWord reports a word of three letters or more, or two Chinese characters, that both texts have.
func shareAWord(a, b string) bool {
	words := func(s string) (out []string) {
		for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' || unicode.Is(unicode.Han, r) }) {
			if len(w) >= 3 && !slices.Contains([]string{"please", "that", "this", "with", "type", "tick", "space", "enter", "the", "and", "for", "has", "can", "not", "are"}, w) {
				out = append(out, strings.TrimSuffix(w, "s"))
			}
		}
		han := []rune(s)
		for i := range len(han) - 1 {
			if unicode.Is(unicode.Han, han[i]) && unicode.Is(unicode.Han, han[i+1]) {
				out = append(out, string(han[i:i+2]))
			}
		}
		return out
	}
	other := words(b)
	return slices.ContainsFunc(words(a), func(w string) bool { return slices.Contains(other, w) })
}
