package text

// CaseGroup are the words of a group, as a tumour board or a hotline, in a sealed case.
type CaseGroup struct {
	Board, Hotline T // what it is, with how many answer for it
	Closed         T // of a member: nobody answers for it any more
	Mine           T // of a member: whoever is signed in answers for it
	For, By        T // who did something, for which group; who did it, of a receipt
	NotOpened      T // what a colleague has answered, or said for the group
	Reads          T // who reads what leaves
	LeavesFor      T
	NoKey          T // why something waits
	NotPassing     T // why it cannot be chosen
}

func caseGroup() CaseGroup {
	return CaseGroup{
		Board:      T{"board, staff of %d", "會議小組，%d 人負責", "会议小组，%d 人负责"},
		Hotline:    T{"hotline, staff of %d", "熱線，%d 人負責", "热线，%d 人负责"},
		Closed:     T{"%s (closed)", "%s（已關閉）", "%s（已关闭）"},
		Mine:       T{"%s (you answer for it)", "%s（由你負責）", "%s（由你负责）"},
		For:        T{"%s for %s", "%s（代 %s）", "%s（代 %s）"},
		By:         T{" (%s)", "（%s）", "（%s）"},
		NotOpened:  T{"not opened by you · Enter opens it", "你尚未開啟 · 按 Enter 開啟", "你尚未打开 · 按 Enter 打开"},
		Reads:      T{"To a group: whoever is on its staff reads it, also who is added later, until somebody leaves; one of them answers for all.", "致群組：群組成員均可閱讀，在有人離開之前加入者亦然；由其中一人代為回覆。", "致群组：群组成员均可阅读，在有人离开之前加入者亦然；由其中一人代为回复。"},
		LeavesFor:  T{"You say it for %s, whose staff read it too.", "你代 %s 發出，其成員亦可閱讀。", "你代 %s 发出，其成员亦可阅读。"},
		NoKey:      T{"%s has no key now, as somebody has left: it is sent once the desk of a colleague there has made the next.", "%s 因有成員離開而暫無密鑰：待其同事的工作站建立新密鑰後即會送出。", "%s 因有成员离开而暂无密钥：待其同事的工作站建立新密钥后即会送出。"},
		NotPassing: T{"What passes is for persons: choose whom, and no group.", "閱後消失的訊息只可致個別人士，不可致群組。", "阅后消失的信息只可致个别人士，不可致群组。"},
	}
}
