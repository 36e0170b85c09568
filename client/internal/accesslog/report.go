package accesslog

import (
	"crypto/ecdsa"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/client/internal/person"
	"github.com/ehrdesk/ehrdesk/internal/report"
)

// SignReport puts this desk's signature under a report.
func (l *Log) SignReport(text []byte) ([]byte, error) {
	client, key := l.Line.Tokens.Desk()
	private, ok := key.Key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, ehrdesk.Errorf("report", ehrdesk.CodeLocked, "this desk's key is not at hand")
	}
	return report.Signed(text, client, private, l.Now())
}

// CheckReport holds a report against the keys that a store knows: those of this desk, which
// the name of each is with, and those of the centre.
func CheckReport(s *cache.Store, b []byte) report.Checked {
	crew := person.Of(s)
	found := report.Check(b, func(issuer string) []any {
		var keys []any
		for _, p := range crew {
			if p.DeskKey != nil && p.ClientID == issuer {
				keys = append(keys, p.DeskKey.Key)
			}
			if issuer != report.Centre {
				continue
			}
			for _, k := range p.Centre {
				keys = append(keys, k.Key)
			}
		}
		return keys
	})
	for _, p := range crew {
		if found.Finding == report.OK && p.ClientID == found.By {
			found.Signer = &report.Signer{Staff: p.Staff, Name: p.Name, Role: p.Role, HCP: p.Provider, HCPName: p.ProviderName}
		}
	}
	return found
}
