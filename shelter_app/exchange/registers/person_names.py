"""The name in a cell: in the field of its script, with what stands in brackets, or a question where it names several.

A cell that names several people is never made one person silently, and never split: which answers of the row belong
to whom, only somebody who knows them can say.
"""

from __future__ import annotations

import re
import unicodedata

from shelter_app.domain.date_words import UNKNOWN_WORDS
from shelter_app.domain.names import PINYIN_OF, fold_latin, is_chinese, same_name_score
from shelter_app.domain.surnames import DOUBLE
from shelter_app.exchange.registers.answers import Answer, DateRules
from shelter_app.exchange.registers.cells import Cell
from shelter_app.exchange.registers.vocabulary import SEX_WORDS, fold

__all__ = ["read_name", "read_part_of_name"]

_BRACKETS = re.compile(r"^(.*?)\s*[(（\[【]([^()（）\[\]【】]+)[)）\]】]\s*$")
_INNER = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_PSEUDONYMS = frozenset(("化名", "假名", "代称", "pseudonym", "alias", "not real name"))
#: What says that a name in brackets is another one, and is no part of it.
_OTHER_NAME = re.compile(
    r"^(?:又名|曾用名|原名|别名|小名|也叫|aka|a\.k\.a\.?|formerly|née|nee)[\s:：]*(?=.)", re.IGNORECASE
)
#: What stands in a name's place where there is none.
_NOT_NAMES = UNKNOWN_WORDS | {
    "佚名", "无名氏", "无名", "姓名不详", "某女", "某男", "无", "没有", "unnamed", "no name", "anonymous", "n/a", "-",
    "--", "—", "——", "/", "null", "nil", "同上", "ditto", '"', "〃",
}  # fmt: skip
#: Says what somebody is, and not what they are called.
_NAMELESS = re.compile(
    r"(?:(?:无名|不知名|未知名?|不详|unknown|unnamed|unidentified)\s*)?(?:女|男|女子|男子|女性|男性|女士|男士|女童|男童|女孩|男孩|女婴|男婴|"
    r"婴儿|儿童|孩子|人员|female|male|woman|man|girl|boy|child|baby|infant|person|victim|adult|minor|[fm])"
    "|unidentified"
)
_KIN = (
    "母亲|父亲|妈妈|爸爸|女儿|儿子|孩子|子女|小孩|婴儿|幼儿|幼子|幼女|长子|长女|次子|次女|丈夫|妻子|配偶|姐姐|妹妹|哥哥|弟弟|"
    "祖母|祖父|奶奶|爷爷|外婆|外公|家人|家属|亲属|同伴"
)
_KIN_EN = "mother|father|daughter|son|child|children|baby|infant|kids?|husband|wife|sister|brother|twins?"
#: Words in brackets that say something about the person and are no other name.
_ABOUT_PERSON = re.compile(
    rf"(?:{_KIN}|{_KIN_EN}|母|父|子|女|男|未成年人?|已成年|成年|孕妇|已故|死亡|本人|minor|adult|pregnant|deceased|victim|"
    r"(?:约|aged? )?\d{1,3}\s*(?:岁|周岁|years?(?: old)?|yrs?|y/?o)?)",
    re.IGNORECASE,
)
#: A cell that speaks of people beside the one it names.
_SEVERAL = re.compile(
    rf"(?:及其?|和其|与其|带着?|携带?)\s*[一二三两0-9]*\s*[个名位]?\s*(?:{_KIN}|子(?![一-鿿])|女(?![一-鿿]))"
    rf"|(?:^|[\s,，;；])(?:{_KIN}|母|父|子|女|{_KIN_EN})\s*:"
    r"|等\s*[0-9一二三四五六七八九十两几]*\s*(?:人|名|位|口)"
    r"|(?:一家|夫妇|夫妻|母子|母女|父子|父女|姐妹|兄妹|姐弟|兄弟)(?:[0-9一二三四五六七八九十两]*[人口])?(?:\)|$)"
    r"|[^\s]\s*\+\s*[0-9]+$"
    rf"|(?:\band|\bwith|\bplus|&)\s+(?:(?:her|his|their|the|an?|one|two|three|four|[0-9]+)\s+)*(?:{_KIN_EN})\b"
    r"|\bet al\b|\bfamily of\b|\b[0-9]+ (?:persons|people|children)\b",
    re.IGNORECASE,
)
#: Somebody's relative by name, in brackets behind the name.
_RELATIVE = re.compile(
    rf"(?:其|之|her |his )?(?:{_KIN}|{_KIN_EN})\s*:?\s*[^\s:为和及、,，;；/]", re.IGNORECASE
)
_KIN_IN_BRACKETS = re.compile(rf"(?:{_KIN}|{_KIN_EN}|母|父|子|女)", re.IGNORECASE)
#: Between names; a stroke within "A/L" or "d/o" (son or daughter of) is part of one.
_BETWEEN = re.compile(r"[、;；&＋+|\n]|(?<!\b[a-z])[/／]|[/／](?![a-z]\b)|\band\b", re.IGNORECASE)
_HAN_NAME = "[\u3400-\u4dbf\u4e00-\u9fff]{2,4}"
_HAN_PAIR = re.compile(rf"({_HAN_NAME})[和与及跟同]({_HAN_NAME})")
#: The surnames of most people: two words that begin with one are two names and not the parts of one.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤阮农"
)

