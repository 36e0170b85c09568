package cardreader

import (
	"bytes"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
)

// Profile is how one kind of card is told and read: data, which a site can
// review, and no program. It has no loops, branches or variables, and it can
// only send what the list of commands in this package lets it.
type Profile struct {
	ID     string            `json:"id"`     // "training-1"
	Card   map[string]string `json:"card"`   // what people call it: en, zh-Hant, zh-Hans
	Source string            `json:"source"` // where the layout is from
	Match  []Match           `json:"match"`
	// RecogniseOnly cards are told by their ATR and never connected to.
	RecogniseOnly bool    `json:"recognise_only,omitzero"`
	AID           string  `json:"aid,omitzero"` // hexadecimal, 5 to 16 bytes
	Steps         []Step  `json:"steps,omitzero"`
	Fields        []Field `json:"fields,omitzero"`
	Verify        string  `json:"verify,omitzero"` // a verifier in code; none: the readings are unverified
	SAM           string  `json:"sam,omitzero"`    // the kind of SAM that the verifier needs
	Limit         int     `json:"limit,omitzero"`  // bytes, all steps together

	aid   []byte
	match []mask
}

// Match is an ATR and a mask of the same length: where the mask has a bit, the
// ATR must. It makes a short list and proves nothing; the AID's answer decides.
type Match struct {
	ATR  string `json:"atr"`
	Mask string `json:"mask"`
}

type mask struct{ atr, bits []byte }

// Step reads one thing into a named buffer.
type Step struct {
	Read     string   `json:"read"` // binary, record, data, command, chunks
	Into     string   `json:"into"`
	Limit    int      `json:"limit"`             // bytes
	Optional bool     `json:"optional,omitzero"` // a card may refuse it
	SFI      int      `json:"sfi,omitzero"`      // binary, record: short file identifier, 1 to 30
	Record   int      `json:"record,omitzero"`   // record: its number
	Tag      string   `json:"tag,omitzero"`      // data: one or two bytes
	Commands []string `json:"commands,omitzero"` // command: one; chunks: one to four a chunk, the last one answers
	Length   int      `json:"length,omitzero"`   // chunks: bytes in all
	Chunk    int      `json:"chunk,omitzero"`    // chunks: bytes at a time
}

// Field is where one thing on the face is and how it is decoded.
type Field struct {
	Name     string `json:"name"` // one of Face's
	From     string `json:"from"` // a buffer
	Path     string `json:"path,omitzero"`
	Offset   int    `json:"offset,omitzero"`
	Length   int    `json:"length,omitzero"`
	Decode   string `json:"decode"`
	Limit    int    `json:"limit"` // bytes before decoding
	Optional bool   `json:"optional,omitzero"`
}

// What a profile may ask for at most.
const (
	maxProfile = 64 << 10 // of JSON
	maxSteps   = 32
	maxFields  = 32
	maxRead    = 40 << 10 // of one card
	maxChunks  = 192
)

// plain is what names in a profile are made of, so that they can stand in errors.
var plain = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// ParseProfile reads and checks a profile. A profile that passes sends nothing
// that is not on the list of commands, whatever the card answers.
//
// Errors: CodeInvalid, with fixed words.
func ParseProfile(b []byte) (*Profile, error) {
	const op = "card.profile"
	if len(b) > maxProfile {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the profile is larger than 64 KiB")
	}
	p := new(Profile)
	if err := json.Unmarshal(b, p, json.RejectUnknownMembers(true)); err != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the profile is not JSON of the form that profiles have")
	}
	if err := p.check(); err != nil {
		return nil, ehrdesk.E(op, ehrdesk.CodeInvalid, err)
	}
	return p, nil
}

func (p *Profile) check() error {
	if !plain.MatchString(p.ID) {
		return errors.New("a profile's id is made of small letters, digits and hyphens")
	}
	for _, language := range []string{"en", "zh-Hant", "zh-Hans"} {
		if n := p.Card[language]; n == "" || len(n) > 120 || safe(n) != nil {
			return errors.New("a profile says what people call the card, in en, zh-Hant and zh-Hans")
		}
	}
	if len(p.Card) != 3 {
		return errors.New("a profile names its card in three languages and no more")
	}
	if p.Source == "" || len(p.Source) > 2000 || safe(p.Source) != nil {
		return errors.New("a profile says where its layout is from")
	}
	if err := p.checkMatch(); err != nil {
		return err
	}
	if p.RecogniseOnly {
		if p.AID != "" || len(p.Steps) > 0 || len(p.Fields) > 0 || p.Verify != "" || p.SAM != "" || p.Limit != 0 {
			return errors.New("a profile that only recognises reads nothing")
		}
		return nil
	}
	var err error
	if p.aid, err = hex.DecodeString(p.AID); err != nil || len(p.aid) < 5 || len(p.aid) > 16 {
		return errors.New("a profile's AID is 5 to 16 bytes in hexadecimal")
	}
	if p.Limit <= 0 || p.Limit > maxRead {
		return errors.New("a profile's limit is 1 to 40960 bytes")
	}
	return errors.Join(p.checkSteps(), p.checkFields(), p.checkVerify())
}

