"""Words that registers use for the codes of the program, in Chinese and English.

The labels of the code lists are known anyway; these are the other ways of saying the same. One word may stand for
codes of several fields: 强迫劳动(电信诈骗园区) is forced labour and forced criminality.
"""

from __future__ import annotations

import re

from shelter_app.domain.names import fold_characters

__all__ = [
    "CODE_WORDS",
    "CONTAINS",
    "DOCUMENT_WORDS",
    "HEALTH_WORDS",
    "NONE_WORDS",
    "PREGNANT",
    "SEX_WORDS",
    "YES_NO_WORDS",
    "fold",
]

_TYPES = "experience.types"
_MEANS = "experience.means"

#: List -> folded word -> (target path, code) pairs.
CODE_WORDS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "exploitation_types": {
        word: ((target, code),)
        for target, code, words in (
            (_TYPES, "ForcedLabour", "labour|labor|forced labor|labour exploitation|labor exploitation|强制劳动|劳动剥削|劳务剥削|强迫劳务"),
            (_TYPES, "SexualExploitation", "sexual|sex|sexual exploitation|prostitution|forced prostitution|强迫卖淫|性奴役"),
            (_TYPES, "Servitude", "domestic|domestic servitude|domestic work|servitude|家政奴役|家庭奴役|劳役|强迫性家政服务"),
            (_TYPES, "ForcedMarriage", "marriage|forced marriage|被迫婚姻|买卖婚姻|包办婚姻"),
            (_TYPES, "ForcedBegging", "begging|乞讨|被迫乞讨"),
            (_TYPES, "OrganRemoval", "organ|organs|organ removal|摘取器官|器官摘取|切除器官"),
            (_TYPES, "ForcedAdoption", "adoption|illegal adoption|非法收养|强迫收养|贩婴"),
            (_TYPES, "Surrogacy", "代孕|surrogacy"),
            (_TYPES, "ChildLabour", "child labor|使用童工"),
            (_TYPES, "x_ForcedCriminality", "forced criminality|criminality|scam|online scam|scam compound|online scam compound|cyber scam|强迫犯罪|被迫犯罪|电信诈骗|电信诈骗园区|电诈|电诈园区|电信网络诈骗园区|网络诈骗|诈骗园区|强迫诈骗"),
            (_MEANS, "DebtBondage", "debt|debt bondage|债务|债役|债务奴役|抵债劳动"),
            (_MEANS, "WithholdsDocuments", "documents withheld|documents taken|passport withheld|扣留证件|扣押证件|扣押护照|扣留护照"),
            (_MEANS, "TakesEarnings", "wages withheld|扣发工资|扣占工资"),
            (_MEANS, "x_RestrictsMovement", "locked up|confinement|限制人身自由|限制自由|拘禁|非法拘禁|软禁"),
            (_MEANS, "PhysicalAbuse", "beating|beaten|殴打|身体虐待"),
            (_MEANS, "PhysicalThreats", "threats|威胁|恐吓|暴力威胁"),
        )
        for word in words.split("|")
    },
    "trafficking_status": {
        word: (("intake.trafficking_status", code),)
        for code, words in (
            ("ActualVictimOfTrafficking", "y|yes|√|✓|identified|confirmed|actual|是|已认定|认定|已核实|确认"),
            ("PossibleVictimOfTrafficking", "p|presumed|possible|suspected|potential|疑似|推定|可能|待认定"),
            ("NotAVictimOfTrafficking", "n|no|not identified|not trafficked|否|非|未认定|不是|排除"),
        )
        for word in words.split("|")
    },
    "consent_answers": {
        word: tuple(pairs)
        for pairs, words in (
            ([("consent.answer", "given")], "y|yes|given|agreed|consented|是|同意|愿意|口头同意|verbal|oral"),
            ([("consent.answer", "given"), ("consent.signed", "yes")], "written|signed|in writing|书面同意|已签字|书面"),
            ([("consent.answer", "refused")], "n|no|refused|declined|否|拒绝|不同意|不愿意"),
            ([("consent.answer", "withdrawn")], "withdrawn|撤回|已撤回"),
            ([("consent.answer", "not_asked")], "not asked|未问|未征询"),
        )
        for word in words.split("|")
    },
    "destinations": {
        word: (("closure.destination", code),)
        for code, words in (
            ("still_here", "still here|in shelter|at shelter|在所|在站|仍在所|在院"),
            ("home", "home|returned home|返乡|回家|护送返乡"),
            ("family", "family|collected by family|亲属接回|家属接回|家人接回|亲属接领"),
            ("police", "police|移交公安机关|移交公安|公安接走"),
            ("repatriated", "repatriated|returned to country|遣返回国|遣返|回国|送返"),
            ("other_shelter", "other shelter|转站|转至其他救助站|转院"),
            ("lost_contact", "lost contact|absconded|left without notice|失联|失去联系|擅自离站|自行离开"),
            ("hospital", "hospital|住院|送医"),
        )
        for word in words.split("|")
    },
    "escort_kinds": {
        word: (("return_step.escort_kind", code),)
        for code, words in (
            ("none", "none|no|nobody|alone|无|无人|没有|独自"),
            ("consular_officer", "consular officer|consul|consular|embassy|领事官员|领事|使馆人员"),
            ("police", "police|police officer|公安|警察|民警"),
            ("iom", "iom|国际移民组织"),
            ("family", "family|relative|relatives|家人|家属|亲属"),
            ("medical", "medical|doctor|nurse|医护|医生|护士"),
            ("ngo", "ngo|民间组织|社会组织"),
            ("social_worker", "social worker|社工"),
        )
        for word in words.split("|")
    },
    "handover_kinds": {
        word: (("return_step.handed_to_kind", code),)
        for code, words in (
            ("family", "family|relatives|家人|家属|亲属"),
            ("police", "mps|police|psb|ministry of public security|公安|公安部|公安机关|派出所"),
            ("rescue_station", "rescue station|救助站|救助管理站"),
            ("iom", "iom"),
        )
        for word in words.split("|")
    },
}  # fmt: skip