#: The same in Latin letters, and those of most people in Viet Nam.
_LATIN_SURNAME = re.compile(
    r"wang|li|zhang|liu|chen|yang|huang|zhao|wu|zhou|xu|sun|ma|zhu|hu|guo|he|lin|luo|gao|zheng|liang|"
    r"xie|song|tang|han|feng|deng|cao|peng|zeng|xiao|tian|dong|yuan|pan|jiang|cai|yu|du|ye|cheng|su|"
    r"wei|lu|ding|ren|shen|yao|nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|do|ho|ngo|duong|ly|"
    r"dinh|truong|doan|trinh|lam|mai|vang|giang|thao"
)


def read_name(path: str, cell: Cell, _rules: DateRules) -> Answer:
    """The name in a column of whole names."""
    text = cell.text
    if re.search("[\uff21-\uff3a\uff41-\uff5a]", text):
        text = unicodedata.normalize("NFKC", text)
    if fold(text) in _NOT_NAMES or _NAMELESS.fullmatch(fold(text)):
        return Answer(text=text)
    if not _has_letter(text):
        return Answer().keep(text)
    names = _names(text)
    if len(names) == 2 and sum(map(is_chinese, names)) == 1 and same_name_score(*names) >= PINYIN_OF:
        native, latin = sorted(names, key=is_chinese, reverse=True)
        values = {"person.name_native": native, "person.name_latin": latin}
        return Answer(values, reasons=[("name_two_scripts", {})])
    path = _field(path, text)
    if question := _question(path, text, names):
        return Answer({path: text}, reasons=[question])
    found = Answer()
    while (brackets := _BRACKETS.match(text)) and _has_letter(brackets[1]):
        text = brackets[1]
        _bracket(found, cell.text, text, brackets[2].strip())
    if _INNER.search(text):
        found.reasons.append(("name_brackets_kept", {"text": text}))
    if re.search(r"某|[×xX*○〇]$", text) and is_chinese(text):
        found.reasons.append(("incomplete_name", {}))
    found.values[path] = text
    return found


def read_part_of_name(path: str, cell: Cell, _rules: DateRules) -> Answer:
    """A surname or given name, as it is written."""
    question = _question(path, cell.text, _names(cell.text))
    return Answer({path: cell.text}, reasons=[question] if question else [])


def _has_letter(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _field(path: str, text: str) -> str:
    latin = not is_chinese(text) and bool(re.search(r"[A-Za-z]", text))
    return "person.name_latin" if path == "person.name_native" and latin else path


def _bracket(found: Answer, whole: str, name: str, words: str) -> None:
    """Words in brackets behind a name: another name, a pseudonym, or something about the person."""
    if fold(words) in _PSEUDONYMS:
        found.reasons.append(("pseudonym", {}))
        found.values["person.other_names"] = [{"role": "alias", "text": name}]
    elif _ABOUT_PERSON.fullmatch(fold(words)) or fold(words) in _SEXES or not _has_letter(words):
        found.text = whole
        found.reasons.append(("name_note", {"text": words}))
    else:
        found.reasons.append(("name_in_brackets", {"text": words}))
        aliases = found.values.setdefault("person.aliases", [])
        aliases.append(_OTHER_NAME.sub("", words))


_SEXES = frozenset(word for words in SEX_WORDS.values() for word in words.split("|"))


def _question(path: str, text: str, names: tuple[str, ...]) -> tuple[str, dict[str, object]] | None:
    """What has to be asked about a cell that names or mentions more than one person."""
    plain = fold(text)
    inner = _INNER.findall(plain)
    followed = re.search(r"[)\]】]\s*[^\s()\[\]【】]", plain)
    kin = [words for words in inner if _KIN_IN_BRACKETS.fullmatch(words.strip())]
    named = any(_RELATIVE.match(words) for words in inner if words not in kin)
    if _SEVERAL.search(plain) or named or (kin and (followed or len(kin) > 1)):
        return "several_people", {"text": text}
    if len(names) > 1:
        return "several_names", {"text": text, "path": path, "names": names}
    return None


def _names(text: str) -> tuple[str, ...]:
    """The names in a cell: more than one where something stands between them that stands in no name."""
    outside = _INNER.sub("", text)
    parts = _BETWEEN.split(outside)
    if (len(parts) == 1 and is_chinese(outside)) or (
        len(parts) == 1 and len(re.findall("[,，]", outside)) > 1
    ):
        parts = re.split("[,，]", outside)
    if len(parts) == 1 and (two := _two_latin_names(outside)):
        return two
    names = tuple(p.strip() for p in parts if fold(p) and fold(p) not in _NOT_NAMES and _has_letter(p))
    return names if len(names) != 1 else _chinese_names(names[0])


def _two_latin_names(text: str) -> tuple[str, ...]:
    """Two names with a comma between them; a family name before the given names is one."""
    parts = tuple(part.strip() for part in re.split("[,，]", text))
    words = [part.casefold().split() for part in parts]
    if len(parts) != 2 or any(len(each) < 2 for each in words):
        return ()
    surnames = all(_LATIN_SURNAME.fullmatch(fold_latin(each[0])) for each in words)
    return parts if surnames or words[0][0] == words[1][0] else ()


def _chinese_names(text: str) -> tuple[str, ...]:
    """Two Chinese names with a blank or "and" between them; a surname and a given name are one."""
    pair = _HAN_PAIR.fullmatch(text)
    words = pair.groups() if pair else tuple(text.split())
    whole = len(words) > 1 and all(re.fullmatch(_HAN_NAME, word) for word in words)
    plain = [fold(word) for word in words]
    if whole and all(w[0] in _SURNAMES and w not in DOUBLE and not w.endswith("氏") for w in plain):
        return words
    return (text,)
