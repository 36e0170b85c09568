package fhir

import (
	"slices"
	"strings"
	"unicode"

	"github.com/ehrdesk/ehrdesk"
)

// What words in the place of an allergy assert. They are believed only where
// every one of them belongs to the assertion: beside a word that is not known here
// a substance may stand, and an allergy that is swallowed does harm that an
// assertion listed as one does not.

// assertion is what words say about allergies as a whole.
type assertion uint8

const (
	aboutSomething assertion = iota // they may name a substance
	noneKnownSaid                   // there is no known allergy
	nothingKnown                    // nothing is known either way
)

// said reads "NKDA", "Nil known", "No known drug allergies", "Unknown", 無已知過敏.
func said(text string) assertion {
	if text == "" || len(text) > maxText {
		return aboutSomething
	}
	if han(text) {
		return saidInChinese(text)
	}
	out := aboutSomething
	var so clause // the clauses before
	text = strings.NewReplacer("n.k.d.a", "nkda", "n.k.a", "nka").Replace(strings.ToLower(text))
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;.&+|\n", r) }) {
		c, ok := clauseOf(part)
		switch {
		case !ok:
			return aboutSomething
		case c.unknown:
			out = max(out, nothingKnown)
			if out == noneKnownSaid {
				out = nothingKnown
			}
			continue
		case c.empty():
			continue
		case !c.negated && (!so.negated || so.noun && (c.noun || c.scope) || so.unknown):
			return aboutSomething // "latex allergy", and "NKDA, latex"
		}
		so.scope = so.scope || c.scope && !c.negated
		so.negated, so.noun = so.negated || c.negated, so.noun || c.noun
		so.recorded = so.recorded || c.recorded
		so.known = so.known || c.known
		so.alone = so.alone || c.alone
	}
	switch {
	case out != aboutSomething:
		return out
	case !so.negated, so.scope && !so.noun: // "no known drug, latex"
		return aboutSomething
	case so.recorded && !so.known:
		return nothingKnown
	case so.noun || so.known || so.alone:
		return noneKnownSaid
	}
	return aboutSomething
}

// clause is what is in the words between two points.
type clause struct {
	negated, noun, known, recorded, unknown, alone bool
	scope                                          bool
}

func (c clause) empty() bool { return c == clause{} }

// clauseOf reads a clause; ok is false where a word does not belong to any
// assertion, or what is negated is not all that is named.
func clauseOf(text string) (c clause, ok bool) {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	c.alone = len(words) == 1 && (words[0] == "nil" || words[0] == "none")
	named := false // a scope before the negation: "latex - no known drug allergies"
	whole := false // the assertion is said: a scope after it is one of its own, as in "NKDA - latex"
	not := false
	for _, w := range words {
		switch w {
		case "nka", "nkda", "nkfa", "nkma", "nkla", "nkea":
			c.negated, c.noun, c.known, whole = true, true, true, true
		case "no", "nil", "none", "denies", "denied", "without":
			c.negated, named, whole = true, named || c.scope, false
		case "to", "of":
			whole = false
		case "not", "never":
			c.negated, not, named = true, true, named || c.scope
		case "known", "identified":
			c.known = true
		case "recorded", "documented", "entered":
			c.recorded = true
		case "unknown", "unable", "unobtainable", "undetermined", "unsure", "assessed", "asked", "information":
			c.unknown = true
		case "allergies", "allergy", "allergic", "allergen", "allergens", "sensitivity", "sensitivities", "reported", "adverse", "history":
			c.noun, whole = true, c.negated && w != "reported" && w != "adverse" && w != "history"
			if named && c.scope && c.negated {
				return c, false
			}
		case "drug", "drugs", "medication", "medications", "medicine", "medicines", "food", "foods", "latex", "environmental", "insect", "animal":
			c.scope = true
			if named || whole || c.unknown { // "allergic to unknown drug" is about one
				return c, false
			}
		case "any", "situation", "reaction", "reactions", "or", "nor", "and", "the", "have", "has", "status", "patient", "patient's", "pt", "at",
			"present", "currently", "been", "is", "are", "obtain", "finding", "disorder":
		default:
			return c, false
		}
	}
	if not && (c.known || c.recorded || c.unknown) { // "not known" is not "none known"
		return clause{unknown: true}, true
	}
	return c, true
}

