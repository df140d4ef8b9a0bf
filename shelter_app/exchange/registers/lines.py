"""Lines of a register that are about nobody: totals, page marks, months, signatures, notes.

A line is one of them only if nothing in it could be an answer about somebody; in doubt it is a person, and
whoever brings the register in decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from shelter_app.exchange.registers.cells import Cell
from shelter_app.exchange.registers.headers import Column, name_columns
from shelter_app.exchange.registers.reasons import Reason

__all__ = ["kind_of", "no_person"]

_UNITS = "人次|人|名|例|个|位|persons?|people|cases?"
#: Read without blanks: the words are often spaced out to fill their cell.
_TOTAL = re.compile(
    rf"(?:(?:以上|本页|本月|本年|本季度?|当月|全月|全年|全站|[0-9一二三四五六七八九十]+月份?)?(?:小计|合计|总计|共计|累计|总数|总人数|人数)"
    rf"|本页|本月|(?:sub-?total|grandtotal|total|sum)(?![a-z])|(?:以上)?共?[0-9]+(?:{_UNITS})(?![一-鿿]))",
    re.IGNORECASE,
)
#: What stands beside the word for a total, in whichever column.
_COUNT = re.compile(rf"共?\s*\d[\d,]*\s*(?:{_UNITS})?", re.IGNORECASE)
_NOTE = re.compile(
    r"(注|备注|说明|填表|制表|填报|审核|审批|统计|单位|note|notes|preparedby|source)[:：人说]", re.IGNORECASE
)
#: A line between the people, if nothing else stands in it: a month, a page.
_BETWEEN = re.compile(
    r"(?:\d{4}年?度?)?(?:[0-9一二三四五六七八九十]{1,3}月份?|第?[一二三四1-4]季度?|[上下]半年|q[1-4])(?:登记|名单|人员|合计)?"
    r"|\d{4}(?:年度?|[-./]\d{1,2}|q[1-4])|q[1-4][-/]?\d{4}"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december),?\d{4}"
    r"|[(（]?(?:续表?|续上表|续前页|接上页|转下页|接下页|下页续|continued|tobecontinued)[)）]?"
    r"|(?:以下|本页以下|此页以下)(?:空白|无正文|无内容)|第[0-9一二三四五六七八九十]+页(?:[,，/]?共[0-9一二三四五六七八九十]+页)?|page\d+(?:of\d+)?",
    re.IGNORECASE,
)
#: Who filled the list in; the name may stand in the next cell.
_SIGNED = re.compile(
    r"(?:审核|审批|复核|核对|制表|制单|填表|填报|填写|登记|统计|经办|负责|联系|主管|单位负责|分管)(?:人员?|者|员|领导)"
    r"(?:签名|签字|签章)?(?P<who>[:：].*)?|(?:签名|签字|签章|盖章|站长|备注|说明|注|日期|填表日期|制表日期|填报日期|联系电话)(?:[:：].*)?",
)
_ABOUT_SOMEBODY = ("person.sex", "person.citizenship", "person.documents.number", "person.birth")


def no_person(code: str, text: str = "") -> Reason:
    """The reason why a row is about nobody."""
    return Reason(code, "not_a_person", values={"text": text} if text else {})


def kind_of(cells: Sequence[Cell], columns: Sequence[Column]) -> Reason | None:
    """None if the row is about a person, else why it is not."""
    filled = [(index, cell) for index, cell in enumerate(cells) if not cell.blank]
    if not filled:
        return no_person("blank")
    names = {column.index for column in name_columns(columns)}
    first = filled[0][1].text
    compact = _compact(first)
    named = [cell for index, cell in filled if index in names]
    if _TOTAL.match(compact) and all(
        cell.text == first or _COUNT.fullmatch(unicodedata.normalize("NFKC", cell.text)) for cell in named
    ):
        return no_person("total", first)
    if _NOTE.match(compact) and len(filled) <= (1 if named else 2):
        return no_person("note", first)
    if _signed(filled, columns, names) or (len(filled) == 1 and _BETWEEN.fullmatch(compact)):
        return no_person("note", first)
    if named:
        return None
    if len(filled) == 1:
        target = columns[filled[0][0]].target if filled[0][0] < len(columns) else None
        if target == "intake.reference" and re.fullmatch(r"[\w#.-]{1,12}", first):
            return no_person("number_only")
        if len(columns) >= 4 and target != "person.documents.number":
            return no_person("note", first)
    return None


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _signed(filled: Sequence[tuple[int, Cell]], columns: Sequence[Column], names: set[int]) -> bool:
    """Whether a line says who made the list, and nothing about somebody on it."""
    (place, cell), *others = filled
    label = _SIGNED.fullmatch(_compact(cell.text))
    if label is None or (place in names and not label["who"]):
        return False
    about = {column.index for column in columns if column.target in _ABOUT_SOMEBODY}
    return all(i not in about or _SIGNED.fullmatch(_compact(other.text)) for i, other in others)
