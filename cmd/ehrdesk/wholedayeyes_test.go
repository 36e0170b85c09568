package main

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/territory"
	"github.com/ehrdesk/ehrdesk/ui/text"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
)

// said is what the records of people say: the words and the codes of everything that is stored of
// them at the centre and is not who they are.
type said struct {
	words map[string]bool // six Latin letters or more, in small letters
	codes map[string]bool // with a digit, four places or more
	han   map[string]bool // two Chinese characters or more, as they stand together
}

// administrative are the resources that say who somebody is, or what a place is called.
var administrative = []string{"Patient", "RelatedPerson", "Consent", "Organization", "Practitioner", "PractitionerRole", "Location"}

// recordsSay gathers all texts, names of codes and codes.
func recordsSay(t *testing.T, people []territory.Person) said {
	t.Helper()
	all := said{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, p := range people {
		for _, raw := range p.Resources {
			var r map[string]any
			if err := json.Unmarshal(raw, &r); err != nil {
				t.Fatal(err)
			}
			if kind, _ := r["resourceType"].(string); !slices.Contains(administrative, kind) {
				all.gather("", r)
			}
		}
	}
	return all
}

func (a said) gather(key string, v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			a.gather(key, x)
		}
	case map[string]any:
		for k, x := range v {
			a.gather(k, x)
		}
	case string:
		switch key {
		case "id", "reference", "system", "url", "resourceType", "lastUpdated", "contentType", "fullUrl", "use":
		case "data":
			if b, err := base64.StdEncoding.DecodeString(v); err == nil && !strings.HasPrefix(string(b), "%PDF") {
				a.text(string(b))
			}
		case "code":
			if len(v) >= 4 && strings.ContainsFunc(v, unicode.IsDigit) {
				a.codes[strings.ToLower(v)] = true
			}
			a.text(v)
		default:
			a.text(v)
		}
	}
}

func (a said) text(s string) {
	for _, w := range wordsOf(s) {
		a.words[w] = true
	}
	for _, h := range hanOf(s) {
		a.han[h] = true
	}
}

// wordsOf are the Latin words of a text that say something by themselves.
func wordsOf(s string) (out []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r > unicode.MaxLatin1 || !unicode.IsLetter(r) }) {
		if len(w) >= 6 {
			out = append(out, w)
		}
	}
	return out
}

// hanOf are its Chinese characters, as they stand together.
func hanOf(s string) (out []string) {
	for _, h := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
		if len([]rune(h)) >= 2 {
			out = append(out, h)
		}
	}
	return out
}

var coded = regexp.MustCompile(`[a-z0-9][a-z0-9.\-]*[a-z0-9]`)

// in is all that a frame has of it.
func (a said) in(frame string, own said) (found []string) {
	small := strings.ToLower(frame)
	for _, w := range wordsOf(small) {
		if a.words[w] && !own.words[w] {
			found = append(found, w)
		}
	}
	for _, c := range coded.FindAllString(small, -1) {
		if a.codes[c] && !own.codes[c] {
			found = append(found, c)
		}
	}
	shown := strings.Join(hanOf(frame), "\n")
	if shown == "" {
		return found
	}
	for h := range a.han {
		if strings.Contains(shown, h) && !own.han[h] {
			found = append(found, h)
		}
	}
	return found
}

