package text

import (
	"strings"

	"github.com/ehrdesk/ehrdesk"
)

// statuses are the codes of R4's required value sets for status, clinicalStatus,
// lifecycleStatus, achievementStatus and docStatus, of every kind of resource.
func statuses() Codes {
	return codes(`
		active | active | 有效
		inactive | inactive | 非現用 | 非现用
		completed | completed | 完成
		final | final | 最終 | 最终
		preliminary | PRELIMINARY | 初步
		partial | PARTIAL | 部分
		amended | AMENDED | 已修訂 | 已修订
		corrected | CORRECTED | 已更正
		appended | APPENDED | 已補充 | 已补充
		registered | registered | 已登記 | 已登记
		cancelled | cancelled | 已取消
		entered-in-error | ENTERED IN ERROR | 錯誤輸入 | 错误输入
		finished | finished | 已完結 | 已完结
		in-progress | in progress | 進行中 | 进行中
		planned | planned | 已計劃 | 已计划
		Encounter/planned | planned | 已預約 | 已预约
		arrived | arrived | 已到達 | 已到达
		triaged | triaged | 已分流
		onleave | on leave | 請假離院 | 请假离院
		onhold | suspended | 暫停 | 暂停
		waitlist | on the waiting list | 輪候中 | 轮候中
		proposed | proposed, not agreed | 建議中，未確定 | 建议中，未确定
		pending | pending | 待確認 | 待确认
		booked | booked | 已預約 | 已预约
		fulfilled | attended | 已應診 | 已应诊
		noshow | did not attend | 缺席
		checked-in | checked in | 已報到 | 已报到
		stopped | stopped | 已停止
		on-hold | suspended | 暫停 | 暂停
		draft | draft | 草稿
		not-done | not done | 沒有進行 | 没有进行
		Immunization/not-done | not given | 沒有接種 | 没有接种
		MedicationAdministration/not-done | not given | 沒有給藥 | 没有给药
		preparation | in preparation | 準備中 | 准备中
		intended | intended, not yet taken | 擬用，尚未使用 | 拟用，尚未使用
		not-taken | NOT TAKEN | 沒有服用 | 没有服用
		declined | declined | 已拒絕 | 已拒绝
		resolved | resolved | 已痊癒 | 已痊愈
		recurrence | recurrence | 復發 | 复发
		relapse | relapse | 再發 | 再发
		remission | in remission | 緩解 | 缓解
		current | current | 現行 | 现行
		superseded | superseded | 已取代
		retired | retired | 已停用
		unknown | unknown | 不詳 | 不详
		health-unknown | health not known | 健康狀況不詳 | 健康状况不详
		revoked | revoked | 已撤回
		suspended | suspended | 暫停 | 暂停
		requested | requested | 已要求
		received | received | 已收到
		accepted | accepted | 已接受
		tentative | tentative | 暫定 | 暂定
		needs-action | not answered | 尚未回覆 | 尚未回复
		rejected | rejected | 已拒絕 | 已拒绝
		ready | ready | 已準備 | 已准备
		failed | failed | 失敗 | 失败
		available | available | 可用
		unavailable | not available | 不可用
		unsatisfactory | unsatisfactory | 不合要求
		abandoned | abandoned | 已放棄 | 已放弃
		issued | issued | 已發出 | 已发出
		balanced | balanced | 已結清 | 已结清
		billable | billable | 可收費 | 可收费
		not-billable | not billable | 不收費 | 不收费
		aborted | aborted | 已中止
		billed | billed | 已收費 | 已收费
		success | success | 成功
		data-requested | more data requested | 要求更多資料 | 要求更多资料
		data-required | more data required | 須更多資料 | 须更多资料
		failure | failure | 失敗 | 失败
		attested | attested | 已證明 | 已证明
		validated | validated | 已核實 | 已核实
		in-process | being validated | 核實中 | 核实中
		req-revalid | to be validated again | 須再核實 | 须再核实
		val-fail | not validated | 未能核實 | 未能核实
		reval-fail | no longer validated | 再核實失敗 | 再核实失败
		busy | busy | 已佔用 | 已占用
		free | free | 空檔 | 空档
		busy-unavailable | not available | 不可預約 | 不可预约
		busy-tentative | tentatively taken | 暫定佔用 | 暂定占用
		error | error | 錯誤 | 错误
		off | off | 已關閉 | 已关闭
		test | test | 測試 | 测试
		online | online | 運作中 | 运作中
		paused | paused | 暫停 | 暂停
		standby | standby | 備用 | 备用
		offline | offline | 離線 | 离线
		not-ready | not ready | 未準備好 | 未准备好
		transduc-discon | transducer disconnected | 感應器脫離 | 传感器脱离
		hw-discon | hardware disconnected | 硬件脫離 | 硬件脱离
		improving | improving | 改善中
		worsening | worsening | 惡化中 | 恶化中
		no-change | no change | 沒有變化 | 没有变化
		achieved | achieved | 已達成 | 已达成
		sustaining | sustained | 已維持 | 已维持
		not-achieved | not achieved | 未達成 | 未达成
		no-progress | no progress | 沒有進展 | 没有进展
		not-attainable | not attainable | 不能達成 | 不能达成
		candidate | candidate | 候選 | 候选
		eligible | eligible | 合資格 | 合资格
		ineligible | ineligible | 不合資格 | 不合资格
		follow-up | follow-up | 跟進 | 跟进
		not-registered | not registered | 沒有登記 | 没有登记
		off-study | off study | 已離開研究 | 已离开研究
		on-study | on study | 參與研究中 | 参与研究中
		on-study-intervention | on study, intervention | 參與研究中，介入 | 参与研究中，介入
		on-study-observation | on study, observation | 參與研究中，觀察 | 参与研究中，观察
		pending-on-study | to be on study | 待參與研究 | 待参与研究
		potential-candidate | potential candidate | 可能候選 | 可能候选
		screening | screening | 篩選中 | 筛选中
		withdrawn | withdrawn | 已退出
		administratively-completed | completed administratively | 行政完結 | 行政完结
		approved | approved | 已批准
		closed-to-accrual | closed to new subjects | 停止招募
		closed-to-accrual-and-intervention | closed to new subjects and intervention | 停止招募及介入
		disapproved | disapproved | 不獲批准 | 不获批准
		in-review | in review | 審核中 | 审核中
		temporarily-closed-to-accrual | closed to new subjects for now | 暫停招募 | 暂停招募
		temporarily-closed-to-accrual-and-intervention | closed to new subjects and intervention for now | 暫停招募及介入 | 暂停招募及介入
		complete | complete | 完整
	`)
}

