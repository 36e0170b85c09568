package fhir

import (
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func endpoint(id, kind, status, address string) string {
	return `{"resourceType":"Endpoint","id":"` + id + `","status":"` + status + `","connectionType":{"code":"` + kind + `"},"payloadType":[{"text":"images"}],"address":"` + address + `"}`
}

func study(uid, more string) string {
	return `{"resourceType":"ImagingStudy","id":"ct","status":"available","subject":{"reference":"Patient/p"},"identifier":[{"system":"urn:dicom:uid","value":"` + uid + `"}]` + more + `}`
}

func TestTheAddressOfAStudysImagesIsMadeByItsEndpoint(t *testing.T) {
	const uid, pacs = "1.2.344.5", "https://pacs.example/dicom-web/"
	at := func(kind, status, address string) string {
		return study("urn:oid:"+uid, `,"contained":[`+endpoint("e", kind, status, address)+`],"endpoint":[{"reference":"#e"}]`)
	}
	chart := map[ehrdesk.Ref]string{{Resource: "Endpoint", ID: "far"}: endpoint("far", "dicom-wado-rs", "active", "https://FAR.example")}
	for body, want := range map[string][]string{
		at("dicom-wado-rs", "active", pacs): {"https://pacs.example/dicom-web/studies/1.2.344.5"},
		at("dicom-qido-rs", "active", pacs): {"https://pacs.example/dicom-web/studies?StudyInstanceUID=1.2.344.5"},
		at("ihe-iid", "active", pacs):       {"https://pacs.example/dicom-web/IHEInvokeImageDisplay?requestType=STUDY&studyUID=1.2.344.5"},
		at("dicom-wado-rs", "off", pacs):    nil,
		at("hl7v2-mllp", "active", pacs):    nil,
		study(uid, `,"endpoint":[{"reference":"Endpoint/far"},{"reference":"Endpoint/unseen"}],"series":[{"endpoint":[{"reference":"Endpoint/far"}]}]`): {"https://far.example/studies/1.2.344.5"},
		study("../../etc", `,"endpoint":[{"reference":"Endpoint/far"}]`):                                                                                nil,
		study("", `,"endpoint":[{"reference":"Endpoint/far"}]`):                                                                                         nil,
		`{"resourceType":"DocumentReference","content":[{"attachment":{"contentType":"application/dicom","url":"https://pacs.example/x"}},{"attachment":{"contentType":"text/plain","url":"https://pacs.example/y","data":"QQ=="}}]}`: {"https://pacs.example/x"},
		`{"resourceType":"Observation","code":{"coding":[{"system":"https://loinc.example"}]}}`: nil,
	} {
		got, err := LinksOut([]byte(body), func(ref ehrdesk.Ref) []byte { return []byte(chart[ref])[:len(chart[ref]):len(chart[ref])] })
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s\n%q, want %q, %v", body, got, want, err)
		}
	}
}

// An address comes from outside: what is no plain https address is none.
func TestAnAddressThatIsNotPlainlyOneIsNone(t *testing.T) {
	for _, s := range []string{"http://pacs.example/x", "javascript:alert(1)", "file:///etc/passwd", "https:pacs.example", "https://doctor:word@pacs.example/x", "//pacs.example/x",
		"https://pacs.example/a b", "https://pacs.example/\u202ex", "https://pacs.example/\x1b]52;c;x", "Binary/1", "https:///x", "https://pacs.example/$(id)`id`"} {
		if u := outward(s); u != nil {
			t.Errorf("%q is %s", s, u)
		}
	}
}

func FuzzLinksOut(f *testing.F) {
	f.Add([]byte(study("1.2", `,"contained":[`+endpoint("e", "ihe-iid", "active", "https://a.example/?b#c")+`],"endpoint":[{"reference":"#e"}]`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		links, _ := LinksOut(b, func(ehrdesk.Ref) []byte { return b })
		for _, l := range links {
			if ehrdesk.CleanLine(l) != l || len(l) < 9 || l[:8] != "https://" {
				t.Errorf("%q", l)
			}
		}
	})
}
