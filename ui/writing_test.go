package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// toWriting opens the page on which a record is written.
func toWriting(p *uitest.Player) *uitest.Player {
	return open(signIn(p, doctor), fake.Active).Press("M")
}

// begin opens the nth of the forms, from 0 on.
func begin(p *uitest.Player, n int) *uitest.Player {
	return toWriting(p).Press(downs(n)...).Press("enter")
}

// answer gives each item of a form that is asked its answer, one after the other: "" goes on, "=2" chooses by a digit, "?flu" looks
// for a choice and takes the first, "+" has one more of it, "^" leaves the field empty that the form began with; the rest is typed.
func answer(p *uitest.Player, answers ...string) *uitest.Player {
	for _, a := range answers {
		switch {
		case a == "":
		case a == "+":
			p.Press("ctrl+n")
			continue
		case a == "^":
			p.Press("ctrl+x")
		case strings.HasPrefix(a, "="):
			p.Press(a[1:])
		case strings.HasPrefix(a, "?"):
			p.Type(a[1:]).Press("down", "enter")
			continue
		default:
			for i, l := range strings.Split(a, "\n") {
				if i > 0 {
					p.Press("enter")
				}
				p.Type(l)
			}
		}
		p.Press("tab")
	}
	return p
}

// filled are the forms that every desk has, in the order of the page, with what a doctor types into each.
var filled = []struct {
	name    string
	answers []string
}{
	{"allergy-report", []string{"amoxicillin 阿莫西林", "=1", "=2", "=1", "=3", "Oct-2026", "14-Nov-2026", "urticaria 蕁麻疹", "=2", "14-Nov-2026 20:15", "chlorpheniramine 4 mg\nsettled within two hours", "", "took cephalexin in 2024 without harm"}},
	{"blood-pressure-glucose", []string{"", "=1", "146", "88", "seated, left arm", "76", "7.4", "=2", "+", "20-Nov-2026 21:00", "=2", "151", "", "", "", "9.1", "=4"}},
	{"encounter-note", []string{"", "=1", "daughter 女兒", "cough for a week 咳嗽一星期", "Dry cough since 14-Nov.\nNo fever, no breathlessness.", "diabetes", "132", "84", "78", "36.8", "61.5",
		"Chest clear. Throat red.", "acute bronchitis 急性支氣管炎", "viral, no sign of pneumonia", "fluids; back if fever\nor short of breath", "rest", "=1", "28-Nov-2026", "cough"}},
	{"immunisation", []string{"?influenza", "=1", "", "A7K22", "31-May-2027", "", "0.5", "=1", "=1", "1", "", "well after 15 minutes"}},
	{"incident-report", []string{"20-Nov-2026 16:30", "", "treatment room", "=2", "metformin 1 g by mouth, twice", "Given at 16:00 and again at 16:30.\nThe first was not signed for.", "=3", "loose stools 腹瀉", "glucose watched for four hours", "=1", "the doctor on duty", "sign at the bedside"}},
	{"query-entry", []string{"?potassium", "Queen Mary Hospital", "=3", "The patient was abroad on that day.", "another day", "=2", ""}},
	{"referral-letter", []string{"", "cardiology 心臟科", "Queen Mary Hospital", "=2", "Chest pain on effort for a month.", "Is this angina? 是否心絞痛？", "Hypertension since 2012.", "ECG: no change", "amlodipine 5 mg daily", "penicillin – anaphylaxis", "=1", ""}},
	{"sick-leave-certificate", []string{"", "=1", "", "2", "=2", "=2", "rest at home"}},
}

// windows are a form as it is read from its beginning to its end, a screen after the other without the banner.
func windows(p *uitest.Player) string {
	for range 60 {
		p.Press("shift+tab")
	}
	var out []string
	for range 12 {
		rows := strings.Split(p.Screen(), "\n")
		if now := strings.Join(rows[6:len(rows)-2], "\n"); len(out) == 0 || now != out[len(out)-1] {
			out = append(out, now)
		}
		p.Press("pgdown")
	}
	return strings.Join(out, "\n\n") + "\n\n"
}

