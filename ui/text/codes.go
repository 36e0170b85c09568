package text

// absentReasons are data-absent-reason and v3-NullFlavor: why there is no value.
func absentReasons() Codes {
	return codes(`
		unknown | not known | 不詳 | 不详
		asked-unknown | asked, not known | 已詢問，不詳 | 已询问，不详
		temp-unknown | not known yet | 暫未知 | 暂未知
		not-asked | not asked | 沒有詢問 | 没有询问
		asked-declined | asked, declined to answer | 已詢問，不願回答 | 已询问，不愿回答
		masked | masked, not to be shown | 已隱藏，不可顯示 | 已隐藏，不可显示
		not-applicable | not applicable | 不適用 | 不适用
		unsupported | not supported by the source | 來源系統不支援 | 来源系统不支持
		as-text | given as text | 以文字記錄 | 以文字记录
		error | error | 出錯 | 出错
		not-a-number | not a number | 並非數字 | 并非数字
		negative-infinity | below any number | 低於任何數值 | 低于任何数值
		positive-infinity | above any number | 高於任何數值 | 高于任何数值
		not-performed | not performed | 沒有進行 | 没有进行
		not-permitted | not permitted | 不獲准許 | 不获准许
		NI | no information | 沒有資料 | 没有资料
		UNK | not known | 不詳 | 不详
		ASKU | asked, not known | 已詢問，不詳 | 已询问，不详
		NAV | not known yet | 暫未知 | 暂未知
		NASK | not asked | 沒有詢問 | 没有询问
		NAVU | not available | 未能取得
		NA | not applicable | 不適用 | 不适用
		MSK | masked, not to be shown | 已隱藏，不可顯示 | 已隐藏，不可显示
		OTH | other | 其他
		INV | invalid | 無效 | 无效
		UNC | not encoded | 沒有編碼 | 没有编码
		DER | derived | 由其他資料得出 | 由其他资料得出
		NINF | below any number | 低於任何數值 | 低于任何数值
		PINF | above any number | 高於任何數值 | 高于任何数值
		TRC | trace | 微量
		QS | sufficient quantity | 足量
		NP | not present | 不存在
	`)
}

// interpretations are v3-ObservationInterpretation, all of its codes.
func interpretations() Codes {
	return codes(`
		_GeneticObservationInterpretation | genetic interpretation | 遺傳判讀 | 遗传判读
		_ObservationInterpretationChange | change | 變化 | 变化
		_ObservationInterpretationExceptions | exception | 例外
		_ObservationInterpretationNormality | normality | 正常程度
		_ObservationInterpretationSusceptibility | susceptibility | 藥物敏感度 | 药物敏感度
		ObservationInterpretationDetection | detection | 檢出 | 检出
		ObservationInterpretationExpectation | expectation | 預期 | 预期
		ReactivityObservationInterpretation | reactivity | 反應性 | 反应性
		_ObservationInterpretationProtocolInclusion | protocol inclusion | 符合方案 | 符合方案
		CAR | carrier | 帶因者 | 携带者
		Carrier | carrier | 帶因者 | 携带者
		B | better | 好轉 | 好转
		D | significant change down | 顯著下降 | 显著下降
		U | significant change up | 顯著上升 | 显著上升
		W | worse | 轉差 | 转差
		< | below the measuring range | 低於量度範圍 | 低于测量范围
		> | above the measuring range | 高於量度範圍 | 高于测量范围
		AC | anti-complementary substances present | 有抗補體物質 | 有抗补体物质
		IE | insufficient evidence | 證據不足 | 证据不足
		QCF | QUALITY CONTROL FAILED | 品質控制不合格 | 质量控制不合格
		TOX | cytotoxic substance present | 有細胞毒性物質 | 有细胞毒性物质
		A | abnormal | 異常 | 异常
		AA | critically abnormal | 危急異常 | 危急异常
		HH | critically high | 危急偏高
		LL | critically low | 危急偏低
		H | high | 偏高
		H> | significantly high | 顯著偏高 | 显著偏高
		HU | significantly high | 顯著偏高 | 显著偏高
		L | low | 偏低
		L< | significantly low | 顯著偏低 | 显著偏低
		LU | significantly low | 顯著偏低 | 显著偏低
		N | normal | 正常
		I | intermediate | 中介 | 中介
		MS | moderately susceptible | 中度敏感
		NCL | no breakpoint defined | 沒有臨床折點 | 没有临床折点
		NS | not susceptible | 不敏感
		R | resistant | 抗藥 | 耐药
		S | susceptible | 敏感
		SDD | susceptible, dose dependent | 劑量依賴敏感 | 剂量依赖敏感
		SYN-R | synergy, resistant | 協同，抗藥 | 协同，耐药
		SYN-S | synergy, susceptible | 協同，敏感 | 协同，敏感
		VS | very susceptible | 高度敏感
		EX | outside the threshold | 超出閾值 | 超出阈值
		HX | above the high threshold | 高於上閾值 | 高于上阈值
		LX | below the low threshold | 低於下閾值 | 低于下阈值
		HM | held for medical review | 待醫生覆核 | 待医生复核
		IND | indeterminate | 不能確定 | 不能确定
		E | equivocal | 結果不明確 | 结果不明确
		NEG | negative | 陰性 | 阴性
		ND | not detected | 沒有檢出 | 未检出
		POS | positive | 陽性 | 阳性
		DET | detected | 檢出 | 检出
		EXP | expected | 符合預期 | 符合预期
		UNE | unexpected | 非預期 | 非预期
		NR | non-reactive | 無反應 | 无反应
		RR | reactive | 有反應 | 有反应
		WR | weakly reactive | 弱反應 | 弱反应
	`)
}

