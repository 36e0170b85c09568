package strength

import (
	"slices"
	"strconv"
	"strings"

	"github.com/trustelem/zxcvbn/match"
	"github.com/trustelem/zxcvbn/scoring"
)

// years are the parts of a text that are a year of late: 1900 to 2019.
func years(text string) (out []*match.Match) {
	for i := 0; i+4 <= len(text); {
		part := text[i : i+4]
		if prefix := part[:2] == "19" || part[:3] == "200" || part[:3] == "201"; prefix && digits(part) {
			out = append(out, &match.Match{Pattern: "regex", RegexName: "recent_year", I: i, J: i + 3, Token: part})
			i += 4
			continue
		}
		i++
	}
	return out
}

func digits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// dates are the parts of a text that can be read as a day, with signs between its numbers or
// without; of two of which one is in the other, the longer.
func dates(text string) []*match.Match {
	var all []*match.Match
	put := func(i, j int, sign string, year int) {
		all = append(all, &match.Match{Pattern: "date", I: i, J: j - 1, Token: text[i:j], Separator: sign, Year: year})
	}
	for i := range text {
		for j := i + 4; j <= min(i+8, len(text)); j++ {
			if year, ok := dayWithout(text[i:j]); ok {
				put(i, j, "", year)
			}
		}
		for j := i + 6; j <= min(i+10, len(text)); j++ {
			if sign, year, ok := dayWith(text[i:j]); ok {
				put(i, j, sign, year)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(m *match.Match) bool {
		return slices.ContainsFunc(all, func(o *match.Match) bool { return o != m && o.I <= m.I && o.J >= m.J })
	})
}

// dayWithout is the year of a day in digits alone, of those that it can be the one nearest to now.
func dayWithout(s string) (year int, ok bool) {
	if !digits(s) {
		return 0, false
	}
	cuts := map[int][][2]int{4: {{1, 2}, {2, 3}}, 5: {{1, 3}, {2, 3}}, 6: {{1, 2}, {2, 4}, {4, 5}}, 7: {{1, 3}, {2, 3}, {4, 5}, {4, 6}}, 8: {{2, 4}, {4, 6}}}
	far := func(y int) int { return max(y-scoring.ReferenceYear, scoring.ReferenceYear-y) }
	for _, cut := range cuts[len(s)] {
		y, is := dayOf(s[:cut[0]], s[cut[0]:cut[1]], s[cut[1]:])
		if is && (!ok || far(y) < far(year)) {
			year, ok = y, true
		}
	}
	return year, ok
}

// dayWith is the year of a day with one sign twice between its numbers.
func dayWith(s string) (sign string, year int, ok bool) {
	at := strings.IndexAny(s, " \t\n\v\f\r/\\_.-")
	if at < 0 {
		return "", 0, false
	}
	sign = s[at : at+1]
	parts := strings.Split(s, sign)
	if len(parts) != 3 || len(parts[0]) > 4 || len(parts[1]) > 2 || len(parts[2]) > 4 || !digits(parts[0]) || !digits(parts[1]) || !digits(parts[2]) {
		return "", 0, false
	}
	year, ok = dayOf(parts[0], parts[1], parts[2])
	return sign, year, ok
}

// The years that a number of four digits can be.
const (
	firstYear = 1000
	lastYear  = 2050
)

// dayOf reads three numbers as a day, its year first or last, and gives the year. No day is
// looked up in its month.
func dayOf(a, b, c string) (year int, ok bool) {
	var n [3]int
	long, late, none := 0, 0, 0 // more than a month has, more than a year has, nothing
	for i, s := range [...]string{a, b, c} {
		n[i], _ = strconv.Atoi(s) // four digits at most
		switch {
		case n[i] > 99 && n[i] < firstYear || n[i] > lastYear:
			return 0, false
		case n[i] == 0:
			none++
		case n[i] > 31:
			long++
		}
		if n[i] > 12 {
			late++
		}
	}
	if n[1] == 0 || n[1] > 31 || long >= 2 || late == 3 || none >= 2 {
		return 0, false
	}
	ways := [...][3]int{{n[2], n[0], n[1]}, {n[0], n[1], n[2]}} // year last, year first
	for _, w := range ways {
		if w[0] >= firstYear {
			return w[0], inMonth(w[1], w[2])
		}
	}
	for _, w := range ways {
		if inMonth(w[1], w[2]) {
			return fullYear(w[0]), true
		}
	}
	return 0, false
}

// inMonth reports whether one of two numbers can be the day and the other the month.
func inMonth(a, b int) bool { return a <= 31 && b <= 12 || b <= 31 && a <= 12 }

// fullYear is the year that two digits say.
func fullYear(y int) int {
	if y > 50 {
		return y + 1900
	}
	return y + 2000
}
