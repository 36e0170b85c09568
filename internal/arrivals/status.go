package arrivals

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// statuses are the words by which programs say that somebody does not come, or has been.
// Any other word, such as "confirmed", leaves a booking what it is.
var statuses = map[Status]string{
	Cancelled: "cancelled canceled cancel cancelledbypatient cancelledbyclinic deleted rescheduled withdrawn void 取消 已取消 取消預約 已取消預約 取消预约 已取消预约 病人取消 作廢 作废 退號 已退號 退号 已退号 已刪除 已删除 改期 已改期",
	NotCome:   "noshow dna didnotattend didnotcome absent defaulted defaulter 未到 未到診 缺席 缺診 爽約 爽约 失約 失约 未就診 未就诊 未到诊",
	Done:      "completed complete fulfilled done seen finished attended departed 完成 已完成 已就診 已看診 已應診 已离开 已離開 已就诊 已看诊",
}

func statusOf(cell string) Status {
	s := bare(strings.ToLower(norm.NFKC.String(cell)), nil)
	if s == "" {
		return Booked
	}
	for st, words := range statuses {
		for w := range strings.FieldsSeq(words) {
			if s == w {
				return st
			}
		}
	}
	return Booked
}
