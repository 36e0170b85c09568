package cardreader

import (
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// What an answer may have at most.
const (
	maxPhoto  = 32 << 10
	maxScheme = 32
)

// maxBridgeAnswer is 64 KiB and a picture.
var maxBridgeAnswer = 64<<10 + base64.StdEncoding.EncodedLen(maxPhoto)

type bridgeAnswer struct {
	Version  int             `json:"version"`
	Error    string          `json:"error"`
	Face     *bridgeFace     `json:"face"`
	Proof    string          `json:"proof"`
	Evidence *bridgeEvidence `json:"evidence"`
}

type bridgeFace struct {
	HKIC      string          `json:"hkic"`
	Document  *bridgeDocument `json:"document"`
	Name      string          `json:"name"`
	LocalName string          `json:"local_name"`
	Born      string          `json:"born"`
	Sex       string          `json:"sex"`
	Issued    string          `json:"issued"`
	Expires   string          `json:"expires"`
	Photo     []byte          `json:"photo"`
}

type bridgeDocument struct {
	Type   string `json:"type"`
	Issuer string `json:"issuer"`
	Number string `json:"number"`
}

type bridgeEvidence struct {
	Scheme   string `json:"scheme"`
	Response []byte `json:"response"`
	Signed   []byte `json:"signed"`
	Face     []byte `json:"face"`
}

// The reasons why an answer is not taken. None holds anything of it.
var (
	errAnswer      = errors.New("the bridge's answer is not of the form that answers have")
	errVersion     = errors.New("the bridge speaks another version")
	errBoth        = errors.New("the bridge gives a face and an error, or neither")
	errFault       = errors.New("the bridge names a fault that there is not")
	errOneNumber   = errors.New("a face has one number, of an HKIC or of another document")
	errOverclaimed = errors.New("the bridge claims more than its evidence shows")
)

// parseAnswer reads and checks an answer. What comes out has Face, Proof and the
// parts of Evidence that the program gives; it shares no memory with b.
// Errors: CodeCard: the program's own fault, Malformed, BadData, Untrusted.
func parseAnswer(b []byte, now time.Time) (*ehrdesk.CardReading, error) {
	var a bridgeAnswer
	defer func() {
		if a.Face != nil {
			clear(a.Face.Photo)
		}
		if a.Evidence != nil {
			clear(a.Evidence.Face)
		}
	}()
	refuse := func(k Kind, why error) (*ehrdesk.CardReading, error) { return nil, failure(opRead, k, "bridge", why) }
	switch err := json.Unmarshal(b, &a, json.RejectUnknownMembers(true)); {
	case err != nil:
		return refuse(Malformed, errAnswer)
	case a.Version != bridgeVersion:
		return refuse(Malformed, errVersion)
	case (a.Error == "") == (a.Face == nil), a.Error != "" && (a.Proof != "" || a.Evidence != nil):
		return refuse(Malformed, errBoth)
	case a.Error != "":
		for _, k := range ehrdesk.CardFaults() {
			if k.String() == a.Error {
				return refuse(k, nil)
			}
		}
		return refuse(Malformed, errFault)
	}
	got := new(ehrdesk.CardReading)
	var err error
	if got.Proof, err = ehrdesk.ParseCardProof(a.Proof); err != nil {
		return refuse(Malformed, errAnswer)
	}
	if got.Evidence, err = a.Evidence.checked(got.Proof); err != nil {
		return refuse(Untrusted, err)
	}
	if got.Face, err = a.Face.checked(now); err != nil {
		got.Wipe()
		return refuse(BadData, err)
	}
	return got, nil
}

// checked wants for each level what can show it: no answer reaches further than
// its evidence.
func (e *bridgeEvidence) checked(proof ehrdesk.CardProof) (ehrdesk.CardEvidence, error) {
	if e == nil {
		e = &bridgeEvidence{}
	}
	switch {
	case e.Scheme != "" && !plain.MatchString(e.Scheme), len(e.Scheme) > maxScheme:
		return ehrdesk.CardEvidence{}, errAnswer
	case e.Scheme == "" && (len(e.Response) > 0 || len(e.Signed) > 0 || len(e.Face) > 0),
		proof >= ehrdesk.CardSignedData && e.Scheme == "",
		proof == ehrdesk.CardSignedData && len(e.Signed) == 0,
		proof >= ehrdesk.CardGenuineChip && len(e.Response) == 0:
		return ehrdesk.CardEvidence{}, errOverclaimed
	}
	return ehrdesk.CardEvidence{Scheme: e.Scheme, Response: slices.Clone(e.Response), Signed: slices.Clone(e.Signed), Face: slices.Clone(e.Face)}, nil
}

func (f *bridgeFace) checked(now time.Time) (face ehrdesk.CardFace, err error) {
	if face.HKIC, face.Other, err = f.number(); err != nil {
		return ehrdesk.CardFace{}, err
	}
	if face.Name, err = name(f.Name); err != nil {
		return ehrdesk.CardFace{}, err
	}
	if face.LocalName, err = name(f.LocalName); err != nil {
		return ehrdesk.CardFace{}, err
	}
	switch s := ehrdesk.Gender(f.Sex); s {
	case "", ehrdesk.Male, ehrdesk.Female, ehrdesk.Other, ehrdesk.Unknown:
		face.Sex = s
	default:
		return ehrdesk.CardFace{}, errSex
	}
	for _, date := range []struct {
		text   string
		to     *ehrdesk.When
		future bool
	}{{f.Born, &face.Born, false}, {f.Issued, &face.Issued, false}, {f.Expires, &face.Expires, true}} {
		if *date.to, err = calendar(date.text); err != nil || (!date.future && date.to.Time.After(now.AddDate(0, 0, 1))) {
			return ehrdesk.CardFace{}, errDate
		}
	}
	if len(f.Photo) > 0 {
		v, err := jpeg(f.Photo)
		if err != nil || len(f.Photo) > maxPhoto {
			return ehrdesk.CardFace{}, errNotPhoto
		}
		face.Photo = v.photo
	}
	return face, nil
}

// name is a text as a card's are, in the form that they have once decoded: a
// program has no padding to cut.
func name(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	d := decoders["utf8"]
	if len(s) > d.limit {
		return "", errUnsafe
	}
	v, err := d.run([]byte(s))
	if err == nil && v.text != s {
		err = errUnsafe
	}
	return v.text, err
}

var countryCode = regexp.MustCompile(`^[A-Z]{3}$`)
var documentNumber = regexp.MustCompile(`^[A-Z0-9]{1,32}$`)

// national are the decoders of the numbers of places whose rule is known.
var national = map[string]string{"THA": "thai_id", "MYS": "mykad_id", "TWN": "taiwan_id"}

// number is the one number of a face. One of another place is held against that
// place's rule where it is known, one of a document that eHealth accepts against
// the table's.
func (f *bridgeFace) number() (ehrdesk.HKIC, ehrdesk.Document, error) {
	none, nothing := ehrdesk.HKIC{}, ehrdesk.Document{}
	if (f.HKIC == "") == (f.Document == nil) {
		return none, nothing, errOneNumber
	}
	if f.Document == nil {
		v, err := hkic([]byte(f.HKIC))
		return v.hkic, nothing, err
	}
	d := ehrdesk.Document{Type: f.Document.Type, Issuer: f.Document.Issuer, Number: f.Document.Number}
	if !documentNumber.MatchString(d.Number) || (d.Issuer != "" && !countryCode.MatchString(d.Issuer)) {
		return none, nothing, errNumber
	}
	if d.Type == nationalID {
		if rule := national[d.Issuer]; rule != "" {
			v, err := decoders[rule].run([]byte(d.Number))
			return none, v.number, err
		}
		if d.Issuer == "" {
			return none, nothing, errNumber
		}
		return none, d, nil
	}
	for _, t := range ehrdesk.DocumentTypes() {
		if t.Code != d.Type || (t.NeedsIssuer && d.Issuer == "") {
			continue
		}
		if t.HKICNumber {
			h, err := ehrdesk.ParseHKIC(d.Number)
			if err != nil {
				return none, nothing, errCheck
			}
			d.Number = h.Compact()
		}
		return none, d, nil
	}
	return none, nothing, errNumber
}

// calendar is a year, a month or a day of the years from 1850; "" is unknown.
func calendar(s string) (ehrdesk.When, error) {
	if s == "" {
		return ehrdesk.When{}, nil
	}
	w, err := ehrdesk.ParseWhen(s)
	if err != nil || w.Precision > ehrdesk.ToDay || w.String() != s || w.Time.Year() < 1850 || strings.ContainsAny(s, " T") {
		return ehrdesk.When{}, errDate
	}
	return w, nil
}
