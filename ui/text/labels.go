package text

import "strings"

// labels are more of R4's element names, of the kinds of record that are shared:
// a line an element, with one Chinese column where both are written alike.
func labels(into map[string]T) {
	for line := range strings.Lines(labelTable) {
		f := strings.Split(strings.TrimSpace(line), " | ")
		if len(f) >= 2 {
			into[f[0]] = T{f[0], f[1], f[len(f)-1]}
		}
	}
}

const labelTable = `
	Dose range | 劑量範圍 | 剂量范围
	Dose number string | 劑次 | 剂次
	Dose | 劑量 | 剂量
	Rate quantity | 速率
	Rate range | 速率範圍 | 速率范围
	Rate ratio | 速率
	Max dose per period | 時段內最高劑量 | 时段内最高剂量
	Max dose per administration | 每次最高劑量 | 每次最高剂量
	Max dose per lifetime | 一生最高劑量 | 一生最高剂量
	Numerator | 分子
	Denominator | 分母
	Sequence | 次序
	Patient instruction | 給病人的指示 | 给病人的指示
	Additional instruction | 附加指示
	As needed codeable concept | 需要時，因 | 需要时，因
	Bounds duration | 療程長度 | 疗程长度
	Bounds range | 療程長度範圍 | 疗程长度范围
	Bounds period | 療程起止 | 疗程起止
	Count | 總次數 | 总次数
	Count max | 最多次數 | 最多次数
	Duration | 歷時 | 历时
	Duration max | 最長歷時 | 最长历时
	Duration unit | 時間單位 | 时间单位
	Frequency max | 最多次數 | 最多次数
	Period max | 最長週期 | 最长周期
	Day of week | 星期
	Time of day | 時刻 | 时刻
	When | 時候 | 时候
	Offset | 相隔分鐘 | 相隔分钟
	Event | 時間 | 时间
	Dispense request | 配藥要求 | 配药要求
	Validity period | 有效期間 | 有效期间
	Number of repeats allowed | 可重配次數 | 可重配次数
	Quantity | 數量 | 数量
	Expected supply duration | 預計供應日數 | 预计供应日数
	Days supply | 供應日數 | 供应日数
	Substitution | 替代藥物 | 替代药物
	Allowed codeable concept | 可替代 | 可替代
	Allowed boolean | 可替代
	When handed over | 交付時間 | 交付时间
	When prepared | 配藥時間 | 配药时间
	Date asserted | 陳述日期 | 陈述日期
	Information source | 資料來源 | 资料来源
	Do not perform | 不可進行 | 不可进行
	Reported boolean | 由他人報告 | 由他人报告
	Reported reference | 報告者 | 报告者
	Ingredient | 成分
	Item codeable concept | 成分名稱 | 成分名称
	Strength | 含量
	Form | 劑型 | 剂型
	Batch | 批次
	Manufacturer | 製造商 | 制造商
	Is subpotent | 效力不足
	Subpotent reason | 效力不足原因
	Occurrence string | 日期說明 | 日期说明
	Recorded | 記錄時間 | 记录时间
	Series | 系列
	Series doses positive int | 全劑數 | 全剂数
	Value range | 結果範圍 | 结果范围
	Value ratio | 結果比率 | 结果比率
	Value sampled data | 連續數據 | 连续数据
	Value time | 時間 | 时间
	Value period | 期間 | 期间
	Value attachment | 附件
	Value reference | 連結 | 链接
	Value uri | 網址 | 网址
	Value url | 網址 | 网址
	Data absent reason | 沒有結果的原因 | 没有结果的原因
	Applies to | 適用對象 | 适用对象
	Age | 年齡 | 年龄
	Has member | 包括的結果 | 包括的结果
	Derived from | 得自
	Part of | 屬於 | 属于
	Focus | 針對 | 针对
	Results interpreter | 判讀者 | 判读者
	Conclusion code | 結論編碼 | 结论编码
	Presented form | 報告全文 | 报告全文
	Imaging study | 影像檢查 | 影像检查
	Media | 影像
	Modality | 檢查方式 | 检查方式
	Number of series | 系列數目 | 系列数目
	Number of instances | 影像數目 | 影像数目
	Instance | 影像
	Uid | 唯一識別碼 | 唯一识别码
	Onset age | 發病年齡 | 发病年龄
	Onset period | 發病期間 | 发病期间
	Onset range | 發病年齡範圍 | 发病年龄范围
	Onset string | 發病時間說明 | 发病时间说明
	Onset | 開始時間 | 开始时间
	Abatement age | 痊癒年齡 | 痊愈年龄
	Abatement period | 痊癒期間 | 痊愈期间
	Abatement range | 痊癒年齡範圍 | 痊愈年龄范围
	Abatement string | 痊癒時間說明 | 痊愈时间说明
	Abatement boolean | 已痊癒 | 已痊愈
	Stage | 階段 | 阶段
	Summary | 摘要
	Assessment | 評估 | 评估
	Evidence | 證據 | 证据
	Detail | 詳情 | 详情
	Last occurrence | 上次發生 | 上次发生
	Exposure route | 接觸途徑 | 接触途径
	Performed string | 進行時間說明 | 进行时间说明
	Performed age | 進行時年齡 | 进行时年龄
	Follow up | 跟進 | 跟进
	Complication | 併發症 | 并发症
	Complication detail | 併發症詳情 | 并发症详情
	Used code | 所用物品
	Used reference | 所用物品
	Focal device | 所涉儀器 | 所涉仪器
	Actor | 參與者 | 参与者
	Function | 職能 | 职能
	On behalf of | 代表
	Role | 角色
	Occurrence period | 期間 | 期间
	Occurrence timing | 時間安排 | 时间安排
	Requisition | 申請編號 | 申请编号
	Order detail | 醫囑詳情 | 医嘱详情
	Performer type | 執行者類別 | 执行者类别
	Location code | 地點類別 | 地点类别
	Supporting info | 輔助資料 | 辅助资料
	Service type | 服務類別 | 服务类别
	Service category | 服務種類 | 服务种类
	Appointment | 預約 | 预约
	Appointment type | 預約類別 | 预约类别
	Cancelation reason | 取消原因
	Specialty | 專科 | 专科
	Minutes duration | 分鐘數 | 分钟数
	Slot | 時段 | 时段
	Hospitalization | 住院
	Admit source | 入院來源 | 入院来源
	Discharge disposition | 出院去向
	Diagnosis | 診斷 | 诊断
	Use period | 使用期間 | 使用期间
	Length | 時長 | 时长
	Status history | 狀況紀錄 | 状况记录
	Class history | 類別紀錄 | 类别记录
	Doc status | 文件狀況 | 文件状况
	Master identifier | 主識別碼 | 主识别码
	Security label | 保密標籤 | 保密标签
	Relates to | 相關文件 | 相关文件
	Target | 目標 | 目标
	Context | 背景
	Facility type | 機構類別 | 机构类别
	Practice setting | 臨床專科 | 临床专科
	Related | 相關 | 相关
	Authenticator | 認證者 | 认证者
	Confidentiality | 保密程度
	Mode | 方式
	Time | 時間 | 时间
	Party | 人士
	Ordered by | 排序
	Empty reason | 空白原因
	Goal | 目標 | 目标
	Lifecycle status | 進度 | 进度
	Achievement status | 達成情況 | 达成情况
	Start date | 開始日期 | 开始日期
	Due date | 限期
	Addresses | 針對 | 针对
	Activity | 活動 | 活动
	Care team | 護理團隊 | 护理团队
	Progress | 進展 | 进展
	Business status | 辦理狀況 | 办理状况
	Input | 輸入 | 输入
	Output | 輸出 | 输出
	Owner | 負責者 | 负责者
	For | 對象 | 对象
	Last modified | 最後修改 | 最后修改
	Execution period | 執行期間 | 执行期间
	Item | 項目 | 项目
	Answer | 答案
	Link id | 題號 | 题号
	Questionnaire | 問卷 | 问卷
	Authored | 填寫時間 | 填写时间
	Payload | 內容 | 内容
	Content string | 內容 | 内容
	Sender | 發送者 | 发送者
	Recipient | 接收者 | 接收者
	Sent | 發送時間 | 发送时间
	Received | 收到時間 | 收到时间
	Medium | 途徑 | 途径
	Topic | 主題 | 主题
	Collection | 採集 | 采集
	Collected date time | 採集時間 | 采集时间
	Collected period | 採集期間 | 采集期间
	Collector | 採集者 | 采集者
	Received time | 收到時間 | 收到时间
	Container | 容器
	Condition | 狀態 | 状态
	Accession identifier | 檢驗編號 | 检验编号
	Fasting status codeable concept | 空腹情況 | 空腹情况
	Deceased boolean | 已故
	Multiple birth boolean | 多胞胎
	Multiple birth integer | 多胞胎次序
	Photo | 相片
	Link | 連結 | 链接
	Other | 另一紀錄 | 另一记录
	Preferred | 首選 | 首选
	Suffix | 後綴 | 后缀
	Rank | 次序
	State | 州或省
	Implicit rules | 隱含規則 | 隐含规则
	Source | 來源 | 来源
	User selected | 由用戶選定 | 由用户选定
	Assigner | 發號機構 | 发号机构
	Probability decimal | 機率 | 概率
	Qualitative risk | 風險程度 | 风险程度
	Prediction | 預測 | 预测
	Mitigation | 減低風險措施 | 降低风险措施
	Finding | 發現 | 发现
	Prognosis codeable concept | 預後 | 预后
	Oral diet | 口服膳食
	Food preference modifier | 食物偏好
	Exclude food modifier | 戒口食物
	Supplement | 營養補充品 | 营养补充品
	Enteral formula | 腸內營養 | 肠内营养
	Texture | 質地 | 质地
	Nutrient | 營養素 | 营养素
	Amount | 分量
	Instruction | 指示
	Schedule | 時間表 | 时间表
	Sex | 性別 | 性别
	Contributed to death | 導致死亡 | 导致死亡
	Device name | 儀器名稱 | 仪器名称
	Model number | 型號 | 型号
	Serial number | 序號 | 序号
	Udi carrier | 儀器識別 | 仪器识别
`
