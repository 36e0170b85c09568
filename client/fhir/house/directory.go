package house

import (
	"context"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
	r4 "github.com/ehrdesk/ehrdesk/internal/fhir"
)

// Directory is the centre's directory. A list that is still as had says comes from there; changed is false where all are.
// Errors: CodeNotFound where the centre has none, CodeTampered for one that cannot be read: half a directory is none.
func (c *Centre) Directory(ctx context.Context, had fhir.Directory) (out fhir.Directory, changed bool, err error) {
	out = had
	out.Tags = map[string]string{}
	for i, kind := range []string{"Organization", "Practitioner", "PractitionerRole", "HealthcareService"} {
		had := had.Tags[kind]
		var all []r4.Resource
		same := false
		err := c.eachOf(ctx, kind, had, func(tag string, asOf fhir.Answer) {
			if i == 0 {
				out.At = asOf.Date
			}
			out.Tags[kind] = tag
		}, &same, &all)
		if err != nil {
			return fhir.Directory{}, false, err
		}
		if same {
			out.Tags[kind] = had
			continue
		}
		changed = true
		switch kind {
		case "Organization":
			out.Organizations = mapped(all, organizationOf)
		case "Practitioner":
			out.People = mapped(all, personOf)
		case "PractitionerRole":
			out.Roles = mapped(all, roleOf)
		case "HealthcareService":
			out.Services = mapped(all, serviceOf)
		}
	}
	return out, changed, nil
}

// KeyLog gives the entries of the log of keys after one, and its head. Errors: CodeNotFound where the centre has none.
func (c *Centre) KeyLog(ctx context.Context, since int64) (out fhir.KeyLogOut, err error) {
	a, err := c.wire.Answers(ctx, "directory.log", "$key-log?since="+strconv.FormatInt(since, 10))
	out.Head, out.More = a.Text("head"), a.Truth("more")
	for _, f := range a.All("entry") {
		out.Entries = append(out.Entries, f.Text("valueString"))
	}
	return out, err
}

// SayOnCall has the directory say of whoever is signed in whether they are on call, as they signed it.
func (c *Centre) SayOnCall(ctx context.Context, signed string) error {
	_, _, err := c.wire.Submit(ctx, "directory.on-call", "$on-call", fhir.Parameters{{Name: "statement", String: fhir.Str(signed)}})
	return err
}

// eachOf reads one list of the directory whole.
func (c *Centre) eachOf(ctx context.Context, kind, had string, first func(tag string, asOf fhir.Answer), same *bool, all *[]r4.Resource) error {
	const op = "directory"
	link := kind + "?_count=500"
	for n := 0; link != ""; n++ {
		if n > 1000 {
			return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's list of pages does not end")
		}
		ans, tag, still, err := fhir.GetIf(ctx, c.wire, op, link, had)
		if n == 0 {
			first(tag, ans)
		}
		if had = ""; still || err != nil {
			*same = still
			return err
		}
		b, err := fhir.ParseBundle(op, ans.Body)
		if err != nil {
			return err
		}
		for i := range b.Entries {
			if e := &b.Entries[i]; e.Fault != nil || e.Resource.Type != kind {
				return ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's directory cannot be read")
			}
			*all = append(*all, b.Entries[i].Resource)
		}
		link = b.Next
	}
	return nil
}

func mapped[T any](all []r4.Resource, of func(r4.Resource) T) []T {
	out := make([]T, 0, len(all))
	for _, r := range all {
		out = append(out, of(r))
	}
	return out
}

// identified is the value of a resource's first identifier.
func identified(r r4.Resource) (value string) {
	r4.Each(r.Raw("identifier"), func(v r4.Value) {
		if value == "" {
			value = r4.ObjectOf(v).Line("value")
		}
	})
	return value
}

func yes(v r4.Value) bool { return string(v) == "true" }

func organizationOf(r r4.Resource) fhir.DirectoryOrganization {
	o := fhir.DirectoryOrganization{HCP: identified(r), Name: r.Line("name"), Active: yes(r.Raw("active")), View: yes(fhir.ExtensionValue(r.Object, "agreed-to-view")), Deposit: yes(fhir.ExtensionValue(r.Object, "agreed-to-deposit"))}
	r4.Each(r.Raw("alias"), func(v r4.Value) {
		if o.Chinese == "" {
			o.Chinese = ehrdesk.CleanLine(r4.Text(v))
		}
	})
	return o
}

func personOf(r r4.Resource) fhir.DirectoryPerson {
	p := fhir.DirectoryPerson{Active: yes(r.Raw("active"))}
	p.Staff, p.HCP, _ = strings.Cut(identified(r), "@")
	r4.Each(r.Raw("name"), func(v r4.Value) {
		if p.Name == "" {
			p.Name = r4.ObjectOf(v).Line("text")
		}
	})
	r4.Each(r.Raw("extension"), func(v r4.Value) {
		e := r4.ObjectOf(v)
		if e.Text("url") != ehrdesk.ExtensionPrefix+"public-key" {
			return
		}
		var k fhir.DirectoryKey
		r4.Each(e.Raw("extension"), func(v r4.Value) {
			part := r4.ObjectOf(v)
			_, value := part.Choice("value")
			switch text := r4.Text(value); part.Text("url") {
			case "kid":
				k.ID = ehrdesk.CleanLine(text)
			case "jwk":
				if j := jsontext.Value(text); j.IsValid() {
					k.JWK = j
				}
			case "since":
				k.Since = fhir.Moment(text)
			case "until":
				k.Until = fhir.Moment(text)
			}
		})
		p.Keys = append(p.Keys, k)
	})
	return p
}

func roleOf(r r4.Resource) fhir.DirectoryRole {
	var out fhir.DirectoryRole
	out.Staff, out.HCP, _ = strings.Cut(identified(r), "@")
	r4.Each(r.Raw("code"), func(v r4.Value) {
		r4.Each(r4.ObjectOf(v).Raw("coding"), func(v r4.Value) {
			if out.Role == "" {
				out.Role = ehrdesk.Profession(r4.ObjectOf(v).Line("code"))
			}
		})
	})
	r4.Each(r.Raw("extension"), func(v r4.Value) {
		e := r4.ObjectOf(v)
		if e.Text("url") != ehrdesk.ExtensionPrefix+"on-call" {
			return
		}
		r4.Each(e.Raw("extension"), func(v r4.Value) {
			if part := r4.ObjectOf(v); part.Text("url") == "statement" {
				out.OnCall = part.Text("valueString")
			}
		})
	})
	out.Ended = fhir.Moment(r4.ObjectOf(r.Raw("period")).Text("end"))
	return out
}

func serviceOf(r r4.Resource) fhir.DirectoryService {
	s := fhir.DirectoryService{ID: r.ID, Name: r.Line("name"), Active: yes(r.Raw("active"))}
	s.HCP = strings.TrimPrefix(r4.ObjectOf(r.Raw("providedBy")).Line("reference"), "Organization/hcp-")
	r4.Each(r.Raw("specialty"), func(v r4.Value) {
		r4.Each(r4.ObjectOf(v).Raw("coding"), func(v r4.Value) {
			if c := r4.ObjectOf(v); c.Text("system") == ehrdesk.SystemSpecialty && s.Specialty == "" {
				s.Specialty = c.Line("code")
			}
		})
	})
	return s
}
