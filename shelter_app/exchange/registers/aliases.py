"""Headers of registers beside those that the forms declare, and the targets that are no field of their own.

Traditional characters, case, blanks and brackets need no header of their own: they are folded.
"""

from __future__ import annotations

__all__ = ["AGE", "EXTRA_HEADERS", "UNCLEAR_HEADERS"]

#: An age column is no field: it says something about the birth on the day of registration.
AGE = "person.age"

#: Headers that mean one thing here and another there, with what they can mean: a person has to say which.
UNCLEAR_HEADERS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("person.citizenship", "experience.exploitation_country"): (
        "国家", "国家/地区", "国家地区", "国别", "国别/地区", "所属国家", "所在国", "所在国家", "Country", "Countries", "Country/region",
        "Country or region",
    ),
    ("experience.exploitation_country", "return_step.destination_country"): (
        "目的国", "目的国家", "目的地国家", "目的地国", "Destination country", "Country of destination",
    ),
    ("experience.exploited_until", "intake.registered_on"): (
        "解救日期", "解救时间", "获救日期", "获救时间", "营救日期", "Date of rescue", "Rescue date", "Rescued on", "Rescued",
    ),
    ("intake.referring_organisation", "referral.referred_organisation"): (
        "转介单位", "转介方", "Referral agency", "Referral organisation", "Referral organization",
    ),
    ("intake.registered_on", "closure.closed_on", "service.given_on"): ("日期", "时间", "Date"),
    ("person.mail_street", "person.origin_place"): ("地点", "所在地", "Location", "Place"),
}  # fmt: skip

