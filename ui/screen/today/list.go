package today

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/ehrdesk/ehrdesk"
)

// Limits of a list that is imported: a clinic's day, with room.
const (
	maxList  = 1 << 20 // bytes
	maxLines = 2000
)

// ParseList reads a clinic's list as CSV (RFC 4180): the number and the time of
// each appointment, in either order, further columns not read. bad are the lines,
// counted from 1, that name nobody; a first line of headings is none of them.
// Errors: CodeInvalid where it is no such file at all.
func ParseList(r io.Reader, now time.Time) (list []ehrdesk.Task, bad []int, err error) {
	wrong := ehrdesk.Errorf("today.import", ehrdesk.CodeInvalid, "not a list of numbers, or too long")
	body, err := io.ReadAll(io.LimitReader(r, maxList+1))
	if err != nil || len(body) > maxList {
		return nil, nil, wrong
	}
	in := csv.NewReader(bufio.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\ufeff"))))
	in.FieldsPerRecord, in.TrimLeadingSpace, in.ReuseRecord = -1, true, true
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return list, bad, nil
		}
		if err != nil || len(list) >= maxLines {
			return nil, nil, wrong
		}
		line, _ := in.FieldPos(0)
		switch t, err := parseFields(fields, now); {
		case err == nil:
			list = append(list, t)
		case line == 1 && !strings.ContainsAny(strings.Join(fields, ""), "0123456789"):
		default:
			bad = append(bad, line)
		}
	}
}

// parseLine reads one arrival as it is typed: "10:30 A123456(3)".
func parseLine(s string, now time.Time) (ehrdesk.Task, error) {
	words := strings.Fields(s)
	var fields []string
	for _, w := range words {
		if _, err := clock(w, now); err == nil {
			fields = append(fields, w)
		}
	}
	rest := words[:0:0]
	for _, w := range words {
		if _, err := clock(w, now); err != nil {
			rest = append(rest, w)
		}
	}
	return parseFields(append(fields, strings.Join(rest, " ")), now)
}

// parseFields takes the first field that is a number and the first that is a time.
func parseFields(fields []string, now time.Time) (ehrdesk.Task, error) {
	t := ehrdesk.Task{Kind: ehrdesk.TaskArrival, State: ehrdesk.TaskOpen}
	timed := false
	for _, f := range fields {
		if at, err := clock(strings.TrimSpace(f), now); err == nil && !timed {
			t.At, timed = at, true
			continue
		}
		if n, err := ehrdesk.ParseNumber(f); err == nil && t.Number.IsZero() {
			t.Number = n
		}
	}
	if t.Number.IsZero() {
		return t, ehrdesk.Errorf("today.import", ehrdesk.CodeInvalid, "a line without a number")
	}
	return t, nil
}

// clock reads a time of today, "9:05" or "09:05".
func clock(s string, now time.Time) (time.Time, error) {
	at, err := time.Parse("15:04", s)
	if err != nil {
		return time.Time{}, err
	}
	y, m, d := now.Date()
	return time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, now.Location()), nil
}
