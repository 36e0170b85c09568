package records

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/disk"
	"github.com/ehrdesk/ehrdesk/cache/internal/keyring"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// chart is one patient's copy, open in memory: its keys, its head and, once
// asked for, its list index.
type chart struct {
	id    PatientID
	uid   []byte
	n     int64
	epoch uint32
	boxes
	last lastBlock

	mu   sync.RWMutex // guards what follows
	head head
	idx  *index // nil until loaded
}

// boxes are the sub-keys of a patient's key, one for each kind of cell.
type boxes struct{ heads, chunks, bodies, blocks, pieces, said seal.CellAEAD }

// newBoxes derives them; whoever wants the head alone, as a sweep over all copies
// does, is spared the others.
func newBoxes(dek []byte, headOnly bool) (b boxes, err error) {
	all := [...]struct {
		box     *seal.CellAEAD
		purpose string
	}{{&b.heads, "head"}, {&b.chunks, "list index"}, {&b.bodies, "body"}, {&b.blocks, "block"}, {&b.pieces, "piece"}, {&b.said, "said"}}
	list := all[:]
	if headOnly {
		list = list[:1]
	}
	for _, k := range list {
		if *k.box, err = seal.NewCellAEAD(dek, k.purpose); err != nil {
			return b, err
		}
	}
	return b, nil
}

// head is the sealed cell that speaks for the whole copy: what the client put
// there, when it goes, and which chunks and blocks there are in which
// generation. One left out, or an older one put back, does not fit it.
type head struct {
	header     []byte
	keys       []string
	synced     time.Time
	purgeAfter time.Time
	live       KindCounts // records by kind
	gen        uint64
	nextRow    uint32 // numbers are never given twice
	nextBlock  uint32
	nextPiece  uint32
	nextChunk  uint32
	chunks     []chunkInfo // newest first
	parts      []chunkInfo // of the list index as well, oldest first
	blocks     []blockInfo // by number
}

// blockInfo is one block of settled bodies. Its stamp is random and made with
// it: whatever becomes of numbers, no other block opens in its place.
type blockInfo struct {
	no    uint32
	stamp uint64
	slots int
	live  int // slots that an entry names
	bytes int // of all its bodies, before packing
}

type chunkInfo struct {
	no   uint32
	gen  uint64
	rows int
}

const headVersion = 4 // 3 had no parts

func (h *head) pack() []byte {
	p := seal.Packer{Out: make([]byte, 0, len(h.header)+256)}
	p.Out = append(p.Out, headVersion)
	p.Bytes(h.header)
	p.Uint(uint64(len(h.keys)))
	for _, k := range h.keys {
		p.String(k)
	}
	p.Time(h.synced)
	p.Time(h.purgeAfter)
	h.live.pack(&p)
	p.Uint(h.gen)
	for _, next := range []uint32{h.nextRow, h.nextBlock, h.nextPiece, h.nextChunk} {
		p.Uint(uint64(next))
	}
	for _, list := range [][]chunkInfo{h.chunks, h.parts} {
		p.Uint(uint64(len(list)))
		for _, c := range list {
			p.Uint(uint64(c.no))
			p.Uint(c.gen)
			p.Uint(uint64(c.rows))
		}
	}
	p.Uint(uint64(len(h.blocks)))
	for _, b := range h.blocks {
		p.Uint(uint64(b.no))
		p.Out = append(p.Out, seal.Uint64(b.stamp)...)
		p.Uint(uint64(b.slots))
		p.Uint(uint64(b.live))
		p.Uint(uint64(b.bytes))
	}
	return p.Out
}