// verifications are how sure somebody is of a diagnosis or an allergy
// (condition-ver-status, allergyintolerance-verification).
func verifications() Codes {
	return codes(`
		unconfirmed | unconfirmed | 未確認 | 未确认
		provisional | provisional | 暫定診斷 | 暂定诊断
		differential | differential | 鑑別診斷 | 鉴别诊断
		confirmed | confirmed | 已確認 | 已确认
		refuted | REFUTED | 已排除
		presumed | presumed | 推定
		entered-in-error | ENTERED IN ERROR | 錯誤輸入 | 错误输入
	`)
}

func intents() Codes {
	return codes(`
		proposal | proposal | 建議 | 建议
		plan | plan | 計劃 | 计划
		directive | directive | 指示
		order | order | 醫囑 | 医嘱
		original-order | original order | 原醫囑 | 原医嘱
		reflex-order | reflex order | 連帶醫囑 | 连带医嘱
		filler-order | filler order | 執行醫囑 | 执行医嘱
		instance-order | instance of an order | 單次醫囑 | 单次医嘱
		option | option | 備選 | 备选
		unknown | intent unknown | 意圖不詳 | 意图不详
	`)
}

// priorities are request-priority and v3-ActPriority.
func priorities() Codes {
	return codes(`
		routine | routine | 常規 | 常规
		urgent | URGENT | 緊急 | 紧急
		asap | AS SOON AS POSSIBLE | 盡快 | 尽快
		stat | IMMEDIATE (STAT) | 即時 | 即时
		A | as soon as possible | 盡快 | 尽快
		CR | callback for results | 有結果即回電 | 有结果即回电
		CS | callback for scheduling | 安排時回電 | 安排时回电
		CSP | callback placer for scheduling | 安排時回電予開單者 | 安排时回电予开单者
		CSR | contact recipient for scheduling | 安排時聯絡病人 | 安排时联络病人
		EL | elective | 非緊急，可擇期 | 非紧急，可择期
		EM | EMERGENCY | 急症
		P | preoperative | 手術前 | 手术前
		PRN | as needed | 需要時 | 需要时
		R | routine | 常規 | 常规
		RR | rush reporting | 加急報告 | 加急报告
		S | IMMEDIATE (STAT) | 即時 | 即时
		T | timing critical | 時間至關重要 | 时间至关重要
		UD | use as directed | 遵照指示
		UR | URGENT | 緊急 | 紧急
	`)
}