// Each form is filled in by keys alone, says that nothing is missing, and shows each record that leaves, in three languages.
func TestEachFormIsFilledInByKeyboard(t *testing.T) {
	for n, f := range filled {
		for _, lang := range []string{"en", "zh-Hant", "zh-Hans"} {
			t.Run(f.name+"_"+lang+"_80x24", func(t *testing.T) {
				p := answer(begin(play(t, fake.New(), lang, 80, 24), n), f.answers...)
				said := windows(p)
				p.Press("f9")
				golden.RequireEqual(t, said+p.Screen()+"\n")
			})
		}
	}
}

// readings fills in the log of pressures.
func readings(p *uitest.Player) *uitest.Player { return answer(begin(p, 1), filled[1].answers[:8]...) }

// written has a log sent, a report signed that waits for a second person, and a note begun.
func written(p *uitest.Player) *uitest.Player {
	readings(p).Press("f9", "S", "y", "esc")
	answer(p.Press("M", "down", "down", "down", "down", "enter"), filled[4].answers...).Press("f9", "S", "y", "esc")
	return p.Press("M", "down", "down", "down", "enter", "tab", "tab").Type("daughter").Press("esc")
}

// second is a nurse at the desk who looks at what waits.
func second(p *uitest.Player) *uitest.Player {
	written(p).Press("ctrl+p").Type("sign out").Press("enter")
	return open(signIn(p, nurse), fake.Active).Press("M", "enter")
}

// incident fills in the report that a second person approves.
func incident(p *uitest.Player) *uitest.Player { return answer(begin(p, 4), filled[4].answers...) }

func TestNothingIsSignedButByASecondKeyOnWhatIsShown(t *testing.T) {
	d := fake.New()
	p := readings(play(t, d, "en", 100, 30)).Press("f9").Want("What leaves: Blood pressure and glucose log", "To eHealth: any provider that the patient lets see the record", "Blood pressure  146/88 mmHg", "Glucose  7.4 mmol/L", "Not sent yet")
	p.Press("y", "enter", "esc", "S").Want("Sign and send Blood pressure and glucose log", "Patient: WONG, Mei Ling 黃美玲", "Signed by: Dr LEE Ka Ho", "y sign and send")
	if p.Press("S", "enter"); d.Calls["sign-writing"] != 0 {
		t.Fatal("the key that led to the card signs")
	}
	p.Press("esc").Want("What leaves").Press("S", "y").Want("What became of it: Blood pressure", "SENT · 21-Nov-2026 09:41", "The central service has it", "version 1")
	if d.Calls["sign-writing"] != 1 || len(d.Drafted) != 0 {
		t.Errorf("signed %d times, %d drafts", d.Calls["sign-writing"], len(d.Drafted))
	}
	p.Press("esc").Want("What became of what was signed here", "SENT · Blood pressure and glucose log · 21-Nov-2026 09:41")
}

func TestARecordIsReadAsItWillBeAndAsItsBytesBeforeItLeaves(t *testing.T) {
	p := readings(play(t, fake.New(), "en", 100, 30)).Press("f9", "down", "enter").Want("Blood pressure", "146/88 mmHg", "new · final", "seated, left arm").Deny("What leaves")
	p.Press("r").Want("Bytes that leave", `"resourceType": "Observation"`).Press("esc").Want("seated, left arm").Press("esc").Want("What leaves")
}

func TestWhatIsTypedIsOnTheDiskBeforeItIsSaidToBe(t *testing.T) {
	d := fake.New()
	p := begin(play(t, d, "en", 100, 30), 2).Want("saved 09:41:00")
	p.Press("tab", "tab")
	d.Gate["keep-writing"] = make(chan struct{})
	p.Hold = true
	p.Type("his sister").Want("saving…").Deny("saved 09:41")
	if len(p.Held) != 1 {
		t.Fatalf("%d are written at once", len(p.Held))
	}
	close(d.Gate["keep-writing"])
	p.Release()
	p.Want("saved 09:41:00")
	if d.Calls["keep-writing"] != 1 || !strings.Contains(string(d.Drafted[0].Filled.Response), "his sister") {
		t.Errorf("written %d times: %s", d.Calls["keep-writing"], d.Drafted[0].Filled.Response)
	}
}

func TestThatKeepingFailedIsSaidLoudlyAndTriedAgain(t *testing.T) {
	d := fake.New()
	p := begin(play(t, d, "en", 100, 30), 2).Press("tab", "tab")
	d.Fail["keep-writing"] = ehrdesk.E("disk", ehrdesk.CodeOther, nil)
	p.Type("x").Want("! NOT SAVED: what was typed last is not on the disk.").Deny("saved 09:41")
	p.Press("f2").Want("is not on the disk yet").Press("esc")
	p.Press("esc").Want("NOT SAVED").Want("Encounter note")
	p.Type("y").Want("saved 09:41:00")
}

