package central_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// statement is how an SQL statement begins, and no method of HTTP.
var statement = regexp.MustCompile(`(?i)^["` + "`" + `\s]*(select\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+recursive\s|pragma\s|create\s+(table|index|trigger)\s|alter\s+table\s|begin(\s+immediate)?["\x60;])`)

// TestOnlyTheEngineSpeaksSQL: the rules know a store by its interfaces alone, so that
// another engine can take the place of this one.
func TestOnlyTheEngineSpeaksSQL(t *testing.T) {
	files, statements := 0, 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		files++
		engine := strings.HasPrefix(filepath.ToSlash(path), "sqlstore/")
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				if p := strings.Trim(n.Path.Value, `"`); !engine && (strings.HasPrefix(p, "database/") || strings.Contains(p, "sqlite") && !strings.HasSuffix(p, "/central/sqlstore")) {
					t.Errorf("%s imports %s", path, p)
				}
			case *ast.BasicLit:
				if n.Kind == token.STRING && statement.MatchString(n.Value) {
					if statements++; !engine {
						t.Errorf("%s holds a statement: %.60s", path, n.Value)
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil || files < 40 || statements < 50 {
		t.Errorf("%d files and %d statements seen: %v", files, statements, err)
	}
}
