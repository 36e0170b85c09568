package central

import "github.com/ehrdesk/ehrdesk"

// scope is which of a patient's records are meant, by kind: those without a
// restricting label, those with one, or both.
type scope struct {
	plain, labelled, both []ehrdesk.Kind
	shared                []ehrdesk.Kind // of the shared resources they refer to
}

// plainly is the scope of all that is given with sharing consent alone.
func plainly(kinds []ehrdesk.Kind) scope { return scope{plain: kinds, shared: kinds} }

// where is the scope as a condition on columns kind and labelled.
func (s scope) where() string {
	return "(kind IN " + in(s.plain) + " AND labelled = 0 OR kind IN " + in(s.labelled) + " AND labelled = 1 OR kind IN " + in(s.both) + ")"
}

// flowed is when a record became what can be read of it: not before its
// patient's records began to flow.
const flowed = "max(updated, coalesce((SELECT expected FROM participant WHERE participant.patient = record.patient), 0))"
