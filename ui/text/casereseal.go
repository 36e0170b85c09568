package text

// CaseReseals are the words of what is sealed for others too.
type CaseReseals struct {
	Of      T // its number, and whose it is
	Note    T // of what leaves: who said it
	NotThis T
	AllRead T
}

func caseReseals() CaseReseals {
	return CaseReseals{
		Of:      T{"message %d of %s, sealed for others", "第 %d 號（%s），另密封給其他成員", "第 %d 号（%s），另密封给其他成员"},
		Note:    T{"As %s said it, by your word: they are told, and read it too.", "按 %s 原文，由你轉交：對方會知悉並可閱讀。", "按 %s 原文，由你转交：对方会知悉并可阅读。"},
		NotThis: T{"what passes, or is to be approved, is sealed for nobody else", "限時訊息或待批准的訊息不可密封給其他人", "限时信息或待批准的信息不可密封给其他人"},
		AllRead: T{"everybody in the case can read it", "個案所有成員均可閱讀", "个案所有成员均可阅读"},
	}
}
