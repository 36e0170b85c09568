package fhir

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ehrdesk/ehrdesk"
)

func TestDecimalsCompareAsNumbersDo(t *testing.T) {
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		a := number.Draw(t, "a")
		near := []string{a, "0", "-0", "-0.00", "10", "9.99", "1e1", "100e-1"}
		if strings.Contains(a, ".") && !strings.ContainsAny(a, "eE") {
			near = append(near, a+"0", a+"01")
		}
		b := rapid.OneOf(number, rapid.SampledFrom(near)).Draw(t, "b")
		x, okA := decimalOf(a)
		y, okB := decimalOf(b)
		if !okA || !okB {
			if !strings.ContainsAny(a+b, "eE") {
				t.Fatalf("%s or %s is not read", a, b)
			}
			return
		}
		r, _ := new(big.Rat).SetString(a)
		q, _ := new(big.Rat).SetString(b)
		if got, want := x.compare(y), r.Cmp(q); got != want {
			t.Errorf("%s and %s: %d, want %d", a, b, got, want)
		}
	})
}

// observation is a result as read.
func observation(t *testing.T, members string) (ehrdesk.Record, ehrdesk.Facts) {
	t.Helper()
	r, err := Read([]byte(`{"resourceType":"Observation","id":"a","status":"final","code":{"text":"X"},` + members + `}`))
	if err != nil {
		t.Fatalf("%s: %v", members, err)
	}
	rec := r.Record()
	return rec, rec.Facts()
}

func TestTheGravestInterpretationWinsAndWhatIsNotReadJudgesNothing(t *testing.T) {
	const v3 = `"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",`
	const value = `"valueQuantity":{"value":6.9,"unit":"mmol/L"},`
	for members, want := range map[string]struct {
		flag     ehrdesk.Flag
		assessed bool
	}{
		value + `"interpretation":[{"coding":[{` + v3 + `"code":"H"}]},{"coding":[{` + v3 + `"code":"HH"}]}]`:            {ehrdesk.FlagCriticalHigh, true},
		value + `"interpretation":[{"coding":[{` + v3 + `"code":"AA"},{` + v3 + `"code":"L"}]}]`:                         {ehrdesk.FlagCriticalLow, true},
		value + `"interpretation":[{"coding":[{` + v3 + `"code":"AA"}]}]`:                                                {ehrdesk.FlagCritical, true},
		value + `"interpretation":[{"coding":[{` + v3 + `"code":"AA"},{` + v3 + `"code":"HH"}]}]`:                        {ehrdesk.FlagCriticalHigh, true},
		value + `"interpretation":[{"text":"Critically low"}]`:                                                           {ehrdesk.FlagCriticalLow, true},
		value + `"interpretation":[{"text":"*** PANIC HIGH ***"}]`:                                                       {ehrdesk.FlagCriticalHigh, true},
		value + `"interpretation":[{"text":"偏高"}]`:                                                                       {ehrdesk.FlagHigh, true},
		value + `"interpretation":[{"coding":[{"code":"n"}],"text":"Critically high"}]`:                                  {ehrdesk.FlagCriticalHigh, true},
		value + `"interpretation":[{"coding":[{` + v3 + `"code":"<"}]}]`:                                                 {ehrdesk.FlagLow, true},
		value + `"interpretation":[{"coding":[{` + v3 + `"code":"IND"}]}]`:                                               {"", false},
		value + `"interpretation":[{"coding":[{` + v3 + `"code":"E"}]}]`:                                                 {"", false},
		value + `"interpretation":[{"coding":[{"system":"urn:local","code":"H"}]}]`:                                      {"", false},
		value + `"interpretation":[{"text":"see comment"}]`:                                                              {"", false},
		value + `"interpretation":[{"coding":[{` + v3 + `"code":"N"}]}]`:                                                 {"", true},
		value + `"interpretation":{"coding":{` + v3 + `"code":"HU"}}`:                                                    {ehrdesk.FlagHigh, true},
		value + `"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0078","code":"LL"}]}]`: {ehrdesk.FlagCriticalLow, true},
		value + `"component":[{"code":{"text":"K"},"valueQuantity":{"value":7},"interpretation":[{"text":"HH"}]}]`:       {ehrdesk.FlagCriticalHigh, true},
		`"valueString":"no growth"`: {"", false},
	} {
		rec, _ := observation(t, members)
		if rec.Flag != want.flag || rec.Assessed != want.assessed {
			t.Errorf("%s: %q %v", members, rec.Flag, rec.Assessed)
		}
	}
}

