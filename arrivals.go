package ehrdesk

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"time"
)

// Limits of a list that is imported: a clinic's day, with room.
const (
	maxArrivalList = 1 << 20 // bytes
	maxArrivals    = 2000
)

// ParseArrivals reads a clinic's list as CSV (RFC 4180): the number and the time of
// each appointment, in either order, further columns not read. bad are the lines,
// counted from 1, that name nobody; a first line of headings is none of them.
// Errors: CodeInvalid where it is no such file at all.
func ParseArrivals(r io.Reader, now time.Time) (list []Task, bad []int, err error) {
	wrong := Errorf("today.import", CodeInvalid, "not a list of numbers, or too long")
	body, err := io.ReadAll(io.LimitReader(r, maxArrivalList+1))
	if err != nil || len(body) > maxArrivalList {
		return nil, nil, wrong
	}
	in := csv.NewReader(bufio.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\ufeff"))))
	in.FieldsPerRecord, in.TrimLeadingSpace, in.ReuseRecord = -1, true, true
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return list, bad, nil
		}
		if err != nil || len(list) >= maxArrivals {
			return nil, nil, wrong
		}
		line, _ := in.FieldPos(0)
		switch t, err := parseArrivalFields(fields, now); {
		case err == nil:
			list = append(list, t)
		case line == 1 && !strings.ContainsAny(strings.Join(fields, ""), "0123456789"):
		default:
			bad = append(bad, line)
		}
	}
}

// ParseArrival reads one arrival as it is typed: "10:30 A123456(3)".
func ParseArrival(s string, now time.Time) (Task, error) {
	words := strings.Fields(s)
	var fields []string
	for _, w := range words {
		if _, err := clockOf(w, now); err == nil {
			fields = append(fields, w)
		}
	}
	rest := words[:0:0]
	for _, w := range words {
		if _, err := clockOf(w, now); err != nil {
			rest = append(rest, w)
		}
	}
	return parseArrivalFields(append(fields, strings.Join(rest, " ")), now)
}

// parseArrivalFields takes the first field that is a number and the first that is a time.
func parseArrivalFields(fields []string, now time.Time) (Task, error) {
	t := Task{Kind: TaskArrival, State: TaskOpen}
	timed := false
	for _, f := range fields {
		if at, err := clockOf(strings.TrimSpace(f), now); err == nil && !timed {
			t.At, timed = at, true
			continue
		}
		if n, err := ParseNumber(f); err == nil && t.Number.IsZero() {
			t.Number = n
		}
	}
	if t.Number.IsZero() {
		return t, Errorf("today.import", CodeInvalid, "a line without a number")
	}
	return t, nil
}

// clockOf reads a time of today, "9:05" or "09:05".
func clockOf(s string, now time.Time) (time.Time, error) {
	at, err := time.Parse("15:04", s)
	if err != nil {
		return time.Time{}, err
	}
	y, m, d := now.Date()
	return time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, now.Location()), nil
}

// AddArrivals puts arrivals on the list, one who is on it already not again, and gives
// how many were added.
func AddArrivals(ctx context.Context, w Worklist, list []Task) (added int, err error) {
	have, err := w.Tasks(ctx)
	if err != nil {
		return 0, err
	}
	on := map[Number]bool{}
	for _, t := range have {
		if t.Kind == TaskArrival {
			on[t.Number] = true
		}
	}
	for _, t := range list {
		if on[t.Number] {
			continue
		}
		on[t.Number] = true
		if _, err := w.PutTask(ctx, t); err != nil {
			return added, err
		}
		added++
	}
	return added, nil
}
