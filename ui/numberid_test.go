package ui_test

import (
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/ui/uitest/fake"
)

// Of a patient whose record is named by a number of a document it is said what is the matter, and where it is
// put right.
func TestARecordNamedByANumberIsSaid(t *testing.T) {
	for lang, want := range map[string][2]string{"en": {"this patient's record is named by the number", "has to get another id there"}, "zh-Hant": {"以身份證明文件號碼", "須在該處更改識別碼"}, "zh-Hans": {"以身份证明文件号码", "须在该处更改识别码"}} {
		d := fake.New()
		d.Fail["find"] = ehrdesk.E("find", ehrdesk.CodeConflict, ehrdesk.ErrNumberAsID)
		find(signIn(play(t, d, lang, 80, 24), clerk), fake.NoConsent).Want(want[0], want[1])
	}
}