func unpackHead(b []byte) (head, error) {
	u := seal.Unpacker{In: string(b)}
	version := u.Byte()
	if version != headVersion && version != headVersion-1 {
		return head{}, seal.ErrMalformed
	}
	h := head{header: []byte(u.String())}
	for range u.Count(1) {
		h.keys = append(h.keys, u.String())
	}
	h.synced, h.purgeAfter = u.Time(), u.Time()
	h.live = unpackTally(&u)
	h.gen = u.Uint()
	for _, next := range []*uint32{&h.nextRow, &h.nextBlock, &h.nextPiece, &h.nextChunk} {
		*next = uint32(u.Limit(maxNo))
	}
	for _, list := range []*[]chunkInfo{&h.chunks, &h.parts} {
		if version < 4 && list == &h.parts {
			break
		}
		for range u.Count(3) {
			*list = append(*list, chunkInfo{uint32(u.Limit(maxNo)), u.Uint(), int(u.Limit(maxRows))})
		}
	}
	for range u.Count(12) {
		b := blockInfo{no: uint32(u.Limit(maxNo))}
		b.stamp = u.Fixed64()
		b.slots = int(u.Limit(blockSlots))
		b.live = int(u.Limit(uint64(b.slots)))
		b.bytes = int(u.Limit(maxBlockBytes))
		if len(h.blocks) > 0 && h.blocks[len(h.blocks)-1].no >= b.no {
			u.Fail()
		}
		h.blocks = append(h.blocks, b)
	}
	return h, u.End()
}

// block finds a block by its number.
func (h *head) block(no uint32) *blockInfo {
	i, ok := slices.BinarySearchFunc(h.blocks, no, func(b blockInfo, no uint32) int { return cmp.Compare(b.no, no) })
	if !ok {
		return nil
	}
	return &h.blocks[i]
}

func keyData(install string, uid []byte, n int64, epoch uint32) []byte {
	return seal.RecordData(install, "patient.dek", uid, seal.Uint64(uint64(n)), seal.Uint64(uint64(epoch)))
}

func headData(install string, uid []byte) []byte { return seal.RecordData(install, "head.ct", uid) }

// sealedChart is a patient's row as it stands on the disk.
type sealedChart struct {
	n     int64
	uid   []byte
	epoch uint32
	dek   []byte
	purge int64
	ct    []byte
}

// scan reads a row. Errors: seal.ErrSealed where a number is something else.
func (r *sealedChart) scan(row scanned) error {
	var epoch, purge any // whatever stands there: a driver's error could not be told from damage
	if err := row.Scan(&r.n, &r.uid, &epoch, &r.dek, &purge, &r.ct); err != nil {
		return err
	}
	e, number := epoch.(int64)
	if r.purge, _ = purge.(int64); !number || e < 0 || e > math.MaxUint32 || purge != any(r.purge) {
		return seal.ErrSealed
	}
	r.epoch = uint32(e)
	return nil
}

// open opens a row with the epoch's keys; with headOnly, what it gives can open
// nothing but its head. Errors: seal.ErrSealed and the like.
func (r *sealedChart) open(install string, k *keyring.RecordKeys, headOnly bool) (*chart, error) {
	dek, err := r.key(install, k)
	if err != nil {
		return nil, err
	}
	defer clear(dek)
	return r.openWith(install, dek, headOnly)
}

// key opens the patient's key.
func (r *sealedChart) key(install string, k *keyring.RecordKeys) ([]byte, error) {
	dek, err := k.KEK.Decrypt(r.dek, keyData(install, r.uid, r.n, r.epoch))
	if err != nil {
		return nil, seal.ErrSealed
	}
	return dek, nil
}

func (r *sealedChart) openWith(install string, dek []byte, headOnly bool) (*chart, error) {
	id, err := uuid.FromBytes(r.uid)
	if err != nil {
		return nil, seal.ErrSealed
	}
	c := &chart{id: PatientID(id.String()), uid: r.uid, n: r.n, epoch: r.epoch}
	if c.boxes, err = newBoxes(dek, headOnly); err != nil {
		return nil, err
	}
	_, packed, _, err := c.heads.Open(r.ct, headData(install, r.uid), nil)
	if err != nil {
		return nil, err
	}
	if c.head, err = unpackHead(packed); err != nil {
		return nil, err
	}
	if purgeDay(c.head.purgeAfter) != r.purge {
		return nil, seal.ErrSealed
	}
	return c, nil
}

