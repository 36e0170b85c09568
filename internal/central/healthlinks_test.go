package central_test

import (
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhirtest"
	"github.com/ehrdesk/ehrdesk/internal/central"
	"github.com/ehrdesk/ehrdesk/internal/shlink"
)

// linked is a doctor with a consent, whose provider lets copies leave.
func linked(t *testing.T, w *world) (d *desk, patient, ehr string) {
	t.Helper()
	rep := w.importText(patientBundle(uuidA, "CHAN"))[0]
	d = w.desk(w.hcp(central.HCP{Name: "Clinic", Handout: []ehrdesk.Handout{ehrdesk.HandoutCopy}}), ehrdesk.Doctor)
	d.grant(rep.EHR)
	return d, rep.Patient, rep.EHR
}

// linkIn is what a link is made with.
func linkIn(patient, file string, ends time.Time, opens int, more ...string) string {
	p := append([]string{fmt.Sprintf(`{"name":"patient","valueString":%q}`, patient), fmt.Sprintf(`{"name":"file","valueBase64Binary":%q}`, base64.StdEncoding.EncodeToString([]byte(file))),
		fmt.Sprintf(`{"name":"ends","valueInstant":%q}`, ends.UTC().Format(time.RFC3339)), fmt.Sprintf(`{"name":"opens","valueString":"%d"}`, opens)}, more...)
	return `{"resourceType":"Parameters","parameter":[` + strings.Join(p, ",") + `]}`
}

// made reads id and url of an answer.
func linkMade(t *testing.T, text string) (id, url string) {
	t.Helper()
	var out struct {
		Parameter []struct{ Name, ValueUUID, ValueURI string }
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	for _, p := range out.Parameter {
		id, url = id+p.ValueUUID, url+p.ValueURI
	}
	return id, url
}

// ask asks for a manifest as somebody's viewer does.
func ask(t *testing.T, url, body string) (int, string) {
	t.Helper()
	res, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

const asks = `{"recipient":"Dr Ho, Lyon"}`

// lying is how many files of links the store holds; -1 where it is on a server.
func (w *world) lying() int {
	w.t.Helper()
	if w.store != "" {
		return -1
	}
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "centre.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	n := 0
	if err := db.QueryRowContext(w.t.Context(), "SELECT count(*) FROM health_link").Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func TestASealedFileIsGivenToWhoeverHasItsLinkAndSaysNothingToTheCentre(t *testing.T) {
	w := newWorld(t)
	d, patient, ehr := linked(t, w)
	key := shlink.NewKey()
	sealed, err := shlink.Seal([]byte(`{"resourceType":"Bundle","canary":"Warfarin"}`), shlink.TypeFHIR, key)
	if err != nil {
		t.Fatal(err)
	}
	id, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, sealed, w.clock.now().Add(time.Hour), 3)))
	status, text := ask(t, url, asks)
	m, err := shlink.ParseManifest([]byte(text))
	if status != 200 || err != nil || len(m.Files) != 1 || m.Files[0].Embedded != sealed {
		t.Fatalf("%d %s %v", status, text, err)
	}
	if file, kind, err := shlink.Open(m.Files[0].Embedded, key, 1000); err != nil || kind != shlink.TypeFHIR || !bytes.Contains(file, []byte("Warfarin")) {
		t.Errorf("%s, %v", kind, err)
	}
	// Whoever asks for less is told where the file lies, for a while.
	status, text = ask(t, url, `{"recipient":"Dr Ho","embeddedLengthMax":10}`)
	m, err = shlink.ParseManifest([]byte(text))
	if status != 200 || err != nil || m.Files[0].Location == "" {
		t.Fatalf("%d %s %v", status, text, err)
	}
	if res, err := http.Get(m.Files[0].Location); err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/jose" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%v, %v", res, err)
	}
	w.clock.advance(6 * time.Minute)
	if res, err := http.Get(m.Files[0].Location); err != nil || res.StatusCode != 404 {
		t.Errorf("its address outlives it: %v, %v", res.StatusCode, err)
	}
	// The log has who said that they opened it, and no word of it, of its key or its address.
	events := w.events(func(a central.Access) bool { return a.Action == "share" || a.Action == "fetch" })
	if len(events) != 3 || events[0].Patient != ehr || events[1].Action != "fetch" || events[1].Reason != "Dr Ho, Lyon" || events[1].Patient != ehr {
		t.Errorf("%+v", events)
	}
	for _, never := range []string{"Warfarin", url[strings.LastIndex(url, "/")+1:], "Dr Ho"} {
		if strings.Contains(w.log.String(), never) {
			t.Errorf("the server's log says %q", never)
		}
	}
	if w.store == "" {
		b, err := os.ReadFile(filepath.Join(w.dir, "centre.db"))
		wal, _ := os.ReadFile(filepath.Join(w.dir, "centre.db-wal"))
		if err != nil || bytes.Contains(append(b, wal...), []byte(url[strings.LastIndex(url, "/")+1:])) {
			t.Errorf("the store has the address, %v", err)
		}
	}
	d.signIn()
	if got := d.want(200, "GET", "/$links", ""); !strings.Contains(got, id) || !strings.Contains(got, `"opened","valueString":"2"`) {
		t.Errorf("%s", got)
	}
	d.want(200, "POST", "/$link-end", `{"resourceType":"Parameters","parameter":[{"name":"id","valueUuid":"`+id+`"}]}`)
	if status, _ := ask(t, url, asks); status != 404 || w.lying() > 0 {
		t.Errorf("ended it answers %d, and %d lie there", status, w.lying())
	}
	if got := d.want(200, "GET", "/$links", ""); strings.Contains(got, id) {
		t.Errorf("%s", got)
	}
}

