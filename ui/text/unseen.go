package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/internal/clinical/unseen"
)

// Unseen are the words of abnormal results that wait for somebody.
type Unseen struct {
	Title, NotOpened, OpenedBy, Acknowledged, Partial, PartialWhy, Days, Today, NoDate, OrderedBy, Own, Hint, Done, InPart,
	CardTitle, CardBack, Reason, ReasonLead, Submit, Kept, NotAnswers, NoResult, OnlyOf, NobodyNamed, ByWhom, ByWhomHint, Chip, ChipCritical,
	OnList, OnListCritical, OnListNotOpened, OnListPartial, OnListDays, OnListOwn, OnListNobody, OnListStays, OnListHint T // on the list of the day
}

func unseenPhrases() Unseen {
	return Unseen{
		Title:           T{"Results not acknowledged", "未確認的異常結果", "未确认的异常结果"},
		NotOpened:       T{"not opened here", "本站未開啟", "本站未打开"},
		OpenedBy:        T{"opened by %s, %s", "%s 已開啟（%s）", "%s 已打开（%s）"},
		Acknowledged:    T{"acknowledged by %s, %s", "%s 已確認（%s）", "%s 已确认（%s）"},
		Partial:         T{"PARTIAL: cannot be acknowledged", "部分結果：不可確認", "部分结果：不可确认"},
		PartialWhy:      T{"this result is not complete: it can be acknowledged once the rest has come", "此結果未齊全：其餘結果送達後方可確認", "此结果未齐全：其余结果送达后方可确认"},
		OnList:          T{"%d abnormal result{s} not acknowledged", "%d 項異常結果未確認", "%d 项异常结果未确认"},
		OnListCritical:  T{"%d critical", "%d 項危急", "%d 项危急"},
		OnListNotOpened: T{"%d opened by nobody here", "%d 項本站無人開啟", "%d 项本站无人打开"},
		OnListPartial:   T{"%d PARTIAL", "%d 項部分結果", "%d 项部分结果"},
		OnListDays:      T{"the oldest %d day{s} ago", "最早於 %d 日前", "最早于 %d 日前"},
		OnListOwn:       T{"ordered by you", "由你要求", "由你要求"},
		OnListNobody:    T{"nobody named who ordered", "沒有註明由誰要求", "没有注明由谁要求"},
		OnListStays:     T{"it leaves the list once it is acknowledged in the chart, at ! Safety checks", "須於病歷的 ! 安全檢查中確認後才會移除", "须于病历的 ! 安全检查中确认后才会移除"},
		OnListHint:      T{"open the results", "開啟結果", "打开结果"},
		Days:            T{"%d day{s} ago", "%d 日前", "%d 日前"},
		Today:           T{"today", "今日", "今日"},
		NoDate:          T{"no date", "沒有日期", "没有日期"},
		OrderedBy:       T{"ordered by %s", "%s 開立", "%s 开立"},
		Own:             T{"ordered by you", "由你開立", "由你开立"},
		Hint:            T{"Enter opens, y acknowledges", "Enter 開啟，y 確認", "Enter 打开，y 确认"},
		Done:            T{"%d acknowledged", "已確認 %d 項", "已确认 %d 项"},
		InPart:          T{"results that cannot be seen here are not among them: %s", "未包括本站看不到的結果：%s", "未包括本站看不到的结果：%s"},
		CardTitle:       T{"Acknowledge – %s", "確認 – %s", "确认 – %s"},
		CardBack:        T{"Esc back: nothing is acknowledged, it stays in ! Safety checks", "Esc 返回：未作確認，仍列於 ! 安全檢查", "Esc 返回：未作确认，仍列于 ! 安全检查"},
		Reason:          T{"What is done (optional)", "處理（可不填）", "处理（可不填）"},
		ReasonLead:      T{"It is kept with your name, in the access log too: no names or numbers of persons.", "連同你的姓名保存並記入取覽記錄：請勿填寫姓名或號碼。", "连同你的姓名保存并记入取览记录：请勿填写姓名或号码。"},
		Submit:          T{"y  acknowledge", "y  確認", "y  确认"},
		Kept:            T{"result acknowledged, and written in the access log", "結果已確認，並已記入取覽記錄", "结果已确认，并已记入取览记录"},
		NotAnswers:      T{"results are acknowledged by a doctor or a dentist", "結果由醫生或牙醫確認", "结果由医生或牙医确认"},
		OnlyOf:          T{"%s alone; %d more of others: v", "只顯示%s；其他人另有 %d 項：v", "只显示%s；其他人另有 %d 项：v"},
		NobodyNamed:     T{"of which no record says who ordered them", "沒有開立者紀錄", "没有开立者记录"},
		ByWhom:          T{"v by who ordered them", "v 按開立者顯示", "v 按开立者显示"},
		ByWhomHint:      T{"by who ordered", "按開立者", "按开立者"},
		Chip:            T{"results %d", "結果 %d", "结果 %d"},
		ChipCritical:    T{"results %d, critical %d", "結果 %d，危急 %d", "结果 %d，危急 %d"},
		NoResult:        T{"no abnormal result that waits is in focus", "沒有選取待確認的異常結果", "没有选取待确认的异常结果"},
	}
}

// Waits says how a result stands: that it is not complete, how old it is, who ordered it, who has opened it and who
// acknowledged it.
func (w Words) Waits(x *unseen.Result) string {
	t := &w.c.Unseen
	var out []string
	if x.Partial {
		out = append(out, w.t(t.Partial))
	}
	switch {
	case x.Days > 0:
		out = append(out, w.fill(t.Days, x.Days))
	case x.Days == 0:
		out = append(out, w.t(t.Today))
	default:
		out = append(out, w.t(t.NoDate))
	}
	switch {
	case x.Own:
		out = append(out, w.t(t.Own))
	case x.By != "":
		out = append(out, w.fill(t.OrderedBy, ehrdesk.CleanLine(x.By)))
	}
	for _, o := range x.Openers {
		out = append(out, w.fill(t.OpenedBy, ehrdesk.CleanLine(o.By), w.Date(ehrdesk.At(o.At))))
	}
	if len(x.Openers) == 0 {
		out = append(out, w.t(t.NotOpened))
	}
	if x.Said != nil {
		out = append(out, w.fill(t.Acknowledged, ehrdesk.CleanLine(x.Said.By), w.Date(ehrdesk.At(x.Said.At))))
	}
	return strings.Join(out, " · ")
}