func TestADraftStaysAndIsTakenUpAgainWithWhatIsHalfTyped(t *testing.T) {
	d := fake.New()
	p := begin(play(t, d, "en", 100, 30), 1).Press("tab", "tab").Type("12.").Press("esc").Want("the draft stays, for you alone", "Your drafts", "Blood pressure and glucose log · kept 21-Nov-2026 09:41")
	p.Press("b").Want("DRAFT · written by you", "Blood pressure and glucose log · kept").Press("enter").Want("Systolic                        12. ")
	p.Press("ctrl+l").Deny("Systolic").Type(fake.Passphrase).Press("enter").Want("Your drafts").Press("enter").Want("12.")
	p.Press("tab", "tab", "tab").Want("! is no number")
	p.Press("esc", "delete").Want("Discard this draft?").Press("esc").Want("Your drafts").Press("delete", "y").Want("draft discarded").Deny("Your drafts")
	if len(d.Drafted) != 0 {
		t.Errorf("%d drafts", len(d.Drafted))
	}
}

// What somebody types finds forms, drafts and what was sent alike.
func TestWhatWasSentIsFoundByItsForm(t *testing.T) {
	readings(play(t, fake.New(), "en", 100, 30)).Press("f9", "S", "y", "enter", "M").Type("pressure").Want("▸Blood pressure", "SENT · Blood pressure").Deny("Encounter note")
}

func TestWhatIsWrongLeadsToItsItem(t *testing.T) {
	p := begin(play(t, fake.New(), "en", 100, 30), 5).Press("f9").Want("Before it can be signed", "▸! Entry: has to be answered", "! Explain: has to be answered")
	p.Press("down", "down", "enter").Want("▸Explain").Type("short").Press("tab").Want("! has fewer than 10 characters")
}

func TestWithoutTheLineItWaitsAndARefusalSaysWhy(t *testing.T) {
	d := fake.New()
	p := readings(play(t, d, "en", 100, 30))
	d.Link = ehrdesk.Offline
	p.Press("f9", "S", "y").Want("WAITS FOR THE LINE", "nobody else has it yet").Deny("SENT ·")
	d = fake.New()
	d.RefusesDeposits = ehrdesk.CodeDenied
	readings(play(t, d, "en", 100, 30)).Press("f9", "S", "y").Want("REFUSED", "nothing of it is in the record", "Reason: ").Deny("SENT ·")
}

// The receipt of what waits says that it was sent once it was, without a key.
func TestAReceiptThatWaitsSaysWhenItWasSent(t *testing.T) {
	d := fake.New()
	p, pass := clocked(t, d, 100, 30)
	readings(p)
	d.Link = ehrdesk.Offline
	p.Press("f9", "S", "y").Want("WAITS FOR THE LINE", "nobody else has it yet")
	pass(time.Minute)
	p.Want("WAITS FOR THE LINE")
	d.Link = ehrdesk.Online
	pass(time.Minute)
	p.Want("SENT ·", "The central service has it").Deny("WAITS FOR THE LINE")
}

func TestASecondPersonApprovesWhatAnotherWrote(t *testing.T) {
	d := fake.New()
	p := incident(play(t, d, "en", 100, 30)).Press("f9").Want("A second person has to approve it").Press("S", "y").Want("WAITS FOR A SECOND PERSON", "once another person has approved it")
	p.Press("esc").Want("Waits for a second person", "Incident report · yours: another person has to approve it").Press("home", "enter").Want("yours: another person has to approve it").Press("S").Want("not available here: yours: another person").Press("J").Want("not available here")
	p = open(signIn(play(t, d, "en", 100, 30), nurse), fake.Active).Press("M").Want("Incident report · by Dr LEE Ka Ho 李家豪: to be approved or refused").Press("enter").Want("What leaves: Incident report")
	p.Press("J").Want("Refuse Incident report").Press("enter").Want("a reason is needed").Type("which dose?").Press("enter").Want("it is its author's draft again")
	p = toWriting(play(t, d, "en", 100, 30)).Want("Incident report · not approved by WONG Siu Ling 黃小玲: which dose?").Press("enter").Want("which dose?")
	p.Press("f9", "S", "y", "esc")
	open(signIn(play(t, d, "en", 100, 30), nurse), fake.Active).Press("M", "enter", "S").Want("Approve and send Incident report, written by Dr LEE").Press("y").Want("SENT ·")
	if len(d.Drafted) != 0 {
		t.Errorf("%d drafts", len(d.Drafted))
	}
}

