package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/width"
)

// arrival is somebody of the clinic's list, as it is written there, and what comes of the booking.
type arrival struct {
	visitor
	minute int // of the day
	again  int // the minute of a second booking, 0 for none
	does   func(*arrival)
}

// untidyList is the list as a clinic's program left it, and what is in it.
type untidyList struct {
	lines                          []string
	added, later, elsewhere, twice int
	notRead                        int
}

// byList is the name that the list has of somebody.
func byList(v visitor) string {
	if n := v.Patient.Name.Chinese; n != "" {
		if _, err := traditionalchinese.Big5.NewEncoder().String(n); err == nil {
			return n
		}
	}
	return v.Patient.Name.Latin()
}

// writtenTime is a time as some program or somebody writes it.
func writtenTime(i, minute int) string {
	h, m := minute/60, minute%60
	switch half := map[bool]string{true: "上午", false: "下午"}[h < 12]; i % 6 {
	case 0:
		return fmt.Sprintf("%d:%02d", h, m)
	case 1:
		return fmt.Sprintf("%s%d:%02d", half, (h+11)%12+1, m)
	case 2:
		return fmt.Sprintf("%02d%02d", h, m)
	case 3:
		return width.Widen.String(fmt.Sprintf("%02d:%02d", h, m))
	case 4:
		return fmt.Sprintf("%d:%02d %s", (h+11)%12+1, m, map[bool]string{true: "am", false: "PM"}[h < 12])
	}
	return fmt.Sprintf("%02d:%02d:00", h, m)
}

// writtenNumber is a number as somebody has typed it.
func writtenNumber(i int, number string) string {
	switch i % 5 {
	case 0:
		return strings.ToLower(number)
	case 1:
		return width.Widen.String(number)
	case 2:
		return strings.NewReplacer("(", "", ")", "").Replace(number)
	case 3:
		return strings.Replace(number, "(", " (", 1)
	}
	return number
}

// line puts a line on the list, and gives it.
func (l *untidyList) line(id string, day time.Time, at, name, number, status string) string {
	s := strings.Join([]string{id, day.Format("02/01/2006"), at, name, number, status}, ";")
	l.lines = append(l.lines, s)
	return s
}

// untidy writes the day's arrivals as lists come: in Big5 with semicolons, a title above the headings
// and a sum below, times in every form, full-width digits, what is mistyped, missing, cancelled, for
// another day, or there twice.
func untidy(day time.Time, all []*arrival) *untidyList {
	l := &untidyList{lines: []string{"平安診所;;;;;", ";;;;;", "預約編號;預約日期 (日/月/年);預約時間;病人姓名;身份證號碼;狀態"}}
	id := 0
	next := func() string { id++; return fmt.Sprintf("AP-%06d", id) }
	for i, a := range all {
		name := byList(a.visitor)
		was := l.line(next(), day, writtenTime(i, a.minute), name, writtenNumber(i, a.number), "已確認")
		l.added++
		if a.again != 0 { // two bookings a day stay two
			l.line(next(), day, writtenTime(i+1, a.again), name, a.number, "")
			l.added++
			l.twice++
		}
		switch i % 10 {
		case 1: // the same line once more
			l.lines = append(l.lines, was)
			l.notRead++
		case 3: // mistyped
			l.line(next(), day, "9:00", name, "A123456(7)", "")
			l.notRead++
		case 5: // nobody wrote it down
			l.line(next(), day, "9:00", name, "", "")
			l.notRead++
		case 6: // of another day
			l.line(next(), day.AddDate(0, 0, 1+i%4), writtenTime(i, 600), name, a.number, "")
			l.added++
			l.later++
		case 7: // called off before it was on the list
			l.line(next(), day, writtenTime(i, 1200), name, a.number, "已取消")
			l.elsewhere++
		case 8: // a day that is over
			l.line(next(), day.AddDate(0, 0, -1), "9:00", name, a.number, "")
			l.notRead++
		case 9: // at no time that a day has
			l.line(next(), day, "25:70", name, a.number, "")
			l.notRead++
		}
	}
	l.lines = append(l.lines, fmt.Sprintf("合計：%d;;;;;", len(l.lines)))
	l.notRead++
	return l
}

// preview is what the look at the list says of it.
func (l *untidyList) preview() string {
	return fmt.Sprintf("%d to add · %d for other days · %d not added · %d lines not read", l.added, l.later, l.elsewhere, l.notRead)
}

// file writes the list.
func (c *wholeDay) file(l *untidyList) string {
	c.t.Helper()
	text, err := traditionalchinese.Big5.NewEncoder().String(strings.Join(l.lines, "\r\n") + "\r\n")
	if err != nil {
		c.t.Fatal(err)
	}
	path := filepath.Join(c.t.TempDir(), "list.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	return path
}
