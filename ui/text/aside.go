package text

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// Asides are the words for records that are kept from the store and the screen.
type Asides struct {
	Kept, Missing, Nameless, From, Of, Officer T
	Reasons                                    Codes // by ehrdesk.AsideReason
}

func asides() Asides {
	return Asides{
		Kept:     T{"! %d kept aside%s: %s", "! %d 項擱置%s：%s", "! %d 项搁置%s：%s"},
		Missing:  T{"! %s record{s} {has|have} not arrived – records may be missing · F5 asks again", "! 有 %s 項紀錄尚未傳到 – 可能欠缺紀錄 · 按 F5 再取", "! 有 %s 项记录尚未传到 – 可能欠缺记录 · 按 F5 再取"},
		Nameless: T{"a record", "一項紀錄", "一项记录"},
		Of:       T{", ", "，", "，"},
		From:     T{" from %s", "（來自%s）", "（来自%s）"},
		Officer:  T{" – tell the security officer", " – 請通知資訊保安主任", " – 请通知信息安全主任"},
		Reasons: codes(`
duplicate-member | a member stands twice | 同一資料重複 | 同一数据重复
not-text | bytes that are no text | 文字編碼損壞 | 文字编码损坏
shape | not of FHIR's form | 格式不合 FHIR | 格式不合 FHIR
type | no type of FHIR R4 | 並非 FHIR R4 類別 | 并非 FHIR R4 类别
id | an id that FHIR does not allow | 識別碼不合 FHIR | 识别码不合 FHIR
too-large | too large or too deep | 過大或層次過深 | 过大或层次过深
another-patient | of another patient | 屬於其他病人 | 属于其他病人
patient-unclear | whose it is cannot be told | 未能確定屬於哪位病人 | 未能确定属于哪位病人
restricted-label | restricted by its label | 帶有限制標籤 | 带有限制标签
role | not for this role | 非此職系可查閱 | 非此职系可查阅
`),
	}
}

// Truth says what is known to be lacking in a chart, "" where nothing is. Records
// kept aside come by type, institution and reason, those of another patient first.
func (w Words) Truth(t ehrdesk.Truth) string {
	a := &w.c.Asides
	var lines []string
	if t.Missing > 0 {
		lines = append(lines, Sprintf(w.t(a.Missing), fmt.Sprint(t.Missing)))
	}
	if len(t.Aside) == 0 {
		return strings.Join(lines, " · ")
	}
	type group struct {
		words    string
		incident bool
		n        int
	}
	var groups []group
	incident := false
	for _, x := range t.Aside {
		name := w.t(a.Nameless)
		if x.Resource != "" {
			name = w.t(w.c.Facts.Resources.of(x.Resource))
		}
		if x.Source != "" {
			name += Sprintf(w.t(a.From), ehrdesk.CleanLine(x.Source))
		}
		words := name + w.t(a.Of) + w.t(a.Reasons.of(string(x.Reason)))
		incident = incident || x.Reason.Incident()
		if i := slices.IndexFunc(groups, func(g group) bool { return g.words == words }); i >= 0 {
			groups[i].n++
			continue
		}
		groups = append(groups, group{words, x.Reason.Incident(), 1})
	}
	slices.SortStableFunc(groups, func(x, y group) int {
		if x.incident != y.incident {
			if x.incident {
				return -1
			}
			return 1
		}
		return cmp.Compare(y.n, x.n)
	})
	var parts []string
	for _, g := range groups {
		if g.n > 1 {
			g.words = fmt.Sprintf("%d × %s", g.n, g.words)
		}
		parts = append(parts, g.words)
	}
	officer := ""
	if incident { // first, as a narrow screen has room for little more
		officer = w.t(a.Officer)
	}
	said := Sprintf(w.t(a.Kept), len(t.Aside), officer, strings.Join(parts, "; "))
	return strings.Join(append(lines, said), " · ")
}
