package main

import (
	"context"
	"time"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/client"
)

// onCallJSON is until when whoever is signed in has said that they are on call; "" for not any more.
type onCallJSON struct {
	OnCall string `json:"on_call"`
}

// sayOnCall tells until when whoever is signed in is on call.
func (a *app) sayOnCall(ctx context.Context, s *client.Session, text string) error {
	until, err := untilOf(text, time.Now())
	if err == nil {
		err = s.SayOnCall(ctx, until)
	}
	if err != nil {
		return renamed("directory", err)
	}
	if until.IsZero() {
		return a.line(onCallJSON{}, "not on call any more")
	}
	return a.line(onCallJSON{instant(until)}, "on call until "+shortMoment(until))
}

// untilOf is a time as it is typed: the next that a clock shows it, or an instant; zero for "off". Errors: CodeInvalid.
func untilOf(text string, now time.Time) (time.Time, error) {
	if text == "off" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation("15:04", text, ehrdesk.HongKong())
	if err != nil {
		return time.Time{}, ehrdesk.Errorf("directory", ehrdesk.CodeInvalid, "on call until a time as 20:00 or 2026-12-03T08:00:00+08:00, or off")
	}
	here := now.In(ehrdesk.HongKong())
	at := time.Date(here.Year(), here.Month(), here.Day(), t.Hour(), t.Minute(), 0, 0, ehrdesk.HongKong())
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at, nil
}

func shortMoment(t time.Time) string {
	return t.In(ehrdesk.HongKong()).Format("02-Jan-2006 15:04")
}

// besideOnCall is what stands beside somebody who is.
func besideOnCall(until time.Time) string {
	if until.IsZero() {
		return ""
	}
	return " · on call until " + shortMoment(until)
}
