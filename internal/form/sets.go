package form

import (
	_ "embed" // the answer sets
	"encoding/csv"
	"strings"
	"sync"

	"github.com/ehrdesk/ehrdesk"
)

// answerSets are a ValueSet's canonical URL and a code of it: system, code, English
// display. Sources: ValueSets of HL7 FHIR R4 (4.0.1, CC0) over its own code systems,
// and the LOINC answer lists (loinc.org, LOINC licence) that examples of the standard hold.
//
//go:embed answersets.csv
var answerSets string

// Sets finds the answers of a ValueSet by its canonical URL, without the version.
type Sets func(url string) ([]Option, bool)

// With are the sets of a site, ValueSets by their canonical URL, and behind them those that every desk has.
func With(own map[string][]byte) Sets {
	return func(url string) ([]Option, bool) {
		raw, ok := own[url]
		if !ok {
			return Known(url)
		}
		_, options, err := ReadSet(raw)
		return options, err == nil
	}
}

// Known are the sets of answers that every desk has.
func Known(url string) ([]Option, bool) {
	o, ok := known()[url]
	return o, ok
}

// known reads the table once.
var known = sync.OnceValue(func() map[string][]Option {
	out := map[string][]Option{}
	rows, err := csv.NewReader(strings.NewReader(answerSets)).ReadAll()
	if err != nil || len(rows) == 0 {
		return out // TestEveryAnswerSetIsRead holds the table
	}
	for _, f := range rows[1:] {
		out[f[0]] = append(out[f[0]], Option{
			Value: Value{Kind: IsCoding, Coding: ehrdesk.Coding{System: f[1], Code: f[2], Display: f[3]}},
			Words: Text{Said: f[3]},
		})
	}
	return out
})