// ownWords are those of the desk's own that stand in records too, what people are called among them: by
// none of them is a record told.
func (c *clerk) ownWords() said {
	own := said{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	own.text(deskSays)
	for _, p := range c.people {
		own.text(p.Patient.Name.Banner())
	}
	for _, s := range demoStaff {
		own.text(s.name)
	}
	return own
}

// deskSays is each word of the front desk's own screens, and of the notices, that some record has as
// well: what makes nobody a patient of anything.
const deskSays = `accepted active agreed another attend attended booked cancelled centre change changed clinic closed complete completed confirmed
continue contrast corrected current declined doctor family finished follow function health healthcare history hospital information letter medical minutes monday
needed normal patient please private problem profile referral repeat reported required restricted review revoked sessions several social status
stopped summary thursday withdrawn without 出生 更正 已撤回`

// nothingClinical looks through every frame for anything that a record says.
func (c *clerk) nothingClinical() {
	c.t.Helper()
	records, own := recordsSay(c.t, c.people), c.ownWords()
	c.wit.mu.Lock()
	defer c.wit.mu.Unlock()
	seen := map[string]string{}
	for f := range c.wit.frames {
		for _, w := range records.in(flat(styles.ReplaceAllString(f, "")), own) {
			if seen[w] == "" {
				seen[w] = uitest.Plain(f, clerkW, clerkH)
			}
		}
	}
	for i, w := range slices.Sorted(maps.Keys(seen)) {
		if i < 3 {
			c.t.Errorf("%q of a record was on the screen:\n%s", w, seen[w])
		} else {
			c.t.Errorf("%q of a record was on the screen", w)
		}
	}
	c.t.Logf("%d frames, none with any of %d words, %d codes and %d texts of records", len(c.wit.frames), len(records.words), len(records.codes), len(records.han))
}

// facing are the titles of the screens that a patient looks at, with what follows each.
func facing() (out []string) {
	t := text.New()
	for _, lang := range []text.Lang{text.English, text.Hant, text.Hans} {
		for _, title := range []text.T{t.Capture.Title, t.Capture.RenewTitle, t.Capture.ChangeTitle, t.Capture.VerifyTitle, t.Withdraw.Title} {
			out = append(out, title[lang]+" · ")
		}
	}
	return out
}

// nothingOfAnother looks through every frame that a patient looked at, and the window's titles, for
// anything of somebody else: a name in either script, a number or its end. There have to be so many of those
// frames at the least.
func (c *clerk) nothingOfAnother(least int) {
	c.t.Helper()
	titles := facing()
	c.wit.mu.Lock()
	defer c.wit.mu.Unlock()
	n, wrong := 0, 0
	for f := range c.wit.frames {
		screen := flat(styles.ReplaceAllString(f, ""))
		if !slices.ContainsFunc(titles, func(s string) bool { return strings.Contains(screen, s) }) || strings.Contains(screen, " SC-") {
			continue // or the receipt, which is the clerk's
		}
		n++
		if of := c.anotherIn(screen); of != "" && wrong < 5 {
			wrong++
			c.t.Errorf("%q of another stands before a patient:\n%s", of, uitest.Plain(f, clerkW, clerkH))
		}
	}
	for title := range maps.Keys(c.wit.titles) {
		if of := c.ofAnybody(title, nil); of != "" {
			c.t.Errorf("%q stands in the title of the window", of)
		}
	}
	c.t.Logf("%d frames before a patient, none with anything of another", n)
	if n < least {
		c.t.Errorf("only %d frames were before a patient", n)
	}
}

// anotherIn is what a frame has of somebody who is not the patient of its banner.
func (c *clerk) anotherIn(screen string) string {
	i := slices.IndexFunc(c.people, func(p territory.Person) bool {
		return !p.Patient.EHR.IsZero() && strings.Contains(screen, p.Patient.EHR.Printed()) || !p.Patient.HKIC.IsZero() && strings.Contains(screen, p.Patient.HKIC.Printed())
	})
	if i < 0 {
		return c.ofAnybody(screen, nil)
	}
	for _, own := range tellsWho(c.people[i].Patient) {
		screen = strings.ReplaceAll(screen, own, " ")
	}
	return c.ofAnybody(screen, &c.people[i].Patient)
}

// ofAnybody is the first thing that a text has of anybody but one.
func (c *clerk) ofAnybody(screen string, but *ehrdesk.Patient) string {
	for _, p := range c.people {
		if but != nil && p.Patient.ID == but.ID {
			continue
		}
		for _, s := range tellsWho(p.Patient) {
			if strings.Contains(screen, s) {
				return s
			}
		}
	}
	return ""
}

// tellsWho is what tells who somebody is.
func tellsWho(p ehrdesk.Patient) (out []string) {
	for _, s := range []string{p.Name.Latin(), p.Name.Chinese, p.EHR.Printed(), p.EHR.Compact()} {
		if s != "" {
			out = append(out, s)
		}
	}
	for _, d := range p.Documents {
		out = append(out, d.Number)
	}
	if !p.HKIC.IsZero() {
		out = append(out, p.HKIC.Printed(), p.HKIC.Compact(), "…"+p.HKIC.Tail())
	}
	return out
}
