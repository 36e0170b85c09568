package fhir

import (
	"encoding/base64"

	"github.com/ehrdesk/ehrdesk"
)

// GroupsOut is what a centre says of the groups that have changed.
type GroupsOut struct {
	UpTo   string // how far the desk has read
	More   bool
	Groups []GroupRow
}

// GroupRow is how far a group has come, as the centre says it: the desk goes by the events.
type GroupRow struct {
	ID, Head string
	N        int
}

// GroupEventsOut are events of a group, as their authors signed them.
type GroupEventsOut struct {
	More   bool
	Signed []string
}

// GroupKeysOut are the role keys that were sealed to the asker's desk, and keys of other desks of the staff that have none yet.
type GroupKeysOut struct {
	Boxes []GroupBox
	Wants []GroupWant
}

// GroupBox is the private half of an epoch's role key, sealed to the key of a name.
type GroupBox struct {
	Epoch  int
	Key    string
	Sealed []byte
}

// GroupWant is a desk of somebody on the staff that has no role key of the current epoch, and a key to seal it to as they signed it.
type GroupWant struct {
	Desk  string
	Of    ehrdesk.CasePerson
	Offer string
}

// GroupGiven is a role key as it is sealed to one desk.
type GroupGiven struct {
	Desk, Staff, Key string
	Sealed           []byte
}

// GroupsOf reads an answer of $groups.
func GroupsOf(a Answers) GroupsOut {
	out := GroupsOut{UpTo: ehrdesk.CleanLine(a.Text("upTo")), More: a.Truth("more")}
	for _, f := range a.All("group") {
		p := Parts(f.Raw("part"))
		out.Groups = append(out.Groups, GroupRow{ID: uuidOf(p.Text("id")), N: int(p.whole("n")), Head: p.Text("head")})
	}
	return out
}

// GroupEventsOf reads an answer of $group-events.
func GroupEventsOf(a Answers) GroupEventsOut {
	out := GroupEventsOut{More: a.Truth("more")}
	for _, f := range a.All("event") {
		out.Signed = append(out.Signed, Parts(f.Raw("part")).Text("event"))
	}
	return out
}

// GroupKeysOf reads an answer of $group-keys. What is no base64 opens nothing.
func GroupKeysOf(a Answers) (out GroupKeysOut) {
	for _, f := range a.All("box") {
		p := Parts(f.Raw("part"))
		b, err := base64.StdEncoding.DecodeString(p.Text("sealed"))
		if err != nil {
			b = nil
		}
		out.Boxes = append(out.Boxes, GroupBox{int(p.whole("epoch")), p.Text("key"), b})
	}
	for _, f := range a.All("key") {
		p := Parts(f.Raw("part"))
		out.Wants = append(out.Wants, GroupWant{p.Text("desk"), ehrdesk.CasePerson{Provider: p.Text("provider"), Staff: p.Text("staff")}, p.Text("offer")})
	}
	return out
}
