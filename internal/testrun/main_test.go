package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestWhatIsSkippedIsSaidWithItsReasonAlsoWhereSomethingFailed(t *testing.T) {
	const events = `{"Action":"run","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestOne"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestOne","Output":"=== RUN   TestOne\n"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestOne","Output":"    a_test.go:7: SKIP only root can do that\n"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestOne","Output":"--- SKIP: TestOne (0.00s)\n"}
{"Action":"skip","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestOne"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestTwo","Output":"    a_test.go:9: it is wrong\n"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestTwo","Output":"--- FAIL: TestTwo (0.00s)\n"}
{"Action":"fail","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestTwo"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestThree","Output":"    a_test.go:11: a word of no use\n"}
{"Action":"pass","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestThree"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Output":"FAIL\n"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Output":"FAIL\tgithub.com/ehrdesk/ehrdesk/a\t0.1s\n"}
{"Action":"fail","Package":"github.com/ehrdesk/ehrdesk/a"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/b","Output":"SKIP all of it: there is no daemon\n"}
{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/b","Output":"ok  \tgithub.com/ehrdesk/ehrdesk/b\t0.2s\n"}
{"Action":"pass","Package":"github.com/ehrdesk/ehrdesk/b"}
`
	for status, want := range map[int]string{
		1: "ok  \tgithub.com/ehrdesk/ehrdesk/b\t0.2s\nFAIL\n",
		0: "ok  \tgithub.com/ehrdesk/ehrdesk/b\t0.2s\n",
	} {
		var out bytes.Buffer
		r := &report{out: &out, said: map[string]*said{}}
		r.read(strings.NewReader(events))
		r.end(status)
		want = "    a_test.go:9: it is wrong\n--- FAIL: TestTwo (0.00s)\nFAIL\tgithub.com/ehrdesk/ehrdesk/a\t0.1s\n" +
			"SKIP a TestOne: only root can do that\nSKIP all of it: there is no daemon\n" + want
		if got := out.String(); got != want {
			t.Errorf("it says\n%s\nwant\n%s", got, want)
		}
	}
}

func TestARunThatIsCutOffSaysWhichPackagesWereNotTestedToTheEnd(t *testing.T) {
	var out bytes.Buffer
	r := &report{out: &out, said: map[string]*said{}}
	r.read(strings.NewReader(`{"Action":"output","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestOne","Output":"=== RUN\n"}` + "\n"))
	r.end(1)
	if got := out.String(); got != "SKIP the rest of a: the run was ended before it was\nFAIL\n" {
		t.Error(got)
	}
}

func TestEachRunHasItsOwnArguments(t *testing.T) {
	var got []string
	for args := range runs([]string{"-race", "./a", "then", "./b"}) {
		got = append(got, strings.Join(args, " "))
	}
	if want := []string{"-race ./a", "./b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
