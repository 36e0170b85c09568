package fake

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// SendCaseFiles has nothing to send: the fake's messages go as any.
func (s *session) SendCaseFiles(ctx context.Context) error { return s.d.call(ctx, "send-case-files") }

// SaveCaseFile gives a few bytes as the file of a message that was opened.
func (s *session) SaveCaseFile(ctx context.Context, id string, event int, send func(ehrdesk.CaseFile, io.Reader) error) error {
	if err := s.d.call(ctx, "save-case-file"); err != nil {
		return err
	}
	s.d.mu.Lock()
	c, err := s.told(id)
	s.d.mu.Unlock()
	if err != nil {
		return err
	}
	for i := range c.Said {
		if b := c.Bodies[c.Said[i].Envelope]; c.Said[i].Event == event && b.File != nil {
			return send(*b.File, strings.NewReader(strings.Repeat("x", int(b.File.Size))))
		}
	}
	return ehrdesk.E("fake.save", ehrdesk.CodeNotFound, nil)
}

// CaseRecords are as Records of the fake's cases says, by reference; the others' state is not known.
func (s *session) CaseRecords(ctx context.Context, _ string, all []ehrdesk.CaseRecord) (out []ehrdesk.CaseRecordSeen, err error) {
	if err := s.d.call(ctx, "case-records"); err != nil {
		return nil, err
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for _, r := range all {
		seen := s.d.Sealed.Records[r.Ref]
		seen.CaseRecord = r
		out = append(out, seen)
	}
	return out, nil
}

// attached says in a message what its file is, and gives each record that it names some bytes, as a desk does.
func attached(op string, m *ehrdesk.CaseMessage) error {
	m.Body.Records = slices.Clone(m.Body.Records)
	for i := range m.Body.Records {
		m.Body.Records[i].Digest = make([]byte, 32)
	}
	if m.File == nil {
		return nil
	}
	b, err := io.ReadAll(m.File)
	info, err2 := m.File.Stat()
	if err != nil || err2 != nil {
		return ehrdesk.E(op, ehrdesk.CodeInvalid, nil)
	}
	m.Body.File = &ehrdesk.CaseFile{Name: ehrdesk.CaseFileName(info.Name()), Media: http.DetectContentType(b), Size: int64(len(b))}
	m.File = nil // whoever said it closes it
	return nil
}
