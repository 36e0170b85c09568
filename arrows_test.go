package ehrdesk_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What a tree of packages may come to: arrows between files of one package that run
// up, in a hundred; methods of a type, and its fields.
const (
	upward     = 10
	maxMethods = 40
	maxFields  = 15
	bigPackage = 12 // files; a package of more has its rooms in ARCHITECTURE.md
)

// TestFewArrowsRunUp counts in the big trees where a file uses what another file
// of its package declares, against the order of rooms that docs/ARCHITECTURE.md gives:
// a room uses those below it. Between packages no arrow can run up, as imports make
// no circle. A type that everything hangs on hides such arrows, so its size is held too.
func TestFewArrowsRunUp(t *testing.T) {
	order := roomsWithin(t)
	for _, tree := range []string{"cache", "client", "internal/central", "internal/form"} {
		t.Run(tree, func(t *testing.T) {
			all, up := 0, map[string]bool{}
			for _, p := range typecheck(t, tree) {
				rank, ok := order[p.path]
				if !ok && len(p.files) > bigPackage {
					t.Errorf("%s has %d files and no rooms in docs/ARCHITECTURE.md", p.path, len(p.files))
				}
				for from, tos := range p.arrows {
					if _, known := rank[from]; ok && !known {
						t.Errorf("%s/%s.go stands in no room of docs/ARCHITECTURE.md", p.path, from)
					}
					for to := range tos {
						all++
						if rank[to] < rank[from] {
							up[fmt.Sprintf("%s: %s → %s", p.path, from, to)] = true
						}
					}
				}
				for name, n := range p.methods {
					if n > maxMethods {
						t.Errorf("%s.%s has %d methods", p.path, name, n)
					}
				}
				for name, n := range p.fields {
					if n > maxFields {
						t.Errorf("%s.%s has %d fields", p.path, name, n)
					}
				}
			}
			t.Logf("%d arrows, %d of them up", all, len(up))
			if all < 50 {
				t.Errorf("only %d arrows: the test looks at nothing", all)
			}
			if len(up)*100 > all*upward {
				t.Errorf("%d of %d arrows run up:\n%s", len(up), all, strings.Join(slices.Sorted(maps.Keys(up)), "\n"))
			}
		})
	}
}

// roomsWithin reads the order of rooms: for each package, the room's number of each
// file, counted from above.
func roomsWithin(t *testing.T) map[string]map[string]int {
	text, err := os.ReadFile("docs/ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)```rooms\n(.*?)```").FindSubmatch(text)
	if m == nil {
		t.Fatal("docs/ARCHITECTURE.md gives no order of rooms")
	}
	out, pkg, n := map[string]map[string]int{}, "", 0
	for line := range strings.Lines(string(m[1])) {
		f := strings.Fields(line)
		switch {
		case len(f) == 0:
		case line[0] != ' ':
			pkg = f[0]
			out[pkg] = map[string]int{}
		default:
			n++
			for _, file := range f[1:] {
				out[pkg][file] = n
				if _, err := os.Stat(filepath.Join(pkg, file+".go")); err != nil {
					t.Errorf("docs/ARCHITECTURE.md puts %s/%s.go into a room, and there is none", pkg, file)
				}
			}
		}
	}
	return out
}

// pkg is one package as its files use one another.
type pkg struct {
	path    string
	files   []string
	arrows  map[string]map[string]bool // from file to file
	methods map[string]int
	fields  map[string]int
}

// typecheck reads the packages of a tree from what the build made of their imports.
func typecheck(t *testing.T, tree string) (out []pkg) {
	list, err := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}\t{{.Dir}}\t{{join .GoFiles \" \"}}", "./"+tree+"/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	exports := map[string]string{}
	var ours [][]string
	for line := range strings.Lines(string(list)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		exports[f[0]] = f[1]
		if rest, ok := strings.CutPrefix(f[0], module+"/"); ok && (rest == tree || strings.HasPrefix(rest, tree+"/")) {
			ours = append(ours, f)
		}
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		b, err := os.ReadFile(exports[path])
		return io.NopCloser(bytes.NewReader(b)), err
	})
	for _, f := range ours {
		p := pkg{path: strings.TrimPrefix(f[0], module+"/"), arrows: map[string]map[string]bool{}, methods: map[string]int{}, fields: map[string]int{}}
		var parsed []*ast.File
		for _, name := range strings.Fields(f[3]) {
			file, err := parser.ParseFile(fset, filepath.Join(f[2], name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			parsed, p.files = append(parsed, file), append(p.files, strings.TrimSuffix(name, ".go"))
		}
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
		conf := types.Config{Importer: imp}
		checked, err := conf.Check(f[0], fset, parsed, info)
		if err != nil {
			t.Fatal(err)
		}
		at := func(pos token.Pos) string {
			return strings.TrimSuffix(filepath.Base(fset.Position(pos).Filename), ".go")
		}
		for ident, used := range info.Uses {
			from, to := at(ident.Pos()), at(used.Pos())
			if used.Pkg() != checked || from == to {
				continue
			}
			if p.arrows[from] == nil {
				p.arrows[from] = map[string]bool{}
			}
			p.arrows[from][to] = true
		}
		for _, name := range checked.Scope().Names() {
			n, ok := checked.Scope().Lookup(name).Type().(*types.Named)
			if !ok || n.Obj().Pkg() != checked {
				continue
			}
			p.methods[name] = n.NumMethods()
			if s, ok := n.Underlying().(*types.Struct); ok {
				p.fields[name] = s.NumFields()
			}
		}
		out = append(out, p)
	}
	return out
}