func TestALinkEndsByItsTimeAndItsFileIsDeleted(t *testing.T) {
	w := newWorld(t)
	d, patient, _ := linked(t, w)
	_, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 3)))
	w.clock.advance(time.Hour - time.Second)
	if status, _ := ask(t, url, asks); status != 200 {
		t.Errorf("before its end: %d", status)
	}
	w.clock.advance(time.Second)
	if status, _ := ask(t, url, asks); status != 404 {
		t.Errorf("at its end: %d", status)
	}
	d.signIn()
	d.want(200, "POST", "/$link", linkIn(patient, "c.d", w.clock.now().Add(time.Hour), 1))
	if n := w.lying(); n > 1 {
		t.Errorf("%d files lie there", n)
	}
}

// A hundred ask at once for what may be opened three times.
func TestALinkIsOpenedAsOftenAsItMayBeWhoeverAsksAtOnce(t *testing.T) {
	w := newWorld(t)
	d, patient, _ := linked(t, w)
	_, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 3)))
	var mu sync.Mutex
	got := map[int]int{}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			res, err := http.Post(url, "application/json", strings.NewReader(asks))
			if err != nil {
				t.Error(err)
				return
			}
			_ = res.Body.Close()
			mu.Lock()
			got[res.StatusCode]++
			mu.Unlock()
		})
	}
	all.Wait()
	if got[200] != 3 || got[404]+got[429]+got[503] != 97 {
		t.Errorf("%v", got)
	}
}

func TestFiveWrongPasscodesEndALinkAndTheRightOneOpensIt(t *testing.T) {
	w := newWorld(t)
	d, patient, ehr := linked(t, w)
	with := `{"name":"passcode","valueString":"4711-blue"}`
	_, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 9, with)))
	if status, _ := ask(t, url, `{"recipient":"x","passcode":"4711-blue"}`); status != 200 {
		t.Errorf("the right one: %d", status)
	}
	for left := 4; left >= 0; left-- {
		status, text := ask(t, url, `{"recipient":"x","passcode":"4711-red"}`)
		var wrong shlink.WrongPasscode
		if status != 401 || json.Unmarshal([]byte(text), &wrong) != nil || wrong.Left != left || !strings.Contains(text, "remainingAttempts") {
			t.Errorf("%d left: %d %s", left, status, text)
		}
	}
	if status, _ := ask(t, url, `{"recipient":"x","passcode":"4711-blue"}`); status != 404 || w.lying() > 0 {
		t.Errorf("after five: %d, %d lie there", status, w.lying())
	}
	if got := w.events(func(a central.Access) bool { return a.Action == "fetch" && a.Outcome != "success" && a.Patient == ehr }); len(got) != 5 {
		t.Errorf("%+v", got)
	}
}