// checkMatch wants the first byte and four more to be given whole: a mask that
// fits every card would send commands to every card.
func (p *Profile) checkMatch() error {
	if len(p.Match) == 0 || len(p.Match) > 32 {
		return errors.New("a profile has 1 to 32 ATRs")
	}
	for _, m := range p.Match {
		atr, err1 := hex.DecodeString(m.ATR)
		bits, err2 := hex.DecodeString(m.Mask)
		if err1 != nil || err2 != nil || len(atr) != len(bits) || len(atr) < 5 || len(atr) > 33 {
			return errors.New("an ATR and its mask are 5 to 33 bytes in hexadecimal, of one length")
		}
		whole := 0
		for _, b := range bits {
			if b == 0xFF {
				whole++
			}
		}
		if bits[0] != 0xFF || whole < 5 {
			return errors.New("a mask covers the first byte and at least four more")
		}
		p.match = append(p.match, mask{atr, bits})
	}
	return nil
}

func (p *Profile) checkSteps() error {
	if len(p.Steps) == 0 || len(p.Steps) > maxSteps {
		return errors.New("a profile has 1 to 32 steps")
	}
	seen := map[string]bool{}
	for _, s := range p.Steps {
		if !plain.MatchString(s.Into) || seen[s.Into] {
			return errors.New("each step reads into a buffer of its own, named in small letters")
		}
		seen[s.Into] = true
		if s.Limit <= 0 || s.Limit > p.Limit {
			return errors.New("a step's limit is at least 1 and at most the profile's")
		}
		commands, err := s.commands()
		if err != nil {
			return err
		}
		for _, c := range commands {
			if !permitted(p.aid, c, sender{profile: true}) {
				return errors.New("a step sends a command that profiles may not send")
			}
		}
	}
	return nil
}

func (p *Profile) checkFields() error {
	if len(p.Fields) == 0 || len(p.Fields) > maxFields {
		return errors.New("a profile has 1 to 32 fields")
	}
	seen := map[string]bool{}
	for _, f := range p.Fields {
		d, ok := decoders[f.Decode]
		place, known := places[f.Name]
		switch {
		case !known || seen[f.Name]:
			return errors.New("each field is one of a card face's, and there once")
		case !ok:
			return errors.New("a field names a decoder that is not there")
		case d.kind != place.kind:
			return errors.New("a field's decoder gives another kind of thing")
		case f.Limit <= 0 || f.Limit > d.limit:
			return errors.New("a field's limit is larger than its decoder's")
		case !slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Into == f.From }):
			return errors.New("a field is from a buffer that no step reads")
		case f.Path != "" && (f.Offset != 0 || f.Length != 0):
			return errors.New("a field has a path, or an offset and a length")
		case f.Offset < 0 || f.Length < 0 || f.Offset > maxRead || f.Length > f.Limit || (f.Offset > 0 && f.Length == 0):
			return errors.New("a field's offset and length are within its limits")
		}
		if _, err := f.tags(); err != nil {
			return err
		}
		seen[f.Name] = true
	}
	return nil
}

func (p *Profile) checkVerify() error {
	v, ok := verifiers[p.Verify]
	if !ok {
		return errors.New("a profile names a verifier that is not there")
	}
	if openers[p.Verify].sam != p.SAM {
		return errors.New("a profile names the SAM that its verifier needs, and no other")
	}
	for _, buffer := range v.needs {
		if !slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Into == buffer }) {
			return errors.New("a verifier needs a buffer that no step reads")
		}
	}
	return nil
}

// Matches reports whether atr is one of the profile's.
func (p *Profile) Matches(atr []byte) bool {
	return slices.ContainsFunc(p.match, func(m mask) bool {
		if len(m.atr) != len(atr) {
			return false
		}
		for i, b := range m.bits {
			if (atr[i]^m.atr[i])&b != 0 {
				return false
			}
		}
		return true
	})
}

// match gives the profiles to try for a card. Where one of them says to
// recognise only, it is that one alone: no other profile, of a site or of ours,
// sends such a card anything.
func match(profiles []*Profile, atr []byte) []*Profile {
	var out []*Profile
	for _, p := range profiles {
		if !p.Matches(atr) {
			continue
		}
		if p.RecogniseOnly {
			return []*Profile{p}
		}
		out = append(out, p)
	}
	return out
}

// covers reports whether any ATR could match both: what a profile that reads
// shares with one that only recognises.
func (p *Profile) covers(q *Profile) bool {
	for _, a := range p.match {
		for _, b := range q.match {
			if len(a.atr) == len(b.atr) && bytes.Equal(common(a, b), common(b, a)) {
				return true
			}
		}
	}
	return false
}

// common is a's ATR where both masks have a bit.
func common(a, b mask) []byte {
	out := make([]byte, len(a.atr))
	for i := range out {
		out[i] = a.atr[i] & a.bits[i] & b.bits[i]
	}
	return out
}
