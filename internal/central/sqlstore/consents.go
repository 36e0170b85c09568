package sqlstore

import (
	"time"

	json "github.com/go-json-experiment/json/v1"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central/store"
)

type participants struct{ *tx }

func (q participants) Get(patient string) *store.Participant {
	return one(q.tx, store.Participant{Patient: patient}, func(p *store.Participant) []any {
		return []any{&p.EHR, &p.HKIC, &p.State, &p.Notify, &p.Key, &p.Person, &p.Verified, &p.Expected}
	}, "SELECT ehr, hkic, state, notify, key, person, verified, expected FROM participant WHERE patient = ?", patient)
}

func (q participants) All() []string {
	return list(q.tx, self[string], "SELECT patient FROM participant ORDER BY rowid")
}
func (q participants) Any() bool { return q.has("SELECT 1 FROM participant LIMIT 1") }
func (q participants) ByNumber(n store.Number) (patient string) {
	return value[string](q.tx, "SELECT patient FROM identifier WHERE system = ? AND value = ?", n.System, n.Value)
}

func (q participants) Meant(n store.Number) []string {
	return list(q.tx, self[string], "SELECT patient FROM identifier WHERE system = ? AND value = ?", n.System, n.Value)
}

func (q participants) Numbers(patient string) []store.Number {
	return list(q.tx, func(n *store.Number) []any { return []any{&n.System, &n.Value} }, "SELECT system, value FROM identifier WHERE patient = ? ORDER BY system", patient)
}

func (q participants) Add(p *store.Participant, numbers []store.Number) {
	q.exec("INSERT INTO participant (patient, ehr, hkic, state, notify, key, person) VALUES (?,?,?,?,?,?,?)", p.Patient, p.EHR, p.HKIC, string(p.State), p.Notify, p.Key, p.Person)
	for _, n := range numbers {
		q.exec("INSERT INTO identifier (system, value, patient) VALUES (?,?,?) ON CONFLICT DO NOTHING", n.System, n.Value, p.Patient)
	}
}

func (q participants) Follow(p *store.Participant, numbers []store.Number) {
	q.exec("UPDATE participant SET ehr = ?, hkic = ?, person = ? WHERE patient = ?", p.EHR, p.HKIC, p.Person, p.Patient)
	q.exec("DELETE FROM identifier WHERE patient = ?", p.Patient)
	for _, n := range numbers {
		q.exec("INSERT INTO identifier (system, value, patient) VALUES (?,?,?) ON CONFLICT DO NOTHING", n.System, n.Value, p.Patient)
	}
}

// Unlike is of nobody: who is registered is who is on record here.
func (q participants) Unlike(string) string { return "" }

func (q participants) Verify(p *store.Participant, who *store.Account, method, document string) {
	q.exec("UPDATE participant SET state = ?, notify = ?, verified = ?, expected = ? WHERE patient = ?", string(p.State), p.Notify, p.Verified, p.Expected, p.Patient)
	q.exec("INSERT INTO verification (patient, at, hcp, staff, client, method, document) VALUES (?,?,?,?,?,?,?)",
		p.Patient, p.Verified, who.HCP, who.Staff, who.Client, method, document)
}

type consents struct{ *tx }

func (q consents) Last(patient, hcp string) *store.Consent {
	return one(q.tx, store.Consent{}, func(c *store.Consent) []any {
		return []any{&c.Seq, &c.ID, &c.State, &c.Term, &c.Channel, &c.Giver.Kind, &c.Giver.Name, &c.Giver.Document, &c.Giver.NoneBefore, &c.Giver.Declaration,
			moment(&c.Since), moment(&c.Until), moment(&c.Ended), &c.Proof, taken{&c.SharingConsent}}
	}, `SELECT c.seq, c.id, c.state, c.term, c.channel, c.giver_kind, c.giver_name, c.giver_document, c.giver_none_before, c.giver_declaration, c.since, c.until, c.ended, coalesce(e.proof, ''), c.notices
		FROM consent c LEFT JOIN card_evidence e ON e.consent = c.id WHERE c.patient = ? AND c.hcp = ? AND c.state <> ? ORDER BY c.seq DESC LIMIT 1`, patient, hcp, string(store.Renewed))
}

// taken reads into a consent what is kept of how it was taken.
type taken struct{ c *ehrdesk.SharingConsent }

// Scan takes the text of a store.Taken.
func (t taken) Scan(from any) error {
	var text []byte
	switch v := from.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	}
	var kept store.Taken
	if len(text) == 0 || json.Unmarshal(text, &kept) != nil { // of acts outside, and of before
		return nil
	}
	t.c.Telephone, t.c.Giver.CannotAct = kept.Telephone, kept.CannotAct
	if kept.Signed != "" {
		t.c.Signed, _ = ehrdesk.ParseWhen(kept.Signed)
	}
	return nil
}

func (q consents) Stood(patient, hcp string, at int64) bool {
	return q.has("SELECT 1 FROM consent WHERE patient = ? AND hcp = ? AND since <= ? AND (until = 0 OR until > ?) AND (ended = 0 OR ended > ?)", patient, hcp, at, at, at)
}

func toMicros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func (q consents) Providers(patient string) []string {
	return list(q.tx, self[string], "SELECT id FROM hcp WHERE deemed = 1 OR id IN (SELECT hcp FROM consent WHERE patient = ?) ORDER BY id", patient)
}

func (q consents) ID(string, string) string { return uuid.NewString() }

