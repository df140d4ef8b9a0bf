"""Headers of registers beside those that the forms declare, and the targets that are no field of their own."""

from __future__ import annotations

__all__ = ["AGE", "EXTRA_HEADERS"]

#: An age column is no field: it says something about the birth on the day of registration.
AGE = "person.age"

#: Target path -> further headers. They go before the headers of the forms.
EXTRA_HEADERS: dict[str, tuple[str, ...]] = {
    AGE: ("年龄", "周岁", "年龄（岁）", "入所年龄", "登记时年龄", "Age", "Age at registration", "Age (years)"),
    "person.sex": ("Gender", "Sex/Gender", "M/F", "F/M", "男/女"),
    "person.birth": ("出生年月日", "出生", "出生时间", "Birthday", "D.O.B.", "Date of birth (DOB)", "Year of birth", "出生年份"),
    "person.name_native": ("受助人姓名", "受助人员姓名", "受助人", "受助者姓名", "求助人姓名", "人员姓名", "当事人", "当事人姓名", "被拐卖人员姓名", "名称"),
    "person.name_latin": ("Name (Latin)", "Name in Latin", "Name in pinyin", "Pinyin", "护照姓名", "Name as in passport"),
    "person.citizenship": ("国籍或地区", "国籍/来源国", "Citizenships", "Country of citizenship", "Country of origin", "来源国"),
    "person.ethnicity": ("Ethnic origin",),
    "person.documents.number": (
        "身份证/护照号", "身份证件号码", "护照/旅行证号", "证件编号", "公民身份号码", "身份证", "护照", "ID no.", "ID card",
        "Passport/ID", "Travel document", "Passport or travel document",
    ),
    "person.origin_place": ("户籍所在地", "户口所在地", "来源地区", "户籍", "Place of residence", "Permanent address"),
    "intake.registered_on": (
        "入站日期", "入站时间", "入所时间", "进站日期", "进站时间", "进所日期", "进所时间", "到站日期", "到站时间", "来站日期", "来站时间",
        "来所日期", "来所时间", "入住日期", "入住时间", "入院日期", "接收日期", "接收时间", "接案日期", "接案时间", "登记日期", "登记时间",
        "建档日期", "建档时间", "救助日期", "救助时间", "受助日期", "受助时间", "Intake date", "Date of intake", "Date of registration",
        "Registration date", "Date registered", "Registered on", "Registered", "Admission date", "Date of admission", "Date admitted",
        "Admitted on", "Admitted", "Arrival date", "Date of arrival", "Arrived", "Entry date", "Date of entry", "Logged", "Logged on",
        "Date received",
    ),
    "intake.reference": ("序", "档案编号", "个案编号", "流水号", "S/N", "Serial", "Serial no.", "#", "ID", "Case ID", "Ref no."),
    "intake.post": ("Embassy/consulate", "Consulate", "使领馆名称"),
    "intake.is_minor": ("未成年", "是否未成年人", "Minor?", "Child?", "Minor (Y/N)", "Under 18?"),
    "intake.trafficking_status": ("是否受害人", "是否被拐卖", "Victim of trafficking", "Trafficked?", "Victim?"),
    "experience.exploitation_country": (
        "剥削国家", "受剥削国家", "被剥削地", "受害国家", "受害国家/地区", "受害地国家", "被贩运国家",
        "Exploited in", "Exploitation country", "Country where exploited", "Where exploited",
    ),
    "experience.types": (
        "受剥削形式", "被剥削形式", "受剥削类型", "被剥削类型", "受害类型", "被拐卖类型", "被贩运类型", "Exploitation type", "Types of exploitation",
        "Forms of exploitation", "Kind of exploitation", "Trafficking type", "Type of trafficking", "Purpose of trafficking",
    ),
    "service.sessions": ("心理咨询次数", "心理疏导次数", "Psychosocial sessions", "Counselling sessions"),
    "service.medical_detail": ("医疗", "就医情况", "Medical services", "Medical care"),
    "return_step.travel_document_issued_on": ("Travel document date", "旅行证日期"),
    "return_step.departed_on": ("回国日期", "返回日期", "Departed", "Departed on"),
    "return_step.carrier": ("航班号", "Flight no.", "Flight number"),
    "return_step.escort_kind": ("护送方式", "Escorted by"),
    "return_step.handed_to_kind": ("移交单位", "移交对象", "Handed to", "Received by"),
    "closure.left_on": (
        "离站日期", "离站时间", "离所时间", "离开日期", "离开时间", "出站日期", "出站时间", "出所日期", "出所时间", "出院日期", "Departure from shelter",
        "Exit date", "Date of exit", "Date left", "Left on", "Discharge date", "Date of discharge", "Discharged on",
    ),
    "closure.destination": ("离站去向", "Where to"),
    "intake.remark": ("备注信息", "其他", "其它", "备注/说明", "Comment", "Observations"),
}  # fmt: skip
