package territory

import (
	"encoding/base64"
	"strconv"

	"github.com/ehrdesk/ehrdesk"
)

// attachment is what a document holds.
type attachment struct {
	kind string // of media
	data []byte
}

func plain(words string) attachment { return attachment{"text/plain; charset=utf-8", []byte(words)} }

func (a attachment) json(title string) raw {
	return o("contentType", a.kind, "data", base64.StdEncoding.EncodeToString(a.data), "title", title)
}

// document writes a document of the visit; about is what else it refers to.
func (v *visit) document(kind raw, category, title string, a attachment, about string) string {
	var related raw
	if about != "" {
		related = list(ref(about, ""))
	}
	return v.w.add("DocumentReference", "status", "current", "type", kind, "category", list(o("coding", list(coding("urn:example:hk:document-class", category, "")))),
		"subject", v.w.subject(), "date", stamp(v.at), "author", list(v.doctor()), "custodian", v.org(), "description", title,
		"content", list(o("attachment", a.json(title))),
		"context", o("encounter", list(v.inside()), "period", o("start", stamp(v.at)), "related", related))
}

func (v *visit) note(title, body string) {
	v.document(concept(systemLOINC, "34109-9", "Note"), "note", title, plain(body), "")
}

// certificate certifies sick leave of some days.
func (v *visit) certificate(illness, chinese string, days int) {
	v.document(concept("urn:example:hk:document-type", "medical-certificate", "Medical certificate"), "certificate", "Sick leave certificate 病假證明書", plain(
		"Diagnosis: "+illness+". Sick leave for "+strconv.Itoa(days)+" day(s) from "+ehrdesk.At(v.at.In(hongKong)).Date()+" to "+ehrdesk.At(v.at.In(hongKong).AddDate(0, 0, days-1)).Date()+".\n診斷："+chinese+"。病假"+strconv.Itoa(days)+"天。"), "")
}

// specialties are whom people are referred to, and what comes back.
var specialties = []struct{ name, problem, answer string }{
	{"Referral to cardiology 轉介心臟科", "I48", "Echocardiogram: left ventricular ejection fraction 60 %. Continue present treatment; no further follow-up in this clinic.\n超聲波心動圖：左心室射血分數60%。繼續現有治療。"},
	{"Referral to ophthalmology 轉介眼科", "E11", "Fundi photographed: no diabetic retinopathy. Repeat in one year.\n眼底照相：無糖尿病視網膜病變，一年後再檢查。"},
	{"Referral to dietitian 轉介營養師", "", "Dietary advice given; weight goal agreed.\n已給予飲食指導，並訂下體重目標。"},
	{"Referral to physiotherapy 轉介物理治療", "", "Six sessions attended; discharged with home exercises.\n完成六節治療，以家居運動出院。"},
}

// referral refers the patient on: it waits while recent, and is answered later.
func (v *visit) referral(problems []*problem) {
	s := specialties[2+v.w.rand.IntN(2)]
	reason := ""
	for _, p := range problems {
		for _, x := range specialties {
			if x.problem == p.code {
				s, reason = x, p.ref
			}
		}
	}
	v.refers(s.name, reason, s.answer, v.w.rand.IntN(12) == 0)
}

func (v *visit) refers(to, reason, answer string, revoked bool) {
	answered := v.at.AddDate(0, 0, 70)
	status, note := "completed", "Please see and advise. 請診治。"
	switch {
	case revoked:
		status, note = "revoked", "Withdrawn: the patient prefers not to attend. 病人不欲就診，已撤回。"
	case answered.After(v.w.end()):
		status = "active"
	}
	var because raw
	if reason != "" {
		because = list(ref(reason, ""))
	}
	r := v.w.add("ServiceRequest", "status", status, "intent", "order", "priority", "routine", "category", list(concept("", "", "Healthcare referral 醫療轉介")), "code", concept("", "", to),
		"subject", v.w.subject(), "encounter", v.inside(), "authoredOn", stamp(v.at), "requester", v.doctor(), "reasonReference", because, "note", list(o("text", note)))
	if status == "completed" {
		reply := *v
		reply.at = answered
		reply.document(concept(systemLOINC, "11488-4", "Consult note"), "note", "Reply: "+to, plain(answer), r)
	}
}
