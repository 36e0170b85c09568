package risk

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// The words that a directive is told by, in lower case.
var (
	refusals = []string{"dnacpr", "dnar", "do not resuscitat", "do-not-resuscitat", "not for resuscitat", "no resuscitat", "not to be resuscitat", "do not attempt resuscitat",
		"do not attempt cardiopulmonary", "not for cardiopulmonary", "refuses resuscitat", "resuscitation refused", "不作心肺復甦", "不作心肺复苏", "不施行心肺復甦", "不施行心肺复苏", "拒絕心肺復甦", "拒绝心肺复苏"}
	directives = []string{"advance directive", "advance care plan", "living will", "預設醫療指示", "预设医疗指示", "預設照顧計劃", "预设照顾计划"}
	// wanted say that there is no directive, or that resuscitation is wanted.
	wanted = []string{"no advance directive", "no known advance directive", "no living will", "no advance care plan", "no dnacpr", "no dnar", "no dnr", "not dnr", "not dnacpr", "no do not resuscitat", "no do-not-resuscitat",
		"full resuscitation", "full code", "沒有預設醫療指示", "没有预设医疗指示", "無預設醫療指示", "无预设医疗指示", "沒有不作心肺復甦", "没有不作心肺复苏"}
	// doubts beside a refusal say that it was taken back, or only spoken of.
	doubts = []string{"rescind", "revoke", "withdrawn", "cancelled", "canceled", "discontinued", "suspended", "discuss", "not agreed", "no longer", "撤銷", "撤销", "取消", "終止", "终止", "商討", "商讨"}
	named  = []string{"resuscitat", "cardiopulmonary", "cpr", "心肺復甦", "心肺复苏"}
	asking = []string{"resuscitation status", "code status", "resuscitation order", "急救意願", "急救意愿"}
)

// over are statuses of what no longer holds, never did, or does not yet.
var over = map[string]bool{"inactive": true, "revoked": true, "rejected": true, "superseded": true, "cancelled": true, "resolved": true,
	"refuted": true, "not-done": true, "abandoned": true, "draft": true, "proposed": true}

// uncertain are statuses by which nobody knows whether it holds.
var uncertain = map[string]bool{"unknown": true, "on-hold": true}

// Codes of an answer, and of the question. Source: SNOMED CT, LOINC.
const (
	category = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
	scope    = "http://terminology.hl7.org/CodeSystem/consentscope"
	snomed   = "http://snomed.info/sct"
	loinc    = "http://loinc.org"

	notForResuscitation = "304253006"
	forResuscitation    = "304252001"
	unknownAnswer       = "261665006"
	orderInPlace        = "81351-9" // an order not to resuscitate is in place
)

// title is what words say of advance directives.
type title struct {
	refuses, is, none bool
	doubt             bool // it may have been taken back
	names             bool // it names resuscitation
	asks              bool // it asks for the status
	yes, no, unknown  bool
}

// worded is what words say.
func worded(s string) (t title) {
	s = strings.ToLower(s)
	t.none = containsAny(s, wanted) || strings.HasPrefix(strings.TrimSpace(s), "for resuscitation")
	rest := s
	for _, w := range wanted {
		rest = strings.ReplaceAll(rest, w, " ")
	}
	t.refuses = hasWord(rest, "dnr") || containsAny(rest, refusals)
	t.is = t.refuses || containsAny(rest, directives)
	t.doubt = containsAny(s, doubts)
	t.names = t.refuses || containsAny(s, named)
	t.asks = containsAny(s, asking)
	switch strings.TrimSpace(s) {
	case "yes", "present", "true", "y", "是", "有":
		t.yes = true
	case "no", "none", "absent", "false", "n", "否", "沒有", "没有":
		t.no = true
	}
	return t
}

// wordsOf is what a concept says: by its codes, and where none is known by its words.
func wordsOf(c ehrdesk.Concept) title {
	t := worded(c.Words())
	switch {
	case c.Has(notForResuscitation, snomed):
		t.refuses, t.is, t.names = true, true, true
	case c.Has(forResuscitation, snomed):
		t.none, t.names = true, true
	case c.Has(unknownAnswer, snomed):
		t.unknown = true
	case c.Has(orderInPlace, loinc):
		t.refuses, t.is, t.names = true, true, true
	}
	return t
}

// titles are what titles say, each looked at once: ten thousand records have few.
type titles map[[2]string]title

// of is what a record's title says, and where a code may stand beside it, the code of the
// first record of that title.
func (m titles) of(r *ehrdesk.Record) title {
	key := [2]string{r.Title, r.Resource}
	t, ok := m[key]
	if !ok {
		t = worded(r.Title)
		switch r.Resource {
		case "Observation", "Condition", "ServiceRequest":
			f := r.Facts()
			c := wordsOf(f.Code)
			t.refuses, t.is, t.names, t.none = t.refuses || c.refuses, t.is || c.is, t.names || c.names, t.none || c.none
		}
		m[key] = t
	}
	return t
}

// hasWord reports a word of ASCII letters that stands by itself.
func hasWord(s, word string) bool {
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return (r < 'a' || r > 'z') && r < 0x80 }) {
		if w == word {
			return true
		}
	}
	return false
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
