package client

import (
	"context"
	"fmt"
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
)

// lookAtOutbox writes down what somebody has done to the acts that wait here, and
// to the working lists: what the store found, once at every sign-in.
func (s *Session) lookAtOutbox(ctx context.Context) error {
	t, err := s.vault.Outbox().Trouble(ctx)
	if err != nil || t.None() {
		return err
	}
	if t.Lines > 0 {
		s.warn(WarnLines)
	}
	if only := (cache.Trouble{Lines: t.Lines}); t != only {
		s.warn(WarnOutbox)
	}
	if err := s.record(ctx, ehrdesk.AuditEvent{Action: ehrdesk.AuditIncident, Outcome: ehrdesk.CodeTampered, Detail: "outbox: " + troubleWords(t)}); err != nil {
		return err
	}
	if !t.Behind && t.Foreign == 0 && t.Lines == 0 {
		return nil
	}
	return s.vault.Outbox().AcknowledgeTrouble(context.WithoutCancel(ctx))
}

func troubleWords(t cache.Trouble) string {
	var out []string
	add := func(on bool, words string) {
		if on {
			out = append(out, words)
		}
	}
	add(t.Behind, "the list of acts was of an earlier day, or gone")
	add(t.Damaged > 0, fmt.Sprintf("%d acts do not open or are gone", t.Damaged))
	add(t.Foreign > 0, fmt.Sprintf("%d acts were put there from outside", t.Foreign))
	add(t.Lines > 0, fmt.Sprintf("%d lines of working lists do not open", t.Lines))
	return strings.Join(out, "; ")
}

// damagedAct is the line of an act that cannot be read any more. Nobody can send
// it: it is taken again from its form, and the line given up.
func damagedAct(it cache.Item) ehrdesk.Task {
	return ehrdesk.Task{ID: it.OpID, Kind: ehrdesk.TaskAct, State: ehrdesk.TaskDamaged, Why: ehrdesk.CodeTampered}
}
