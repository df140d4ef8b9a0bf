"""Only codes reach a summary, and each person is counted once."""

import datetime as dt
from dataclasses import FrozenInstanceError, fields, replace
from itertools import permutations
from typing import Any

import pytest

from shelter_app.anonymise.coded import (
    ALLOWED_COLUMNS,
    CodedFacts,
    CodeList,
    CodeLists,
    NotACodeError,
    PersonRow,
    merge_persons,
)
from shelter_app.domain.periods import Period

LISTS = CodeLists(
    types=CodeList("types", "1", ("ForcedLabour", "SexualExploitation")),
    means=CodeList("means", "1", ("DebtBondage", "FalsePromises")),
    services=CodeList("services", "1", ("Health", "Legal")),
    return_stages=CodeList("stages", "1", ("documents", "travel")),
    return_outcomes=CodeList("outcomes", "1", ("returned", "stayed")),
    recruiters=CodeList("recruiters", "1", ("family", "friend")),
    durations=CodeList("durations", "1", ("0--12", "13--24", "25+")),
    service_states=CodeList("states", "1", ("planned", "given", "declined")),
    follow_up_steps=CodeList("steps", "1", ("follow_up_1", "follow_up_3")),
    follow_up_states=CodeList("step_states", "1", ("planned", "done")),
)
ROW = PersonRow(
    person="p0000001",
    new=True,
    sex="woman",
    age=24,
    citizenships=("CN",),
    exploited_in=("TH", "MM"),
    types=("ForcedLabour",),
    means=("DebtBondage",),
    services=("Health", "Legal"),
    return_stage="documents",
    return_outcome="returned",
    recruiters=("family",),
    duration="13--24",
    service_states=(("Health", "planned"), ("Legal", "declined")),
    follow_ups=(("follow_up_1", "done"),),
)
QUARTER = Period(dt.date(2015, 4, 1), dt.date(2015, 6, 30))


def facts(*rows: PersonRow) -> CodedFacts:
    return CodedFacts(rows, QUARTER, LISTS)


def test_these_are_all_columns_that_a_summary_sees() -> None:
    # Adding a column is a decision about what an office may count: change this list only with that decision.
    assert tuple(field.name for field in fields(PersonRow)) == ALLOWED_COLUMNS
    assert (
        *("person", "new", "sex", "age", "citizenships", "exploited_in", "types", "means", "services"),
        *("return_stage", "return_outcome", "recruiters", "duration", "service_states", "follow_ups"),
    ) == ALLOWED_COLUMNS


def test_a_row_of_known_codes_is_taken_and_cannot_be_changed() -> None:
    assert facts(ROW).rows == (ROW,)
    with pytest.raises(FrozenInstanceError):
        ROW.age = 25  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        ROW.name = "Li Mei"  # type: ignore[attr-defined]


class Disguised(str):
    """A text that claims to equal a code."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *[("person", value) for value in ("", "short", "Li Mei 1990", "李梅李梅李梅李梅", 12345678)],
        *[("new", value) for value in (1, "yes", None)],
        *[("sex", value) for value in ("W", "", None, "woman ", "trans woman", Disguised("Li Mei"))],
        *[("age", value) for value in (-1, 121, "24", 24.5, True)],
        *[("citizenships", value) for value in (("XX",), ("China",), "CN", ["CN"], ("cn",), (None,))],
        *[("exploited_in", value) for value in (("a village near Mae Sot",), (Disguised("Mae Sot"),))],
        *[("types", value) for value in (("Other",), ("ForcedLabour; Li Mei",))],
        *[("means", value) for value in (("ForcedLabour",), ("她被扣押护照",))],
        *[("services", value) for value in (("Health ",), ("Dr Wang, room 4",))],
        *[("return_stage", value) for value in ("", "flight CA123", ("documents",))],
        *[("return_outcome", value) for value in ("documents", Disguised("returned"))],
        *[("recruiters", value) for value in (("uncle Li",), "family", (Disguised("family"),))],
        *[("duration", value) for value in ("14", "since 2012", ("13--24",))],
        # Help that was given is counted elsewhere; a pair is a kind and a state, nothing more.
        *[
            ("service_states", value)
            for value in ((("Health", "given"),), (("Health", "planned", "room 4"),))
        ],
        *[("service_states", value) for value in (("Health", "planned"), (["Health", "planned"],), "Health")],
        *[("follow_ups", value) for value in ((("follow_up_1", "Li Mei"),), (("in spring", "done"),))],
    ],
)
def test_what_is_not_a_code_is_refused_and_not_repeated(column: str, value: Any) -> None:
    with pytest.raises(NotACodeError) as caught:
        facts(replace(ROW, **{column: value}))
    assert column in str(caught.value)
    assert caught.value.values == {"column": column}


def test_a_row_of_another_kind_is_refused() -> None:
    class Wider(PersonRow):
        name = "Li Mei"

    with pytest.raises(NotACodeError):
        CodedFacts((Wider("p0000001", True),), QUARTER, LISTS)


def test_a_code_list_holds_short_codes_only() -> None:
    for codes in (("Forced labour",), ("x" * 41,), ("强迫劳动",), ("Health", "Health"), ("",)):
        with pytest.raises(NotACodeError):
            CodeList("types", "1", codes)


def test_a_second_row_for_a_person_is_refused() -> None:
    with pytest.raises(NotACodeError):
        facts(ROW, replace(ROW, new=False))
    assert len(facts(ROW, replace(ROW, person="p0000002")).rows) == 2


def test_a_person_with_several_cases_becomes_one_row_whatever_the_order() -> None:
    cases = [
        ROW,
        replace(
            ROW,
            new=False,
            sex="unknown",
            age=26,
            types=("SexualExploitation",),
            return_stage="travel",
            duration="0--12",
        ),
        replace(ROW, age=None, citizenships=("VN", "CN"), services=(), return_outcome=None),
        replace(ROW, person="p0000002", sex="man"),
    ]
    expected = replace(
        ROW,
        new=False,
        citizenships=("CN", "VN"),
        exploited_in=("MM", "TH"),
        types=("ForcedLabour", "SexualExploitation"),
        return_stage="travel",
        service_states=(("Health", "planned"), ("Legal", "declined")),
    )
    other = replace(cases[3], exploited_in=("MM", "TH"))
    for order in permutations(cases):
        assert merge_persons(order, LISTS) == (expected, other)


def test_cases_that_disagree_about_sex_make_it_unknown() -> None:
    (merged,) = merge_persons([ROW, replace(ROW, sex="man")], LISTS)
    assert merged.sex == "unknown"
