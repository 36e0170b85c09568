package house

import (
	"context"
	"encoding/base64"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Day tells the centre what this desk has of the provider's day, and gives what the desk lacks.
// Told twice it counts once. Errors: CodeNotFound where the centre has no such list, CodeOffline,
// CodeTimeout.
func (c *Centre) Day(ctx context.Context, in fhir.DayIn) (fhir.DayOut, error) {
	const op = "day"
	p := fhir.Parameters{{Name: "since", String: fhir.Str(in.Since)}, {Name: "from", String: fhir.Str(in.From)}, {Name: "readers", String: fhir.Str(in.Readers)},
		{Name: "reader", Part: []fhir.Parameter{{Name: "public", Base64: in.Me.Public}, {Name: "install", String: fhir.Str(in.Me.Install)}, {Name: "bond", String: fhir.Str(in.Me.Bond)}}}}
	for _, k := range in.Keys {
		parts := []fhir.Parameter{{Name: "id", UUID: k.ID}}
		for holder, b := range k.Wraps {
			parts = append(parts, fhir.Parameter{Name: "wrap", Part: []fhir.Parameter{{Name: "for", String: fhir.Str(holder)}, {Name: "bytes", Base64: b}}})
		}
		p = append(p, fhir.Parameter{Name: "key", Part: parts})
	}
	for _, l := range in.Lines {
		b, err := r4.MarshalDayLine(l)
		if err != nil {
			return fhir.DayOut{}, err
		}
		p = append(p, fhir.Parameter{Name: "line", Resource: b})
	}
	a, _, err := c.wire.Ask(ctx, op, "$day", p)
	if err != nil {
		return fhir.DayOut{}, err
	}
	out := fhir.DayOut{Now: a.Text("now"), More: a.Truth("more"), Readers: a.Text("readers"), Mine: map[string][]byte{}}
	if out.Now == "" || out.Readers == "" {
		return fhir.DayOut{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	for _, f := range a.All("line") {
		l, err := r4.ParseDayLine(f.Raw("resource"))
		if err != nil || !known(l) {
			out.Unread++ // of a later version, perhaps: the others count
			continue
		}
		out.Lines = append(out.Lines, l)
	}
	out.Untaken = map[string]ehrdesk.Unshared{}
	for _, f := range a.All("untaken") {
		parts := fhir.Parts(f.Raw("part"))
		out.Untaken[parts.Text("id")] = ehrdesk.Unshared(parts.Text("code")).Known()
	}
	out.Told = out.Readers != in.Readers
	for _, f := range a.All("list-key") {
		out.Keys = append(out.Keys, valueOf(f))
	}
	for _, f := range a.All("key") {
		parts := fhir.Parts(f.Raw("part"))
		if b, err := base64.StdEncoding.DecodeString(parts.Text("bytes")); err == nil {
			out.Mine[parts.Text("id")] = b
		}
	}
	for _, f := range a.All("reader") {
		parts := fhir.Parts(f.Raw("part"))
		r := fhir.DayReader{Holder: parts.Text("holder"), Staff: parts.Text("staff"), Install: parts.Text("install"), Bond: parts.Text("bond")}
		if r.Public, err = base64.StdEncoding.DecodeString(parts.Text("public")); err != nil {
			continue
		}
		for _, k := range parts.All("has") {
			r.Has = append(r.Has, valueOf(k))
		}
		out.Who = append(out.Who, r)
	}
	return out, nil
}

// known reports whether a line is one that desks share, whose own words can be shown.
func known(l ehrdesk.DayLine) bool {
	id, err := uuid.Parse(l.ID)
	if err != nil || id.String() != l.ID {
		return false
	}
	for _, s := range []string{l.Booked.Number.Document.Type, l.Booked.Number.Document.Issuer, l.Booked.Number.Document.Number} {
		if ehrdesk.CleanLine(s) != s {
			return false
		}
	}
	switch l.Kind {
	case ehrdesk.TaskArrival, ehrdesk.TaskWait, ehrdesk.TaskExpected, ehrdesk.TaskDone, ehrdesk.TaskCall, ehrdesk.TaskReview:
		return true
	case ehrdesk.TaskAct, ehrdesk.TaskReport: // one desk's alone
	}
	return false
}

func valueOf(parameter r4.Object) string {
	_, v := parameter.Choice("value")
	return r4.Text(v)
}
