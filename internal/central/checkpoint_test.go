package central_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/central"
)

// auditLog is a desk's access log as its centre sees it.
type auditLog struct {
	*desk
	id      string
	entries [][]byte
	gen     uint64
}

func newLog(d *desk, n int) *auditLog {
	l := &auditLog{desk: d, id: uuid.NewString(), gen: 1}
	for range n {
		l.add()
	}
	return l
}

func (l *auditLog) add() { l.entries = append(l.entries, []byte("sealed "+uuid.NewString())) }

func (l *auditLog) head(n int) []byte {
	h := ehrdesk.AuditGenesis(l.id)
	for i := range n {
		h = ehrdesk.AuditNext(h, int64(i+1), l.entries[i])
	}
	return h
}

// sign makes the desk's checkpoint; edit may spoil it.
func (l *auditLog) sign(n int, edit func(map[string]any)) string {
	l.w.t.Helper()
	claims := map[string]any{"iss": l.client, "sub": l.client, "iat": l.w.clock.now().Unix(), "log": l.id, "n": n,
		"head": base64.RawURLEncoding.EncodeToString(l.head(n)), "generation": l.gen}
	typ := jose.ContentType("ehrdesk-checkpoint+jwt")
	if edit != nil {
		edit(claims)
		if t, ok := claims["typ"]; ok {
			typ = jose.ContentType(t.(string))
		}
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: l.deskKey}, (&jose.SignerOptions{}).WithType(typ))
	if err != nil {
		l.w.t.Fatal(err)
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		l.w.t.Fatal(err)
	}
	return text
}

func checkpointBody(signed string, entries [][]byte) string {
	list := []any{map[string]any{"name": "checkpoint", "valueString": signed}}
	for _, e := range entries {
		list = append(list, map[string]any{"name": "entry", "valueBase64Binary": e})
	}
	b, _ := json.Marshal(map[string]any{"resourceType": "Parameters", "parameter": list})
	return string(b)
}

func (l *auditLog) send(status, from, n int) string {
	l.w.t.Helper()
	return l.want(status, "POST", "/$audit-checkpoint", checkpointBody(l.sign(n, nil), l.entries[from:n]))
}

// vouched opens the centre's signature in an answer with the keys it publishes.
func (l *auditLog) vouched(text string) map[string]any {
	l.w.t.Helper()
	at := strings.Index(text, "eyJ")
	signed, _, _ := strings.Cut(text[at:], `"`)
	res, err := http.Get(l.w.base + "/.well-known/jwks.json")
	if err != nil {
		l.w.t.Fatal(err)
	}
	defer res.Body.Close()
	var keys jose.JSONWebKeySet
	if err := json.NewDecoder(res.Body).Decode(&keys); err != nil || len(keys.Keys) != 1 || !keys.Keys[0].IsPublic() {
		l.w.t.Fatalf("%+v %v", keys, err)
	}
	tok, err := jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		l.w.t.Fatal(err)
	}
	var claims map[string]any
	if err := tok.Claims(keys.Keys[0].Key, &claims); err != nil || tok.Headers[0].KeyID != keys.Keys[0].KeyID {
		l.w.t.Fatal(err)
	}
	return claims
}

func (l *auditLog) incidents() (n int) {
	l.w.t.Helper()
	err := l.w.c.Accesses(l.w.t.Context(), "", func(a central.Access) error {
		if a.Action == string(ehrdesk.AuditIncident) {
			n++
		}
		return nil
	})
	if err != nil {
		l.w.t.Fatal(err)
	}
	return n
}

func TestTheCentreVouchesForALogThatGrows(t *testing.T) {
	w := newWorld(t)
	l := newLog(w.desk(w.hcp(central.HCP{Name: "One"}), ehrdesk.Doctor), 3)
	c := l.vouched(l.send(200, 0, 3))
	if c["sub"] != l.client || c["log"] != l.id || c["n"] != 3.0 || c["head"] != base64.RawURLEncoding.EncodeToString(l.head(3)) ||
		c["iat"] != float64(w.clock.now().Unix()) || c["iss"] != w.base {
		t.Errorf("%v", c)
	}
	for range 200 {
		l.add()
	}
	l.send(200, 3, 103)
	l.send(200, 103, 203)
	l.send(200, 203, 203) // nothing new is vouched for again, with the time of now
	if n := l.incidents(); n != 0 {
		t.Errorf("%d incidents", n)
	}
	var all []central.DeskLog
	err := w.c.DeskLogs(t.Context(), func(d central.DeskLog) error { all = append(all, d); return nil })
	if err != nil || len(all) != 1 || all[0].Entries != 203 || all[0].Log != l.id || all[0].Head != fmt.Sprintf("%x", l.head(203)) {
		t.Errorf("%+v %v", all, err)
	}
}