// A form that this provider has a second person approve says so before it is signed, though the form does not.
func TestAProvidersRuleIsSaidBeforeItIsSigned(t *testing.T) {
	d := fake.New()
	d.Second = []string{"blood-pressure-glucose"}
	readings(play(t, d, "en", 100, 30)).Press("f9").Want("A second person has to approve it").Press("S").Want("A second person has to approve it").Press("y").Want("WAITS FOR A SECOND PERSON")
}

func TestOnlyThisProvidersRecordsArePutRightOrWithdrawn(t *testing.T) {
	d := fake.New()
	open(signIn(play(t, d, "en", 110, 30), doctor), fake.Active).Press("3", "3", "U").Want("Another provider wrote this record", "Only they can put it right", "ask them to look at it").Press("esc").Deny("Another provider wrote", "Write a record").Want("Potassium")
	if len(d.Drafted) != 0 {
		t.Error("a draft was begun")
	}
	open(signIn(play(t, d, "en", 110, 30), doctor), fake.Active).Press("3", "3", "V").Want("Withdraw a record: why?", "it is about another patient", "Nothing is erased").Press("down", "enter").Want("only the provider that wrote a record can withdraw it: U asks them").Deny("Write a record", "Withdraw a record: why?")
}

func TestOnesOwnRecordIsPutRightByItsFormAndWithdrawnWithAReason(t *testing.T) {
	d := fake.New()
	readings(play(t, d, "en", 110, 34)).Press("esc")
	own := *d.Drafted[0].Filled
	p := open(signIn(play(t, d, "en", 110, 34), doctor), fake.Active).Press("3", "3")
	d.Ours = map[ehrdesk.Ref]ehrdesk.Filled{}
	for _, r := range d.Records("p2") {
		own.Corrects = ehrdesk.Ref{Resource: "QuestionnaireResponse", ID: "00000000-0000-4000-8000-0000000000aa"}
		d.Ours[r.Ref()] = own
	}
	p.Press("U").Want("Blood pressure and glucose log", "puts right a record that is there", "146").Press("f9").Want("puts right a record that is there", "Blood pressure and glucose log  21-Nov-2026 · a new version", "withdrawn, marked as entered in error")
	p.Press("esc", "esc").Want("the draft stays")
	p.Press("3", "3", "V").Want("Withdraw a record: why?").Press("down", "enter").Want("What leaves: a withdrawal", "Reason: what it says is wrong", "withdrawn, marked as entered in error").Press("S").Want("Sign and send a withdrawal", "Reason: what it says is wrong").Press("y").Want("SENT ·")
}

// Whoever wrote a record is asked to look at it: by the record, with the record filled in, and only they read it.
func TestWhoWroteARecordIsAskedToLookAtIt(t *testing.T) {
	d := fake.New()
	p := open(signIn(play(t, d, "en", 110, 34), doctor), fake.Active).Press("3", "3", "U").Want("▸ask them to look at it").Press("enter").Want("Query an entry", "Entry")
	answer(p, "", "", "=1", "This is of somebody else.", "=2", "").Press("f9").Want("What leaves: Query an entry", "To: Queen Mary Hospital", "Only they read it. It does not become a part of the shared record.", "What seems wrong: ", "Nothing else leaves. Not sent yet.").Deny("To eHealth", "record. Nothing")
	p.Press("r").Want("not available here").Press("S").Want("Send Query an entry", "Sent by: Dr LEE", "To: Queen Mary Hospital", "y send").Deny("Sign")
	if p.Press("enter", "S"); d.Calls["sign-writing"] != 0 {
		t.Fatal("the key that led to the card sends")
	}
	p.Press("y").Want("What became of it: Query an entry", "SENT · 21-Nov-2026 09:41", "To: Queen Mary Hospital", "Ctrl+O shows what becomes of it")
	p.Press("esc").Want("SENT · Query an entry · 21-Nov-2026 09:41 · To: Queen Mary Hospital")
	d.Fail["query"] = ehrdesk.E("query", ehrdesk.CodeNotFound, &ehrdesk.NoContributor{Source: "Peak Clinic"})
	p.Press("3", "3", "U", "enter").Want("nobody can be asked from here: “Peak Clinic” is not in the directory").Deny("Write a record")
}

