package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// contender is a store that takes part.
type contender struct {
	name    string                                       // in the table
	worker  string                                       // the folder of its program
	args    []string                                     // for it
	prepare func(*builder, context.Context) (how, error) // nil: nothing
}

// how a worker is built beyond what go build does by itself.
type how struct{ flags, env []string }

// contenders are this repository's store, and then the others.
func contenders() []contender {
	return []contender{
		{name: "ours", worker: "ours", prepare: (*builder).hooks},
		{name: "modernc", worker: "modernc"},
		{name: "mattn", worker: "mattn", prepare: (*builder).cgo},
		{name: "SQLCipher", worker: "sqlcipher", prepare: (*builder).sqlcipher},
		{name: "SQLCipher, 4 KiB", worker: "sqlcipher", prepare: (*builder).sqlcipher, args: []string{"-page", "4096"}},
	}
}

const (
	room   = "github.com/ehrdesk/ehrdesk/cache"
	module = "github.com/ehrdesk/ehrdesk/internal/bench/peers/"
)

// builder builds workers into a folder. Two contenders may share one.
type builder struct {
	dir  string
	made map[string]made // by folder of their source
}

type made struct {
	program string
	err     error
}

// build builds what can be built here, and says what cannot, and why. Without
// ours there is nothing to hold against anything.
func build(ctx context.Context, dir string) (stores []*process, left []string, err error) {
	b := &builder{dir: dir, made: map[string]made{}}
	for i, c := range contenders() {
		log.Print("building ", c.name)
		program, err := b.build(ctx, c)
		if err != nil && (i == 0 || ctx.Err() != nil) {
			return nil, nil, fmt.Errorf("%s: %w", c.name, err)
		}
		if err != nil {
			left = append(left, c.name+": "+err.Error())
			log.Print("left out: ", left[len(left)-1])
			continue
		}
		stores = append(stores, &process{name: c.name, program: program, args: c.args, dir: filepath.Join(dir, fmt.Sprint("store", i))})
	}
	return stores, left, nil
}

func (b *builder) build(ctx context.Context, c contender) (program string, err error) {
	if m, ok := b.made[c.worker]; ok {
		return m.program, m.err
	}
	defer func() { b.made[c.worker] = made{program, err} }()
	var h how
	if c.prepare != nil {
		if h, err = c.prepare(b, ctx); err != nil {
			return "", err
		}
	}
	args := append([]string{"build", "-buildvcs=false", "-o", b.dir + string(filepath.Separator)}, h.flags...)
	_, err = output(ctx, h.env, "go", append(args, module+c.worker)...)
	return filepath.Join(b.dir, c.worker), err
}

// hooks lays the file through which the store's own tests reach into it over the
// package, as one of its files: the key derivation that takes no time, and
// forgetting the charts in memory.
func (b *builder) hooks(ctx context.Context) (how, error) {
	src, err := output(ctx, nil, "go", "list", "-f", "{{.Dir}}", room)
	if err != nil {
		return how{}, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(src, "hooks.go"): filepath.Join(src, "export_test.go"),
	}})
	if err != nil {
		return how{}, err
	}
	name := filepath.Join(b.dir, "overlay.json")
	return how{flags: []string{"-tags", "hooks", "-overlay", name}}, os.WriteFile(name, overlay, 0o600)
}

var errNoCompiler = errors.New("no C compiler, or CGO_ENABLED is 0")

// cgo wants a C compiler: without one the driver builds, and does not work.
func (b *builder) cgo(ctx context.Context) (how, error) {
	out, err := output(ctx, nil, "go", "env", "CGO_ENABLED", "CC")
	if err != nil {
		return how{}, err
	}
	f := strings.Fields(out)
	if len(f) < 2 || f[0] != "1" {
		return how{}, errNoCompiler
	}
	if _, err := exec.LookPath(f[1]); err != nil {
		return how{}, errNoCompiler
	}
	return how{}, nil
}

// sqlcipher has the driver that links -lsqlite3 link SQLCipher by that name.
func (b *builder) sqlcipher(ctx context.Context) (how, error) {
	if h, err := b.cgo(ctx); err != nil {
		return h, err
	}
	tool, err := output(ctx, nil, "go", "env", "PKG_CONFIG")
	if err != nil {
		return how{}, err
	}
	ask := func(what string) (string, error) { return output(ctx, nil, tool, what, "sqlcipher") }
	cflags, err := ask("--cflags")
	if err != nil {
		return how{}, fmt.Errorf("no libsqlcipher with headers: %w", err)
	}
	libs, err := ask("--libs")
	if err != nil {
		return how{}, err
	}
	dir, err := ask("--variable=libdir")
	if err != nil {
		return how{}, err
	}
	lib := filepath.Join(dir, "libsqlcipher.so")
	if _, err := os.Stat(lib); err != nil {
		return how{}, fmt.Errorf("no libsqlcipher.so: %w", err)
	}
	if err := os.Symlink(lib, filepath.Join(b.dir, "libsqlite3.so")); err != nil {
		return how{}, err
	}
	return how{flags: []string{"-tags", "libsqlite3"}, env: []string{"CGO_CFLAGS=-O2 " + cflags, "CGO_LDFLAGS=-L" + b.dir + " " + libs}}, nil
}

// output runs a program and gives what it printed; of one that fails, the error
// has what it complained of.
func output(ctx context.Context, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", filepath.Base(name), err, strings.Join(strings.Fields(complaint.String()), " "))
	}
	return strings.TrimSpace(string(out)), nil
}