func availability() Codes {
	return codes(`
		ONLINE | images online | 影像可即時取用 | 影像可即时取用
		OFFLINE | images offline | 影像已離線存放 | 影像已离线存放
		NEARLINE | images nearly online | 影像須稍候取用 | 影像须稍候取用
		UNAVAILABLE | images not available | 影像不可取用
	`)
}

// status is the word for a record's status code.
func (w Words) status(resource, code string) string {
	f := &w.c.Facts
	if t, ok := f.Statuses[resource+"/"+code]; ok {
		return w.t(t)
	}
	if t, ok := f.Statuses[code]; ok {
		return w.t(t)
	}
	return w.t(f.Verifications.of(code))
}

// statusOf is the word for a status of a record. A booking or a visit that was planned for a
// day that has gone was booked or planned, where nobody has said what came of it.
func (w Words) statusOf(r *ehrdesk.Record, code string) string {
	p := &w.c.Facts.Phrases
	switch {
	case !w.Past(r):
	case r.Resource == "Appointment" && code == "booked":
		return w.t(p.WasBooked)
	case r.Resource == "Encounter" && code == "planned":
		return w.t(p.WasPlanned)
	}
	return w.status(r.Resource, code)
}

// StatusName is the word for a record's status, as sent where there is none.
func (w Words) StatusName(r *ehrdesk.Record) string {
	if words := w.status(r.Resource, r.Status); words != "" {
		return words
	}
	return ehrdesk.CleanLine(r.Status)
}

// InError reports a record that somebody said was entered in error.
func InError(r *ehrdesk.Record) bool { return r.Status == "entered-in-error" }

// stateCode is the code of a state: of several codings FHIR's own, which decides.
func stateCode(s ehrdesk.State) string {
	for _, k := range s.Concept.Codings {
		if k.Code != "" && ours(k.System) {
			return k.Code
		}
	}
	return s.Code()
}

// asUsual reports a state that a list may leave out: nothing else is to be
// expected, or the title says it.
func asUsual(r *ehrdesk.Record, s ehrdesk.State) bool {
	code := stateCode(s)
	switch s.Element {
	case ehrdesk.StateStatus, ehrdesk.StateClinical, ehrdesk.StateLifecycle, ehrdesk.StateDocument:
		return plainStatus(code)
	case ehrdesk.StateVerification:
		return code == "confirmed" || titled(r, s) || (r.Flag == ehrdesk.FlagUnconfirmed || r.Flag == ehrdesk.FlagNoInformation) && code != "entered-in-error"
	case ehrdesk.StateIntent:
		return strings.HasSuffix(code, "order") || code == "directive" || code == "plan" && r.Resource == "CarePlan" || noOrder(r, s)
	case ehrdesk.StatePriority:
		return code == "routine" || code == "R"
	case ehrdesk.StateSubpotent:
		return true // in the title
	case ehrdesk.StateAvailable:
		return code == "ONLINE"
	}
	return false
}

