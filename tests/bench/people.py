"""Invented people in clusters, as registers really have them: few surnames, many namesakes, several scripts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["person"]

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪"
    "廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常单解仇查区欧"
)
_GIVEN: Final = (
    "秀英桂兰玉芳丽敏静娟艳红霞梅云莲珍凤萍燕玲华慧琴雪莉荣美春菊明国建文军平志伟东海波宁辉刚强健永林新利清飞彬富顺信子"
    "杰涛昌成康星光天达安岩中茂进有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆磊民友裕河哲江超浩亮政谦亨奇固之轮翰朗伯宏言"
    "若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以晓小阿巧翠雅芝彩香月莺媛瑞凡佳嘉琼勤珠贞颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琪蕊薇菁梦岚苑筠柔竹霭凝"
)
_VIETNAMESE: Final = (
    ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Vàng", "Giàng", "Lò", "Thào"),
    ("Thị", "Thị", "Thị", "Văn", "Thị Mỹ", "Thị Kim", "Thanh"),
    ("Hương", "Lan", "Mỷ", "Hoa", "Thu", "Dung", "Phượng", "Yến", "Nhung", "Trang", "Tuấn", "Sơn", "Dợ", "Súa", "Linh"),
)  # fmt: skip
_BURMESE: Final = (
    ("Ma", "Daw", "Nang", "Naw", "Ko", "Mai"),
    ("Thin", "Khin", "Hla", "Moe", "Nilar", "Aye", "Su", "Mya", "Ei", "Zin", "Seng", "Htay"),
    ("Thin", "Mar", "Hlaing", "Win", "Phyu", "Nwe", "Htwe", "Lwin", "Myint", "Pan", "San", "Oo"),
    ("Aye", "Oo", "Tun", "Thu", "Kyaw", "Soe", "Naing", ""),
)
_KHMER_LAO: Final = (
    ("Sok", "Chan", "Keo", "Sam", "Phom", "Vong", "Sy", "Noy", "Kham", "Bouns"),
    ("Chanthy", "Sreymom", "Sopheap", "Dara", "Vanna", "Malee", "Phonesavanh", "Sokha", "Bopha", "Thida"),
)
_OTHER: Final = (
    (
        "Mary",
        "María José",
        "Grace",
        "Anaïs",
        "Olena",
        "Aïcha",
        "Zoë",
        "Fatima",
        "Batchimeg",
        "Siti",
        "Joy",
        "Łucja",
    ),
    (
        "Dela Cruz",
        "Muñoz",
        "Okafor",
        "O'Brien",
        "Kovalenko",
        "Traoré",
        "Müller",
        "Rahayu",
        "Dorj",
        "Osei",
        "Wójcik",
    ),
)
_COUNTRIES: Final = {
    "zh": ("CN",),
    "vi": ("VN",),
    "my": ("MM",),
    "kh": ("KH", "LA"),
    "xx": ("PH", "NG", "UA", "MN", "ID", "GH"),
}


def _squared(draw: random.Random, choices: Any) -> Any:
    """One of the choices, the first ones far more often than the last."""
    return choices[int(len(choices) * draw.random() ** 2)]


def _chinese(draw: random.Random) -> tuple[str, str]:
    if draw.random() < 0.01:
        surname = draw.choice(("欧阳", "司马", "上官", "尉迟"))
    else:
        surname = _squared(draw, _SURNAMES)
    return surname, "".join(_squared(draw, _GIVEN) for _ in range(1 if draw.random() < 0.15 else 2))


def _resident_number(draw: random.Random, year: int, month: int, day: int) -> str:
    body = f"{draw.choice((530102, 532621, 450102, 522601, 440103, 511302))}{year:04}{month:02}{day:02}{draw.randrange(1000):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


def person(draw: random.Random, year: int) -> Mapping[str, Any]:
    """The answers of one invented person who is registered in `year`."""
    group = draw.choices(("zh", "vi", "my", "kh", "xx"), (62, 16, 11, 6, 5))[0]
    values: dict[str, Any] = {}
    born = {"y": year - draw.randint(12, 45), "m": draw.randint(1, 12), "d": draw.randint(1, 28)}
    number = f"{draw.choice('ABCEGHKNP')}{draw.randrange(10**8):08}"
    document: dict[str, Any] = {"kind": "passport", "number": number}
    if group == "zh":
        surname, given = _chinese(draw)
        values["name_native"] = surname + given
        if draw.random() < 0.4:
            from shelter_app.domain.names import reading_keys

            first, *rest = reading_keys(surname + given)[0].split()
            values["name_latin"] = f"{first.title()} {''.join(rest).title()}"
        if draw.random() < 0.6:
            document = {"kind": "resident_id", "number": _resident_number(draw, **_words(born))}
    elif group == "vi":
        values["name_latin"] = " ".join(_squared(draw, part) for part in _VIETNAMESE)
    elif group == "my":
        values["name_latin"] = " ".join(_squared(draw, part) for part in _BURMESE).strip()
    elif group == "kh":
        values["family_name"], values["given_name"] = (_squared(draw, part) for part in _KHMER_LAO)
    else:
        values["given_name"], values["family_name"] = (draw.choice(part) for part in _OTHER)
    if draw.random() < 0.08:
        values["aliases"] = ["阿" + _squared(draw, _GIVEN)]
    values["sex"] = "female" if draw.random() < 0.85 else "male"
    values["birth"] = born if draw.random() < 0.7 else {"y": born["y"]}
    values["citizenship"] = [draw.choice(_COUNTRIES[group])]
    if draw.random() < 0.8:
        values["documents"] = [document]
    values["origin_place"] = draw.choice(
        ("云南省文山州", "Lào Cai", "Shan State", "广西南宁市", "贵州省黔东南州")
    )
    values["phone_mobile"] = f"13{draw.randrange(10**9):09}"
    return values


def _words(born: Mapping[str, int]) -> dict[str, int]:
    return {"year": born["y"], "month": born["m"], "day": born["d"]}