// filler are the words around an assertion in Chinese, longest first.
var filler = [...]string{"不良反應", "不良反应", "已知", "任何", "藥物", "药物", "食物", "食品", "乳膠", "乳胶", "環境", "环境", "過敏", "过敏", "敏感", "反應", "反应",
	"病人", "患者", "病史", "史", "對", "对", "的", "及", "和", "或", "與", "与"}

// scopesInChinese are what an assertion may be about.
var scopesInChinese = [...]string{"藥物", "药物", "食物", "食品", "乳膠", "乳胶", "環境", "环境"}

func saidInChinese(text string) assertion {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return r
	}, strings.ToLower(text))
	nouns := strings.Count(text, "過敏") + strings.Count(text, "过敏") + strings.Count(text, "敏感")
	known := strings.Contains(text, "已知")
	for _, noun := range [...]string{"過敏", "过敏", "敏感"} {
		if i := strings.LastIndex(text, noun); i >= 0 && slices.ContainsFunc(scopesInChinese[:], func(w string) bool { return strings.Contains(text[i:], w) }) {
			return aboutSomething // "no known drug allergy, latex"
		}
	}
	recorded := false
	for _, w := range [...]string{"紀錄", "記錄", "记录", "資料", "资料"} {
		recorded = recorded || strings.Contains(text, w)
		text = strings.ReplaceAll(text, w, "")
	}
	for _, w := range filler {
		text = strings.ReplaceAll(text, w, "")
	}
	switch text {
	case "未知", "不詳", "不详", "未明", "不明", "未能確定", "未能确定", "未評估", "未评估":
		return nothingKnown
	case "無", "无", "沒有", "没有", "未有", "並無", "并无", "否認", "否认", "否認有", "否认有":
		switch {
		case nouns > 1:
			return aboutSomething // "no food allergy, drug allergy"
		case recorded && !known:
			return nothingKnown
		}
		return noneKnownSaid
	}
	return aboutSomething
}

// names reports words that name something and negate nothing: a substance, where
// they stand beside a code that says there is none.
func names(text string) bool {
	if text == "" || said(text) != aboutSomething {
		return false
	}
	if strings.ContainsAny(text, "無无沒没未否") {
		return strings.ContainsAny(text, "但惟除")
	}
	negated := false
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch w {
		case "but", "except", "excluding", "apart", "however", "besides":
			return true
		case "no", "nil", "none", "not", "denies", "without", "nka", "nkda", "nkfa", "unknown", "absent", "negative":
			negated = true
		}
	}
	return !negated
}

// saidByCode is what a concept's codes say, where nothing beside them names a
// substance.
func saidByCode(f *ehrdesk.Facts) assertion {
	out := aboutSomething
	for _, list := range [...]struct {
		codes []string
		says  assertion
	}{{noneKnown[:], noneKnownSaid}, {noInformation[:], nothingKnown}} {
		for _, code := range list.codes {
			if out == aboutSomething && f.Code.Has(code, systemSNOMED, systemIPS, oidSNOMED) {
				out = list.says
			}
		}
	}
	if out == aboutSomething {
		for _, k := range f.Code.Codings { // a code below those that are known here
			if (k.System == systemSNOMED || k.System == oidSNOMED) && said(k.Display) == noneKnownSaid {
				out = noneKnownSaid
			}
		}
	}
	if names(f.Code.Text) || slices.ContainsFunc(f.Code.Codings, func(k ehrdesk.Coding) bool { return names(k.Display) || ofSubstance(k) }) {
		return aboutSomething
	}
	if out == noneKnownSaid && said(f.Code.Text) == nothingKnown { // the careful one of two that do not agree
		return nothingKnown
	}
	return out
}
