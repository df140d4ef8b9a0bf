"""Whatever stands in whichever column, a row has an outcome, its words are kept and its forms can be stored."""

import datetime as dt
import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from shelter_app.casework.register_rows import row_from_json, row_to_json
from shelter_app.domain.partial_date import PartialDate
from shelter_app.exchange.registers import Mapping, filled_forms, flat_values, known_targets
from shelter_app.exchange.registers.answers import DateRules
from shelter_app.exchange.registers.cells import Sheet, cell_of
from shelter_app.exchange.registers.decisions import resolve
from shelter_app.exchange.registers.plan import check_rows
from shelter_app.exchange.registers.reasons import MESSAGES
from shelter_app.exchange.registers.rows import tables
from shelter_app.exchange.registers.values import answer

TODAY = dt.date(2026, 11, 22)
TARGETS = sorted(known_targets())
#: What registers are full of; joined at random they come nearer to what people write than any letters do.
_WORDS = (
    "约 大概 左右 ? 18 十八 廿五 初四 三十 岁 年 月 日 个月 2013 90 13 5 / - . 、 ， , ； ( ) （ ） ： : 至 到 to and & + ＋ "
    "出生 born 农历 民國 上午 3:20 不详 无 unknown none 张三 李四 王芳 母 子 女儿 及其 和 与 Anna Maria Silva 身份证 护照 "
    "G51474083 350102199010090468 3.50102E+17 丢失 被扣押 中国 越南籍 中越 无国籍 female 男 是 否 同意 强迫劳动 = @ 某 × "
    "0000-00-00 1900-01-00 ² ٣ १८ Ⅷ \u200b \n"
)
PIECES = _WORDS.split(" ")
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(" ".join),
    st.text(max_size=24),
)
CELLS = st.one_of(
    TEXTS,
    TEXTS,
    st.integers(-10, 10**18),
    st.floats(allow_nan=False),
    st.dates(),
    st.datetimes(),
    st.booleans(),
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(TARGETS), CELLS)
@example("person.birth", "约18")
@example("person.birth", "18至20岁")
@example("person.birth", "廿五")
@example("person.birth", "²")
@example("person.birth", "张三廿五")
@example("experience.types", "/")
@example("person.aliases", "、")
@example("person.documents.number", "；")
def test_any_cell_in_any_column_is_answered_or_kept(path, value):
    cell = cell_of(value)
    if cell.blank:
        return
    found = answer(path, cell, DateRules(None, False, TODAY))
    assert (
        any(value not in ("", []) for value in found.values.values())
        or found.text
        or found.reasons
        or found.alternatives
        or cell.remarks
    )
    assert {code for code, _shown in found.reasons} <= set(MESSAGES)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(TARGETS), CELLS), min_size=1, max_size=8, unique_by=lambda pair: pair[0]
    ),
    st.data(),
)
def test_any_row_has_an_outcome_and_every_decision_about_it_can_be_taken(columns, data):
    said = Mapping({chr(65 + place): path for place, (path, _value) in enumerate(columns)}, 0)
    sheet = Sheet("", (tuple(cell_of(value) for _path, value in columns),))
    table = tables(sheet, said, None, TODAY)[-1]
    (row,) = check_rows(table, TODAY)
    while True:
        assert row.outcome in {"imported", "remark", "decision", "not_a_person"}
        assert all(reason.text(language) for reason in row.reasons for language in ("en", "zh"))
        json.dumps(flat_values(row))
        for form in filled_forms(row):
            json.dumps(form.values)
            assert not any(isinstance(value, PartialDate) for value in form.values.values())
        assert row_from_json(json.loads(json.dumps(row_to_json(row)))).values.keys() == row.values.keys()
        if not row.open_decisions:
            break
        asked = row.open_decisions[0]
        row = resolve(row, (asked.code, data.draw(st.sampled_from(asked.options)).code))