func TestRangesJudgeOnlyWhatTheyPlainlyCover(t *testing.T) {
	high := func(n, unit string) string { return `"high":{"value":` + n + `,"unit":"` + unit + `"}` }
	low := func(n, unit string) string { return `"low":{"value":` + n + `,"unit":"` + unit + `"}` }
	therapeutic := `"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/referencerange-meaning","code":"therapeutic"}]}`
	critical := `"type":{"text":"Critical"}`
	for name, c := range map[string]struct {
		value, ranges string
		flag          ehrdesk.Flag
		assessed      bool
		differ        bool
	}{
		"above":                             {`"value":3.1,"unit":"g"`, `{` + high("2", "g") + `}`, "H", true, false},
		"on the limit":                      {`"value":2.0,"unit":"g"`, `{` + high("2", "g") + `}`, "", true, false},
		"therapeutic judges":                {`"value":3.1,"unit":"nmol/L"`, `{` + low("0.6", "nmol/L") + `,` + high("2.0", "nmol/L") + `,` + therapeutic + `}`, "H", true, false},
		"in another unit":                   {`"value":0.5,"unit":"ug/L"`, `{` + high("40", "ng/L") + `}`, "", false, true},
		"no unit against one":               {`"value":210`, `{` + high("5", "mg/L") + `}`, "", false, true},
		"for some people":                   {`"value":12,"unit":"g"`, `{` + low("15", "g") + `,"appliesTo":[{"text":"women"}]}`, "", false, false},
		"of an age":                         {`"value":12,"unit":"g"`, `{` + low("15", "g") + `,"age":{"low":{"value":3,"unit":"a"}}}`, "", false, false},
		"two that agree":                    {`"value":9,"unit":"g"`, `{` + high("2", "g") + `},{` + high("5", "g") + `,` + therapeutic + `}`, "H", true, false},
		"two that do not":                   {`"value":3,"unit":"g"`, `{` + high("2", "g") + `},{` + high("5", "g") + `,` + therapeutic + `}`, "", false, false},
		"in words":                          {`"value":7.1,"unit":"mmol/L"`, `{"text":"fasting 3.9 to 6.0"}`, "", false, false},
		"below the method, above the limit": {`"value":0.1,"comparator":"<","unit":"g"`, `{` + high("0.03", "g") + `}`, "", false, false},
		"below the method, and in range":    {`"value":0.01,"comparator":"<","unit":"g"`, `{` + high("0.03", "g") + `}`, "", true, false},
		"beyond the method":                 {`"value":1000,"comparator":">","unit":"g"`, `{` + high("40", "g") + `}`, "H", true, false},
		"beyond the method, low limit":      {`"value":1000,"comparator":">","unit":"g"`, `{` + low("40", "g") + `}`, "", true, false},
		"an exponent":                       {`"value":1e3,"unit":"g"`, `{` + high("999.9", "g") + `}`, "H", true, false},
		"a number nobody means":             {`"value":1e400,"unit":"g"`, `{` + high("5", "g") + `}`, "", false, false},
		"a limit nobody means":              {`"value":4,"unit":"g"`, `{` + low("1", "g") + `,` + high("1e400", "g") + `}`, "", false, false},
		"within critical limits":            {`"value":5.8,"unit":"g"`, `{` + low("2.5", "g") + `,` + high("6.5", "g") + `,` + critical + `}`, "", false, false},
		"beyond critical limits":            {`"value":7.9,"unit":"g"`, `{` + low("2.5", "g") + `,` + high("6.5", "g") + `,` + critical + `}`, "HH", true, false},
		"high, within critical limits":      {`"value":5.8,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + low("2.5", "g") + `,` + high("6.5", "g") + `,` + critical + `}`, "H", true, false},
		"beyond both":                       {`"value":7.9,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + low("2.5", "g") + `,` + high("6.5", "g") + `,` + critical + `}`, "HH", true, false},
		"within both":                       {`"value":4,"unit":"g"`, `{` + low("2.5", "g") + `,` + high("6.5", "g") + `,` + critical + `},{` + low("3.5", "g") + `,` + high("5.1", "g") + `}`, "", true, false},
		"the critical stretch":              {`"value":6.6,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + low("6.5", "g") + `,` + critical + `}`, "HH", true, false},
		"below the critical stretch":        {`"value":5.8,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + low("6.5", "g") + `,` + critical + `}`, "H", true, false},
		"the critical stretch below":        {`"value":1.9,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + high("2", "g") + `,` + critical + `}`, "LL", true, false},
		"one critical limit":                {`"value":1.9,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + low("2", "g") + `,` + critical + `}`, "LL", true, false},
		"one critical limit alone":          {`"value":7,"unit":"g"`, `{` + low("6.5", "g") + `,` + critical + `}`, "", false, false},
		"critical for some people":          {`"value":9,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + high("6.5", "g") + `,` + critical + `,"appliesTo":[{"text":"newborn"}]}`, "H", true, false},
		"toxic, and inside":                 {`"value":3.0,"unit":"g"`, `{` + low("2.0", "g") + `,"type":{"text":"Toxic"}}`, "HH", true, false},
		"toxic, and below":                  {`"value":1.0,"unit":"g"`, `{` + low("2.0", "g") + `,"type":{"text":"Toxic"}}`, "", false, false},
		"therapeutic beside toxic":          {`"value":1.0,"unit":"g"`, `{` + low("0.5", "g") + `,` + high("0.9", "g") + `,` + therapeutic + `},{` + low("2.0", "g") + `,"type":{"text":"Toxic"}}`, "H", true, false},
		"of a risk":                         {`"value":4.5,"unit":"g"`, `{` + low("4.1", "g") + `,` + high("4.9", "g") + `,"type":{"text":"high risk"}}`, "", false, false},
		"of a method, beside the usual":     {`"value":6.0,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + low("0", "g") + `,` + high("20", "g") + `,"type":{"text":"analytical measuring range"}}`, "H", true, false},
		"critical in the range's text":      {`"value":6.6,"unit":"g"`, `{` + low("3.5", "g") + `,` + high("5.1", "g") + `},{` + low("2.5", "g") + `,` + high("6.5", "g") + `,"text":"Critical limits 2.5-6.5"}`, "HH", true, false},
		"critical, of one sex's usual":      {`"value":60,"unit":"g"`, `{` + low("135", "g") + `,` + high("175", "g") + `,"appliesTo":[{"text":"male"}]},{` + high("70", "g") + `,` + critical + `}`, "LL", true, false},
		"critical low and high":             {`"value":110,"unit":"g"`, `{` + high("120", "g") + `,"type":{"text":"critical low"}},{` + low("160", "g") + `,"type":{"text":"critical high"}}`, "LL", true, false},
		"between critical low and high":     {`"value":140,"unit":"g"`, `{` + high("120", "g") + `,"type":{"text":"critical low"}},{` + low("160", "g") + `,"type":{"text":"critical high"}}`, "", false, false},
		"critical, and fasting or not":      {`"value":30,"unit":"g"`, `{` + low("2.5", "g") + `,` + high("25", "g") + `,"type":{"text":"Critical (non-fasting)"}}`, "HH", true, false},
		"non-critical":                      {`"value":30,"unit":"g"`, `{` + low("2.5", "g") + `,` + high("25", "g") + `,"type":{"text":"Non-critical"}}`, "", false, false},
		"a litre in two ways":               {`"value":7.9,"unit":"mmol/l"`, `{` + high("5.1", "mmol/L") + `}`, "H", true, false},
		"one code for two words":            {`"value":4,"unit":"mmol/l","code":"mmol/L","system":"http://unitsofmeasure.org"`, `{"high":{"value":3,"unit":"mmol / L","code":"mmol/L","system":"http://unitsofmeasure.org"}}`, "H", true, false},
	} {
		rec, f := observation(t, `"valueQuantity":{`+c.value+`},"referenceRange":[`+c.ranges+`]`)
		if rec.Flag != c.flag || rec.Assessed != c.assessed || f.Results[0].UnitsDiffer != c.differ {
			t.Errorf("%s: %q %v, units differ %v", name, rec.Flag, rec.Assessed, f.Results[0].UnitsDiffer)
		}
		if len(f.Results[0].Ranges) != strings.Count(c.ranges, "},{")+1 {
			t.Errorf("%s: %d ranges are kept", name, len(f.Results[0].Ranges))
		}
	}
}

