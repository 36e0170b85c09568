package directory

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache"
	"github.com/ehrdesk/ehrdesk/internal/keylog"
)

// The lists of the journal that the log is kept in: its entries in pieces, named by the number of the first; and the rest.
const (
	entryList = "key log"
	logList   = "key log, beside" // the head, that there is none, heads that are to be held against it, whose keys are their own
	headItem  = "head"
	noneItem  = "none"
	owedItem  = "owed "
	mineItem  = "mine "
)

// pieceEntries is how many entries one piece has.
const pieceEntries = 1000

func entryName(first int64) string { return fmt.Sprintf("%012d", first) }

// loadLog follows again what this desk has kept of the log. What does not follow is asked for anew. It is called with mu, by load.
func (d *Directory) loadLog(ctx context.Context) error {
	kept, err := d.lists.Items(ctx, entryList)
	if err != nil {
		return err
	}
	slices.SortFunc(kept, func(a, b cache.WorklistItem) int { return cmp.Compare(a.ID, b.ID) })
	var log keylog.Log
	var tail []string
	for _, it := range kept {
		var first int64
		var texts []string
		if _, err := fmt.Sscanf(it.ID, "%d", &first); err != nil || json.Unmarshal(it.Payload, &texts) != nil {
			break
		}
		had := log.Len() + 1 - first // two sessions may have written the same
		if had > int64(len(texts)) {
			continue
		}
		if had < 0 || log.Follow(texts[had:]...) != nil {
			break
		}
		tail = texts
	}
	beside, err := d.lists.Items(ctx, logList)
	if err != nil {
		return err
	}
	for _, it := range beside {
		name, of, named := strings.Cut(it.ID, " ")
		switch {
		case it.ID == headItem:
			d.log.head = string(it.Payload)
		case it.ID == noneItem:
			d.log.none = true
		case named && name+" " == owedItem:
			if h, ok := owedHead(of); ok {
				d.log.owed = append(d.log.owed, h)
			}
		case it.ID == mineItem+d.at.Self.Account().Staff:
			_ = json.Unmarshal(it.Payload, &d.log.mine) // else everything is asked about anew
		}
	}
	if d.log.head == "" {
		return nil
	}
	if head, err := readHead(d.log.head, d.at.Self.Known().Centre); err == nil {
		_ = log.Newest(head) // else the log is longer than this head, which a session beside this one has followed on
	}
	d.log.log, d.log.tail = &log, tail
	return nil
}

// keepLog writes what came, and the head, and goes by it from now on. It is called with mu.
func (d *Directory) keepLog(ctx context.Context, h *heard) error {
	was := int64(0)
	if d.log.log != nil {
		was = d.log.log.Len()
	}
	tail, first := slices.Clone(d.log.tail), was-int64(len(d.log.tail))+1
	var items []cache.WorklistItem
	for came := h.came; len(came) > 0; {
		if len(tail) >= pieceEntries {
			first, tail = first+int64(len(tail)), nil
		}
		n := min(pieceEntries-len(tail), len(came))
		tail, came = append(tail, came[:n]...), came[n:]
		b, err := json.Marshal(tail)
		if err != nil {
			return ehrdesk.Errorf("directory", ehrdesk.CodeOther, "the log of keys cannot be written")
		}
		items = append(items, cache.WorklistItem{ID: entryName(first), Payload: b})
	}
	if len(items) > 0 {
		if err := d.lists.Change(ctx, entryList, items, nil); err != nil {
			return err
		}
	}
	if len(items) > 0 || d.log.log == nil { // a head that is newer alone is not worth a write
		if err := d.lists.Change(ctx, logList, []cache.WorklistItem{{ID: headItem, Payload: []byte(h.head)}}, []string{noneItem}); err != nil {
			return err
		}
	}
	d.log.log, d.log.head, d.log.tail, d.log.none = h.log, h.head, tail, false
	return nil
}

func (d *Directory) keepNone(ctx context.Context) error {
	return d.lists.Put(ctx, logList, noneItem, []byte("1"))
}

// mostOwed is how many heads wait to be held against the log.
const mostOwed = 100

// owe keeps a head that is to be held against the log when it can be asked for.
func (d *Directory) owe(ctx context.Context, h keylog.Head) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	same := func(o keylog.Head) bool { return o.N == h.N && slices.Equal(o.Hash, h.Hash) }
	if slices.ContainsFunc(d.log.owed, same) || len(d.log.owed) >= mostOwed {
		return nil
	}
	if err := d.lists.Put(ctx, logList, owedName(h), []byte("1")); err != nil {
		return err
	}
	d.log.owed = append(d.log.owed, h)
	return nil
}

// paid takes off what was held against the log. It is called with mu.
func (d *Directory) paid(ctx context.Context) error {
	if len(d.log.owed) == 0 {
		return nil
	}
	var off []string
	for _, h := range d.log.owed {
		off = append(off, owedName(h))
	}
	d.log.owed = nil
	return d.lists.Change(ctx, logList, nil, off)
}

func owedName(h keylog.Head) string {
	return fmt.Sprintf("%s%d:%s", owedItem, h.N, base64.RawURLEncoding.EncodeToString(h.Hash))
}

func owedHead(s string) (h keylog.Head, ok bool) {
	n, hash, _ := strings.Cut(s, ":")
	_, err := fmt.Sscanf(n, "%d", &h.N)
	if err == nil {
		h.Hash, err = base64.RawURLEncoding.DecodeString(hash)
	}
	return h, err == nil
}