func TestALogCutAtItsEndOrWrittenAnewIsRefusedAndWrittenDown(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil   func(l *auditLog) (from, n int)
		issue   string
		audited int
	}{
		"cut": {func(l *auditLog) (int, int) { l.entries = l.entries[:7]; return 7, 7 }, "audit-behind", 1},
		"cut and grown again": {func(l *auditLog) (int, int) {
			l.entries = l.entries[:7]
			l.add()
			l.add()
			l.add()
			l.add()
			return 10, 11
		}, "audit-differs", 1},
		"written anew":         {func(l *auditLog) (int, int) { l.entries[0] = []byte("other"); return 10, 10 }, "audit-differs", 1},
		"an entry of no chain": {func(l *auditLog) (int, int) { l.add(); l.entries[2] = []byte("other"); return 10, 11 }, "audit-differs", 1},
		"copies of before":     {func(l *auditLog) (int, int) { l.gen = 4; l.add(); return 10, 11 }, "copies-behind", 1},
		"a gap":                {func(l *auditLog) (int, int) { l.add(); l.add(); return 11, 12 }, "audit-gap", 0},
		"sent twice":           {func(l *auditLog) (int, int) { l.add(); return 5, 11 }, "audit-gap", 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			l := newLog(w.desk(w.hcp(central.HCP{Name: "One"}), ehrdesk.Doctor), 10)
			l.gen = 5
			l.send(200, 0, 10)
			head := base64.RawURLEncoding.EncodeToString(l.head(10))
			from, n := tt.spoil(l)
			text := l.send(409, from, n)
			if got := issue(t, text); got != tt.issue {
				t.Errorf("issue %q, want %q", got, tt.issue)
			}
			if c := l.vouched(text); c["n"] != 10.0 || c["head"] != head || c["generation"] != 5.0 {
				t.Errorf("the refusal says %v", c)
			}
			if got := l.incidents(); got != tt.audited {
				t.Errorf("%d incidents, want %d", got, tt.audited)
			}
		})
	}
}

func TestACheckpointIsTheDesksOwnForItsOneLog(t *testing.T) {
	w := newWorld(t)
	hcp := w.hcp(central.HCP{Name: "One"})
	l := newLog(w.desk(hcp, ehrdesk.Doctor), 2)
	nurse := w.desk(hcp, ehrdesk.Nurse)
	bad := func(edit func(map[string]any)) {
		t.Helper()
		if got := issue(t, l.want(422, "POST", "/$audit-checkpoint", checkpointBody(l.sign(2, edit), l.entries))); got != "invalid" {
			t.Errorf("issue %q", got)
		}
	}
	bad(func(c map[string]any) { c["sub"] = nurse.client })
	bad(func(c map[string]any) { c["iss"] = nurse.client })
	bad(func(c map[string]any) { c["typ"] = "JWT" })
	bad(func(c map[string]any) { c["log"] = "mine" })
	bad(func(c map[string]any) { c["n"] = -1 })
	bad(func(c map[string]any) { c["head"] = "AAAA" })
	// With another's token, or under another's key.
	nurse.want(422, "POST", "/$audit-checkpoint", checkpointBody(l.sign(2, nil), l.entries))
	l.send(200, 0, 2)
	first := l.id
	l.id = uuid.NewString()
	if got := issue(t, l.send(403, 0, 2)); got != "audit-log" || l.incidents() != 1 {
		t.Errorf("another log by the same desk: %s, %d", got, l.incidents())
	}
	// A colleague enrolled on the same desk continues the same log.
	both := &auditLog{desk: nurse, id: first, entries: l.entries, gen: 1}
	both.add()
	both.send(200, 2, 3)
	// After an incident was looked into, the log is taken from its beginning.
	both.entries = both.entries[:1]
	both.send(409, 1, 1)
	if err := w.c.ForgetDeskLog(t.Context(), hcp, first); err != nil {
		t.Fatal(err)
	}
	both.send(200, 0, 1)
	if err := w.c.ForgetDeskLog(t.Context(), hcp, uuid.NewString()); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Error(err)
	}
}

func TestTheStaffListIsTheProvidersOwn(t *testing.T) {
	w := newWorld(t)
	one, two := w.hcp(central.HCP{Name: "One"}), w.hcp(central.HCP{Name: "Two"})
	doctor, nurse := w.desk(one, ehrdesk.Doctor), w.desk(one, ehrdesk.Nurse)
	other := w.desk(two, ehrdesk.Pharmacist)
	if _, err := w.c.AddAccount(t.Context(), one, "waiting", "Not enrolled yet", ehrdesk.Nurse); err != nil {
		t.Fatal(err)
	}
	text := doctor.want(200, "GET", "/$staff", "")
	for _, want := range []string{doctor.staff, nurse.staff, "waiting", keyText(t, doctor), keyText(t, nurse)} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %s", want, text)
		}
	}
	for _, no := range []string{other.staff, keyText(t, other)} {
		if strings.Contains(text, no) {
			t.Errorf("another provider's %q stands in the list", no)
		}
	}
	doctor.token = ""
	doctor.want(401, "GET", "/$staff", "")
}

// keyText is part of a person's public key as a JWK spells it.
func keyText(t *testing.T, d *desk) string {
	t.Helper()
	raw, err := d.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[1:33])
}
