package text

// CaseTells are the words of an alert as it is written.
type CaseTells struct {
	Begin                                                                T // the row that begins one
	Substance, Reaction, Severity, Kind, Category, Risk, Sure, Seen      T
	NotSaid, NeedsSubstance, NeedsReaction, NeedsSeen, NotViewed, InCase T
	At, BadAt                                                            T // when it was seen
	Unknown, UnknownShort, Like                                          T // of a drug that the checks do not know
	NoDesk                                                               T // why something waits

	Categories map[string]T // FHIR's codes of AllergyIntolerance.category
}

// CategoryOf is what an allergy is of, in words.
func (c *CaseTells) CategoryOf(code string) T { return known(c.Categories, code) }

func caseTells() CaseTells {
	return CaseTells{
		Begin:          T{"+ alert colleagues to an allergy or a reaction", "+ 向同事發出過敏或不良反應警示", "+ 向同事发出过敏或不良反应警示"},
		Substance:      T{"Alert: to what (drug, food, …)", "警示：對何物（藥物、食物等）", "警示：对何物（药物、食物等）"},
		Reaction:       T{"How the patient reacted", "病人的反應", "病人的反应"},
		Severity:       T{"How severe it was", "反應程度", "反应程度"},
		Kind:           T{"What it is", "類別", "类别"},
		Category:       T{"Of what kind the substance is", "物質類別", "物质类别"},
		Risk:           T{"Risk of another one", "再次發生的風險", "再次发生的风险"},
		Sure:           T{"How sure it is", "確定程度", "确定程度"},
		Seen:           T{"Who saw it, or from whom it is known", "由誰所見或得悉自何人", "由谁所见或得悉自何人"},
		NotSaid:        T{"not said", "未說明", "未说明"},
		NeedsSubstance: T{"an alert says what the patient reacted to", "警示須註明病人對何物有反應", "警示须注明病人对何物有反应"},
		NeedsReaction:  T{"an alert says how the patient reacted", "警示須註明病人的反應", "警示须注明病人的反应"},
		NeedsSeen:      T{"an alert says who saw it, or from whom it is known", "警示須註明由誰所見或得悉自何人", "警示须注明由谁所见或得悉自何人"},
		NotViewed:      T{"an alert is there to be recorded: it neither passes, nor waits for an approval, nor is for viewing only", "警示供記錄之用：不可限時、待批准或只供閱讀", "警示供记录之用：不可限时、待批准或只供阅读"},
		InCase:         T{"It stands in the case and in no record: whoever reads it can report it as unconfirmed, and so can you (M in the chart).", "只見於個案，不在病歷內：閱讀者可呈報為未證實，你亦可於病歷中呈報（M）。", "只见于个案，不在病历内：阅读者可呈报为未证实，你亦可于病历中呈报（M）。"},
		At:             T{"When it was seen (optional)", "何時所見（可略）", "何时所见（可略）"},
		BadAt:          T{"when it was seen is a day that was, with a time or without: 21-Nov-2026 09:40", "何時所見須為過往日期，可加時間：21-Nov-2026 09:40", "何时所见须为过往日期，可加时间：21-Nov-2026 09:40"},
		Unknown:        T{"The checks of this desk know no drug of this name, and hold nothing against it: look at the spelling.", "本工作站的核對功能不認識此藥名，無從核對：請檢查拼寫。", "本工作站的核对功能不认识此药名，无从核对：请检查拼写。"},
		UnknownShort:   T{"· not known to the checks", "· 核對功能不認識", "· 核对功能不认识"},
		Like:           T{"It may be: %s", "可能是：%s", "可能是：%s"},
		NoDesk:         T{"%s has signed in at no desk that can read it yet: it is sent once they have. Reach them by telephone if it cannot wait.", "%s 尚未登入可閱讀此訊息的工作站：登入後即會送出。如不能等候，請致電聯絡。", "%s 尚未登录可阅读此信息的工作站：登录后即会送出。如不能等候，请致电联系。"},
		Categories: map[string]T{
			"medication":  {"a drug", "藥物", "药物"},
			"food":        {"food", "食物", "食物"},
			"environment": {"the environment", "環境", "环境"},
			"biologic":    {"a biologic", "生物製劑", "生物制剂"},
		},
	}
}
