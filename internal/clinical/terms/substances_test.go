package terms

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk/internal/tables"
)

// combined are the substances of a line that is a combination, nil for another.
func combined(t *Term) []string {
	if !strings.Contains(t.English, " + ") {
		return nil
	}
	return strings.Split(t.English, " + ")
}

// Rules go by class: a code of another form would be in none.
func TestEveryCodeOfASubstanceIsOfItsSystemsForm(t *testing.T) {
	form := map[string]*regexp.Regexp{
		"atc":    regexp.MustCompile(`^[A-Z]\d\d[A-Z][A-Z]\d\d$`),           // of five levels: one substance
		"class":  regexp.MustCompile(`^[A-Z]\d\d[A-Z](?:[A-Z](?:\d\d)?)?$`), // or of a group
		"rxnorm": regexp.MustCompile(`^[1-9]\d*$`),
	}
	for i := range Substances().Terms {
		term := &Substances().Terms[i]
		for n, c := range term.Codes {
			system, code, _ := strings.Cut(c, ":")
			if form[system] == nil || !form[system].MatchString(code) {
				t.Errorf("%s: %q", term.English, c)
			}
			if slices.Contains(term.Codes[:n], c) {
				t.Errorf("%s has %s twice", term.English, c)
			}
		}
	}
}

// A code that several have says so in each of them, and no line has it for itself: but for
// the combination that a substance is sold in alone, whose class is its own too.
func TestASharedCodeIsNobodysOwn(t *testing.T) {
	owner := map[string]string{"L04AA06": "mycophenolic acid"} // whose salt, mofetil, shares it
	for i := range Substances().Terms {
		term := &Substances().Terms[i]
		for _, c := range term.Codes {
			code, shared := strings.CutPrefix(c, classed+":")
			own := Substances().byCode[keyOf("atc", code, "")]
			if shared && own != nil && owner[code] != own.English && !slices.Contains(combined(own), term.English) {
				t.Errorf("%s shares %s, which %s has", term.English, code, own.English)
			}
		}
	}
}

// A combination is checked by its parts: where one has no code of its own, rules about
// carbapenems, sacubitril or the pill would not speak of it.
func TestAPartIsInTheClassThatItsCombinationIsKnownBy(t *testing.T) {
	for name, class := range map[string]string{"Tienam": "J01DH", "Entresto": "C09DX04", "Kaletra": "J05AR", "Paxlovid": "J05AE30", "Gynera": "G03A", "Marvelon": "G03A", "Evra": "G03A", "Zerbaxa": "J01DI"} {
		found, _ := Substances().In(name)
		if !slices.ContainsFunc(found, func(t *Term) bool {
			return slices.ContainsFunc(t.ATC(), func(c string) bool { return strings.HasPrefix(c, class) })
		}) {
			t.Errorf("nothing of %s, %s, is in %s", name, names(found), class)
		}
	}
}

func TestADrugTellsItsClassesWithoutTheirSystem(t *testing.T) {
	for name, want := range map[string]string{
		"Voltaren": "M01AB05 M02AA15 D11AX18 S01BC03", "mycophenolate mofetil": "L04AA06",
		"co-trimoxazole": "J01EE01", "oral rehydration salts": "A07CA", "danshen": "",
	} {
		term := Substances().Named(name)
		if term == nil || strings.Join(term.ATC(), " ") != want {
			t.Errorf("%s: %v", name, term)
			continue
		}
		if n := testing.AllocsPerRun(10, func() { term.ATC() }); n != 0 {
			t.Errorf("%s: %v allocations a call", name, n)
		}
	}
}

// Whoever reads one script is not shown the other: 青霉素 is Simplified, 青黴素 is not.
func TestChineseNamesAreInOneScript(t *testing.T) {
	const (
		both = "群扎曲谷冬布克酸托折糖松秋霉制旋舍升卷泛占合芸蒙愈夸表干胡面核旗" // Traditional writes these too
		same = "噁睾"                               // the Pharmacopoeia writes these in Simplified as well: 噁唑, 睾酮
	)
	simplified, traditional := map[rune]bool{}, map[rune]bool{}
	for _, f := range tables.Hanzi() {
		one, _ := utf8.DecodeRuneInString(f[0])
		simplified[one] = true
	}
	for _, f := range tables.Hanzi() {
		for _, r := range f[1] {
			traditional[r] = !simplified[r] && !strings.ContainsRune(same, r)
		}
	}
	for _, r := range both {
		delete(simplified, r)
	}
	has := func(s string, in map[rune]bool) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return in[r] })
	}
	for i := range Substances().Terms {
		term := &Substances().Terms[i]
		if has(term.Hant, simplified) {
			t.Errorf("%s: %s is not in Traditional characters", term.English, term.Hant)
		}
		if has(term.Hans, traditional) {
			t.Errorf("%s: %s is not in Simplified characters", term.English, term.Hans)
		}
		for _, a := range term.Aliases {
			if has(a, simplified) && has(a, traditional) {
				t.Errorf("%s: %s is in two scripts", term.English, a)
			}
		}
	}
}

