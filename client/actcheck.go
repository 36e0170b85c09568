package client

import (
	"github.com/ehrdesk/ehrdesk"
)

// checkGrant refuses at the desk what the centre would.
func checkGrant(g ehrdesk.Grant) error {
	const op = "consent"
	bad := func(words string) error { return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "%s", words) }
	switch {
	case g.Patient.IsZero():
		return bad("whose consent it is, is missing")
	case !g.NoticeRead:
		return bad("the patient must have read the notices first")
	case !g.DocumentSighted:
		return bad("the identity document must be sighted")
	case g.Giver.Kind == "":
		return bad("who gives the consent is missing")
	case g.Term == "":
		return bad("the term of the consent is missing")
	case g.Channel == ehrdesk.ByAccessKey && g.AccessKey.Empty():
		return bad("the Access Key is missing")
	case g.Channel == ehrdesk.ByForm && g.FormReference == "":
		return bad("the signed form's reference is missing")
	case !g.Channel.AtDesk():
		return bad("this channel is the patient's own act, outside the clinic")
	}
	if g.Giver.Kind != ehrdesk.SelfGiver && g.Giver.Name == "" {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, ehrdesk.ErrGiverUnnamed)
	}
	if g.Channel == ehrdesk.ByCard {
		return checkCard(g)
	}
	return nil
}

func checkVerification(v ehrdesk.Verification) error {
	const op = "verify"
	if err := checkGrant(v.Grant); err != nil {
		return err
	}
	switch {
	case v.Method != ehrdesk.VerifyByCard && v.Method != ehrdesk.VerifyByDocument:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "how the identity was verified is missing")
	case v.Method == ehrdesk.VerifyByCard && v.Channel != ehrdesk.ByCard:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "one card verifies and consents")
	case v.Method == ehrdesk.VerifyByDocument && v.DocumentType == "":
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "which document was seen is missing")
	case !v.ContactConfirmed:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the contact data must be confirmed with the person")
	}
	return nil
}

// checkWithdrawal also puts in the patient where nobody else is named.
func checkWithdrawal(w *ehrdesk.Withdrawal) error {
	const op = "revoke"
	if w.Giver.Kind == "" {
		w.Giver.Kind = ehrdesk.SelfGiver
	}
	switch {
	case w.Patient.IsZero() || !w.DocumentSighted:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the identity document must be sighted")
	case w.Channel == ehrdesk.ByCard:
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a consent is withdrawn by Access Key or by form")
	case w.Channel == ehrdesk.ByForm && w.FormReference == "":
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the signed form's reference is missing")
	case w.Channel == ehrdesk.ByAccessKey && w.AccessKey.Empty():
		return ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the Access Key is missing")
	}
	return nil
}
