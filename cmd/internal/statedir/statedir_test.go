package statedir_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cmd/internal/statedir"
)

func TestWhereStateIsKept(t *testing.T) {
	abs := func(parts ...string) string {
		return filepath.Join(append([]string{string(filepath.Separator)}, parts...)...)
	}
	home, local := abs("home", "lee"), abs("home", "lee", "AppData", "Local")
	unixy := filepath.Join(home, ".local", "share", "ehrdesk")
	for name, tt := range map[string]struct {
		system string
		env    map[string]string
		there  []string
		want   string
	}{
		"its own variable":           {"linux", map[string]string{"EHRDESK_DIR": "here", "XDG_DATA_HOME": abs("data")}, nil, "here"},
		"the standard's":             {"linux", map[string]string{"XDG_DATA_HOME": abs("data")}, nil, abs("data", "ehrdesk")},
		"the standard's, relative":   {"linux", map[string]string{"XDG_DATA_HOME": "data"}, nil, unixy},
		"nothing said":               {"linux", nil, nil, unixy},
		"LOCALAPPDATA on Linux":      {"linux", map[string]string{"LOCALAPPDATA": local}, nil, unixy},
		"macOS":                      {"darwin", nil, nil, unixy},
		"Windows":                    {"windows", map[string]string{"LOCALAPPDATA": local, "APPDATA": abs("roaming")}, nil, filepath.Join(local, "ehrdesk")},
		"Windows, of before":         {"windows", map[string]string{"LOCALAPPDATA": local}, []string{unixy}, unixy},
		"Windows, of before and now": {"windows", map[string]string{"LOCALAPPDATA": local}, []string{unixy, filepath.Join(local, "ehrdesk")}, filepath.Join(local, "ehrdesk")},
		"Windows without it":         {"windows", nil, nil, unixy},
	} {
		p := statedir.Place{System: tt.system, Env: func(n string) string { return tt.env[n] }, Home: func() (string, error) { return home, nil },
			Exists: func(path string) bool { return slices.Contains(tt.there, path) }}
		if got, err := p.Of("ehrdesk", "EHRDESK_DIR"); got != tt.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, tt.want)
		}
	}
	nowhere := statedir.Place{Env: func(string) string { return "" }, Home: func() (string, error) { return "", errors.New("none") }}
	if _, err := nowhere.Of("ehrdesk", "EHRDESK_DIR"); ehrdesk.CodeOf(err) != ehrdesk.CodeInvalid {
		t.Errorf("without a home: %v", err)
	}
}