#: Target path -> further headers. They go before the headers of the forms.
EXTRA_HEADERS: dict[str, tuple[str, ...]] = {
    AGE: (
        "岁数", "现龄", "年纪", "实足年龄", "救助时年龄", "到站年龄", "Age on arrival", "Age at intake", "Age at admission",
        "Current age", "Age in years", "年龄", "周岁", "年龄（岁）", "入所年龄", "登记时年龄", "Age", "Age at registration",
        "Age (years)",
    ),
    "person.sex": ("男女", "Male/Female", "Sex (M/F)", "Gender", "Sex/Gender", "M/F", "F/M", "男/女"),
    "person.birth": (
        "出生日", "生辰", "Born on", "Birth", "Birth year", "Birthday date", "出生年月日", "出生", "出生时间", "Birthday", "D.O.B.",
        "Date of birth (DOB)", "Year of birth", "出生年份",
    ),
    "person.name_native": (
        "受害人姓名", "被害人姓名", "被拐妇女姓名", "被拐儿童姓名", "被救助人姓名", "被救助人", "被救助人员姓名", "救助对象", "救助对象姓名", "服务对象", "服务对象姓名", "本人姓名",
        "中文名", "中文名字", "姓名（母语）", "Victim name", "Name of victim", "Name of the victim", "Beneficiary",
        "Beneficiary name", "Name of beneficiary", "Client", "Client name", "Name of client", "Survivor",
        "Survivor name", "Person", "Name of person", "Full name (native)", "Name in native script", "Chinese name",
        "受助人姓名", "受助人员姓名", "受助人", "受助者姓名", "求助人姓名", "人员姓名", "当事人", "当事人姓名", "被拐卖人员姓名", "名称",
    ),
    "person.name_latin": (
        "英文名", "英文名字", "外文名", "外文名字", "拉丁文名", "拼音姓名", "汉语拼音", "汉语拼音姓名", "护照名", "English name", "Romanised name",
        "Romanized name", "Transliteration", "Passport name", "Name in Latin script", "Name in passport",
        "Name (Latin)", "Name in Latin", "Name in pinyin", "Pinyin", "护照姓名", "Name as in passport",
    ),
    "person.citizenship": (
        "所属国籍", "国籍国", "Nationality/Citizenship", "Country of nationality", "Citizen of", "Nationalities", "国籍或地区",
        "国籍/来源国", "Citizenships", "Country of citizenship", "Country of origin", "来源国",
    ),
    "person.ethnicity": ("民族/族裔", "族裔", "Ethnicity/tribe", "Ethnic origin"),
    "person.documents.number": (
        "身份证件号", "身分证", "身分证号", "身分证号码", "证号", "身份证明号码", "Document no.", "Identity number", "Identity card no.",
        "ID card no.", "ID card number", "National ID", "National ID no.", "National ID number", "Passport #",
        "Passport ID", "ID/passport no.", "身份证/护照号", "身份证件号码", "护照/旅行证号", "证件编号", "公民身份号码", "身份证", "护照", "ID no.",
        "ID card", "Passport/ID", "Travel document", "Passport or travel document",
    ),
    "person.origin_place": (
        "户籍地址", "户口地址", "原籍", "家乡", "Hometown", "Native place", "Village of origin", "户籍所在地", "户口所在地", "来源地区", "户籍",
        "Place of residence", "Permanent address",
    ),
    "intake.registered_on": (
        "来所登记日期", "入住时间（登记）", "受理时间", "Arrived on", "Arrived at shelter", "Day of arrival",
        "Date of entry to shelter", "Case opened", "Opened on", "Date opened", "入站日期", "入站时间", "入所时间", "进站日期", "进站时间",
        "进所日期", "进所时间", "到站日期", "到站时间", "来站日期", "来站时间", "来所日期", "来所时间", "入住日期", "入住时间", "入院日期", "接收日期", "接收时间",
        "接案日期", "接案时间", "登记日期", "登记时间", "建档日期", "建档时间", "救助日期", "救助时间", "受助日期", "受助时间", "Intake date",
        "Date of intake", "Date of registration", "Registration date", "Date registered", "Registered on",
        "Registered", "Admission date", "Date of admission", "Date admitted", "Admitted on", "Admitted",
        "Arrival date", "Date of arrival", "Arrived", "Entry date", "Date of entry", "Logged", "Logged on",
        "Date received",
    ),
    "intake.reference": (
        "档案号码", "案件编号", "案号", "卷号", "File no.", "File number", "Register no.", "Registration no.",
        "Registration number", "序", "档案编号", "个案编号", "流水号", "S/N", "Serial", "Serial no.", "#", "ID", "Case ID",
        "Ref no.",
    ),
    "intake.post": ("Embassy/consulate", "Consulate", "使领馆名称"),
    "intake.is_minor": ("未成年", "是否未成年人", "Minor?", "Child?", "Minor (Y/N)", "Under 18?"),
    "intake.trafficking_status": ("是否受害人", "是否被拐卖", "Victim of trafficking", "Trafficked?", "Victim?"),
    "experience.exploitation_country": (
        "剥削国家", "受剥削国家", "被剥削地", "受害国家", "受害国家/地区", "受害地国家", "被贩运国家", "Exploited in", "Exploitation country",
        "Country where exploited", "Where exploited",
    ),
    "experience.types": (
        "受剥削形式", "被剥削形式", "受剥削类型", "被剥削类型", "受害类型", "被拐卖类型", "被贩运类型", "Exploitation type", "Types of exploitation",
        "Forms of exploitation", "Kind of exploitation", "Trafficking type", "Type of trafficking",
        "Purpose of trafficking",
    ),
    "service.sessions": ("心理咨询次数", "心理疏导次数", "Psychosocial sessions", "Counselling sessions"),
    "service.medical_detail": ("医疗", "就医情况", "Medical services", "Medical care"),
    "return_step.travel_document_issued_on": ("Travel document date", "旅行证日期"),
    "return_step.departed_on": (
        "遣返日期", "遣返时间", "遣送日期", "送返日期", "返国日期", "返乡日期", "离境日期", "归国日期", "Return date", "Returned on",
        "Date of return", "Repatriation date", "Date of repatriation", "Repatriated on", "回国日期", "返回日期", "Departed",
        "Departed on",
    ),
    "return_step.carrier": ("航班号", "Flight no.", "Flight number"),
    "return_step.escort_kind": ("护送方式", "Escorted by"),
    "return_step.handed_to_kind": ("移交单位", "移交对象", "Handed to", "Received by"),
    "closure.left_on": (
        "离站日期", "离站时间", "离所时间", "离开日期", "离开时间", "出站日期", "出站时间", "出所日期", "出所时间", "出院日期", "Departure from shelter",
        "Exit date", "Date of exit", "Date left", "Left on", "Discharge date", "Date of discharge", "Discharged on",
    ),
    "closure.destination": ("离站去向", "Where to"),
    "intake.remark": ("备注信息", "其他", "其它", "备注/说明", "Comment", "Observations"),
    "person.aliases": (
        "绰号", "外号", "昵称", "又名", "乳名", "其他姓名", "其他名字", "Nickname", "Nicknames", "Other names", "Other name",
        "Known as", "Former name",
    ),
    "person.documents.kind": (
        "证件名称", "证件类别", "Type of document", "Kind of document", "ID type", "Type of ID", "Document kind",
    ),
    "person.documents.expires_on": ("证件有效期", "Expiry date", "Valid until", "Expires on"),
    "person.documents.issued_on": ("发证日期", "Issue date", "Issued on"),
    "person.phone_mobile": (
        "联系方式", "联系手机", "手机号码", "电话号码", "联络电话", "联络方式", "本人电话", "Tel.", "Tel", "Tel. no.", "Telephone no.",
        "Telephone number", "Phone no.", "Phone number", "Mobile no.", "Mobile number", "Cell phone", "Cellphone",
        "Contact number", "Contact no.", "Contact details",
    ),
    "person.email": ("电邮", "电子邮件", "E-mail address", "Email address"),
    "person.mail_street": (
        "家庭住址", "家庭地址", "现住址", "现住地址", "居住地址", "住所", "Home address", "Residential address", "Current address",
    ),
    "person.education": ("教育程度", "文化水平", "最高学历", "教育水平", "Education level", "Level of education", "Schooling"),
    "person.marital_status": ("婚姻", "婚姻情况", "婚否", "Marital state", "Civil status"),
    "person.children": ("子女", "子女人数", "孩子数", "No. of children"),
    "person.languages": ("母语", "使用语言", "Mother tongue", "Languages spoken", "Spoken languages"),
    "intake.referring_organisation": ("送来单位", "送站单位", "来源单位", "Referring agency", "Referred by (organisation)"),
    "experience.recruited_on": ("被拐时间", "被拐骗日期", "被拐卖日期", "Recruited on", "Date recruited"),
    "experience.recruited_place": ("拐出地点", "被拐地点", "被拐地", "Recruited in", "Where recruited"),
    "experience.exploitation_place": ("受害地点", "Exploitation place", "Place exploited"),
    "experience.means": (
        "控制方式", "控制方法", "手段", "拐卖手段", "Means", "Control methods", "Means of coercion", "Means of trafficking",
        "Control",
    ),
    "experience.recruiter_relation": ("与拐卖人关系", "Recruited by"),
    "return_step.travel_document_number": ("旅行证号码", "Travel document no.", "Travel doc no.", "Travel doc number"),
    "closure.closed_on": ("结案时间", "Case closed", "Closure date", "Date closed", "Date of closure"),
    "closure.reason": ("结案理由", "Closure reason", "Reason for closing"),
}  # fmt: skip
