package upstream

import (
	"context"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/engine"
	"github.com/ehrdesk/ehrdesk/internal/central/refusal"
	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/go-json-experiment/json/jsontext"
)

// The places that texts are sealed for.
const (
	ofNumber  = "number"
	ofContact = "contact"
	ofGiver   = "giver"
	ofAct     = "act"
	ofFace    = "face"
	ofWords   = "words"
	ofDue     = "due"
)

// participants are those of the store beneath, by numbers that are sealed there. Who is not
// among them is looked for at the engine, and is a participant from then on.
type participants struct {
	store.Participants
	v *view
}

func (q participants) Get(patient string) *store.Participant {
	p := q.Participants.Get(patient)
	if p == nil {
		return nil
	}
	p.EHR, p.HKIC = q.v.lifted(ofNumber, p.EHR), q.v.lifted(ofNumber, p.HKIC)
	if now := q.v.theirs(patient); now != nil {
		if n := q.v.systems().numbers(now.Resource, ehrdesk.SystemHKIC); len(n) > 0 {
			p.HKIC = n[0]
		}
		if n := q.v.systems().numbers(now.Resource, ehrdesk.SystemEHR); len(n) > 0 {
			p.EHR = n[0]
		}
	}
	return p
}

// ByNumber is who has a number at the engine now: one that was taken off there, and who is not there
// any more, are nobody; one that was put right finds them; of two who have it, nobody is meant.
// By numbers of systems that the language does not know nobody is found.
func (q participants) ByNumber(n store.Number) (patient string) {
	if !known(n.System) {
		return ""
	}
	switch {
	case q.v.local:
		if patient = q.here(n); patient == "" && q.v.without != nil {
			q.v.abort(q.v.without) // whom it is about the engine has to say
		}
		return patient
	case q.v.closing: // who was registered by it may withdraw
		return first(q.Meant(n))
	}
	return q.v.lookFor(n)
}

// Numbers are those that the engine has of somebody where that is at hand, else those they were
// registered by.
func (q participants) Numbers(patient string) []store.Number {
	out := q.Participants.Numbers(patient)
	for i := range out {
		out[i].Value = q.v.lifted(ofNumber, out[i].Value)
	}
	now := q.v.theirs(patient)
	if now == nil {
		return out
	}
	var fresh []store.Number
	add := func(system string) {
		for _, v := range q.v.systems().numbers(now.Resource, system) {
			if n := (store.Number{System: system, Value: v}); !slices.Contains(fresh, n) {
				fresh = append(fresh, n)
			}
		}
	}
	for _, i := range now.Identifiers() {
		if known(i.System) && strings.HasPrefix(i.System, ehrdesk.SystemDocument) {
			add(i.System)
		}
	}
	add(ehrdesk.SystemHKIC)
	if add(ehrdesk.SystemEHR); !slices.ContainsFunc(fresh, func(n store.Number) bool { return n.System == ehrdesk.SystemEHR }) {
		for _, n := range out { // made here
			if n.System == ehrdesk.SystemEHR {
				fresh = append(fresh, n)
			}
		}
	}
	return fresh
}

func (q participants) Add(p *store.Participant, numbers []store.Number) {
	kept, sealed := q.sealed(p, numbers)
	q.Participants.Add(kept, sealed)
}

// current reports whether a Patient is one that others have not taken the place of.
func current(p fhir.Resource) bool {
	replaced := false
	fhir.Each(p.Raw("link"), func(v jsontext.Value) { replaced = replaced || fhir.TextAt(v, "type") == "replaced-by" })
	return !replaced && string(p.Raw("active")) != "false" && !engine.Own(p)
}

// lookFor has somebody looked for at the engine, once for a request; "" for nobody.
func (v *view) lookFor(n store.Number) (patient string) {
	v.had.mu.Lock()
	patient, asked := v.had.numbers[n]
	v.had.mu.Unlock()
	if asked || n.Value == "" {
		return patient
	}
	v.fetch(func(ctx context.Context) error {
		who, err := v.register(ctx, n)
		if err != nil {
			return err
		}
		v.had.mu.Lock()
		defer v.had.mu.Unlock()
		if v.had.numbers[n] = ""; who != nil {
			v.had.numbers[n] = who.ID
			v.had.found[who.Ref()] = &engine.Found{Resource: *who}
		}
		return nil
	})
	return ""
}