func (c *chart) sealHead(install string, h *head) []byte {
	return c.heads.Seal(seal.Pad(0, h.pack()), headData(install, c.uid))
}

// charts keeps the charts in use, so that a list is decoded once.
type charts struct {
	mu   sync.Mutex
	byID map[PatientID]*chart
	used []PatientID // most recent last
}

const keptCharts = 4

func (c *charts) get(id PatientID) *chart {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byID[id]
}

func (c *charts) put(x *chart) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID = map[PatientID]*chart{}
	}
	if old, ok := c.byID[x.id]; ok {
		if old != x {
			old.last.wipe()
		}
	} else {
		if len(c.used) == keptCharts {
			c.byID[c.used[0]].last.wipe()
			delete(c.byID, c.used[0])
			c.used = c.used[1:]
		}
		c.used = append(c.used, x.id)
	}
	c.byID[x.id] = x
}

func (c *charts) drop(id PatientID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if x := c.byID[id]; x != nil {
		x.last.wipe()
	}
	delete(c.byID, id)
	for i, u := range c.used {
		if u == id {
			c.used = append(c.used[:i:i], c.used[i+1:]...)
			return
		}
	}
}

// empty reports that there is none.
func (c *charts) empty() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byID) == 0
}

func (c *charts) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.byID {
		x.last.wipe()
	}
	c.byID, c.used = nil, nil
}

// kept is the chart if it is in memory and v may see it.
func (rs *Records) kept(held Keys, id PatientID) *chart {
	if c := rs.charts.get(id); c != nil && held[c.epoch] != nil {
		return c
	}
	return nil
}

// load opens a chart, from memory when it is there. The caller holds
// rs.write, so that the head and the chunks it names stay in step.
func (rs *Records) load(ctx context.Context, held Keys, op string, id PatientID, withIndex bool) (*chart, error) {
	c := rs.kept(held, id)
	if c == nil {
		uid, err := uuid.Parse(string(id))
		if err != nil {
			return nil, ehrdesk.E(op, ehrdesk.CodeNotFound, errNoPatient)
		}
		var r sealedChart
		err = r.scan(rs.read.byID.row(ctx, uid[:]))
		if errors.Is(err, sql.ErrNoRows) || (err == nil && held[r.epoch] == nil) {
			return nil, ehrdesk.E(op, ehrdesk.CodeNotFound, errNoPatient)
		}
		if err != nil {
			return nil, disk.Fault(op, err)
		}
		if c, err = r.open(rs.install, held[r.epoch], false); err != nil {
			return nil, disk.Fault(op, err)
		}
		rs.charts.put(c)
	}
	if withIndex && c.index() == nil {
		idx, err := rs.loadIndex(ctx, c)
		if err != nil {
			return nil, disk.Fault(op, err)
		}
		c.mu.Lock()
		c.idx = idx
		c.mu.Unlock()
	}
	return c, nil
}

func (c *chart) index() *index {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.idx
}

// view is load for readers.
func (rs *Records) view(ctx context.Context, held Keys, op string, id PatientID) (*chart, *index, error) {
	if c := rs.kept(held, id); c != nil {
		if idx := c.index(); idx != nil {
			return c, idx, nil
		}
	}
	rs.write.Lock()
	defer rs.write.Unlock()
	c, err := rs.load(ctx, held, op, id, true)
	if err != nil {
		return nil, nil, err
	}
	return c, c.index(), nil
}

func (h *head) copy(id PatientID) Copy {
	return Copy{ID: id, Header: bytes.Clone(h.header), PurgeAfter: h.purgeAfter, Synced: h.synced, Records: h.live.All(), Kinds: h.live}
}

// expired reports whether the copy's time is over.
func (h *head) expired(now time.Time) bool {
	return !h.purgeAfter.IsZero() && !now.Before(h.purgeAfter)
}
