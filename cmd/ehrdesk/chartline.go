package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/risk"
	"github.com/ehrdesk/ehrdesk/ui/screen/chart/page"
	"github.com/ehrdesk/ehrdesk/ui/text"
)

// recordJSON is a record as `chart --json` prints it: the words are those of the
// screen in English, the codes those that were sent.
type recordJSON struct {
	Type        ehrdesk.RecordType `json:"type"`
	Resource    string             `json:"resource"`
	ID          string             `json:"id"`
	Date        string             `json:"date"` // by the clock of the desk
	Title       string             `json:"title"`
	Value       string             `json:"value,omitempty"`
	Range       string             `json:"range,omitempty"`
	Flag        ehrdesk.Flag       `json:"flag,omitempty"`
	FlagWords   string             `json:"flag_words,omitempty"`
	Status      string             `json:"status"`
	StatusWords string             `json:"status_words,omitempty"`
	Source      string             `json:"source"`
	Restricted  bool               `json:"restricted"`
	Altered     bool               `json:"altered,omitzero"` // a modifierExtension or implicitRules stands in it
	Own         string             `json:"own,omitempty"`    // this provider wrote it: "signed" or "said" by its source (adr/0057)
	Codes       []codeJSON         `json:"codes"`

	day string
}

type codeJSON struct {
	System string `json:"system"`
	Code   string `json:"code"`
}

// english says facts in English and by this machine's clock.
// codes are the site's names for codes that come without words.
func english(codes *ehrdesk.LocalCodes) text.Words {
	return text.New().Words(text.English, time.Local).With(codes).At(time.Now())
}

// recordLine words a record as the screen does.
func recordLine(said text.Words, r *ehrdesk.Record) recordJSON {
	row := said.Whole(r)
	out := recordJSON{Type: r.Type(), Resource: r.Resource, ID: r.ID, Date: r.Date.In(time.Local).String(), Title: row.Title, Value: row.Value, Range: row.Range,
		Flag: r.Flag, FlagWords: strings.TrimPrefix(row.Flag, "· "), Status: r.Status, StatusWords: row.Status, Source: r.Source, Restricted: r.Restricted, Codes: []codeJSON{}, day: row.Time}
	f := r.Facts()
	out.Altered = f.Altered
	for _, k := range f.Code.Codings {
		out.Codes = append(out.Codes, codeJSON{k.System, k.Code})
	}
	return out
}

// ownBy is how it is known that this provider wrote a record, once its signatures were held against it; "" of another's.
func ownBy(ctx context.Context, c ehrdesk.Chart, ref ehrdesk.Ref) string {
	m, marks := c.(ehrdesk.RecordMarking)
	if !marks || !m.Marks(ref).Has(ehrdesk.MarkOwn) {
		return ""
	}
	_, _ = c.Detail(ctx, ref) // what of it cannot be read is said where it is opened, and here it stays its source's word
	switch {
	case m.Marks(ref).Has(ehrdesk.MarkHolds):
		return "signed"
	case m.Marks(ref).Has(ehrdesk.MarkOwn):
		return "said"
	}
	return ""
}

// words is the line for people.
func (r recordJSON) words() string {
	words := []string{r.Type.String(), r.day, r.Title}
	for _, w := range []string{r.Value, r.FlagWords, r.StatusWords, r.Source} {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, " · ")
}

// bannerJSON is the top of a chart in one line.
type bannerJSON struct {
	Name       string               `json:"name"`
	Chinese    string               `json:"chinese_name"`
	Born       string               `json:"born"`
	Died       string               `json:"died"` // "unknown" where no date of the death is recorded
	AgeAtDeath string               `json:"age_at_death,omitempty"`
	Gender     ehrdesk.Gender       `json:"gender"`
	Notice     string               `json:"notice,omitempty"`          // that this record is not the one to use
	Altered    bool                 `json:"altered,omitzero"`          // something in it may turn its meaning round
	Risks      []riskJSON           `json:"risks"`                     // the letters of the banner
	Refused    bool                 `json:"no_resuscitation,omitzero"` // an advance directive in force refuses it
	Allergies  allergiesJSON        `json:"allergies"`
	Consent    ehrdesk.ConsentState `json:"consent"`
	SetAside   int                  `json:"set_aside"`
	Records    int                  `json:"records"` // that there are, restricted ones among them
	AsOf       string               `json:"as_of"`
	Offline    bool                 `json:"offline"`

	copied time.Time // AsOf
}

// riskJSON is a letter of the banner's risks with its words.
type riskJSON struct {
	Letter string `json:"letter"`
	Words  string `json:"words"`
}

type allergiesJSON struct {
	State   string        `json:"state"` // listed, none-known, not-recorded, unavailable
	Entries []allergyJSON `json:"entries"`
	Date    string        `json:"date,omitempty"`
	None    []noneJSON    `json:"none,omitempty"` // of none-known: what each assertion covers
	Over    int           `json:"over,omitzero"`  // resolved, inactive or refuted: in the list
	Why     string        `json:"why,omitempty"`  // of unavailable: offline, role, not_synced, restricted
	Held    int           `json:"restricted,omitzero"`
	Uncoded bool          `json:"uncoded,omitzero"` // none-known is asserted in words alone
}

type noneJSON struct {
	Scope       string `json:"scope"`
	Date        string `json:"date"`
	Source      string `json:"source"`
	Uncoded     bool   `json:"uncoded,omitzero"`
	Unconfirmed bool   `json:"unconfirmed,omitzero"`
	Altered     bool   `json:"altered,omitzero"`
}