// rangeKinds are referencerange-meaning and observation-range-category: what a
// range is good for.
func rangeKinds() Codes {
	return codes(`
		type | kind of range | 範圍種類 | 范围种类
		normal | normal | 正常
		recommended | recommended | 建議 | 建议
		treatment | treatment | 治療 | 治疗
		therapeutic | therapeutic | 治療濃度 | 治疗浓度
		pre | before treatment | 治療前 | 治疗前
		post | after treatment | 治療後 | 治疗后
		endocrine | endocrine | 內分泌 | 内分泌
		pre-puberty | before puberty | 青春期前
		follicular | follicular phase | 濾泡期 | 卵泡期
		midcycle | mid-cycle | 週期中段 | 周期中段
		luteal | luteal phase | 黃體期 | 黄体期
		postmenopausal | after the menopause | 停經後 | 绝经后
		reference | reference | 參考 | 参考
		critical | critical | 危急
		absolute | absolute | 絕對 | 绝对
	`)
}

// severities are reaction-event-severity, allergy-intolerance-criticality and
// the SNOMED CT severities of R4's condition-severity.
func severities() Codes {
	return codes(`
		mild | mild | 輕微 | 轻微
		moderate | moderate | 中度
		severe | severe | 嚴重 | 严重
		low | low risk | 低風險 | 低风险
		high | high risk | 高風險 | 高风险
		unable-to-assess | risk not assessed | 未能評估風險 | 未能评估风险
		255604002 | mild | 輕微 | 轻微
		6736007 | moderate | 中度
		24484000 | severe | 嚴重 | 严重
	`)
}

func doseTypes() Codes {
	return codes(`
		calculated | calculated | 計算所得 | 计算所得
		ordered | ordered | 處方所列 | 处方所列
	`)
}

// events are R4's event-timing: when a dose is taken.
func events() Codes {
	return codes(`
		MORN | in the morning | 早上
		MORN.early | in the early morning | 清晨
		MORN.late | in the late morning | 上午較後時間 | 上午较后时间
		NOON | at noon | 中午
		AFT | in the afternoon | 下午
		AFT.early | in the early afternoon | 下午較早時間 | 下午较早时间
		AFT.late | in the late afternoon | 下午較後時間 | 下午较后时间
		EVE | in the evening | 傍晚
		EVE.early | in the early evening | 傍晚較早時間 | 傍晚较早时间
		EVE.late | in the late evening | 晚上較後時間 | 晚上较后时间
		NIGHT | at night | 晚上
		PHS | after falling asleep | 入睡後 | 入睡后
		HS | at bedtime | 睡前
		WAKE | on waking | 起床時 | 起床时
		C | with meals | 隨餐 | 随餐
		CM | with breakfast | 隨早餐 | 随早餐
		CD | with lunch | 隨午餐 | 随午餐
		CV | with dinner | 隨晚餐 | 随晚餐
		AC | before meals | 餐前
		ACM | before breakfast | 早餐前
		ACD | before lunch | 午餐前
		ACV | before dinner | 晚餐前
		PC | after meals | 餐後 | 餐后
		PCM | after breakfast | 早餐後 | 早餐后
		PCD | after lunch | 午餐後 | 午餐后
		PCV | after dinner | 晚餐後 | 晚餐后
	`)
}

// eventPoints are the same events as what an offset is counted from: "30 minutes
// before breakfast". R4 counts from those before a meal backwards, else forwards.
func eventPoints() Codes {
	return codes(`
		MORN | after the start of the morning | 早上開始後 | 早上开始后
		MORN.early | after the start of the early morning | 清晨開始後 | 清晨开始后
		MORN.late | after the start of the late morning | 上午較後時間開始後 | 上午较后时间开始后
		NOON | after noon | 中午後 | 中午后
		AFT | after the start of the afternoon | 下午開始後 | 下午开始后
		AFT.early | after the start of the early afternoon | 下午較早時間開始後 | 下午较早时间开始后
		AFT.late | after the start of the late afternoon | 下午較後時間開始後 | 下午较后时间开始后
		EVE | after the start of the evening | 傍晚開始後 | 傍晚开始后
		EVE.early | after the start of the early evening | 傍晚較早時間開始後 | 傍晚较早时间开始后
		EVE.late | after the start of the late evening | 晚上較後時間開始後 | 晚上较后时间开始后
		NIGHT | after the start of the night | 晚上開始後 | 晚上开始后
		PHS | after falling asleep | 入睡後 | 入睡后
		HS | before bedtime | 睡前
		WAKE | after waking | 起床後 | 起床后
		C | after the start of meals | 開始用餐後 | 开始用餐后
		CM | after the start of breakfast | 開始早餐後 | 开始早餐后
		CD | after the start of lunch | 開始午餐後 | 开始午餐后
		CV | after the start of dinner | 開始晚餐後 | 开始晚餐后
		AC | before meals | 餐前
		ACM | before breakfast | 早餐前
		ACD | before lunch | 午餐前
		ACV | before dinner | 晚餐前
		PC | after meals | 餐後 | 餐后
		PCM | after breakfast | 早餐後 | 早餐后
		PCD | after lunch | 午餐後 | 午餐后
		PCV | after dinner | 晚餐後 | 晚餐后
	`)
}