func TestALinkOutlivesTheCentresRestart(t *testing.T) {
	dir, at := t.TempDir(), &clock{t: began()}
	w := newWorld(t, func(o *central.Options) { o.Dir, o.Now = dir, at.now })
	if w.store != "" {
		t.Skip("SKIP a centre restarted: this store is another's too")
	}
	w.dir, w.clock = dir, at
	d, patient, _ := linked(t, w)
	_, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, "a.b", at.now().Add(time.Hour), 2, `{"name":"passcode","valueString":"p"}`)))
	if status, _ := ask(t, url, `{"recipient":"x","passcode":"q"}`); status != 401 {
		t.Fatal(status)
	}
	again, err := central.Open(t.Context(), central.Options{Dir: dir, Now: at.now})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	run, err := again.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = run.Close(t.Context()) }()
	there := strings.TrimSuffix(run.Base, "/fhir") + "/shl/" + url[strings.Index(url, "/shl/")+len("/shl/"):]
	if status, text := ask(t, there, `{"recipient":"x","passcode":"q"}`); status != 401 || !strings.Contains(text, ":3") {
		t.Errorf("wrong passcodes are forgotten: %d %s", status, text)
	}
	for _, want := range []int{200, 200, 404} {
		if status, _ := ask(t, there, `{"recipient":"x","passcode":"p"}`); status != want {
			t.Errorf("%d, want %d", status, want)
		}
	}
}

// What ended while the centre did not run is deleted when it begins again, whoever asks.
func TestWhatEndedWhileTheCentreWasAwayIsDeletedWhenItBegins(t *testing.T) {
	w := newWorld(t)
	if w.store != "" {
		t.Skip("SKIP a centre that begins again: this store is another's too")
	}
	d, patient, _ := linked(t, w)
	d.want(200, "POST", "/$link", linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 2))
	if n := w.lying(); n != 1 {
		t.Fatalf("%d lie there", n)
	}
	w.clock.advance(2 * time.Hour)
	again, err := central.Open(t.Context(), central.Options{Dir: w.dir, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	run, err := again.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = run.Close(t.Context()) }()
	for until := time.Now().Add(2 * time.Minute); w.lying() > 0; <-time.After(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("its file lies there still")
		}
	}
}

func TestWhoMayMakeALinkIsRefusedWithTheReasonWhereNot(t *testing.T) {
	w := newWorld(t)
	d, patient, _ := linked(t, w)
	in := linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 1)
	w.desk(d.hcp, ehrdesk.FrontDesk).want(403, "POST", "/$link", in)
	w.desk(w.hcp(central.HCP{Name: "Other", Handout: []ehrdesk.Handout{ehrdesk.HandoutCopy}}), ehrdesk.Doctor).want(403, "POST", "/$link", in)
	for name, bad := range map[string]string{
		"no end in sight":   linkIn(patient, "a.b", w.clock.now().AddDate(1, 0, 0), 1),
		"ended":             linkIn(patient, "a.b", w.clock.now().Add(-time.Hour), 1),
		"never opened":      linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 0),
		"always opened":     linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 1000),
		"nothing":           linkIn(patient, "", w.clock.now().Add(time.Hour), 1),
		"too large":         linkIn(patient, strings.Repeat("a", 4<<20+1), w.clock.now().Add(time.Hour), 1),
		"P and U":           linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 1, `{"name":"passcode","valueString":"p"}`, `{"name":"direct","valueBoolean":true}`),
		"a passcode of 1 K": linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 1, `{"name":"passcode","valueString":"`+strings.Repeat("p", 1000)+`"}`),
	} {
		if status, text := d.do("POST", "/$link", bad); status != 422 {
			t.Errorf("%s: %d %.200s", name, status, text)
		}
	}
	if _, err := w.c.SetProviderCache(t.Context(), d.hcp, func(h *central.HCP) { h.Handout = nil }); err != nil {
		t.Fatal(err)
	}
	if got := issue(t, d.want(403, "POST", "/$link", in)); got != "policy" {
		t.Errorf("%q", got)
	}
	if n := w.lying(); n > 0 {
		t.Errorf("%d files lie there", n)
	}
}