func TestACombinationIsMadeOfSubstancesThatHaveALine(t *testing.T) {
	single, several := 0, 0
	made := map[string]string{}
	for i := range Substances().Terms {
		term := &Substances().Terms[i]
		parts := combined(term)
		if parts == nil {
			single++
			continue
		}
		several++
		for _, p := range parts {
			if part := Substances().Named(p); part == nil || part.English != p || combined(part) != nil {
				t.Errorf("%s: %q is no line of the table", term.English, p)
			}
		}
		slices.Sort(parts)
		of := strings.Join(parts, " + ")
		if made[of] != "" {
			t.Errorf("%s is %s again", term.English, made[of])
		}
		made[of] = term.English
		for _, name := range term.Names()[1:] {
			if got, _ := Substances().In(name + " tablet"); len(got) != len(parts) {
				t.Errorf("%s gives %q", name, names(got))
			}
		}
	}
	if single < 1500 || several < 170 {
		t.Errorf("%d substances and %d combinations", single, several)
	}
}

// The classes that rules on interactions, allergies and double therapy name. A rule on a
// class that no drug of the table is in would never speak.
func TestEveryClassThatRulesNameHasADrug(t *testing.T) {
	var codes []string
	for i := range Substances().Terms {
		codes = append(codes, Substances().Terms[i].ATC()...)
	}
	for class := range strings.FieldsSeq(`A01AB09 A02A A02BB01 A02BC A02BC01 A02BC05 A03FA03 A04AA01 A07EC01 A08AA01 A10A A10BA02 A10BB A11 A11HA03 A12 A12A A12BA
		B01AA B01AB B01AC B01AC04 B01AC05 B01AC06 B01AE B01AE07 B01AF B01AX05 B03 B03A B03BB01 C01AA05 C01BA03 C01BD01 C01DA C01DX16 C02KX01 C02KX05 C03A C03BA
		C03CA C03DA C03DB C03EB C04AC01 C07 C07AA07 C08CA C08CA01 C08DA01 C08DB01 C09A C09B C09C C09D C09DX04 C09XA02 C10AA C10AA01 C10AA02 C10AB04 C10AD02
		C10BA02 G02AB G03A G03XA01 G04BE H02 H02AB H03AA J01AA J01C J01CA01 J01CA04 J01CE01 J01CE08 J01CE09 J01CR01 J01CR02 J01CR04 J01DB J01DB01 J01DB03
		J01DB04 J01DB05 J01DB07 J01DB09 J01DC J01DC01 J01DC02 J01DC04 J01DC10 J01DD J01DD01 J01DD02 J01DD04 J01DD13 J01DE J01DE01 J01DF01 J01DH J01DI J01DI04
		J01EA J01EA01 J01EC01 J01EE J01EE01 J01FA01 J01FA09 J01FA10 J01FA15 J01G J01MA J01MA02 J01MA12 J01MA14 J01XC01 J01XD01 J01XE01 J01XX08 J02AB01 J02AB02
		J02AC01 J02AC02 J02AC03 J02AC04 J04AB02 J04AB04 J04AB05 J04BA02 J05AE J05AE08 J05AE30 J05AR L01BA01 L01BB02 L01CE02 L01XB01 L02BA01 L04 L04AD01 L04AD02
		L04AX01 L04AX03 M01A M01AH M01AX05 M01AX21 M01AX25 M02AA M03BX01 M03BX02 M04AA01 M04AA03 M04AC01 M05BA N01AH01 N02A N02AB02 N02AB03 N02AJ13 N02AX02
		N02AX06 N02BA N02BE01 N02BF N02CA N02CC01 N02CC03 N02CC04 N03A N03AA02 N03AA03 N03AB02 N03AE01 N03AF01 N03AG01 N03AX12 N03AX16 N04BD01 N04BD02 N04BD03
		N05AA01 N05AD01 N05AG02 N05AH02 N05AN01 N05BA N05CD N05CF N05CH02 N06AA N06AA04 N06AB N06AB03 N06AB04 N06AB05 N06AB08 N06AB10 N06AF N06AG02 N06AX06
		N06AX12 N06AX16 N06AX21 N06AX23 N06AX25 N06BA N06DA N06DA02 N06DX02 N07AA N07BC01 N07BC02 P01AB01 P01BA01 P01BA02 R01BA R03A R03B R03DA04 R03DA05
		R05DA09 V03AB17 V03AX03`) {
		if !slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(c, class) }) {
			t.Errorf("no drug is in %s", class)
		}
	}
	for _, herb := range []string{"danshen", "danggui", "ginkgo", "lycium", "ginseng", "licorice", "st john's wort"} {
		if Substances().Named(herb) == nil {
			t.Errorf("no %s", herb)
		}
	}
}
