package outgoing_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
	"github.com/ehrdesk/ehrdesk/internal/outgoing"
	"github.com/ehrdesk/ehrdesk/internal/signature"
)

var now = time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)

const patient = `{"fullUrl":"urn:uuid:p","resource":{"resourceType":"Patient","id":"emr-1","identifier":[{"system":"urn:example:hk:hkic","value":"A123456(3)"}],"birthDate":"1970-01-02"}}`

func bundle(entries ...string) []byte {
	return []byte(`{"resourceType":"Bundle","type":"collection","entry":[` + strings.Join(entries, ",") + `]}`)
}

func entry(resource string) string { return `{"resource":` + resource + `}` }

const weight = `{"resourceType":"Observation","id":"w1","status":"final","code":{"text":"Body weight"},"subject":{"reference":"Patient/emr-1"},"effectiveDateTime":"2026-11-30","valueQuantity":{"value":70.10,"unit":"kg"}}`

func prepared(t *testing.T, raw []byte) []ehrdesk.DepositRecord {
	t.Helper()
	b, err := outgoing.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	records, _, err := b.Prepare("p9", "hcp1")
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestRecordsLeaveUnderTheCentresNamesAndAreOtherwiseAsTheyCame(t *testing.T) {
	note := `{"fullUrl":"urn:uuid:n","resource":{"resourceType":"DocumentReference","status":"current","subject":{"reference":"urn:uuid:p"},"content":[{"attachment":{"contentType":"text/plain","data":"aGk="}}],"context":{"related":[{"reference":"Observation/w1"}]}}}`
	records := prepared(t, bundle(patient, entry(weight), note))
	if len(records) != 2 {
		t.Fatalf("%d records", len(records))
	}
	w, n := records[0], records[1]
	want := strings.Replace(strings.Replace(weight, `"w1"`, `"`+w.Record.ID+`"`, 1), "Patient/emr-1", "Patient/p9", 1)
	if string(w.Body) != want || w.From != "Observation/w1" || !strings.Contains(string(w.Body), "70.10") {
		t.Errorf("%s leaves as\n%s", want, w.Body)
	}
	if !strings.Contains(string(n.Body), `{"reference":"Observation/`+w.Record.ID+`"}`) || !strings.Contains(string(n.Body), `"id":"`+n.Record.ID+`"`) {
		t.Errorf("the note leaves as %s", n.Body)
	}
	again := prepared(t, bundle(entry(weight), note, patient))
	if again[0].Record.ID != w.Record.ID || again[1].Record.ID != n.Record.ID || outgoing.Digest(again) != outgoing.Digest(records) {
		t.Error("the same records are others when they are deposited again")
	}
	b, err := outgoing.Read(bundle(patient, entry(weight)))
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range [][2]string{{"p8", "hcp1"}, {"p9", "hcp2"}} {
		if other, _, err := b.Prepare(by[0], by[1]); err != nil || other[0].Record.ID == w.Record.ID {
			t.Errorf("%v: %v", by, err)
		}
	}
	changed := prepared(t, bundle(patient, entry(strings.Replace(weight, "70.10", "70.1", 1))))
	if changed[0].Record.ID != w.Record.ID || outgoing.Digest(changed) == outgoing.Digest(records[:1]) {
		t.Error("a changed digit is not seen, or makes another record")
	}
}

func TestWhatIsNotPlainlyAPatientsLeavesNot(t *testing.T) {
	many := make([]string, outgoing.MostRecords+1)
	for i := range many {
		many[i] = entry(strings.Replace(weight, "w1", fmt.Sprint("w", i), 1))
	}
	other := strings.Replace(weight, "Patient/emr-1", "Patient/emr-2", 1)
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"no JSON":                  {[]byte(`{`), "no FHIR R4 Bundle"},
		"no Bundle":                {[]byte(weight), "no FHIR R4 Bundle"},
		"a search's answer":        {[]byte(strings.Replace(string(bundle(patient, entry(weight))), "collection", "searchset", 1)), "transaction or a collection"},
		"nobody":                   {bundle(entry(weight)), "no Patient with an HKIC"},
		"somebody without number":  {bundle(strings.Replace(patient, "urn:example:hk:hkic", "urn:other", 1), entry(weight)), "no Patient with an HKIC"},
		"a wrong check digit":      {bundle(strings.Replace(patient, "A123456(3)", "A123456(4)", 1), entry(weight)), "no Patient with an HKIC"},
		"two people":               {bundle(patient, strings.Replace(patient, "emr-1", "emr-2", 1), entry(weight)), "more than one Patient"},
		"nothing":                  {bundle(patient), "1 to 200 records"},
		"too many":                 {bundle(append(many, patient)...), "1 to 200 records"},
		"a deletion":               {bundle(patient, `{"resource":`+weight+`,"request":{"method":"DELETE","url":"Observation/w1"}}`), "neither POST nor PUT"},
		"another's record":         {bundle(patient, entry(other)), "not plainly of the Bundle's Patient"},
		"nobody's record":          {bundle(patient, entry(strings.Replace(weight, `"subject":{"reference":"Patient/emr-1"},`, "", 1))), "not plainly of the Bundle's Patient"},
		"a provenance":             {bundle(patient, entry(`{"resourceType":"Provenance","id":"x","target":[{"reference":"Observation/w1"}],"recorded":"2026-11-30T00:00:00Z","agent":[{"who":{"display":"x"}}]}`)), "not plainly of the Bundle's Patient"},
		"a name twice in a record": {bundle(patient, entry(strings.Replace(weight, `"status":"final"`, `"status":"final","status":"final"`, 1))), "not well formed"},
		"a record twice":           {bundle(patient, entry(weight), entry(strings.Replace(weight, "70.10", "71", 1))), "record 2 stands in the Bundle twice"},
		"without any name":         {bundle(patient, entry(strings.Replace(weight, `"id":"w1",`, "", 1))), "neither id nor fullUrl"},
		"outside the scope alone":  {bundle(patient, entry(`{"resourceType":"Claim","id":"c","patient":{"reference":"Patient/emr-1"}}`)), "no record of the Bundle is in eHealth's sharable scope"},
	} {
		b, err := outgoing.Read(c.raw)
		if err == nil {
			_, _, err = b.Prepare("p9", "hcp1")
		}
		if ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	records, left, err := func() ([]ehrdesk.DepositRecord, []ehrdesk.DepositLeftOut, error) {
		b, err := outgoing.Read(bundle(patient, entry(weight), entry(`{"resourceType":"Claim","id":"c","patient":{"reference":"Patient/emr-1"}}`)))
		if err != nil {
			return nil, nil, err
		}
		return b.Prepare("p9", "hcp1")
	}()
	if err != nil || len(records) != 1 || len(left) != 1 || left[0] != (ehrdesk.DepositLeftOut{From: "Claim/c", Why: ehrdesk.DepositScope}) {
		t.Errorf("%d records, left out %v, %v", len(records), left, err)
	}
}

func TestTheDateOfBirthTellsTwoPeopleApart(t *testing.T) {
	b, err := outgoing.Read(bundle(patient, entry(weight)))
	if err != nil {
		t.Fatal(err)
	}
	for born, same := range map[ehrdesk.When]bool{ehrdesk.Day(1970, 1, 2): true, ehrdesk.Day(1970, 2, 1): false, {}: true} {
		if b.Same(ehrdesk.Patient{Born: born}, now) != same {
			t.Errorf("%s: %v", born, !same)
		}
	}
}

type keys map[string]signature.Known

func (k keys) ByID(id string) (signature.Known, bool) { one, ok := k[id]; return one, ok }
func (keys) ByChain([]*x509.Certificate, time.Time) (signature.Known, bool) {
	return signature.Known{}, false
}

// Each record of the patient's has a Provenance that signs it, and the signature holds over the record as it leaves.
func TestEachRecordIsSigned(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	records := prepared(t, bundle(patient, entry(weight), entry(`{"resourceType":"Organization","id":"o","name":"Laboratory"}`)))
	sign := func(r []byte) (string, error) {
		return signature.Sign(r, signature.Signer{Key: key, ID: "k1"}, now)
	}
	raw, n, err := outgoing.Transaction(records, outgoing.Made{}, outgoing.Signatory{Author: outgoing.Author{Staff: "drlee", Name: `LEE "Ka" Ho`, Provider: "hcp1", ProviderName: "Clinic"}, At: now, Sign: sign})
	if err != nil || n != 3 {
		t.Fatalf("%d entries, %v", n, err)
	}
	b, err := fhir.ParseBundle(raw)
	if err != nil || b.Type != "transaction" || len(b.Entries) != 3 {
		t.Fatalf("%v: %s", err, raw)
	}
	for i := range records {
		if string(b.Entries[i].Resource.Bytes) != string(records[i].Body) || b.Entries[i].Request.Method != "PUT" || b.Entries[i].Request.URL != records[i].Record.Ref().String() {
			t.Errorf("entry %d is %s", i, b.Entries[i].Resource.Bytes)
		}
	}
	p := b.Entries[2].Resource
	if p.Type != "Provenance" || !strings.Contains(string(p.Bytes), `"target":[{"reference":"Observation/`) || !strings.Contains(string(p.Bytes), `LEE \"Ka\" Ho`) {
		t.Errorf("%s", p.Bytes)
	}
	var data []byte
	fhir.Each(p.Raw("signature"), func(v fhir.Value) {
		if data, err = base64.StdEncoding.DecodeString(fhir.TextAt(v, "data")); err != nil {
			t.Error(err)
		}
	})
	v := signature.Verify(records[0].Body, data, "application/jose", keys{"k1": {Key: key.Public(), Who: "Dr LEE"}})
	if v.State != signature.Valid || !v.At.Equal(now) {
		t.Errorf("%+v", v)
	}
	again, _, err := outgoing.Transaction(records, outgoing.Made{}, outgoing.Signatory{At: now, Sign: sign})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := fhir.ParseBundle(again); err != nil || c.Entries[2].Resource.ID != p.ID {
		t.Errorf("%v: the signature of one record has two names", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(bundle(patient, entry(weight)))
	f.Add(bundle(patient, entry(`{"resourceType":"Observation","subject":{"reference":"urn:uuid:p"}}`)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := outgoing.Read(raw)
		if err != nil {
			return
		}
		records, _, err := b.Prepare("p9", "hcp1")
		if err != nil {
			return
		}
		for i := range records {
			r, err := fhir.Read(records[i].Body)
			if err != nil || r.Ref() != records[i].Record.Ref() {
				t.Fatalf("%v: %s", err, records[i].Body)
			}
			if of := r.Whose(fhir.Person{ID: "p9"}); of != fhir.Theirs && !records[i].Record.Linked {
				t.Fatalf("a record that is not the patient's leaves: %s", records[i].Body)
			}
		}
	})
}
