package fhir

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
)

// LinkType is the media type of an address that stands for images kept elsewhere: a text
// of one line. Source: RFC 2483 §5.
const LinkType = "text/uri-list"

// LinksOut are the addresses under which what a record speaks of lies at another system:
// the images of an ImagingStudy, at each of its endpoints, and attachments that were sent
// as an address alone. endpoint gives the bytes of an Endpoint that the record refers to,
// nil where it is not to be seen. Each is https, without user and fragment, and nobody has
// asked it for anything; which of them may be opened is not judged here. Errors:
// CodeTampered. Sources: FHIR R4 ImagingStudy.endpoint, Attachment.url; DICOM PS3.18 §10.4
// (WADO-RS), §10.6 (QIDO-RS); IHE RAD TF-2 §4.106 (Invoke Image Display).
func LinksOut(body []byte, endpoint func(ehrdesk.Ref) []byte) ([]string, error) {
	o, err := Parse(bytes.TrimSpace(body))
	if err != nil {
		return nil, ehrdesk.E("links", ehrdesk.CodeTampered, err)
	}
	var out []string
	if o.Text("resourceType") == "ImagingStudy" {
		out = imagesOf(o, endpoint)
	}
	for _, h := range elsewhere(nil, o) {
		if u := outward(h); u != nil {
			out = append(out, u.String())
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(s string) bool { again := seen[s]; seen[s] = true; return again }), nil
}

// imagesOf are the addresses of a study at its endpoints, those of its series after those
// of the whole.
func imagesOf(study Object, endpoint func(ehrdesk.Ref) []byte) (out []string) {
	uid := studyUID(study)
	if uid == "" {
		return nil
	}
	contained := map[string]Object{}
	Each(study.Raw("contained"), func(v jsontext.Value) {
		c := ObjectOf(v)
		contained["#"+c.Text("id")] = c
	})
	take := func(v jsontext.Value) {
		literal := TextAt(v, "reference")
		to, here := contained[literal]
		if !here {
			if ref := Target(literal); ref.Resource == "Endpoint" {
				if raw := endpoint(ref); raw != nil {
					to = ObjectOf(raw)
				}
			}
		}
		if s := addressOf(to, uid); s != "" {
			out = append(out, s)
		}
	}
	Each(study.Raw("endpoint"), take)
	Each(study.Raw("series"), func(v jsontext.Value) { Each(ObjectOf(v).Raw("endpoint"), take) })
	return out
}

// studyUID is a study's instance UID, "" where it has none that is one: digits and points,
// 64 at most. Source: DICOM PS3.5 §9.1; FHIR R4 ImagingStudy.identifier.
func studyUID(study Object) (uid string) {
	Each(study.Raw("identifier"), func(v jsontext.Value) {
		if uid == "" && TextAt(v, "system") == "urn:dicom:uid" {
			uid = strings.TrimPrefix(TextAt(v, "value"), "urn:oid:")
		}
	})
	if len(uid) > 64 || strings.Trim(uid, "0123456789.") != "" {
		return ""
	}
	return uid
}

// addressOf is where an endpoint that is in use shows a study, "" where it cannot.
func addressOf(e Object, uid string) string {
	u := outward(e.Text("address"))
	if u == nil || e.Text("status") != "active" {
		return ""
	}
	base := strings.TrimSuffix(u.Path, "/")
	switch TextAt(e.Raw("connectionType"), "code") {
	case "dicom-wado-rs":
		u.Path, u.RawQuery = base+"/studies/"+uid, ""
	case "dicom-qido-rs":
		u.Path, u.RawQuery = base+"/studies", url.Values{"StudyInstanceUID": {uid}}.Encode()
	case "ihe-iid":
		u.Path, u.RawQuery = base+"/IHEInvokeImageDisplay", url.Values{"requestType": {"STUDY"}, "studyUID": {uid}}.Encode()
	default:
		return ""
	}
	return u.String()
}

// elsewhere are the addresses of attachments that were sent without data, in order.
func elsewhere(out []string, o Object) []string {
	if o.Has("contentType") && !o.Has("data") {
		if s := o.Text("url"); s != "" {
			out = append(out, s)
		}
	}
	for _, m := range o {
		switch m.Value.Kind() {
		case '{':
			out = elsewhere(out, ObjectOf(m.Value))
		case '[':
			Each(m.Value, func(v jsontext.Value) {
				if v.Kind() == '{' {
					out = elsewhere(out, ObjectOf(v))
				}
			})
		}
	}
	return out
}

// outward is an address of another system that is written as one, nil for anything else.
func outward(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil || len(s) > 2048 || ehrdesk.CleanLine(s) != s || strings.ContainsAny(s, " \"<>\\^`{|}") {
		return nil
	}
	if !strings.EqualFold(u.Scheme, "https") || u.Host == "" || u.User != nil || u.Opaque != "" {
		return nil
	}
	u.Scheme, u.Host, u.Fragment, u.RawFragment = "https", strings.ToLower(u.Host), "", ""
	return u
}
