package text

// readingLabels are what a clinician calls the elements that internal/tables/details.csv
// names, and those within them: a line an element.
const readingLabels = `
	conclusion | Conclusion | 結論 | 结论
	conclusionCode | Diagnosis | 診斷 | 诊断
	result | Results | 結果 | 结果
	presentedForm | Report | 報告全文 | 报告全文
	media | Picture | 影像
	imagingStudy | Imaging | 影像檢查 | 影像检查
	specimen | Specimen | 樣本 | 样本
	status | Status | 狀況 | 状况
	category | Kind | 類別 | 类别
	code | What | 項目 | 项目
	effective | Taken | 進行日期 | 进行日期
	issued | Issued | 發出 | 发出
	performer | By | 執行 | 执行
	resultsInterpreter | Read by | 判讀 | 判读
	basedOn | Asked for in | 要求
	encounter | Visit | 就診 | 就诊
	value | Result | 結果 | 结果
	dataAbsentReason | No result | 沒有結果 | 没有结果
	interpretation | Reading | 判讀 | 判读
	component | Parts | 各項 | 各项
	hasMember | Results | 結果 | 结果
	note | Note | 備註 | 备注
	bodySite | Site | 部位
	site | Site | 部位
	method | Method | 方法
	referenceRange | Reference range | 參考範圍 | 参考范围
	derivedFrom | Worked out from | 得自
	reasonCode | Reason | 原因
	reasonReference | Reason | 原因
	diagnosis | Diagnosis | 診斷 | 诊断
	condition | Diagnosis | 診斷 | 诊断
	type | Type | 種類 | 种类
	class | Setting | 就診方式 | 就诊方式
	serviceType | Service | 服務 | 服务
	specialty | Specialty | 專科 | 专科
	period | Time | 時間 | 时间
	hospitalization | Stay | 住院
	participant | Seen by | 醫護人員 | 医护人员
	Appointment.participant | With | 參與者 | 参与者
	location | Place | 地點 | 地点
	serviceProvider | Institution | 機構 | 机构
	priority | Priority | 緩急 | 缓急
	length | Length | 時長 | 时长
	severity | Severity | 嚴重程度 | 严重程度
	clinicalStatus | Standing | 臨床狀況 | 临床状况
	verificationStatus | How sure | 確定程度 | 确定程度
	onset | Began | 開始 | 开始
	abatement | Ended | 結束 | 结束
	stage | Stage | 期別 | 分期
	evidence | Evidence | 依據 | 依据
	recordedDate | Recorded | 記錄日期 | 记录日期
	recorder | Recorded by | 記錄者 | 记录者
	asserter | Told by | 陳述者 | 陈述者
	reaction | Reaction | 反應 | 反应
	criticality | Risk as sent | 來源所評風險 | 来源所评风险
	lastOccurrence | Last reaction | 上次反應 | 上次反应
	medication | Drug | 藥物 | 药物
	dosageInstruction | How taken | 用法
	dosage | How taken | 用法
	dispenseRequest | Supply | 配藥 | 配药
	substitution | Substitution | 替代 | 替代
	intent | Kind of order | 醫囑類別 | 医嘱类别
	authoredOn | Ordered | 開立日期 | 开立日期
	requester | Asked for by | 開立者 | 开立者
	dateAsserted | Recorded | 記錄日期 | 记录日期
	informationSource | Told by | 資料來源 | 资料来源
	quantity | Amount | 數量 | 数量
	daysSupply | Supply for | 供用 | 供用
	whenHandedOver | Handed over | 交付 | 交付
	whenPrepared | Prepared | 配藥 | 配药
	authorizingPrescription | Order | 處方 | 处方
	request | Order | 醫囑 | 医嘱
	performed | Done | 進行日期 | 进行日期
	outcome | Outcome | 成效
	complication | Complication | 併發症 | 并发症
	report | Report | 報告 | 报告
	vaccineCode | Vaccine | 疫苗
	occurrence | Date | 日期
	protocolApplied | Series | 接種劑次 | 接种剂次
	doseQuantity | Dose | 劑量 | 剂量
	route | Route | 途徑 | 途径
	lotNumber | Lot | 批號 | 批号
	primarySource | From the one who gave it | 由接種者記錄 | 由接种者记录
	manufacturer | Maker | 製造商 | 制造商
	expirationDate | Expiry | 有效期至 | 有效期至
	targetDisease | Against | 預防疾病 | 预防疾病
	orderDetail | Details | 詳細要求 | 详细要求
	supportingInfo | See also | 輔助資料 | 辅助资料
	patientInstruction | Told to the patient | 囑咐病人 | 嘱咐病人
	ServiceRequest.performer | To | 轉介至 | 转介至
	start | From | 開始 | 开始
	end | Until | 結束 | 结束
	appointmentType | Type | 種類 | 种类
	description | Description | 說明 | 说明
	comment | Comment | 備註 | 备注
	created | Booked | 預約日期 | 预约日期
	cancelationReason | Why cancelled | 取消原因
	minutesDuration | Minutes | 分鐘 | 分钟
	appointment | Booking | 預約 | 预约
	content | Content | 內容 | 内容
	context | Concerns | 相關 | 相关
	author | Author | 作者
	date | Date | 日期
	docStatus | State of the text | 文件狀況 | 文件状况
	custodian | Kept by | 保管機構 | 保管机构
	relatesTo | Belongs to | 相關文件 | 相关文件
	section | Section | 部分
	title | Title | 標題 | 标题
	attester | Signed by | 簽署 | 签署
	event | Service | 服務 | 服务
	procedureCode | Examination | 檢查 | 检查
	modality | Method | 檢查方式 | 检查方式
	series | Series | 系列
	interpreter | Read by | 判讀 | 判读
	started | Taken | 進行時間 | 进行时间
	numberOfSeries | Number of series | 系列數目 | 系列数目
	numberOfInstances | Number of images | 影像數目 | 影像数目
	endpoint | Where the images are | 影像位置 | 影像位置
	scope | Concerns | 範圍 | 范围
	provision | What is decided | 決定內容 | 决定内容
	sourceAttachment | Document | 文件
	source | Document | 文件
	dateTime | Date | 日期
	organization | Institution | 機構 | 机构
	policy | Under | 依據 | 依据
	policyRule | Under | 依據 | 依据
	verification | Verified | 核實 | 核实
	activity | Done | 活動 | 活动
	goal | Goal | 目標 | 目标
	relationship | Relation | 關係 | 关系
	age | Age | 年齡 | 年龄
	born | Born | 出生
	deceased | Died | 去世
	text | As sent in words | 文字摘要 | 文字摘要
	actor | Who | 人士
	individual | Who | 人士
	function | As | 職能 | 职能
	onBehalfOf | For | 代表
	admitSource | Came from | 入院來源 | 入院来源
	dischargeDisposition | Discharged to | 出院去向 | 出院去向
	expectedSupplyDuration | Supply for | 供用
	numberOfRepeatsAllowed | Repeats | 可重配次數 | 可重配次数
	validityPeriod | Valid | 有效期間 | 有效期间
	facilityType | Place | 機構類別 | 机构类别
	practiceSetting | Specialty | 專科 | 专科
	related | See also | 相關 | 相关
	active | In use | 使用中
	name | Name | 姓名
	telecom | Telephone, e-mail | 電話、電郵 | 电话、电邮
	address | Address | 地址
	gender | Gender | 性別 | 性别
	birthDate | Born | 出生日期
	maritalStatus | Marital status | 婚姻狀況 | 婚姻状况
	communication | Language | 語言 | 语言
	contact | Contact | 聯絡人 | 联络人
	generalPractitioner | Family doctor | 家庭醫生 | 家庭医生
	managingOrganization | Kept by | 保管機構 | 保管机构
	multipleBirth | Multiple birth | 多胞胎
	qualification | Qualification | 資格 | 资格
	valueSet | List | 清單 | 清单
	statusReason | Why | 原因
	doNotPerform | Not to be done | 不可進行 | 不可进行
	asNeeded | As needed | 需要時 | 需要时
	manifestation | Sign | 表徵 | 表现
	extension | Also sent | 另附
	entry | Records | 紀錄 | 记录
	emptyReason | Empty | 沒有內容 | 没有内容
	focus | About | 針對 | 针对
	partOf | Part of | 屬於 | 属于
	item | Item | 項目 | 项目
	addresses | About | 針對 | 针对
	careTeam | Care team | 護理團隊 | 护理团队
	subpotentReason | Why subpotent | 效力不足原因
	isSubpotent | Subpotent | 效力不足
	reported | Told by | 由他人報告 | 由他人报告
	priorPrescription | Order before | 前處方 | 前处方
	location.location | Place | 地點 | 地点
	statusHistory | Status before | 狀況紀錄 | 状况记录
	summary | Summary | 摘要
	detail | Detail | 詳情 | 详情
`
