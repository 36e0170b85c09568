package central_test

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/caselog"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/sealed"
)

// caseWorld is a patient whom clinicians of three providers treat, and a case between them as one who has all of it knows it.
type caseWorld struct {
	*world
	patient, ehr string
	d            []*desk // one of each provider
	at           map[sealed.Person]*desk
	keys         map[*desk]*sealed.Key // made for the case
	story        ehrdesk.Case
	known        []string
}

func newCaseWorld(t *testing.T, w *world, patient, ehr string) *caseWorld {
	t.Helper()
	k := &caseWorld{world: w, patient: patient, ehr: ehr, at: map[sealed.Person]*desk{}, keys: map[*desk]*sealed.Key{}}
	for i := range 3 {
		d := w.desk(w.hcp(central.HCP{Name: fmt.Sprint("Clinic ", i)}), ehrdesk.Doctor)
		d.grant(ehr)
		k.add(d)
	}
	return k
}

func ofCases(t *testing.T) *caseWorld {
	t.Helper()
	w := newWorld(t)
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	return newCaseWorld(t, w, rep.Patient, rep.EHR)
}

func (k *caseWorld) add(d *desk) {
	k.d = append(k.d, d)
	k.at[sealed.Person(d.person())] = d
	key, err := sealed.NewKey()
	if err != nil {
		k.t.Fatal(err)
	}
	k.keys[d] = key
}

func (d *desk) person() ehrdesk.CasePerson {
	return ehrdesk.CasePerson{Provider: d.hcp, Staff: d.staff}
}

func (d *desk) print() string {
	d.w.t.Helper()
	public := jose.JSONWebKey{Key: d.key.Public()}
	sum, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		d.w.t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(sum)
}

func (d *desk) signs() sealed.Signer { return sealed.Signer{Key: d.key, Name: d.print()} }

// Signer has everybody's key.
func (k *caseWorld) Signer(name string, _ time.Time) (sealed.Person, crypto.PublicKey, bool) {
	for who, d := range k.at {
		if d.print() == name {
			return who, d.key.Public(), true
		}
	}
	return sealed.Person{}, nil, false
}

// next is an event that comes next, by somebody now, signed.
func (k *caseWorld) next(by *desk, e ehrdesk.CaseEvent) string {
	k.t.Helper()
	e.By, e.Name = by.person(), "Somebody"
	if e.At.IsZero() {
		e.At = k.clock.now()
	}
	if e.N, e.Before = k.story.Events+1, k.story.Head; e.N > 1 {
		e.Case = k.story.ID
	}
	signed, err := sealed.Sign(&e, sealed.TypeEvent, by.signs())
	if err != nil {
		k.t.Fatal(err)
	}
	return signed
}

// body is what brings an event; head and short are of what is said with it, "" and nil for nothing.
func eventBody(signed, head string, short []byte) string {
	p := []string{fmt.Sprintf(`{"name":"event","valueString":%q}`, signed)}
	if head != "" {
		p = append(p, fmt.Sprintf(`{"name":"head","valueString":%q}`, head))
	}
	if short != nil {
		p = append(p, fmt.Sprintf(`{"name":"sealed","valueBase64Binary":%q}`, base64.StdEncoding.EncodeToString(short)))
	}
	return `{"resourceType":"Parameters","parameter":[` + strings.Join(p, ",") + `]}`
}

// try sends an event, and takes it up where the centre did.
func (k *caseWorld) try(by *desk, e ehrdesk.CaseEvent) (int, string) {
	k.t.Helper()
	return k.send(by, k.next(by, e), "", nil)
}

func (k *caseWorld) send(by *desk, signed, head string, short []byte) (int, string) {
	k.t.Helper()
	status, text := by.do("POST", "/$case-event", eventBody(signed, head, short))
	if status == 200 {
		known, err := caselog.Follow(&k.story, k.known, []string{signed}, k, nil)
		if err != nil {
			k.t.Fatalf("the centre took what does not come next: %v", err)
		}
		k.known = known
		if !strings.Contains(text, k.story.Head) {
			k.t.Errorf("the centre's head is another: %s", text)
		}
	}
	return status, text
}

func (k *caseWorld) do(by *desk, e ehrdesk.CaseEvent) {
	k.t.Helper()
	if status, text := k.try(by, e); status != 200 {
		k.t.Fatalf("%s by %s: %d %s", e.Kind, by.hcp, status, text)
	}
}

func (k *caseWorld) begin(by *desk) {
	k.t.Helper()
	k.do(by, ehrdesk.CaseEvent{Case: uuid.NewString(), Kind: ehrdesk.CaseBegun, Patient: k.patient, Purpose: ehrdesk.CaseJointCare, Ends: ehrdesk.CaseArchives})
}

