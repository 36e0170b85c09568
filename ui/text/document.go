package text

import (
	"strconv"

	"github.com/ehrdesk/ehrdesk"
)

// Document are the words of a document with sections.
type Document struct {
	Missing, Restricted T
	Empty               Codes // why a section has no entry: HL7's list-empty-reason
}

func documents() Document {
	return Document{
		Missing:    T{"%s entr{y|ies} {is|are} not in this record", "%s 項不在此紀錄中", "%s 项不在此记录中"},
		Restricted: T{"%s entr{y|ies} {is|are} restricted", "%s 項受限制", "%s 项受限制"},
		Empty: codes(
			"nilknown | none known | 已知沒有 | 已知没有",
			"notasked | not asked | 未有詢問 | 未有询问",
			"withheld | withheld | 不予提供",
			"unavailable | not available | 未能取得",
			"notstarted | not begun | 尚未開始 | 尚未开始",
			"closed | no longer kept | 不再更新",
		),
	}
}

// Empty is why a section of a document has no entry: in its author's words, where there
// are some, else in ours for HL7's code.
// Source: HL7 FHIR R4, list-empty-reason.
func (w Words) Empty(k ehrdesk.Concept) string {
	known, ok := w.known(k, w.c.Document.Empty)
	switch said := ehrdesk.CleanLine(k.Text); {
	case said != "" && ok && w.lang != English:
		return known + " (" + said + ")"
	case said != "":
		return said
	case ok:
		return known
	}
	return ehrdesk.CleanLine(k.Words())
}

// Lacking says how many entries of a section are restricted, or are not here.
func (w Words) Lacking(n int, restricted bool) string {
	d := &w.c.Document
	t := d.Missing
	if restricted {
		t = d.Restricted
	}
	return w.put(t, strconv.Itoa(n))
}