// register makes who has a number at the engine a participant, with the numbers that stand there
// and an Access Key made here. More than one of a number is nobody: which of them is meant
// somebody has to find out. Who is under the id of somebody else that was registered by it is nobody
// as well.
func (s *Store) register(ctx context.Context, n store.Number) (*fhir.Resource, error) {
	values := spellings(n)
	who, more, err := s.numbered(ctx, n, values)
	if err == nil && len(who) == 0 && len(values) > 1 { // an engine may know no list of values
		who, more, err = s.numbered(ctx, n, values[:1])
	}
	switch {
	case err != nil:
		return nil, err
	case len(who) > 1 || more:
		return nil, refusal.PersonUnclear("More than one person has this number: it has to be put right where the records are kept.")
	case len(who) == 0:
		return s.numberedHere(ctx, n)
	}
	if s.namedByNumber(who[0]) {
		return nil, refusal.NumberAsID()
	}
	info, err := s.ours(who[0])
	if err != nil {
		return nil, engine.Strange()
	}
	same := true
	err = s.beneath(ctx, func(tx *store.Tx) error {
		p := tx.Participants.Get(info.ID)
		if p == nil {
			err := s.keys.Enter(tx, info.ID, info)
			if _, taken := refusal.As(err); taken {
				err = refusal.PersonUnclear(elsewhere)
			}
			return err
		}
		same = s.follow(tx, p, info, &store.Account{Staff: "engine"})
		return nil
	})
	if err == nil && !same {
		err = refusal.PersonUnclear(anotherPerson)
	}
	return &who[0], err
}

// namedByNumber reports a Patient whose id is a number of a document: it would stand in the addresses of
// desks, of this gate and of the engine.
func (s *Store) namedByNumber(p fhir.Resource) bool {
	who := ehrdesk.Patient{ID: p.ID}
	for _, n := range s.systems().numbersOf(p) {
		if h, err := ehrdesk.ParseHKIC(n.Value); err == nil && n.System == ehrdesk.SystemHKIC {
			who.HKIC = h
		}
		who.Documents = append(who.Documents, ehrdesk.Document{Number: n.Value})
	}
	return who.NamedByNumber()
}

// elsewhere is said of a number that was registered under another id than the one that has it now.
const elsewhere = "This number was registered with a record that was merged, or entered anew under another id: it has to be put right where the records are kept."

// numbered are the people whom the engine has with a number, asked for in several spellings.
func (s *Store) numbered(ctx context.Context, n store.Number, values []string) (who []fhir.Resource, more bool, err error) {
	asked := make([]string, len(values))
	for i, v := range values {
		asked[i] = s.systems().system(n.System) + "|" + escaped.Replace(v)
	}
	b, err := s.engine.Search(ctx, "Patient", map[string][]string{"identifier": {strings.Join(asked, ",")}, "_count": {"20"}})
	if err != nil {
		return nil, false, err
	}
	for _, e := range b.Entries {
		if e.Fault == nil && e.Resource.Type == "Patient" && current(e.Resource) && slices.Contains(s.systems().numbers(e.Resource, n.System), n.Value) {
			who = append(who, e.Resource)
		}
	}
	return who, len(who) > 0 && b.Next != "", nil
}

// numberedHere is who has an eHR number that was made here, as the engine has none of theirs; nil for
// nobody.
func (s *Store) numberedHere(ctx context.Context, n store.Number) (*fhir.Resource, error) {
	patient := ""
	err := s.Store.Read(ctx, func(tx *store.Tx) error {
		if n.System == ehrdesk.SystemEHR {
			patient = tx.Participants.ByNumber(store.Number{System: n.System, Value: s.veil.text(ofNumber, n.Value)})
		}
		return nil
	})
	switch {
	case err != nil || patient == "":
		return nil, err
	case ehrdesk.Patient{ID: patient}.NamedByNumber(): // from before such ids were refused
		return nil, refusal.NumberAsID()
	}
	found, err := s.engine.Read(ctx, ehrdesk.Ref{Resource: "Patient", ID: patient}, "")
	switch {
	case err != nil || found == nil || found.Gone || !current(found.Resource) || len(s.systems().numbers(found.Resource, n.System)) > 0:
		return nil, err
	case s.namedByNumber(found.Resource):
		return nil, refusal.NumberAsID()
	}
	return &found.Resource, nil
}

// ours is a Patient of the engine's as registration reads it: its numbers under our systems, those
// alone that are one, and of the rest what tells people apart and how they are told of accesses.
func (s *Store) ours(p fhir.Resource) (*resource.Info, error) {
	text := `{"resourceType":"Patient","id":` + resource.Quote(p.ID)
	ids := ""
	for _, n := range s.systems().numbersOf(p) {
		ids += `,{"system":` + resource.Quote(n.System) + `,"value":` + resource.Quote(n.Value) + `}`
	}
	if ids != "" {
		text += `,"identifier":[` + ids[1:] + `]`
	}
	for _, name := range [...]string{"name", "birthDate", "telecom"} {
		if v := p.Raw(name); v != nil {
			text += `,"` + name + `":` + string(v)
		}
	}
	return resource.Scan([]byte(text + "}"))
}