// timings are v3-GTSAbbreviation.
func timings() Codes {
	return codes(`
		BID | twice a day | 每日 2 次
		TID | 3 times a day | 每日 3 次
		QID | 4 times a day | 每日 4 次
		AM | every morning | 每日早上
		PM | every afternoon | 每日下午
		QD | once a day | 每日 1 次
		QOD | every 2 days | 每 2 日 1 次
		Q1H | every hour | 每小時 1 次 | 每小时 1 次
		Q2H | every 2 hours | 每 2 小時 1 次 | 每 2 小时 1 次
		Q3H | every 3 hours | 每 3 小時 1 次 | 每 3 小时 1 次
		Q4H | every 4 hours | 每 4 小時 1 次 | 每 4 小时 1 次
		Q6H | every 6 hours | 每 6 小時 1 次 | 每 6 小时 1 次
		Q8H | every 8 hours | 每 8 小時 1 次 | 每 8 小时 1 次
		BED | at bedtime | 睡前
		WK | once a week | 每星期 1 次
		MO | once a month | 每月 1 次
	`)
}

func daysOfWeek() Codes {
	return codes(`
		mon | Monday | 星期一
		tue | Tuesday | 星期二
		wed | Wednesday | 星期三
		thu | Thursday | 星期四
		fri | Friday | 星期五
		sat | Saturday | 星期六
		sun | Sunday | 星期日
	`)
}

// timeUnits are R4's units-of-time, of one.
func timeUnits() Codes {
	return codes(`
		s | second | 秒
		min | minute | 分鐘 | 分钟
		h | hour | 小時 | 小时
		d | day | 日
		wk | week | 星期
		mo | month | 個月 | 个月
		a | year | 年
	`)
}

// manyUnits are the same of more than one.
func manyUnits() Codes {
	return codes(`
		s | seconds | 秒
		min | minutes | 分鐘 | 分钟
		h | hours | 小時 | 小时
		d | days | 日
		wk | weeks | 星期
		mo | months | 個月 | 个月
		a | years | 年
	`)
}

// unitWords are the words that units have in English: those that UCUM leaves to its
// annotations, and ours for its arbitrary units.
func unitWords() Codes {
	return codes(`
		score | score | 分
		points | points | 分
		beats | beats | 次
		breaths | breaths | 次
		breath | breath | 次
		times | times | 次
		copies | copies | 拷貝 | 拷贝
		cells | cells | 細胞 | 细胞
		count | count | 個 | 个
		events | events | 次
		ratio | ratio | 比值
		index | index | 指數 | 指数
		titer | titre | 滴度
		titre | titre | 滴度
		drop | drop | 滴
		drops | drops | 滴
		units | units | 單位 | 单位
		unit | unit | 單位 | 单位
		arbitrary units | arbitrary units | 任意單位 | 任意单位
		packs | packs | 包
		pack-years | pack-years | 包年
		cigarettes | cigarettes | 支
		drinks | drinks | 杯
		creat | creatinine | 肌酸酐
		creatinine | creatinine | 肌酸酐
		day | day | 日
		week | week | 星期
	`)
}

// doseUnits are the units of a dose that are written in full, since their
// abbreviations are read for others (NHS CUI MEDi, ISMP): µg for mg, U for 0.
func doseUnits() Codes {
	const micro, nano, iu, unit = "micrograms | 微克", "nanograms | 納克 | 纳克", "international units | 國際單位 | 国际单位", "units | 單位 | 单位"
	rows := ""
	for _, g := range [][2]string{{"ug mcg µg μg ugm mcgm", micro}, {"ng ngm", nano}, {"IU iu [iU] [IU] i.u. I.U.", iu}, {"U u", unit},
		{"k[iU]", "thousand international units | 千國際單位 | 千国际单位"}, {"m[iU]", "thousandths of an international unit | 毫國際單位 | 毫国际单位"}, {"[MIU] M[iU]", "million international units | 百萬國際單位 | 百万国际单位"}} {
		for _, u := range fields(g[0]) {
			rows += u + " | " + g[1] + "\n"
		}
	}
	return codes(rows)
}
