package ehrdesk

import (
	"slices"
	"strings"
)

// SeenBy is what a reader of the access log sees of an entry. Who did what kind of act to whose
// record, when, and what came of it, everybody sees. What was read of a record, and in which
// words somebody said why, tells of the patient's health as the record does, and follows the
// same table (AccessOf): words are for whoever is generally given every kind of record, the
// kinds that were released for whoever is given these. Everybody sees their own words but the
// front desk, which has none to say. A security officer sees all: that is the office.
//
// The rule is ours; the need to know is the Code of Practice's (domain.md, §5).
func (e AuditEvent) SeenBy(a Account) AuditEvent {
	if a.Role.ReadsLogs() || e.Staff == a.Staff && a.Role != FrontDesk {
		return e
	}
	if a.Role == FrontDesk {
		e.Purpose = ""
	}
	if GivenAll(a.Role) || !e.aboutRecords() {
		return e
	}
	if e.Action != AuditRelease || !givenKinds(a.Role, e.Detail) {
		e.Detail = ""
	}
	e.Reason, e.Aside = "", nil
	return e
}

// aboutRecords reports whether an entry may say anything of what a record holds. Of an action
// that is not known nobody can say that it does not.
func (e *AuditEvent) aboutRecords() bool {
	return !slices.Contains([]AuditAction{AuditEnrol, AuditSignIn, AuditSignOut, AuditFind, AuditGrant, AuditRevoke, AuditVerify, AuditOperate, AuditLog, AuditSealed, AuditDamaged}, e.Action)
}

// GivenAll reports whether a profession is generally given every kind of record.
func GivenAll(p Profession) bool {
	return !slices.ContainsFunc(Kinds(), func(k Kind) bool { return AccessOf(p, k) != General })
}

// givenKinds reports whether a profession is generally given all kinds that a text names, a word
// each.
func givenKinds(p Profession, names string) bool {
	words := strings.Fields(names)
	return len(words) > 0 && !slices.ContainsFunc(words, func(name string) bool {
		k, err := ParseKind(name)
		return err != nil || AccessOf(p, k) != General
	})
}