func member(d *desk) *ehrdesk.CaseMember {
	return &ehrdesk.CaseMember{CasePerson: d.person(), Name: "Somebody"}
}

func (k *caseWorld) join(by *desk, who ...*desk) {
	k.t.Helper()
	for _, d := range who {
		k.do(by, ehrdesk.CaseEvent{Kind: ehrdesk.CaseJoined, Person: member(d)})
	}
}

// three is a case with one of each provider in it.
func (k *caseWorld) three() *caseWorld {
	k.t.Helper()
	k.begin(k.d[0])
	k.join(k.d[0], k.d[1], k.d[2])
	return k
}

// words is what somebody says, sealed to others: the event, its head and its bytes.
type words struct {
	event ehrdesk.CaseEvent
	head  sealed.Head
	bytes []byte
}

// seal seals a text of somebody's to others.
func (k *caseWorld) seal(by *desk, text string, to ...*desk) words {
	k.t.Helper()
	w := words{head: sealed.Head{ID: uuid.NewString(), Case: k.story.ID, Patient: k.patient, From: sealed.Person(by.person()), At: k.clock.now()}}
	var keys []sealed.Public
	v := &ehrdesk.CaseEnvelope{ID: w.head.ID}
	for _, d := range append([]*desk{by}, to...) {
		keys = append(keys, k.keys[d].Public())
		w.head.To = append(w.head.To, sealed.To{Person: sealed.Person(d.person()), Key: k.keys[d].Public().Name()})
		if d != by {
			v.To = append(v.To, d.person())
		}
	}
	var out bytes.Buffer
	if err := sealed.Seal(&out, &w.head, keys, strings.NewReader(text), int64(len(text))); err != nil {
		k.t.Fatal(err)
	}
	w.bytes, v.Digest = out.Bytes(), w.head.Digest
	w.event = ehrdesk.CaseEvent{Kind: ehrdesk.CaseSpoke, Envelope: v}
	return w
}

// say sends words with their event.
func (k *caseWorld) say(by *desk, w words) (int, string) {
	k.t.Helper()
	head, err := sealed.SignHead(&w.head, by.signs())
	if err != nil {
		k.t.Fatal(err)
	}
	return k.send(by, k.next(by, w.event), head, w.bytes)
}

func (k *caseWorld) said(by *desk, text string, to ...*desk) words {
	k.t.Helper()
	w := k.seal(by, text, to...)
	if status, answer := k.say(by, w); status != 200 {
		k.t.Fatalf("%d %s", status, answer)
	}
	return w
}

// caseAnswer is an answer, by the names of its parameters.
type caseAnswer struct {
	Parameter []casePart
}

type casePart struct {
	Name, ValueString, ValueUUID, ValueCode, ValueInstant string
	ValueBoolean                                          bool
	Part                                                  []casePart
}

func caseAnswerOf(t testing.TB, text string) (out caseAnswer) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return out
}

func (a caseAnswer) all(name string) (out []casePart) {
	for _, p := range a.Parameter {
		if p.Name == name {
			out = append(out, p)
		}
	}
	return out
}

func (p casePart) get(name string) casePart {
	for _, in := range p.Part {
		if in.Name == name {
			return in
		}
	}
	return casePart{}
}

func (a caseAnswer) get(name string) casePart { return casePart{Part: a.Parameter}.get(name) }

// history is a case as a desk is given it, held against its authors' keys, and the heads of its envelopes.
func (k *caseWorld) history(d *desk) (c ehrdesk.Case, heads map[string]sealed.Head) {
	k.t.Helper()
	var known []string
	heads = map[string]sealed.Head{}
	for more := true; more; {
		a := caseAnswerOf(k.t, d.want(200, "GET", fmt.Sprintf("/$case-events?case=%s&since=%d", k.story.ID, len(known)), ""))
		var signed []string
		for _, e := range a.all("event") {
			signed = append(signed, e.get("event").ValueString)
			if h := e.get("head").ValueString; h != "" {
				head, err := sealed.ReadHead(h, k)
				if err != nil {
					k.t.Fatal(err)
				}
				heads[head.ID] = head
			}
		}
		var err error
		if known, err = caselog.Follow(&c, known, signed, k, nil); err != nil {
			k.t.Fatal(err)
		}
		more = a.get("more").ValueBoolean
	}
	return c, heads
}

// opens is what somebody reads of an envelope, or the status that they are refused with.
func (k *caseWorld) opens(d *desk, id string) (text string, status int) {
	k.t.Helper()
	status, body := d.do("GET", "/$case-envelope?id="+id, "")
	if status != 200 {
		return "", status
	}
	_, heads := k.history(d)
	h := heads[id]
	var out bytes.Buffer
	if err := sealed.Open(&out, &h, strings.NewReader(body), k.keys[d]); err != nil {
		return "", -1
	}
	return out.String(), 200
}
