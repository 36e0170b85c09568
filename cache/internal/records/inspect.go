package records

import (
	"context"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cache/internal/seal"
)

// What tests of the store ask, to find the cells that they damage and the memory that
// has to be overwritten.

// Spot is the table and row that a record's body lies in; the first of a document's
// rows.
func (rs *Records) Spot(ctx context.Context, held Keys, id PatientID, ref ehrdesk.Ref) (table string, row int64, err error) {
	c, idx, err := rs.view(ctx, held, "cache.test", id)
	if err != nil {
		return "", 0, err
	}
	e := idx.find(ref)
	return [...]string{"body", "block", "piece"}[e.at.in], rowID(c.n, e.at.no), nil
}

// LastRead is the memory of the block read last, itself.
func (rs *Records) LastRead(id PatientID) [][]byte {
	l := &rs.charts.get(id).last
	return [][]byte{l.plain[:cap(l.plain)], l.raw[:cap(l.raw)]}
}

// Cells are the AEADs of a copy, one for each kind of cell.
func (rs *Records) Cells(ctx context.Context, held Keys, id PatientID) ([]*seal.CellAEAD, error) {
	c, _, err := rs.view(ctx, held, "cache.test", id)
	if err != nil {
		return nil, err
	}
	b := &c.boxes
	return []*seal.CellAEAD{&b.heads, &b.chunks, &b.bodies, &b.blocks, &b.pieces}, nil
}
