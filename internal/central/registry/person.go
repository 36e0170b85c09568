package registry

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"github.com/ehrdesk/ehrdesk/internal/central/resource"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

// personName is a name as people are told apart by it.
type personName struct {
	Use, Text, Family string
	Given             []string
}

// plain is the name in one spelling: family and given names, or where there are none the text; "" for no name.
func (n *personName) plain() string {
	name := n.Family + "\x01" + strings.Join(n.Given, " ")
	if n.Family == "" && len(n.Given) == 0 {
		name = n.Text
	}
	return strings.Join(strings.Fields(strings.ToLower(name)), " ")
}

// PersonPrint tells two people apart who come with the same id: family and
// given names and the birth date, keyed so that the store alone does not say.
func (k *Keys) PersonPrint(f *resource.Info) []byte {
	var names []personName
	_ = json.Unmarshal(f.Raw("name"), &names) // a shape that does not fit counts as no name
	name := ""
	for i, n := range names {
		if i == 0 || n.Use == "official" {
			name = n.plain()
		}
		if n.Use == "official" {
			break
		}
	}
	return MAC(k.Person, name, birthDate(f))
}

func birthDate(f *resource.Info) (born string) {
	_ = json.Unmarshal(f.Raw("birthDate"), &born)
	return born
}

// mostNames are so many names of somebody as count.
const mostNames = 64

// Prints are what shows that somebody whose numbers are all others is who was registered: a print of each
// name with the whole birth date, joined in one order. A name that is old, or was given for a time or to
// hide somebody by, shows nothing, and neither does a name or a date alone: without both there are no
// prints, and two people without prints are not the same.
func (k *Keys) Prints(f *resource.Info) []byte {
	born := birthDate(f)
	if _, err := time.Parse(time.DateOnly, born); err != nil {
		return []byte{}
	}
	var prints [][]byte
	fhir.Each(f.Raw("name"), func(v fhir.Value) {
		var n personName
		if err := json.Unmarshal(v, &n); err != nil || slices.Contains(passing[:], strings.ToLower(strings.TrimSpace(n.Use))) || len(prints) == mostNames {
			return
		}
		if name := n.plain(); strings.Trim(name, "\x01 ") != "" {
			prints = append(prints, MAC(k.Person, name, born))
		}
	})
	slices.SortFunc(prints, bytes.Compare)
	return bytes.Join(slices.CompactFunc(prints, bytes.Equal), nil)
}

// passing are the uses of names that somebody is not known by.
var passing = [...]string{"old", "temp", "anonymous"}

// SamePerson reports whether two people have a print in common.
func SamePerson(a, b []byte) bool {
	for one := range slices.Chunk(a, sha256.Size) {
		for other := range slices.Chunk(b, sha256.Size) {
			if len(one) == sha256.Size && bytes.Equal(one, other) {
				return true
			}
		}
	}
	return false
}
