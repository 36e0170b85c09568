package text

// categories are the classes that say what a record is where nothing else does.
func categories() Codes {
	return codes(`
		AMB | ambulatory | 門診 | 门诊
		EMER | emergency | 急症
		FLD | in the field | 外展
		HH | home health | 家居護理 | 家居护理
		IMP | inpatient | 住院
		ACUTE | inpatient, acute | 急性住院
		NONAC | inpatient, non-acute | 非急性住院
		OBSENC | observation | 留院觀察 | 留院观察
		PRENC | before admission | 入院前
		SS | short stay | 短期留院
		VR | by telecommunication | 遙距診症 | 遥距诊症
		laboratory | laboratory | 化驗 | 化验
		LAB | laboratory | 化驗 | 化验
		RAD | radiology | 放射 | 放射
		EC | electrocardiogram | 心電圖 | 心电图
		CUS | cardiac ultrasound | 心臟超聲波 | 心脏超声波
		MB | microbiology | 微生物 | 微生物
		HM | haematology | 血液學 | 血液学
		CH | chemistry | 生化 | 生化
		SP | surgical pathology | 外科病理 | 外科病理
		IMM | immunology | 免疫學 | 免疫学
		CT | CT | 電腦掃描 | 电脑扫描
		US | ultrasound | 超聲波 | 超声波
		NMR | MRI | 磁力共振 | 磁力共振
		OTH | other | 其他
		vital-signs | vital signs | 生命徵象 | 生命体征
		imaging | imaging | 影像檢查 | 影像检查
		procedure | procedure | 程序
		birth | birth | 出生
		survey | survey | 問卷 | 问卷
		exam | examination | 檢查 | 检查
		therapy | therapy | 治療 | 治疗
		activity | activity | 活動 | 活动
		social-history | social history | 社交史
		problem-list-item | problem | 健康問題 | 健康问题
		encounter-diagnosis | diagnosis | 診斷 | 诊断
		food | food | 食物
		medication | medication | 藥物 | 药物
		environment | environment | 環境 | 环境
		biologic | biological substance | 生物製品 | 生物制品
		allergy | allergy | 過敏 | 过敏
		intolerance | intolerance | 不耐受
	`)
}

// detailCodes are codes that FHIR defines and only a detail shows, and the
// reasons of R4's own value sets.
func detailCodes() Codes {
	return codes(`
		deny | REFUSED | 拒絕 | 拒绝
		permit | permitted | 准許 | 准许
		male | male | 男
		female | female | 女
		other | other | 其他
		unknown | not known | 不詳 | 不详
		usual | usual | 常用
		official | official | 正式
		temp | temporary | 臨時 | 临时
		secondary | secondary | 次要
		nickname | nickname | 別名 | 别名
		anonymous | anonymous | 匿名
		old | old | 舊 | 旧
		maiden | before marriage | 婚前
		home | home | 住所
		work | work | 工作
		mobile | mobile | 手提 | 手机
		phone | telephone | 電話 | 电话
		fax | fax | 傳真 | 传真
		email | e-mail | 電郵 | 电邮
		postal | postal | 郵寄 | 邮寄
		physical | physical | 實際地址 | 实际地址
		both | both | 兩者 | 两者
		generated | generated from the data | 由資料產生 | 由资料产生
		extensions | generated, with extensions | 由資料及延伸資料產生 | 由资料及延伸资料产生
		additional | with more than the data | 另有補充內容 | 另有补充内容
		empty | empty | 空白
		replaces | replaces | 取代
		replaced-by | replaced by | 被取代
		refer | refers to | 參閱 | 参阅
		seealso | see also | 另見 | 另见
		transforms | transforms | 轉換自 | 转换自
		signs | signs | 簽署 | 签署
		appends | adds to | 補充 | 补充
		IMMUNE | already immune | 已有免疫力
		MEDPREC | medical precaution | 醫學上的顧慮 | 医学上的顾虑
		OSTOCK | out of stock | 缺貨 | 缺货
		PATOBJ | patient objected | 病人拒絕 | 病人拒绝
		altchoice | another treatment tried first | 先試其他治療 | 先试其他治疗
		clarif | prescription to be clarified | 處方須澄清 | 处方须澄清
		drughigh | drug level too high | 藥物濃度過高 | 药物浓度过高
		hospadm | admitted to hospital | 入院
		labint | would interfere with a test | 影響化驗 | 影响化验
		non-avail | patient not available | 病人不在
		preg | pregnant or nursing | 懷孕或哺乳 | 怀孕或哺乳
		salg | allergy | 過敏 | 过敏
		sddi | interaction with another drug | 藥物相互作用 | 药物相互作用
		sdupther | duplicate treatment | 重複用藥 | 重复用药
		sintol | suspected intolerance | 懷疑不耐受 | 怀疑不耐受
		surg | about to have surgery | 即將手術 | 即将手术
		washout | washout period | 洗脫期 | 洗脱期
		expired | expired | 已過期 | 已过期
		broken | broken | 破損 | 破损
		coldchainbreak | cold chain broken | 冷藏中斷 | 冷藏中断
		partialdose | partial dose | 劑量不足 | 剂量不足
		recall | recalled | 產品回收 | 产品召回
		adversestorage | adverse storage | 儲存不當 | 储存不当
	`)
}

// timeNames are the elements that a time stands in, as a list calls them.
func timeNames() Codes {
	return codes(`
		onset | began | 開始 | 开始
		abatement | ended | 結束 | 结束
		recordedDate | recorded | 記錄於 | 记录于
		recorded | recorded | 記錄於 | 记录于
		dateAsserted | recorded | 記錄於 | 记录于
		assertedDate | recorded | 記錄於 | 记录于
		dateRecorded | recorded | 記錄於 | 记录于
		issued | issued | 發出於 | 发出于
		lastOccurrence | last reaction | 上次反應 | 上次反应
		occurrence | on | 於 | 于
		performed | on | 於 | 于
		effective | on | 於 | 于
		expirationDate | expires | 有效至
	`)
}