type allergyJSON struct {
	Substance   string `json:"substance"`
	Reaction    string `json:"reaction"`
	Unconfirmed bool   `json:"unconfirmed"`
	Altered     bool   `json:"altered,omitzero"`
}

func bannerOf(b *page.Book) bannerJSON {
	c, said := b.Chart, b.Words()
	p := c.Patient()
	latin, chinese := p.Name, ehrdesk.Name{Chinese: p.Name.Chinese, FormerChinese: p.Name.FormerChinese}
	latin.Chinese = ""
	at, cached := c.AsOf()
	out := bannerJSON{Name: said.Name(latin), Chinese: said.Name(chinese), Born: birthday(p.Born).String(), Died: p.Died.In(time.Local).String(), Gender: p.Gender,
		Notice: strings.TrimPrefix(said.Standing(&p), "! "), Altered: p.Altered, Consent: c.Consent().StateAt(time.Now()), SetAside: setAside(c), Risks: []riskJSON{}, AsOf: stamp(at), Offline: cached, copied: at}
	if p.Deceased {
		if out.AgeAtDeath = p.Age(time.Now()); out.Died == "" {
			out.Died = "unknown"
		}
	}
	out.Allergies = allergiesOf(c.Allergies(), said)
	found := risk.Of(c.List, b.Env.Now())
	out.Refused = found.Refused
	for _, l := range b.Risks(found) {
		out.Risks = append(out.Risks, riskJSON(l))
	}
	for _, sum := range b.Types() {
		out.Records += sum.Count + sum.Restricted
	}
	return out
}

func allergiesOf(a ehrdesk.Allergies, said text.Words) allergiesJSON {
	out := allergiesJSON{State: "unavailable", Entries: []allergyJSON{}, Date: a.Date.String(), Why: a.Reason, Held: a.Withheld, Over: a.Over}
	switch a.State {
	case ehrdesk.AllergyListed:
		out.State = "listed"
	case ehrdesk.AllergyNoneKnown:
		out.State = "none-known"
	case ehrdesk.AllergyNotRecorded:
		out.State = "not-recorded"
	case ehrdesk.AllergyCannotKnow:
	}
	for i, n := range a.None {
		out.Uncoded = out.Uncoded || i == 0 && n.Uncoded
		out.None = append(out.None, noneJSON{ehrdesk.CleanLine(n.Scope), n.Date.String(), ehrdesk.CleanLine(n.Source), n.Uncoded, n.Unconfirmed, n.Altered})
	}
	for _, e := range a.Entries {
		substance, reaction := said.Allergy(e)
		out.Entries = append(out.Entries, allergyJSON{ehrdesk.CleanLine(substance), ehrdesk.CleanLine(reaction), e.Unconfirmed, e.Altered})
	}
	return out
}

// birthday is the day alone: a birth date is a date, whatever is known of the hour.
func birthday(w ehrdesk.When) ehrdesk.When {
	w.Precision = min(w.Precision, ehrdesk.ToDay)
	return w
}

// setAside is how many records of the patient are kept from the store and the
// screen, as they could not be read or are not plainly theirs.
func setAside(c ehrdesk.Chart) int { return len(c.Truth().Aside) }

// words is the banner for people.
func (b bannerJSON) words() string {
	words := []string{strings.TrimSpace(b.Name + " " + b.Chinese), "born " + b.Born}
	if b.Died != "" {
		words = append(words, "died "+b.Died)
	}
	if b.AgeAtDeath != "" {
		words = append(words, "age at death "+b.AgeAtDeath)
	}
	words = append(words, string(b.Gender))
	if b.Refused {
		words = append(words, "NO RESUSCITATION")
	}
	if b.Notice != "" {
		words = append(words, b.Notice)
	}
	allergies := "allergies " + b.Allergies.State
	for i, e := range b.Allergies.Entries {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		allergies += sep + e.Substance
		if e.Reaction != "" {
			allergies += " – " + e.Reaction
		}
		if e.Unconfirmed {
			allergies += " (unconfirmed)"
		}
	}
	for i, n := range b.Allergies.None {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		allergies += sep + n.Scope
		if n.Date != "" {
			allergies += " (" + n.Date + ")"
		}
		if n.Unconfirmed {
			allergies += " (unconfirmed)"
		}
		if n.Uncoded {
			allergies += " (text, not coded)"
		}
		if n.Altered {
			allergies += " (! MEANING ALTERED, see the detail)"
		}
	}
	if b.Allergies.Over > 0 {
		allergies += " (" + strconv.Itoa(b.Allergies.Over) + " over)"
	}
	words = append(words, allergies)
	var risks []string
	for _, l := range b.Risks {
		risks = append(risks, l.Letter+" "+l.Words)
	}
	if len(risks) > 0 {
		words = append(words, "risk "+strings.Join(risks, ", "))
	}
	words = append(words, "consent "+string(b.Consent), text.Sprintf("%d record{s}", b.Records))
	if b.Offline {
		words = append(words, copyOf(b.copied))
	}
	return strings.Join(words, " · ")
}

// asideJSON names a record that is kept aside.
type asideJSON struct {
	Resource string              `json:"resource,omitempty"`
	ID       string              `json:"id,omitempty"`
	Reason   ehrdesk.AsideReason `json:"reason"`
}

func asidesOf(list []ehrdesk.Aside) (out []asideJSON) {
	for _, x := range list {
		out = append(out, asideJSON{x.Resource, x.ID, x.Reason})
	}
	return out
}
