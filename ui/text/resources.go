package text

// resources are the names of FHIR's resource types, for a record that nothing
// else names.
func resources() Codes {
	return codes(`
		AdverseEvent | adverse event | 不良事件
		AllergyIntolerance | allergy or intolerance | 過敏或不耐受 | 过敏或不耐受
		Appointment | appointment | 預約 | 预约
		AppointmentResponse | reply to an appointment | 預約回覆 | 预约回复
		Basic | record | 紀錄 | 记录
		Binary | file | 檔案 | 文件
		BodyStructure | body structure | 身體結構 | 身体结构
		CarePlan | care plan | 護理計劃 | 护理计划
		CareTeam | care team | 護理團隊 | 护理团队
		ClinicalImpression | clinical impression | 臨床印象 | 临床印象
		Communication | communication | 通訊 | 通讯
		CommunicationRequest | request to communicate | 通訊要求 | 通讯要求
		Composition | document | 文件
		Condition | diagnosis or problem | 診斷或健康問題 | 诊断或健康问题
		Consent | consent | 同意書 | 同意书
		DetectedIssue | detected issue | 發現問題 | 发现问题
		Device | device | 儀器 | 仪器
		DeviceMetric | device metric | 儀器量度 | 仪器测量
		DeviceRequest | request for a device | 儀器要求 | 仪器要求
		DeviceUseStatement | use of a device | 使用儀器 | 使用仪器
		DiagnosticReport | report | 檢查報告 | 检查报告
		DocumentManifest | set of documents | 文件集
		DocumentReference | document | 文件
		Encounter | encounter | 求診 | 求诊
		EpisodeOfCare | episode of care | 護理階段 | 护理阶段
		FamilyMemberHistory | family history | 家族病史
		Flag | flag | 警示
		Goal | goal | 目標 | 目标
		Group | group | 組別 | 组别
		GuidanceResponse | guidance | 指引
		HealthcareService | service | 服務 | 服务
		ImagingStudy | imaging study | 影像檢查 | 影像检查
		Immunization | immunisation | 免疫接種 | 免疫接种
		ImmunizationEvaluation | evaluation of an immunisation | 免疫接種評估 | 免疫接种评估
		ImmunizationRecommendation | recommended immunisation | 建議接種 | 建议接种
		List | list | 清單 | 清单
		Location | place | 地點 | 地点
		Media | image or recording | 影像或錄音 | 影像或录音
		Medication | medication | 藥物 | 药物
		MedicationAdministration | medication given | 給藥紀錄 | 给药记录
		MedicationDispense | medication dispensed | 配藥紀錄 | 配药记录
		MedicationRequest | prescription | 處方 | 处方
		MedicationStatement | medication taken | 用藥紀錄 | 用药记录
		MolecularSequence | molecular sequence | 分子序列
		NutritionOrder | nutrition order | 膳食醫囑 | 膳食医嘱
		Observation | observation or result | 觀察或結果 | 观察或结果
		Organization | organisation | 機構 | 机构
		Patient | personal data | 個人資料 | 个人资料
		Person | person | 人士
		Practitioner | healthcare professional | 醫護人員 | 医护人员
		PractitionerRole | role of a professional | 醫護人員職務 | 医护人员职务
		Procedure | procedure | 程序
		Provenance | provenance | 來源紀錄 | 来源记录
		QuestionnaireResponse | answered questionnaire | 已填問卷 | 已填问卷
		RelatedPerson | related person | 相關人士 | 相关人士
		RequestGroup | group of requests | 一組要求 | 一组要求
		RiskAssessment | risk assessment | 風險評估 | 风险评估
		ServiceRequest | request or referral | 檢查或轉介要求 | 检查或转介要求
		Specimen | specimen | 樣本 | 样本
		Substance | substance | 物質 | 物质
		SupplyDelivery | delivery of supplies | 物資送遞 | 物资送递
		SupplyRequest | request for supplies | 物資要求 | 物资要求
		Task | task | 工作事項 | 工作事项
		VisionPrescription | prescription for glasses | 配鏡處方 | 配镜处方
	`)
}