func TestALinkThatGivesTheFileItselfIsOpenedByItsAddressAlone(t *testing.T) {
	w := newWorld(t)
	d, patient, _ := linked(t, w)
	_, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 1, `{"name":"direct","valueBoolean":true}`)))
	if status, _ := ask(t, url, asks); status != 404 {
		t.Errorf("a manifest of it: %d", status)
	}
	for _, want := range []struct {
		query  string
		status int
	}{{"", 400}, {"?recipient=Dr%20Ho", 200}, {"?recipient=Dr%20Ho", 404}} {
		res, err := http.Get(url + want.query)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != want.status || want.status == 200 && string(b) != "a.b" {
			t.Errorf("%q: %d %s", want.query, res.StatusCode, b)
		}
	}
}

func TestAnOpeningThatSaysNotByWhomIsRefusedAndCountsNothing(t *testing.T) {
	w := newWorld(t)
	d, patient, _ := linked(t, w)
	_, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 1)))
	for _, bad := range []string{``, `{}`, `[]`, `{"recipient":" "}`, `{"recipient":7}`, `{"recipient":"x","embeddedLengthMax":-1}`, `{"recipient":"x","recipient":"y"}`} {
		if status, text := ask(t, url, bad); status != 400 {
			t.Errorf("%s: %d %s", bad, status, text)
		}
	}
	if status, _ := ask(t, url[:len(url)-1]+"~", asks); status != 404 {
		t.Errorf("another address: %d", status)
	}
	if status, _ := ask(t, url, asks); status != 200 {
		t.Errorf("the opening is used up: %d", status)
	}
}

func TestALinkOpenedTooOftenHasToWait(t *testing.T) {
	w := newWorld(t)
	d, patient, _ := linked(t, w)
	_, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, "a.b", w.clock.now().Add(time.Hour), 100)))
	n := 0
	for status := 200; status == 200; n++ {
		if status, _ = ask(t, url, asks); status != 200 && status != 429 {
			t.Fatal(status)
		}
		if n > 60 {
			t.Fatal("nothing stops it")
		}
	}
	if n != 21 {
		t.Errorf("refused at the %d.", n)
	}
	w.clock.advance(11 * time.Second)
	if status, _ := ask(t, url, asks); status != 200 {
		t.Errorf("later: %d", status)
	}
}

func TestAGateKeepsSealedFilesAndNotWhoseTheyAre(t *testing.T) {
	g := newGate(t, fhirtest.Quirks{})
	d := g.world.desk(g.hcp(central.HCP{Name: "Test Clinic", Handout: []ehrdesk.Handout{ehrdesk.HandoutCopy}}), ehrdesk.Doctor)
	d.grant(gateEHR)
	patient := d.found(ehrdesk.SystemEHR, gateEHR)
	_, url := linkMade(t, d.want(200, "POST", "/$link", linkIn(patient, "a.b", g.clock.now().Add(time.Hour), 1)))
	if status, text := ask(t, url, asks); status != 200 || !strings.Contains(text, `"a.b"`) {
		t.Fatalf("%d %s", status, text)
	}
	if g.store == "" {
		db, err := sql.Open("sqlite", filepath.Join(g.dir, "centre.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var whose string
		if err := db.QueryRowContext(t.Context(), "SELECT patient FROM health_link").Scan(&whose); err != nil || whose == "" || whose == patient {
			t.Errorf("of %q, %v", whose, err)
		}
	}
	if status, _ := ask(t, url, asks); status != 404 {
		t.Error(status)
	}
}
