package text

import (
	"reflect"
	"strings"
	"testing"
)

// A thing has one word in Chinese, wherever it is said: the consent is 撤銷 (a record that its sender
// takes back is 撤回), who somebody is is 身份, and who provides care is 醫護機構.
func TestAThingHasOneChineseWord(t *testing.T) {
	never := []string{"身分", "醫護提供者", "医护提供者", "醫療機構", "医疗机构", "撤回同意", "撤回互通同意", "取消同意"}
	n := 0
	each(reflect.ValueOf(New()), "", func(path string, x T) {
		n++
		for _, w := range never {
			if strings.Contains(x[Hant]+"\n"+x[Hans], w) {
				t.Errorf("%s says %s", path, w)
			}
		}
	})
	if n < 500 {
		t.Errorf("only %d texts were looked at", n)
	}
}