func (q consents) Add(patient, hcp string, c ehrdesk.SharingConsent, notices string) {
	seq, _ := changes(q).Next()
	q.exec(`INSERT INTO consent (id, patient, hcp, state, term, channel, giver_kind, giver_name, giver_document, giver_none_before, giver_declaration, notices, since, until, ended, changed)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, c.ID, patient, hcp, string(c.State), string(c.Term), string(c.Channel),
		c.Giver.Kind, c.Giver.Name, c.Giver.Document, c.Giver.NoneBefore, c.Giver.Declaration, notices, toMicros(c.Since), toMicros(c.Until), toMicros(c.Ended), seq)
}

func (q consents) Set(c *store.Consent, changed bool) {
	q.exec("UPDATE consent SET state = ?, ended = ? WHERE seq = ?", string(c.State), toMicros(c.Ended), c.Seq)
	if changed {
		seq, _ := changes(q).Next()
		q.exec("UPDATE consent SET changed = ? WHERE seq = ?", seq, c.Seq)
	}
}

func (q consents) Ending(hcp string, from, to time.Time, after store.Ending, most int) (out []store.Ending, total int) {
	which := ` FROM consent c JOIN participant p ON p.patient = c.patient WHERE c.hcp = ? AND c.until > ? AND c.until <= ? AND c.state = ? AND p.state = ?
		AND NOT EXISTS (SELECT 1 FROM consent l WHERE l.patient = c.patient AND l.hcp = c.hcp AND l.seq > c.seq AND l.state <> ?)`
	args := []any{hcp, from.UnixMicro(), to.UnixMicro(), string(ehrdesk.ConsentActive), string(ehrdesk.Registered), string(store.Renewed)}
	total = value[int](q.tx, "SELECT count(*)"+which, args...)
	out = list(q.tx, func(e *store.Ending) []any { return []any{&e.Patient, &e.Until, &e.Seq} },
		"SELECT c.patient, c.until, c.seq"+which+" AND (c.until, c.seq) > (?, ?) ORDER BY c.until, c.seq LIMIT ?", append(args, after.Until, after.Seq, most)...)
	return out, total
}

func (q consents) Act(hcp, request string) (print, answer []byte) {
	q.row("SELECT print, answer FROM act WHERE hcp = ? AND request = ?", []any{hcp, request}, &print, &answer)
	return print, answer
}

func (q consents) AddAct(hcp, request string, print, answer []byte) {
	q.exec("INSERT INTO act (hcp, request, print, answer) VALUES (?,?,?,?)", hcp, request, print, answer)
}
func (q consents) UseForm(hcp, reference string) (fresh bool) {
	return q.exec("INSERT INTO form (hcp, reference) VALUES (?,?) ON CONFLICT DO NOTHING", hcp, reference)
}

type tries struct{ *tx }

// table is where the wrong tries at a secret are counted.
func table(of store.Secret) string {
	return [...]string{store.AccessKey: "tries", store.OneTimeCode: "code_tries"}[of]
}

func (q tries) Get(of store.Secret, patient, hcp string) (wrong int, until int64) {
	q.row("SELECT wrong, until FROM "+table(of)+" WHERE patient = ? AND hcp = ?", []any{patient, hcp}, &wrong, &until)
	return wrong, until
}

func (q tries) Set(of store.Secret, patient, hcp string, wrong int, until int64) {
	q.exec("INSERT INTO "+table(of)+" (patient, hcp, wrong, until) VALUES (?,?,?,?) ON CONFLICT (patient, hcp) DO UPDATE SET wrong = excluded.wrong, until = excluded.until", patient, hcp, wrong, until)
}

func (q tries) Clear(of store.Secret, patient, hcp string) {
	q.exec("DELETE FROM "+table(of)+" WHERE patient = ? AND hcp = ?", patient, hcp)
}

func (q tries) Code(patient, hcp string) *store.Code {
	return one(q.tx, store.Code{}, func(c *store.Code) []any { return []any{&c.Digest, &c.Expires, &c.Used} },
		"SELECT digest, expires, used FROM one_time_code WHERE patient = ? AND hcp = ?", patient, hcp)
}

func (q tries) SetCode(patient, hcp string, c store.Code) {
	q.exec("INSERT INTO one_time_code (patient, hcp, digest, expires, used) VALUES (?,?,?,?,?) ON CONFLICT (patient, hcp) DO UPDATE SET digest = excluded.digest, expires = excluded.expires, used = excluded.used", patient, hcp, c.Digest, c.Expires, c.Used)
}

func (q tries) Contact(patient string) *store.CodeContact {
	return one(q.tx, store.CodeContact{}, func(c *store.CodeContact) []any { return []any{&c.Way, &c.To, &c.Next.Way, &c.Next.To, &c.Since} },
		"SELECT way, contact, next_way, next_contact, since FROM code_contact WHERE patient = ?", patient)
}

func (q tries) SetContact(patient string, c store.CodeContact) {
	q.exec("INSERT INTO code_contact (patient, way, contact, next_way, next_contact, since) VALUES (?,?,?,?,?,?) ON CONFLICT (patient) DO UPDATE SET way = excluded.way, contact = excluded.contact, next_way = excluded.next_way, next_contact = excluded.next_contact, since = excluded.since", patient, c.Way, c.To, c.Next.Way, c.Next.To, c.Since)
}

func (q tries) Sent(patient, hcp string, after int64) (n int, first int64) {
	q.row("SELECT count(*), coalesce(min(at), 0) FROM code_sent WHERE patient = ? AND hcp = ? AND at > ?", []any{patient, hcp, after}, &n, &first)
	return n, first
}

func (q tries) AddSent(patient, hcp string, at, forget int64) {
	q.exec("DELETE FROM code_sent WHERE at <= ?", forget)
	q.exec("INSERT INTO code_sent (patient, hcp, at) VALUES (?,?,?)", patient, hcp, at)
}
