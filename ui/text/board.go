package text

// Board are the words of the tasks by how far they have come.
type Board struct {
	Title, Lead, None, Here, AsList, AsBoard, OneView, Owner, Nobody, Due, Overdue, Again,
	Approve, Acknowledge, Case, Call, Review, News, Arrival, Act T
	Columns [3]T // to be done, under way, done or with others
}

func board() Board {
	return Board{
		Title:       T{"Tasks", "任務", "任务"},
		Lead:        T{"requests, approvals, acknowledgements, follow-ups and cases; what is overdue comes first", "要求、批准、確認、跟進及個案；逾期者先列", "要求、批准、确认、跟进及个案；逾期者先列"},
		None:        T{"Nothing is open.", "沒有未完成的任務。", "没有未完成的任务。"},
		Here:        T{"–", "–", "–"},
		AsList:      T{"list", "列表", "列表"},
		AsBoard:     T{"board", "任務板", "任务板"},
		OneView:     T{"this list has one view", "此列表只有一種顯示", "此列表只有一种显示"},
		Owner:       T{"with %s", "由 %s 負責", "由 %s 负责"},
		Nobody:      T{"nobody has it yet", "未有人負責", "未有人负责"},
		Due:         T{"by %s", "期限 %s", "期限 %s"},
		Overdue:     T{"OVERDUE since %s", "自 %s 起逾期", "自 %s 起逾期"},
		Again:       T{"NOBODY IN TIME", "逾時未有人確認", "逾时未有人确认"},
		Approve:     T{"Approval", "批准", "批准"},
		Acknowledge: T{"CRITICAL message", "危急訊息", "危急信息"},
		Case:        T{"Case", "個案", "个案"},
		Call:        T{"Call", "致電", "致电"},
		Review:      T{"Follow-up", "跟進", "跟进"},
		News:        T{"New records", "新紀錄", "新记录"},
		Arrival:     T{"Arrival", "到診", "到诊"},
		Act:         T{"Act not taken", "未被接納的申請", "未被接纳的申请"},
		Columns:     [3]T{{"To do", "待辦", "待办"}, {"Under way", "進行中", "进行中"}, {"Done, or with others", "完成或由他人處理", "完成或由他人处理"}},
	}
}
