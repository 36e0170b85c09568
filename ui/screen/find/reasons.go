package find

import (
	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/intent"
)

// DisabledReason says why an intent cannot be carried out now.
func (s *Screen) DisabledReason(id intent.ID) string {
	e, t := s.env, &s.env.T
	switch id {
	case intent.VerifyID:
		return s.whyNoVerification()
	case intent.OtherPurpose:
		if s.found == nil || s.next() != nextOpen {
			return e.S((*t).Find.NotToOpen)
		}
	case intent.Renew:
		return s.whyNoRenewal()
	case intent.Consent, intent.ByKey, intent.ByForm, intent.ByCard, intent.ByApp, intent.ByIVRS, intent.ByPhone:
		switch {
		case id == intent.Consent && s.blind():
			return ""
		case s.found == nil:
			return e.S((*t).Common.NoPatient)
		case s.found.Participation == ehrdesk.NotRegistered:
			return e.S((*t).Find.NotRegistered)
		case s.found.Participation == ehrdesk.Unverified:
			return e.S((*t).Find.Unverified)
		case s.found.Participation == ehrdesk.Left:
			return e.S((*t).Find.Left)
		case s.found.Patient.Deceased:
			return e.S((*t).Capture.Died)
		case s.state() == ehrdesk.ConsentDeemed:
			return e.S((*t).Consent.Deemed)
		case s.state() == ehrdesk.ConsentActive:
			return e.S((*t).Find.UseConsent)
		case s.elsewhere() && id != intent.ByForm && id != intent.Consent:
			return e.S((*t).Find.FormAlone)
		case s.found.Cached && id != intent.ByForm && id != intent.Consent:
			return e.S((*t).Find.NeedsLine)
		case id == intent.ByApp || id == intent.ByIVRS:
			if _, have := e.Day.Wait(s.found.Patient); have {
				return e.S((*t).Today.WaitHave)
			}
		case id == intent.ByPhone && !ehrdesk.ConsentsAlone(s.found.Patient, e.Now()):
			return e.S((*t).Find.PhoneAlone)
		case (id == intent.ByKey || id == intent.ByPhone) && s.keyLocked():
			return s.whyKeyLocked()
		case id == intent.ByCard:
			return e.CardWhy()
		}
	case intent.Withdraw:
		switch {
		case s.found == nil:
			return e.S((*t).Common.NoPatient)
		case s.state() == ehrdesk.ConsentDeemed:
			return e.S((*t).Withdraw.Deemed)
		case s.state() != ehrdesk.ConsentActive:
			return e.S((*t).Withdraw.Nothing)
		}
	case intent.Sync:
		return e.S((*t).Common.NoPatient)
	}
	return ""
}

// HintFor names what Enter does.
func (s *Screen) HintFor(id intent.ID) string {
	if id != intent.Accept {
		return ""
	}
	e, t := s.env, &s.env.T.Find
	switch {
	case s.found == nil && !s.confirm.IsZero():
		return e.S(t.ConfirmHint)
	case s.found == nil && s.in.Empty() && s.chosen(s.choices()) >= 0:
		return e.S(t.LookHint)
	case s.found == nil:
		return e.S(t.FindHint)
	case s.next() == nextOpen:
		return e.S(t.OpenHint)
	case s.next() == nextConsent:
		return e.S(t.ConsentHint)
	case s.next() == nextVerify:
		return e.S(t.VerifyHint)
	default:
		return e.S(t.NextHint)
	}
}
