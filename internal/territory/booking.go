package territory

import "time"

// booking writes an appointment and gives its reference.
func (w *writer) booking(status string, at, made time.Time, words string, why raw) string {
	d := w.home.doctors[0]
	seen := "accepted"
	if status == "cancelled" {
		seen = "declined"
	}
	return w.add("Appointment", "status", status, "cancelationReason", why, "description", words, "start", stamp(at), "end", stamp(at.Add(15*time.Minute)), "created", stamp(made),
		"participant", list(o("actor", w.subject(), "status", seen), o("actor", ref("Practitioner/"+d[0], d[1]), "status", "accepted"), o("actor", ref("Organization/"+w.home.org(), ""), "status", "accepted")))
}

const followUp = "Follow-up 覆診"

// missed reports a booking that was not kept, or was called off, and when the patient comes instead.
func (w *writer) missed(at, made time.Time) (time.Time, bool) {
	if made.IsZero() {
		return at, false
	}
	switch n := w.rand.IntN(100); {
	case n < 5:
		w.booking("noshow", at, made, followUp, nil)
	case n < 9:
		why := pick(w.rand, calledOff("pat", "The patient is away 病人外遊"), calledOff("pat", "The patient is unwell 病人身體不適"), calledOff("prov", "The doctor is on leave 醫生休假"))
		w.booking("cancelled", at, made, followUp, why)
	default:
		return at, false
	}
	return clock(weekday(at.AddDate(0, 0, w.between(9, 24))), w.between(9, 16), 15*w.between(0, 3)), true
}

func calledOff(code, words string) raw {
	return concept("http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason", code, words)
}

// toCome is the booking that the record ends before.
func (w *writer) toCome(at, made time.Time) {
	if w.patient.Deceased {
		w.booking("cancelled", at, made, followUp, calledOff("pat-dec", "The patient has died 病人去世"))
		return
	}
	w.booking("booked", at, made, followUp, nil)
}