#: The column of means has the words of its own codes; what they are called beside the types is the same.
CODE_WORDS["means_of_control"] = {
    word: pairs for word, pairs in CODE_WORDS["exploitation_types"].items() if pairs[0][0] == _MEANS
}

#: List -> (part of a folded text, code): the name of one receiver says its kind; the name itself is kept too.
CONTAINS: dict[str, tuple[tuple[str, str], ...]] = {
    "handover_kinds": (
        ("未成年人救助", "minors_centre"), ("救助管理站", "rescue_station"), ("救助站", "rescue_station"),
        ("rescue station", "rescue_station"), ("relief station", "rescue_station"), ("边境联络", "border_liaison"),
        ("border liaison", "border_liaison"), ("妇联", "womens_federation"), ("women's federation", "womens_federation"),
        ("公安", "police"), ("police", "police"), ("派出所", "police"), ("医院", "health_service"), ("hospital", "health_service"),
    ),
}  # fmt: skip

#: Kinds of document; "identity_card" is one of China or of another country, as number and citizenship say.
DOCUMENT_WORDS = {
    "passport": "护照|中国护照|普通护照|因私护照|因公护照|外国护照|passport|pp",
    "identity_card": "身份证|身分证|id card|identity card|id|national id|national id card",
    "resident_id": "居民身份证|居民身份证件|二代身份证|第二代身份证|二代证|中国身份证|公民身份证|临时身份证|resident id|"
    "resident identity card|chinese id|chinese id card|prc id",
    "prc_travel_document": "旅行证|中国旅行证|旅行证件|chinese travel document|prc travel document",
    "emergency_travel_document": "紧急旅行证|临时护照|临时旅行证|emergency passport|emergency travel document|etd|laissez-passer|"
    "temporary passport",
    "birth_certificate": "出生证|出生证明|出生医学证明|出生证明书|birth certificate",
    "household_register": "户口本|户口簿|户口|户籍证明|hukou|household register|household registration",
    "exit_entry_permit": "出入境证|外国人出入境证|exit-entry permit",
    "border_pass": "边境通行证|边境证|出入境通行证|边民证|border pass|border permit",
    "residence_permit": "签证|居留证|居留许可|居留许可证|visa|residence permit",
    "protection_document": "难民证|庇护证件|refugee card|unhcr card|asylum certificate",
    "loss_report": "遗失证明|报失证明|挂失证明|报案回执|loss report|police report",
    "driving_licence": "驾驶证|驾照|driving licence|driving license|driver's license|driver's licence",
    "other": "其他|其它|其他证件|other|港澳通行证|往来港澳通行证|回乡证|台胞证|军官证|士兵证",
}

SEX_WORDS = {
    "female": "f|female|woman|girl|w|女|女性|女士|妇女|女童|女孩",
    "male": "m|male|man|boy|男|男性|男士|男童|男孩",
    "other": "x|other|intersex|其他|其它|间性",
    "unknown": "u|unknown|not known|?|不详|不明|未知|未说明",
}
YES_NO_WORDS = {
    "yes": "y|yes|true|1|是|有|√|✓|对|已",
    "no": "n|no|false|0|否|无|没有|×|x|不|未",
    "unknown": "u|unknown|not known|?|不详|不明|未知|不清楚|待核实",
    "not_asked": "not asked|未问|未询问",
}
#: "There is none", where that is an answer (documents, medical care).
NONE_WORDS = frozenset(
    [
        "无",
        "没有",
        "无证件",
        "无证",
        "未持证",
        "none",
        "no",
        "nil",
        "n/a",
        "na",
        "no document",
        "no documents",
        "-",
        "--",
        "—",
        "/",
        "不适用",
    ]
)
#: A remark with one of these speaks of health.
HEALTH_WORDS = re.compile(
    "怀孕|孕期|流产|自杀|自残|自伤|抑郁|精神病|精神障碍|艾滋|HIV|性病|梅毒|结核|肝炎|住院|手术|骨折|服药|吸毒|"
    "pregnan|suicid|self-harm|depress|psychiatr|hospital|surgery|medication|tubercul|hepatitis|syphilis",
    re.IGNORECASE,
)
PREGNANT = re.compile("怀孕|孕期|孕妇|pregnan", re.IGNORECASE)


def fold(text: str) -> str:
    """A word for comparing: simplified characters, plain width, small letters, single blanks, no full stop at the end."""
    return " ".join(fold_characters(text).casefold().split()).rstrip(".。;；,，")
