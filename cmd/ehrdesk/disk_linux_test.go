package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAFullDiskLosesNothing fills the disk under a desk, to the last byte and to
// almost that, and opens a record too large for what is left.
func TestAFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("needs root: only root can mount a small disk")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=16m,mode=0700"); err != nil {
		t.Skip("no disk can be mounted here:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error("the disk stays mounted:", err)
		}
	})
	c := newClinic(t, func(c *clinic) { c.desk = filepath.Join(disk, "desk") })
	c.enrols("drlee", "doctor")
	small := c.imports(filepath.Join("testdata", "people", "chan.json"))[0]
	large := c.imports(largeBundle(t))[0]
	c.does(small.act(), "consent")
	c.does(large.act(), "consent")
	chart := c.does(small.EHR, "chart", "--purpose", "consultation", "--raw")
	accesses := len(rawLines(c.does("", "audit", "list")))

	for _, left := range []int64{0, 4 << 10, 64 << 10, 512 << 10} {
		t.Run(fmt.Sprintf("%d KiB left", left>>10), func(t *testing.T) {
			filler := fill(t, disk, left)
			r := c.tries(large.EHR, "chart", "--purpose", "consultation", "--raw")
			if r.status != 1 || c.value(r.errors, "error.code") != "other" || bytes.Count(r.errors, []byte("\n")) != 1 {
				t.Errorf("exit %d, %q; want 1 and one line", r.status, r.errors)
			}
			if words := c.value(r.errors, "error.message"); !strings.Contains(words, "the disk is full") {
				t.Errorf("%q does not say that the disk is full", words)
			}
			if len(r.out) != 0 {
				t.Errorf("it printed %d bytes of a record it could not keep", len(r.out))
			}
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			c.does("", "audit", "verify")
			if n := len(rawLines(c.does("", "audit", "list"))); n < accesses {
				t.Errorf("%d accesses in the log, there were %d", n, accesses)
			}
			if again := c.does(small.EHR, "chart", "--purpose", "consultation", "--raw"); !bytes.Equal(again, chart) {
				t.Error("the copy that was there is not what it was")
			}
		})
	}

	// With room again the record that did not fit is opened, whole.
	if n := len(rawLines(c.does(large.EHR, "chart", "--purpose", "consultation", "--raw"))); n != largeRecords+1 {
		t.Errorf("%d records, want %d", n, largeRecords+1)
	}
}

// fill takes what is free on a disk but for left bytes.
func fill(t *testing.T, disk string, left int64) (filler string) {
	t.Helper()
	f, err := os.Create(filepath.Join(disk, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var size int64
	for chunk := make([]byte, 4<<10); ; {
		n, err := f.Write(chunk)
		size += int64(n)
		if errors.Is(err, syscall.ENOSPC) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Truncate(max(size-left, 0)); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

const largeRecords = 2000

// largeBundle is a patient whose record does not fit into half a mebibyte.
func largeBundle(t *testing.T) string {
	t.Helper()
	b := bytes.NewBufferString(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"large","name":[{"family":"LAU"}]}}`)
	noise := uint64(88172645463325252) // what does not compress
	for i := range largeRecords {
		fmt.Fprintf(b, `,{"resource":{"resourceType":"Observation","id":"o%d","code":{"text":"`, i)
		for range 32 {
			noise ^= noise << 13
			noise ^= noise >> 7
			noise ^= noise << 17
			fmt.Fprintf(b, "%016x", noise)
		}
		b.WriteString(`"},"subject":{"reference":"Patient/large"}}}`)
	}
	b.WriteString(`]}`)
	name := filepath.Join(t.TempDir(), "large.json")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