// plainStatus reports a status that is a matter of course.
func plainStatus(code string) bool {
	switch code {
	case "", "final", "completed", "active", "finished", "current", "fulfilled", "available":
		return true
	}
	return false
}

// Status says how a record stands: of a medication always, since it decides
// whether it is taken, and of others what is not a matter of course. Standout
// reports that something in it is not.
func (w Words) Status(r *ehrdesk.Record, f *ehrdesk.Facts) (words string, standout bool) {
	// Of a medication, since it decides whether it is taken; of a booking, whether it was
	// kept; of a referral, whether anything came of it.
	always := (r.Kind == ehrdesk.KindMedication || r.Resource == "Appointment" || r.Kind == ehrdesk.KindReferral) && !r.Linked
	var parts []string
	add := func(s string) {
		for _, p := range parts {
			if p == s {
				return
			}
		}
		if s != "" {
			parts = append(parts, s)
		}
	}
	decided := false // the one that decides is among the states
	for i := range f.States {
		s := &f.States[i]
		code := stateCode(*s)
		decided = decided || code == r.Status
		main := s.Element == ehrdesk.StateStatus || s.Element == ehrdesk.StateClinical
		textOnly := code == "" && s.Concept.Text != "" // never a matter of course
		usual := asUsual(r, *s) && (!textOnly || s.Element == ehrdesk.StateVerification)
		if usual && !(always && main) {
			continue
		}
		standout = standout || !usual
		add(w.state(r, s))
	}
	if !decided && r.Status != "" && (always && len(parts) == 0 || !plainStatus(r.Status)) {
		standout = standout || !plainStatus(r.Status)
		add(w.statusOf(r, r.Status))
	}
	if len(parts) == 0 && r.Kind == ehrdesk.KindMedication && always && !r.Restricted {
		return w.t(w.c.Facts.Phrases.NoStatus), false
	}
	return join(" · ", parts...), standout
}

// state is what one status element says.
func (w Words) state(r *ehrdesk.Record, s *ehrdesk.State) string {
	f, p, code := &w.c.Facts, &w.c.Facts.Phrases, stateCode(*s)
	switch s.Element {
	case ehrdesk.StateVerification:
		if word, ok := w.known(s.Concept, f.Verifications); ok {
			return w.withText(word, s.Concept)
		}
		return s.Concept.Words()
	case ehrdesk.StateIntent:
		return w.concept(s.Concept, f.Intents)
	case ehrdesk.StatePriority:
		return w.concept(s.Concept, f.Priorities)
	case ehrdesk.StateAvailable:
		return w.concept(s.Concept, f.Availability)
	case ehrdesk.StateReason, ehrdesk.StateSubpotentReason:
		if words := w.concept(s.Concept, f.Details); words != "" {
			return w.put(p.Reason, words)
		}
		return ""
	case ehrdesk.StateBusiness:
		return w.concept(s.Concept, f.Statuses)
	}
	if s.Concept.Text != "" && code == "" {
		return s.Concept.Text
	}
	words := w.statusOf(r, code)
	if words == code {
		return s.Concept.Words() // its display, where the code is not one of ours
	}
	return w.withText(words, s.Concept)
}

// withText is our word for a code with the sender's beside it where he says more.
func (w Words) withText(word string, k ehrdesk.Concept) string {
	if k.Text == "" || strings.EqualFold(k.Text, word) {
		return word
	}
	for _, c := range k.Codings {
		if strings.EqualFold(k.Text, c.Code) || strings.EqualFold(k.Text, c.Display) {
			return word
		}
	}
	return w.put(w.c.Facts.Phrases.OfType, word, k.Text)
}

// Priority is how urgent something is, by FHIR's word for it.
func (w Words) Priority(code string) string { return w.t(w.c.Facts.Priorities.of(code)) }
