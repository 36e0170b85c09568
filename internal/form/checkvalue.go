package form

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/fhir"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Takes reports an answer that would do.
func (it *Item) Takes(v Value) bool {
	var wrong []Problem
	if !it.Closed && it.accepts(v.Kind) {
		checkValue(it, v, Place{}, &wrong)
		return len(wrong) == 0
	}
	return false
}

// checkValue holds one answer against its item.
func checkValue(it *Item, v Value, at Place, out *[]Problem) {
	say := func(what Fault, limit string) { *out = append(*out, Problem{Place: at, What: what, Limit: limit}) }
	if !it.typed(v) {
		say(NotType, "")
		return
	}
	if !it.offers(v) {
		say(NoOption, "")
		return
	}
	l := it.Limits
	if n, ok := compare(v, l.Min); ok && n < 0 {
		say(TooLow, l.Min.Text)
	}
	if n, ok := compare(v, l.Max); ok && n > 0 {
		say(TooHigh, l.Max.Text)
	}
	if numeric(v.Kind) || v.Kind == IsQuantity {
		if l.Places >= 0 && places(v.Text) > l.Places {
			say(Places, itoa(l.Places))
		}
	}
	if v.Kind == IsString || v.Kind == IsURI {
		checkWords(l, v.Text, say)
	}
	if v.Kind == IsQuantity && !it.counts(v) {
		say(WrongUnit, "")
	}
	if v.Kind == IsAttachment {
		checkFile(l, v.File, say)
	}
	if v.Kind == IsReference && v.Ref.Reference != "" && len(it.Refers) > 0 {
		if t := fhir.Target(v.Ref.Reference).Resource; t != "" && !slices.Contains(it.Refers, t) {
			say(WrongKind, strings.Join(it.Refers, " "))
		}
	}
}

func checkWords(l Limits, s string, say func(Fault, string)) {
	n := utf8.RuneCountInString(s)
	if n < l.MinLength {
		say(TooShort, itoa(l.MinLength))
	}
	if l.MaxLength > 0 && n > l.MaxLength {
		say(TooLong, itoa(l.MaxLength))
	}
	if l.Pattern != "" {
		if re, err := regexp.Compile(whole(l.Pattern)); err == nil && !re.MatchString(s) {
			say(Pattern, l.Pattern)
		}
	}
}

func checkFile(l Limits, f File, say func(Fault, string)) {
	size := base64.StdEncoding.DecodedLen(len(f.Data)) - strings.Count(f.Data, "=")
	if l.MaxSize > 0 && size > l.MaxSize {
		say(TooBig, itoa(l.MaxSize))
	}
	if len(l.Media) > 0 && !slices.Contains(l.Media, f.Type) {
		say(WrongKind, strings.Join(l.Media, " "))
	}
}

// counts reports a quantity in a unit that the item asks for.
func (it *Item) counts(v Value) bool {
	if it.UnitOpen {
		return true
	}
	for _, u := range it.Units {
		if sameUnit(u, v.Unit) {
			return true
		}
	}
	if it.Unit.Code != "" || it.Unit.Display != "" {
		return sameUnit(it.Unit, v.Unit)
	}
	return len(it.Units) == 0
}

// offers reports an answer that is among those to choose from, where there are any.
func (it *Item) offers(v Value) bool {
	if len(it.Options) == 0 {
		return true
	}
	for i := range it.Options {
		if o := it.Options[i].Value; o.Kind == v.Kind && same(v, o) {
			return true
		}
	}
	return it.Open && v.Kind == IsString
}

// longestText is what a string of FHIR's may have: 1 MB.
const longestText = 1 << 20

// typed reports a value that FHIR's type allows.
func (it *Item) typed(v Value) bool {
	switch v.Kind {
	case IsBoolean:
		return v.Text == "true" || v.Text == "false"
	case IsDecimal:
		_, ok := number(v.Text)
		return ok
	case IsInteger:
		_, ok := integer(v.Text)
		return ok
	case IsDate:
		return validDate(v.Text)
	case IsDateTime:
		return validDateTime(v.Text)
	case IsTime:
		return validTime(v.Text)
	case IsString:
		return strings.TrimSpace(v.Text) != "" && len(v.Text) <= longestText
	case IsURI:
		return v.Text != "" && len(v.Text) <= 8192 && !strings.ContainsAny(v.Text, " \t\n\r<>\"")
	case IsCoding:
		return (v.Coding.Code != "" || v.Coding.Display != "") && !strings.ContainsAny(v.Coding.System, " \t\n") && strings.TrimSpace(v.Coding.Code) == v.Coding.Code
	case IsAttachment:
		return typedFile(v.File)
	case IsReference:
		return v.Ref.Display != "" || v.Ref.Reference != "" && !strings.ContainsAny(v.Ref.Reference, " \t\n\r") && ehrdesk.CleanLine(v.Ref.Reference) == v.Ref.Reference
	case IsQuantity:
		_, ok := number(v.Text)
		return ok && (v.Unit.Code == "" || v.Unit.System != "") && (v.Compares == "" || slices.Contains([]string{"<", "<=", ">=", ">"}, v.Compares))
	case NoValue:
	}
	return false
}

func typedFile(f File) bool {
	if f.Data != "" {
		if _, err := base64.StdEncoding.DecodeString(f.Data); err != nil || f.Type == "" {
			return false
		}
	}
	if f.Size != "" {
		if n, ok := integer(f.Size); !ok || n.Sign() < 0 {
			return false
		}
	}
	return (f.Data != "" || f.URL != "") && (f.Created == "" || validDateTime(f.Created)) && !strings.ContainsAny(f.URL, " \t\n\r")
}
