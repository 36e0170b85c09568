package client

import (
	"context"
	"slices"

	"github.com/ehrdesk/ehrdesk"
)

// approved gives who approved an export of a patient's record: the colleague of their own provider who was named for it in a message of a sealed case
// about that patient, which whoever is signed in wrote, a day ago at most. Where the site has each export approved none leaves without; elsewhere one
// that names an approval has to have it. Errors: CodeDenied.
func (w *casing) approved(ctx context.Context, patient string, a *ehrdesk.CaseApproval) (by string, err error) {
	const op = "export"
	denied := func(why string) (string, error) { return "", ehrdesk.Errorf(op, ehrdesk.CodeDenied, "%s", why) }
	switch {
	case a == nil && w.s.desk.opt.Writes.ApprovedExports:
		return denied("at this site a colleague approves each export before it leaves: ask for it in a sealed case about the patient")
	case a == nil:
		return "", nil
	}
	v, err := w.cases.One(ctx, a.Case)
	switch {
	case ehrdesk.CodeOf(err) == ehrdesk.CodeNotFound:
		return denied("there is no such case of whoever is signed in")
	case err != nil:
		return "", err
	}
	i := slices.IndexFunc(v.Said, func(s ehrdesk.CaseSaid) bool { return s.Event == a.Event })
	switch me := w.s.sitting.Self.Account(); {
	case v.Patient != patient:
		return denied("the approval is in a case about somebody else")
	case i < 0 || v.Said[i].By != ehrdesk.CasePerson{Provider: me.Provider, Staff: me.Staff}:
		return denied("nothing of that number was put up for approval by whoever is signed in")
	case v.Bodies[v.Said[i].Envelope].Approve != ehrdesk.CaseExport:
		return denied("what was to be approved there is no export")
	}
	switch r, yes, decided := v.Said[i].Approval(); {
	case !decided:
		return denied("the export is not approved yet")
	case !yes:
		return denied("the export was refused")
	case r.By.Provider != v.Said[i].By.Provider:
		return denied("a colleague of one's own provider approves an export")
	case !w.s.sitting.Now().Before(r.At.Add(ehrdesk.ExportApproved)):
		return denied("the export was approved more than a day ago: ask anew")
	default:
		return r.By.Staff + " (" + r.By.Provider + ")", nil
	}
}
