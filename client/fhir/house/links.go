package house

import (
	"context"
	"strconv"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client/fhir"
)

// KeepLink has the centre keep a sealed file.
func (c *Centre) KeepLink(ctx context.Context, n ehrdesk.NewLink) (ehrdesk.KeptLink, error) {
	const op = "link"
	p := fhir.Parameters{{Name: "patient", String: fhir.Str(n.Patient)}, {Name: "file", Base64: n.File}, {Name: "ends", Instant: n.Ends.UTC().Format(time.RFC3339)}, {Name: "opens", String: fhir.Str(strconv.Itoa(n.Opens))}}
	if !n.Passcode.Empty() {
		p = append(p, fhir.Parameter{Name: "passcode", String: fhir.Str(n.Passcode.Reveal())})
	}
	if n.Direct {
		p = append(p, fhir.Parameter{Name: "direct", Boolean: &n.Direct})
	}
	a, _, err := c.wire.Ask(ctx, op, "$link", p)
	if err != nil {
		return ehrdesk.KeptLink{}, err
	}
	out := ehrdesk.KeptLink{ID: a.Text("id"), URL: a.Text("url"), Patient: n.Patient, Ends: n.Ends, Left: n.Opens, Passcode: !n.Passcode.Empty(), Direct: n.Direct}
	if out.ID == "" || out.URL == "" {
		return ehrdesk.KeptLink{}, ehrdesk.Errorf(op, ehrdesk.CodeTampered, "the centre's answer cannot be read")
	}
	return out, nil
}

// Links are the asker's links that have not ended.
func (c *Centre) Links(ctx context.Context) (out []ehrdesk.KeptLink, err error) {
	a, err := c.wire.Answers(ctx, "link.list", "$links")
	if err != nil {
		return nil, err
	}
	for _, f := range a.All("link") {
		p := fhir.Parts(f.Raw("part"))
		k := ehrdesk.KeptLink{ID: ehrdesk.CleanLine(p.Text("id")), Patient: ehrdesk.CleanLine(p.Text("patient")), Passcode: p.Truth("passcode"), Direct: p.Truth("direct")}
		k.Made, _ = time.Parse(time.RFC3339Nano, p.Text("made"))
		k.Ends, _ = time.Parse(time.RFC3339Nano, p.Text("ends"))
		k.Left, _ = strconv.Atoi(p.Text("left"))
		k.Opened, _ = strconv.Atoi(p.Text("opened"))
		out = append(out, k)
	}
	return out, nil
}

// EndLink ends a link of the asker's.
func (c *Centre) EndLink(ctx context.Context, id string) error {
	_, _, err := c.wire.Ask(ctx, "link.end", "$link-end", fhir.Parameters{{Name: "id", UUID: id}})
	return err
}
