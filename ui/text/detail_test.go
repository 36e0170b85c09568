package text

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
)

func TestALineOfTheDetailIsSaidInTheScreensLanguage(t *testing.T) {
	for _, c := range []struct {
		el       ehrdesk.Element
		en, hant string
	}{
		{ehrdesk.Element{Path: "effectiveDateTime", Value: "2026-03-01T22:40:00Z", When: when("2026-03-01T22:40:00Z")}, "02-Mar-2026 06:40 (sent as 01-Mar-2026 22:40 +00:00)", "02-Mar-2026 06:40（原為 01-Mar-2026 22:40 +00:00）"},
		{ehrdesk.Element{Path: "provision.provision[0].type", Value: "deny", Coded: true}, "REFUSED (deny)", "拒絕（deny）"},
		{ehrdesk.Element{Path: "status", Value: "noshow", Coded: true}, "did not attend (noshow)", "缺席（noshow）"},
		{ehrdesk.Element{Path: "status", Value: "active", Coded: true}, "active", "有效（active）"},
		{ehrdesk.Element{Path: "verificationStatus.coding[0].code", Value: "refuted", Coded: true}, "REFUTED (refuted)", "已排除（refuted）"},
		{ehrdesk.Element{Path: "dosage[0].timing.repeat.periodUnit", Value: "h", Coded: true}, "hours (h)", "小時（h）"},
		{ehrdesk.Element{Path: "dosage[0].timing.repeat.when[1]", Value: "HS", Coded: true}, "at bedtime (HS)", "睡前（HS）"},
		{ehrdesk.Element{Path: "valueQuantity.comparator", Value: "<", Coded: true}, "<", "<"},
		{ehrdesk.Element{Path: "status", Value: "new-one", Coded: true}, "new-one", "new-one"},
		{ehrdesk.Element{Path: "code.text", Value: "active"}, "active", "active"},
		{ehrdesk.Element{Path: "note", Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkEmpty}}, "(empty)", "（空白）"},
		{ehrdesk.Element{Path: "content[0].attachment.data", Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkAttached, Size: 12345, Word: "audio/ogg"}}, "(attachment, audio/ogg, 12,345 bytes)", "（附件，audio/ogg，12,345 位元組）"},
		{ehrdesk.Element{Path: "data", Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkImage, Size: 12345, Word: "image/png"}}, "(image only, not read: image/png, 12,345 bytes)", "（只有影像，沒有讀取：image/png，12,345 位元組）"},
		{ehrdesk.Element{Path: "data", Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkNoPoppler, Size: 9000}}, "(PDF, not read: PDF text needs poppler-utils on this desk; 9,000 bytes)", "（PDF，沒有讀取：此工作站須安裝 poppler-utils 才可讀取 PDF 文字；9,000 位元組）"},
		{ehrdesk.Element{Path: "data", Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkNoSandbox, Size: 9000}}, "(PDF, not read: this system cannot confine the program that reads PDF; 9,000 bytes)", "（PDF，沒有讀取：此系統不能隔離讀取 PDF 的程式；9,000 位元組）"},
		{ehrdesk.Element{Path: "data", Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkUnreadable, Size: 9000}}, "(PDF, not read: damaged, locked, or its letters cannot be made out; 9,000 bytes)", "（PDF，沒有讀取：已損壞、已加鎖，或文字無法辨識；9,000 位元組）"},
		{ehrdesk.Element{Path: "text.div", Value: "abc", Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkGuessed, Word: "Big5"}}, "(charset not said or not true: read as Big5)\nabc", "（字元編碼沒有註明或不符，以 Big5 讀取）\nabc"},
		{ehrdesk.Element{Path: "text.div", Value: "abc", Remark: ehrdesk.Remark{Kind: ehrdesk.RemarkCut, Size: 9000}}, "abc\n(the beginning only: 9,000 characters in all)", "abc\n（只顯示開首，全文 9,000 個字元）"},
	} {
		for l, want := range map[Lang]string{English: c.en, Hant: c.hant} {
			if got := said(l).Element(&c.el); got != want {
				t.Errorf("%s: %q, want %q", c.el.Path, got, want)
			}
		}
	}
}

func TestAPatientsStandingAndName(t *testing.T) {
	p := ehrdesk.Patient{Merged: true, Inactive: true, MergedTo: ehrdesk.Ref{Resource: "Patient", ID: "mg34"}, Name: ehrdesk.Name{Family: "Ko", Former: true}}
	if got := said(English).Standing(&p); got != "! This record was merged into another (Patient/mg34)" {
		t.Error(got)
	}
	if got := said(Hant).Name(p.Name); got != "前稱 KO" {
		t.Error(got)
	}
	p.MergedTo = ehrdesk.Ref{}
	if got := said(Hans).Standing(&p); got != "! 此记录已并入另一记录" {
		t.Error(got)
	}
}

func TestAnElementsNameIsInTheScreensLanguage(t *testing.T) {
	c := New()
	for in, want := range map[string]string{"Dose range": "劑量範圍", "Coding 2": "編碼 2", "Birth date (more)": "出生日期（補充）", "Extension": "延伸資料", "Unheard of": "Unheard of"} {
		if got := c.Element(Hant, in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
}
