package main

import (
	"bytes"
	"os"
	"path/filepath"
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

func TestTheLongestTestsAreNamedTheLongestFirst(t *testing.T) {
	var out bytes.Buffer
	r := &report{out: &out, said: map[string]*said{}}
	r.read(strings.NewReader(`{"Action":"pass","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestShort","Elapsed":4.9}
{"Action":"pass","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestLong","Elapsed":12.4}
{"Action":"pass","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestLongest/part","Elapsed":61}
{"Action":"fail","Package":"github.com/ehrdesk/ehrdesk/a","Test":"TestLongest","Elapsed":61.7}
{"Action":"pass","Package":"github.com/ehrdesk/ehrdesk/a","Elapsed":80}
`))
	r.end(0)
	if got := out.String(); got != "took 62 s: a TestLongest\ntook 12 s: a TestLong\n" {
		t.Error(got)
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
	for args := range divided([]string{"-race", "./a", "then", "./b"}, "then") {
		got = append(got, strings.Join(args, " "))
	}
	if want := []string{"-race ./a", "./b"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTwoRunsBesideOneAnotherAreBothReported: each waits for the other to have begun,
// which one after the other would do for ever.
func TestTwoRunsBesideOneAnotherAreBothReported(t *testing.T) {
	dir := t.TempDir()
	tool := filepath.Join(dir, "go")
	script := `#!/bin/sh
for last; do :; done
: > "` + dir + `/$last"
case $last in a) other=b;; b) other=a;; esac
n=0
while [ ! -e "` + dir + `/$other" ]; do n=$((n+1)); [ $n -gt 600 ] && exit 7; sleep 0.1; done
printf '{"Action":"output","Package":"x/%s","Output":"ok  \\tx/%s\\n"}\n{"Action":"pass","Package":"x/%s"}\n' $last $last $last
[ $last = a ] || exit 3
`
	if err := os.WriteFile(tool, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GO", tool)
	var out bytes.Buffer
	r := &report{out: &out, said: map[string]*said{}}
	status := r.beside([]string{"-short", "a", "beside", "-count=1", "b", "SKIP c: not here"})
	r.end(0)
	if got := out.String(); !slices.Equal(status, []int{0, 3}) || !strings.Contains(got, "x/a") || !strings.Contains(got, "x/b") || !strings.Contains(got, "SKIP c") {
		t.Errorf("%v\n%s", status, got)
	}
}