// Line by line a form is filled in as well, what leaves is said before it is signed, and what became of it.
func TestPlainWritesARecord(t *testing.T) {
	d := fake.New()
	all, _, _ := told(t, d, "en", append(signsIn, fake.Active, "", "M", "blood", "", "1", "", "146", "88", "go 7", "7.4", "1", "f9", "S", "y", "quit")...)
	wants(t, all, "Write a record", "chosen: 1. Allergy", "2. Blood pressure and glucose log", "chosen: 2. Who took it\u00a0*: –", "3. Systolic: 146", "chosen: 7. Glucose", "nothing is missing: F9 shows what leaves",
		"What leaves: Blood pressure and glucose log", "Blood pressure, 146/88 mmHg", "Sign and send Blood pressure and glucose log", "Signed by: Dr LEE", "y sign and send", "SENT, 21-Nov-2026 09:41")
	if d.Calls["sign-writing"] != 1 {
		t.Errorf("signed %d times", d.Calls["sign-writing"])
	}
}

// clinic is a form of the site's own that begins with what the record says.
func clinic(d *fake.Desk) {
	d.SiteForms = []ehrdesk.FormOffer{{Name: "warfarin-clinic", URL: "urn:clinic:warfarin", Site: true, Title: ehrdesk.LocalName{English: "Warfarin clinic", Hant: "華法林門診", Hans: "华法林门诊"}, Raw: []byte(`{"resourceType":"Questionnaire","url":"urn:clinic:warfarin","title":"Warfarin clinic","status":"active","item":[
		{"linkId":"born","type":"date","text":"Born","extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression","valueExpression":{"language":"text/fhirpath","expression":"%patient.birthDate"}}]},
		{"linkId":"dose","type":"decimal","text":"Dose","required":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/maxDecimalPlaces","valueInteger":1},{"url":"http://hl7.org/fhir/StructureDefinition/entryFormat","valueString":"mg a day"}]},
		{"linkId":"week","type":"decimal","text":"A week","readOnly":true,"extension":[{"url":"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression","valueExpression":{"language":"text/fhirpath","expression":"%resource.item.where(linkId='dose').answer.value * 7"}}]}]}`)}}
}

// A site's form is marked as one and found by its name; what it began with says where that was taken from until it is changed;
// what is calculated follows what is typed.
func TestAFormOfTheSitesBeginsWithTheRecord(t *testing.T) {
	d := fake.New()
	clinic(d)
	p := toWriting(play(t, d, "en", 100, 30)).Want("Warfarin clinic · this provider's form").Type("WARF").Deny("Encounter note").Press("enter")
	p.Want("Born                                19-Jul-1971", "from the record: Personal data").Press("tab").Want("mg a day").Type("2.25").Want("A week", "15.75", "worked out by the form")
	p.Press("shift+tab").Want("! has more than 1 decimal place").Press("ctrl+x").Deny("from the record", "Born                                19-Jul")
	if began := d.Drafted[0].Filled.Began; len(began) != 0 {
		t.Errorf("it is said to begin with %v", began)
	}
	p.Press("esc", "enter").Want("Dose", "2.25").Deny("from the record")
}

// On an item that is one of a few, letters lead to a choice, which is kept as any answer is; those of none are said to be of none.
func TestLettersChooseInAForm(t *testing.T) {
	for lang, c := range map[string]struct{ letters, want, none string }{
		"en": {"mo", "‹ Moderate", "nothing to choose is called that"}, "zh-Hant": {"中", "‹ 中", "沒有相符的選項"}, "zh-Hans": {"中", "‹ 中", "没有相符的选项"},
	} {
		d := fake.New()
		p := begin(play(t, d, lang, 100, 40), 4)
		for range 30 {
			if p.Press("tab"); p.Type(c.letters).Has(c.want) {
				break
			}
			p.Press("ctrl+x")
		}
		before := d.Calls["keep-writing"]
		p.Want(c.want).Type("~").Want(c.none, c.want)
		if d.Calls["keep-writing"] != before || before == 0 {
			t.Errorf("%s: kept %d times, then %d", lang, before, d.Calls["keep-writing"])
		}
	}
}
