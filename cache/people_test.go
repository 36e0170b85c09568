package cache_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

func has(t testing.TB, v *cache.Vault, key string) bool {
	t.Helper()
	_, ok, err := v.Copies().Lookup(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestAWrongPassphraseAndAStrangerAreOneError(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	_, wrong := s.Unlock(t.Context(), "chan", ehrdesk.NewSecret("wrong"))
	_, nobody := s.Unlock(t.Context(), "nobody", pass)
	wantCode(t, wrong, ehrdesk.CodeNotSignedIn)
	wantCode(t, nobody, ehrdesk.CodeNotSignedIn)
	if wrong.Error() != nobody.Error() {
		t.Errorf("%q and %q", wrong, nobody)
	}
	wantCode(t, s.Enrol(t.Context(), "chan", pass, nil, cache.Plainly(nil, nil)), ehrdesk.CodeConflict)
	wantCode(t, s.Enrol(t.Context(), "lee", ehrdesk.NewSecret(""), nil, cache.Plainly(nil, nil)), ehrdesk.CodeInvalid)
}

func TestSomebodyEnrolledBesideAnOpenVaultSeesWhatIsThere(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	apply(t, v, id, records(3)...)
	enrol(t, s, "lee")
	w := unlock(t, s, "lee")
	if l, err := w.Copies().Records(t.Context(), id); err != nil || len(l) != 3 {
		t.Fatal(len(l), err)
	}
	// A shred by one leaves the other's vault working, under the new keys.
	if err := v.Shred(t.Context(), put(t, v, "b")); err != nil {
		t.Fatal(err)
	}
	if !has(t, w, "a") || has(t, w, "b") {
		t.Error("lee's vault did not follow the new keys")
	}
}

func TestSomebodyEnrolledAloneSeesOnlyTheirOwnUntilAHolderComes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	apply(t, v, put(t, v, "old"), records(3)...)
	both := put(t, v, "both")
	apply(t, v, both, record(1))
	if _, err := v.AccessLog().Add(t.Context(), []byte("by chan")); err != nil {
		t.Fatal(err)
	}
	if err := v.Outbox().Enqueue(t.Context(), "lane", "op-1", []byte("x")); err != nil {
		t.Fatal(err)
	}
	v.Lock()

	enrol(t, s, "lee")
	w := unlock(t, s, "lee")
	if has(t, w, "old") || has(t, w, "both") {
		t.Fatal("lee sees what was never sealed to lee")
	}
	if _, err := w.Copies().Records(t.Context(), both); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
		t.Fatal(err)
	}
	put(t, w, "new")
	mine, err := w.Copies().Put(t.Context(), cache.Copy{Header: []byte("lee's"), PurgeAfter: noon.Add(time.Hour)}, []string{"both"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Copies().Apply(t.Context(), mine.ID, nil, noon.Add(time.Minute), records(5)); err != nil {
		t.Fatal(err)
	}
	if got := audits(t, w); len(got) != 0 {
		t.Fatalf("lee reads %q", got)
	}
	if _, err := w.AccessLog().Add(t.Context(), []byte("by lee")); err != nil {
		t.Fatal(err)
	}
	w.Lock()

	v = unlock(t, s, "chan")
	if got := v.Admitted(); !slices.Equal(got, []string{"lee"}) {
		t.Errorf("admitted %q", got)
	}
	v.Lock()
	w = unlock(t, s, "lee")
	for _, key := range []string{"old", "new", "both"} {
		if !has(t, w, key) {
			t.Errorf("lee does not see %q after chan came", key)
		}
	}
	if c, _, _ := w.Copies().Lookup(t.Context(), "both"); c.ID != mine.ID || c.Records != 5 {
		t.Errorf("of two copies of one patient, not the newer sync stayed: %+v", c)
	}
	if l, _, err := w.Copies().List(t.Context()); err != nil || len(l) != 3 {
		t.Errorf("%d patients, %v", len(l), err)
	}
	if got := audits(t, w); !slices.Equal(got, []string{"by chan", "by lee"}) {
		t.Errorf("lee reads %q", got)
	}
	if items, err := w.Outbox().Pending(t.Context()); err != nil || len(items) != 1 || items[0].OpID != "op-1" {
		t.Errorf("%+v %v", items, err)
	}
	if n := len(ring(t, dir)["records"].([]any)); n != 1 {
		t.Errorf("%d epochs of record keys are left", n)
	}
	w.Lock()
	v = unlock(t, s, "chan")
	if got := v.Admitted(); len(got) != 0 {
		t.Errorf("admitted again: %q", got)
	}
}

func audits(t testing.TB, v *cache.Vault) (out []string) {
	t.Helper()
	err := v.AccessLog().Entries(t.Context(), 1, func(e cache.AuditEntry) error {
		if e.State == cache.EntryOpen && !e.At.Equal(noon) {
			t.Errorf("an entry of %v", e.At)
		}
		if e.State != cache.EntrySealed {
			out = append(out, string(e.Payload))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ring(t testing.TB, dir string) map[string]any {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	var k map[string]any
	if err := json.Unmarshal(b, &k); err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAStrangerWhoIsNotAdmittedGetsNothingAndGivesNothing(t *testing.T) {
	o := at(noon)
	o.Admit = func(p cache.Person) bool { return p.Staff != "mallory" }
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), o)
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	id := put(t, v, "a")
	v.Lock()
	enrol(t, s, "mallory")
	w := unlock(t, s, "mallory")
	put(t, w, "forged")
	w.Lock()
	for range 2 {
		v = unlock(t, s, "chan")
		if !has(t, v, "a") || has(t, v, "forged") {
			t.Fatal("what a stranger put on the desk reached chan")
		}
		if _, err := v.AccessLog().Add(t.Context(), []byte("chan's")); err != nil {
			t.Fatal(err)
		}
		v.Lock()
		w = unlock(t, s, "mallory")
		if has(t, w, "a") {
			t.Fatal("mallory sees chan's patient")
		}
		if _, err := w.Copies().Records(t.Context(), id); ehrdesk.CodeOf(err) != ehrdesk.CodeNotFound {
			t.Fatal(err)
		}
		if got := audits(t, w); len(got) != 0 {
			t.Fatalf("mallory reads %q", got)
		}
		w.Lock()
	}
}

func TestAReplacedPublicKeyIsFoundBeforeAnythingIsSealedToIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	enrol(t, s, "lee")
	put(t, v, "a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Somebody with the disk in hand makes a lee of their own.
	evil := filepath.Join(t.TempDir(), "evil")
	e := openStore(t, evil, at(noon))
	enrol(t, e, "lee")
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	k := ring(t, dir)
	k["people"].([]any)[1] = ring(t, evil)["people"].([]any)[0]
	b, _ := json.Marshal(k)
	if err := os.WriteFile(filepath.Join(dir, "keyring"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon))
	_, err := s.Unlock(t.Context(), "chan", pass)
	wantCode(t, err, ehrdesk.CodeTampered)
}

func TestSomebodyRemovedHoldsNothing(t *testing.T) {
	for _, unlocked := range []bool{true, false} {
		dir := filepath.Join(t.TempDir(), "desk")
		s := openStore(t, dir, at(noon))
		enrol(t, s, "chan")
		v := unlock(t, s, "chan")
		enrol(t, s, "lee")
		put(t, v, "a")
		w := unlock(t, s, "lee")
		if !unlocked {
			v.Lock()
		}
		if err := s.Remove(t.Context(), "lee"); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.Copies().Lookup(t.Context(), "a"); ehrdesk.CodeOf(err) != ehrdesk.CodeLocked {
			t.Fatalf("lee's open vault still answers: %v", err)
		}
		_, err := s.Unlock(t.Context(), "lee", pass)
		wantCode(t, err, ehrdesk.CodeNotSignedIn)
		if !unlocked {
			v = unlock(t, s, "chan")
		}
		if !has(t, v, "a") {
			t.Error("chan lost a patient with lee")
		}
		v.Lock()
		b, err := os.ReadFile(filepath.Join(dir, "keyring"))
		if err != nil {
			t.Fatal(err)
		}
		k := ring(t, dir)
		if n := len(k["records"].([]any)); n != 1 {
			t.Errorf("%d epochs of record keys are left", n)
		}
		if bytes.Contains(b, []byte(`"lee"`)) && bytes.Contains([]byte(jsonOf(k["records"])), []byte("lee")) {
			t.Error("lee still stands in the record keys")
		}
		enrol(t, s, "lee") // may come back, as a newcomer
		v = unlock(t, s, "chan")
		if !slices.Equal(v.Admitted(), []string{"lee"}) {
			t.Errorf("admitted %q", v.Admitted())
		}
		wantCode(t, s.Remove(t.Context(), "nobody"), ehrdesk.CodeNotFound)
	}
}

func jsonOf(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func TestTheLastPersonIsNotRemovedWhileActsAreUndelivered(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	put(t, v, "a")
	if err := v.Outbox().Enqueue(t.Context(), "lane", "op", nil); err != nil {
		t.Fatal(err)
	}
	wantCode(t, s.Remove(t.Context(), "chan"), ehrdesk.CodeConflict)
	mark(t, v, "op", cache.ItemConfirmed)
	if err := s.Remove(t.Context(), "chan"); err != nil {
		t.Fatal(err)
	}
	db, _ := s.Databases()
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM patient").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d copies that nobody can open are left: %v", n, err)
	}
	enrol(t, s, "lee")
	put(t, unlock(t, s, "lee"), "a")
}

func TestTheIdentityAndThePublicBlobBelongTogether(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	if err := v.UpdatePublic(t.Context(), []byte("another centre")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon))
	if p := s.People(); len(p) != 1 || string(p[0].Public) != "another centre" {
		t.Fatalf("%+v", p)
	}
	if got := string(unlock(t, s, "chan").Identity()); got != "identity chan" {
		t.Errorf("identity %q", got)
	}
}

// What signs for a person may change while they work: it is sealed before anything rests on
// it, a line that changes later takes the new one along, and a vault that is locked seals
// nothing.
func TestAnotherIdentityIsSealedInThePlaceOfTheOneThereWas(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "desk")
	s := openStore(t, dir, at(noon))
	enrol(t, s, "chan")
	enrol(t, s, "lee")
	v := unlock(t, s, "chan")
	if err := v.SetIdentity(t.Context(), []byte("a newer token")); err != nil || string(v.Identity()) != "a newer token" {
		t.Fatalf("%q, %v", v.Identity(), err)
	}
	if err := v.UpdatePublic(t.Context(), []byte("another line")); err != nil {
		t.Fatal(err)
	}
	other := ehrdesk.NewSecret("another one altogether")
	if err := s.ChangePassphrase(t.Context(), "chan", pass, other); err != nil {
		t.Fatal(err)
	}
	if err := v.SetIdentity(t.Context(), []byte("the newest")); err != nil {
		t.Fatal(err)
	}
	v.Lock()
	wantCode(t, v.SetIdentity(t.Context(), []byte("too late")), ehrdesk.CodeLocked)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, at(noon))
	again, err := s.Unlock(t.Context(), "chan", other)
	if err != nil || string(again.Identity()) != "the newest" {
		t.Errorf("%v", err)
	}
	if got := string(unlock(t, s, "lee").Identity()); got != "identity lee" {
		t.Errorf("a colleague's identity became %q", got)
	}
}

// Somebody whose account was opened again gets another identity under the passphrase they
// have; what they alone could deliver stays theirs to deliver.
func TestSomebodyRenewedKeepsWhatOnlyTheyHold(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "desk"), at(noon))
	enrol(t, s, "chan")
	v := unlock(t, s, "chan")
	if err := v.Outbox().Enqueue(t.Context(), "lane", "op", []byte("an act")); err != nil {
		t.Fatal(err)
	}
	renew := func(pw ehrdesk.Secret) error {
		return s.Renew(t.Context(), "chan", pw, cache.Plainly([]byte("anew"), []byte("another key")))
	}
	may := func(pw ehrdesk.Secret) error { return s.MayReplace(t.Context(), "chan", pw) }
	for what, try := range map[string]func(ehrdesk.Secret) error{"renewed": renew, "asked": may} {
		if err := try(pass); ehrdesk.CodeOf(err) != ehrdesk.CodeConflict {
			t.Errorf("%s while signed in: %v", what, err)
		}
	}
	v.Lock()
	if err := may(ehrdesk.NewSecret("another passphrase")); ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("asked with a wrong passphrase: %v", err)
	}
	if err := may(pass); err != nil {
		t.Errorf("asked with their own: %v", err)
	}
	if err := renew(ehrdesk.NewSecret("another passphrase")); ehrdesk.CodeOf(err) != ehrdesk.CodeNotSignedIn {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if err := renew(pass); err != nil {
		t.Fatal(err)
	}
	v = unlock(t, s, "chan")
	defer v.Lock()
	if got := string(v.Identity()); got != "another key" {
		t.Errorf("identity %q", got)
	}
	mark(t, v, "op", cache.ItemConfirmed)
	if err := s.Remove(t.Context(), "chan"); err != nil {
		t.Error(err)
	}
}
