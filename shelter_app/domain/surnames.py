"""How Chinese surnames are read, where that differs from the usual reading of the character.

The usual readings come from a dictionary that knows no surnames (单 is dan there, but the surname is
Shan). The first reading is the one to sort by; all are searched. Common knowledge of the language, collected
and checked by us.
"""

from __future__ import annotations

__all__ = ["DOUBLE", "GIVEN", "SINGLE"]

#: Surnames of one character: surname readings, the usual one first.
SINGLE: dict[str, tuple[str, ...]] = {
    "单": ("shan", "dan"), "仇": ("qiu", "chou"), "解": ("xie", "jie"), "曾": ("zeng",), "查": ("zha", "cha"),
    "区": ("ou", "qu"), "朴": ("piao", "pu"), "盖": ("ge", "gai"), "缪": ("miao", "mou"), "翟": ("zhai", "di"),
    "召": ("shao", "zhao"), "覃": ("qin", "tan"), "么": ("yao", "me"), "逄": ("pang",), "黑": ("he", "hei"),
    "任": ("ren",), "华": ("hua",), "乐": ("yue", "le"), "尉": ("wei", "yu"), "宓": ("mi", "fu"),
    "洗": ("xian", "xi"), "冼": ("xian",), "柏": ("bai", "bo"), "薄": ("bo", "bao"), "卜": ("bu",),
    "种": ("chong", "zhong"), "重": ("chong", "zhong"), "秘": ("bi", "mi"), "费": ("fei", "bi"), "员": ("yun", "yuan"),
    "贠": ("yun",), "折": ("she", "zhe"), "句": ("gou", "ju"), "勾": ("gou",), "纪": ("ji",), "葛": ("ge",),
    "哈": ("ha",), "郝": ("hao",), "那": ("na", "nuo"), "曲": ("qu",), "石": ("shi",), "宿": ("su", "xiu"),
    "相": ("xiang",), "燕": ("yan",), "应": ("ying",), "於": ("yu", "wu"), "俞": ("yu", "shu"), "中": ("zhong",),
    "幺": ("yao",), "谌": ("chen", "shen"), "晁": ("chao",), "晟": ("cheng", "sheng"), "褚": ("chu", "zhu"),
    "都": ("du", "dou"), "会": ("gui", "hui"), "过": ("guo",), "炅": ("gui", "jiong"), "适": ("kuo", "shi"),
    "隗": ("wei", "kui"), "麻": ("ma",), "乜": ("nie", "mie"), "宁": ("ning",), "能": ("nai", "neng"),
    "逯": ("lu",), "佴": ("nai", "er"), "藏": ("zang", "cang"), "臧": ("zang",), "车": ("che", "ju"),
    "祭": ("zhai", "ji"), "占": ("zhan",), "长": ("zhang", "chang"), "仉": ("zhang",), "訾": ("zi",),
    "撒": ("sa",), "塔": ("ta",), "厍": ("she",), "盛": ("sheng", "cheng"), "殷": ("yin",), "郇": ("xun", "huan"),
    "牟": ("mou", "mu"), "弗": ("fei", "fu"), "干": ("gan",), "甘": ("gan",), "令": ("ling",), "阿": ("a", "e"),
    "瞿": ("qu",), "戚": ("qi",), "亓": ("qi",), "郄": ("qie", "xi"), "郗": ("chi", "xi"), "芮": ("rui",),
    "闫": ("yan",), "颜": ("yan",), "强": ("qiang", "jiang"), "朝": ("chao", "zhao"), "称": ("cheng",),
}  # fmt: skip

#: Surnames of two characters.
DOUBLE: dict[str, tuple[str, str]] = {
    "欧阳": ("ou", "yang"), "司马": ("si", "ma"), "上官": ("shang", "guan"), "诸葛": ("zhu", "ge"),
    "东方": ("dong", "fang"), "皇甫": ("huang", "fu"), "尉迟": ("yu", "chi"), "公孙": ("gong", "sun"),
    "慕容": ("mu", "rong"), "令狐": ("ling", "hu"), "长孙": ("zhang", "sun"), "宇文": ("yu", "wen"),
    "司徒": ("si", "tu"), "夏侯": ("xia", "hou"), "万俟": ("mo", "qi"), "澹台": ("tan", "tai"),
    "单于": ("chan", "yu"), "呼延": ("hu", "yan"), "南宫": ("nan", "gong"), "西门": ("xi", "men"),
    "申屠": ("shen", "tu"), "端木": ("duan", "mu"), "濮阳": ("pu", "yang"), "拓跋": ("tuo", "ba"),
    "赫连": ("he", "lian"), "闻人": ("wen", "ren"), "钟离": ("zhong", "li"), "鲜于": ("xian", "yu"),
    "乐正": ("yue", "zheng"), "亓官": ("qi", "guan"), "独孤": ("du", "gu"), "轩辕": ("xuan", "yuan"),
}  # fmt: skip

#: Characters of given names that are really read in more than one way.
GIVEN: dict[str, tuple[str, ...]] = {
    "茜": ("qian", "xi"), "乐": ("le", "yue"), "长": ("chang", "zhang"), "行": ("xing", "hang"),
    "朝": ("chao", "zhao"), "盛": ("sheng", "cheng"), "晟": ("sheng", "cheng"), "柏": ("bai", "bo"),
    "娜": ("na", "nuo"), "隽": ("jun", "juan"), "颉": ("jie", "xie"), "峤": ("qiao", "jiao"),
    "莎": ("sha", "suo"), "伽": ("jia", "qie"), "嬛": ("huan", "xuan"), "重": ("chong", "zhong"),
    "曾": ("zeng", "ceng"), "朴": ("pu", "piao"), "解": ("jie", "xie"), "单": ("dan", "shan"),
    "禅": ("chan", "shan"), "校": ("xiao", "jiao"), "传": ("chuan", "zhuan"), "强": ("qiang", "jiang"),
    "翟": ("zhai", "di"), "卡": ("ka", "qia"), "琦": ("qi",), "育": ("yu",), "阿": ("a", "e"), "藏": ("cang", "zang"),
    "贾": ("jia", "gu"), "石": ("shi", "dan"), "车": ("che", "ju"), "鸟": ("niao",), "参": ("shen", "can"),
}  # fmt: skip