// TestNoResultIsCalledNormalByWhatCouldNotBeRead: whatever is beside the value, it
// is assessed only by an interpretation or a range that was read.
func TestNoResultIsCalledNormalByWhatCouldNotBeRead(t *testing.T) {
	junk := []string{`7`, `"x"`, `null`, `[]`, `{}`, `[{}]`, `[{"text":"?"}]`, `[{"coding":[{"code":"ZZ"}]}]`, `{"low":{"value":"?"}}`, `[{"low":{"unit":"g"}}]`, `[[1]]`, `true`}
	for _, a := range junk {
		for _, b := range junk {
			rec, _ := observation(t, `"valueQuantity":{"value":1,"unit":"g"},"interpretation":`+a+`,"referenceRange":`+b)
			if rec.Assessed || rec.Flag != "" {
				t.Errorf("%s, %s: %q %v", a, b, rec.Flag, rec.Assessed)
			}
		}
	}
}

func TestASourceThatCallsAValueNormalDoesNotHideItsOwnRange(t *testing.T) {
	for name, c := range map[string]struct {
		value, interpretation string
		flag                  ehrdesk.Flag
		disputed              bool
	}{
		"normal, and above":        {"7.9", "N", "H", true},
		"normal, and in range":     {"4.0", "N", "", false},
		"low, and above":           {"7.9", "L", "A", true},
		"high, and above":          {"7.9", "H", "H", false},
		"high, and in range":       {"4.0", "H", "H", false},
		"critical, and above":      {"7.9", "HH", "HH", false},
		"abnormal, and above":      {"7.9", "A", "A", false},
		"in words, and above":      {"7.9", "?", "H", false},
		"critical low, and above":  {"7.9", "LL", "AA", true},
		"negative, and above":      {"7.9", "NEG", "H", true},
		"a change alone says none": {"7.9", "U", "H", false},
	} {
		rec, f := observation(t, `"valueQuantity":{"value":`+c.value+`,"unit":"g"},"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"`+
			c.interpretation+`"}]}],"referenceRange":[{"low":{"value":3.5,"unit":"g"},"high":{"value":5.1,"unit":"g"}}]`)
		if rec.Flag != c.flag || !rec.Assessed || f.Results[0].Disputed != c.disputed {
			t.Errorf("%s: %q, assessed %v, disputed %v", name, rec.Flag, rec.Assessed, f.Results[0].Disputed)
		}
	}
}
