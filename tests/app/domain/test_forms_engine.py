"""A filled form: nothing typed is lost, nothing sealed is ever coded, and every oddity is a question back."""

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelter_app.domain.codelists import code_list, country_codes, language_codes
from shelter_app.domain.forms import (
    YES_NO_ANSWERS,
    Field,
    FieldClass,
    Form,
    Kind,
    Section,
    all_forms,
    check,
    clean,
    coded_columns,
    form,
    is_empty,
    join,
    split,
    typed_columns,
    visible_fields,
)
from shelter_app.domain.partial_date import PartialDate

TODAY = dt.date(2026, 3, 12)
CODED, IDENTIFYING, HEALTH = FieldClass.CODED, FieldClass.IDENTIFYING, FieldClass.HEALTH
USER = "0123456789abcdef0123456789abcdef"


def date(text):
    return PartialDate(*(int(part) for part in text.split("-"))).to_json()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
words = st.text(min_size=1, max_size=20)
years = st.integers(1950, 2025)
dates = st.one_of(
    st.builds(lambda day: PartialDate.of(day).to_json(), st.dates(dt.date(1950, 1, 1), TODAY)),
    st.builds(lambda year, about: PartialDate(year, about=about).to_json(), years, st.booleans()),
    st.builds(lambda year, text: PartialDate(year, text=text).to_json(), years, words),
    st.builds(lambda age, year, text: PartialDate(age=age, asof=PartialDate(year, text=text)).to_json(),
              st.integers(0, 90), years, words),
    st.builds(lambda text: PartialDate.not_known(text).to_json(), words),
)  # fmt: skip


def answers(question):
    """Answers that fit a question, as its kind writes them."""
    kind = question.kind
    if kind in (Kind.CODE, Kind.CODES):
        codes = st.sampled_from(code_list(question.codelist).codes)
        return codes if kind is Kind.CODE else st.lists(codes, max_size=3)
    if kind is Kind.NUMBER:
        return st.integers(question.minimum or 0, question.maximum or 99)
    if kind is Kind.GROUP:
        rows = st.fixed_dictionaries({}, optional={part.id: answers(part) for part in question.fields})
        return st.lists(rows, max_size=3)
    return {
        Kind.TEXT: words,
        Kind.LONG_TEXT: words,
        Kind.TEXTS: st.lists(words, max_size=3),
        Kind.YES_NO: st.sampled_from(YES_NO_ANSWERS),
        Kind.COUNTRY: st.sampled_from(country_codes()),
        Kind.COUNTRIES: st.lists(st.sampled_from(country_codes()), max_size=3),
        Kind.LANGUAGE: st.sampled_from(language_codes()),
        Kind.LANGUAGES: st.lists(st.sampled_from(language_codes()), max_size=3),
        Kind.DATE: dates,
        Kind.USER: st.just(USER),
    }[kind]


NOTHING = st.nothing()


def filled(each, extra=NOTHING):
    """Filled forms; `extra` is what may stand in any field instead of a fitting answer."""
    return st.fixed_dictionaries({}, optional={question.id: answers(question) | extra for question in each})


ANY_FORM = st.sampled_from(all_forms())
anything = ANY_FORM.flatmap(lambda each: st.tuples(st.just(each), filled(each, json_values)))
sensible = ANY_FORM.flatmap(lambda each: st.tuples(st.just(each), filled(each)))
deep = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@deep
@given(anything, st.dictionaries(st.text(max_size=8), json_values, max_size=3))
def test_splitting_and_joining_gives_everything_back(pair, unknown):
    each, values = pair
    values = {**unknown, **values}
    assert join(split(each, values)) == values


@deep
@given(anything)
def test_splitting_writes_plain_json(pair):
    each, values = pair
    parts = split(each, values)
    assert set(parts) == set(FieldClass)
    assert json.loads(json.dumps(parts[CODED])) == parts[CODED]


def leaves(value):
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str | int | float):
        yield value


CANARY = "Nang Kham 451002199807278133"


def test_what_names_somebody_is_never_coded_wherever_it_is_typed():
    """Every field of every form is filled with a name, in every shape; none of it reaches the coded part."""
    shapes = [
        CANARY, [CANARY], {"text": CANARY}, {"y": 1998, "text": CANARY}, {"y": CANARY}, {CANARY: 1}, [[CANARY]],
        {"age": 20, "asof": {"y": 2020, "text": CANARY}}, {"from": {"y": 2019, "text": CANARY}, "to": {"y": 2020}},
        451002199807278133, 4510.02, {"y": 1998, "note": CANARY}, [{"date": {"y": 1998, "text": CANARY}}],
        ["female", CANARY], {"unknown": True, "text": CANARY},
    ]  # fmt: skip
    coded_something = False
    for each in all_forms():
        for shape in shapes:
            parts = split(each, {question.id: shape for question in each} | {CANARY: shape})
            found = set(leaves(parts[CODED]))
            assert not [leaf for leaf in found if CANARY in str(leaf) or "4510" in str(leaf)], each.id
            coded_something = coded_something or bool(found)
            typed = typed_columns(each, {question.id: shape for question in each})
            assert not [
                column for column in typed.values() if column and ("Nang" in column or "4510" in column)
            ]
            assert join(parts) == {question.id: shape for question in each} | {CANARY: shape}
    assert coded_something, "the dates without their words should have been coded"


@deep
@given(sensible)
def test_the_coded_part_holds_coded_fields_only_and_all_that_fits_them(pair):
    each, values = pair
    coded = split(each, values)[CODED]
    assert set(coded) <= set(coded_columns(each))
    for field_id in coded_columns(each):
        value = values.get(field_id)
        says_nothing_coded = (
            each.field(field_id).kind is Kind.DATE and value is not None and set(value) == {"text"}
        )
        assert (field_id in coded) == (not is_empty(value) and not says_nothing_coded)


@deep
@given(sensible)
def test_a_reader_without_keys_sees_no_word_that_was_typed(pair):
    each, values = pair
    coded = split(each, values)[CODED]
    texts = [value["text"] for value in coded.values() if isinstance(value, dict) and "text" in value]
    assert texts == []
    assert all(isinstance(leaf, int | str) for leaf in leaves(coded))


def test_a_date_is_coded_without_the_words_it_was_written_in():
    stored = PartialDate(2013, about=True, text="about when her brother Li married").to_json()
    parts = split(form("experience"), {"recruited_on": stored})
    assert parts[CODED] == {"recruited_on": {"y": 2013, "about": True}}
    assert parts[IDENTIFYING] == {"recruited_on": stored}
    assert join({CODED: parts[CODED]}) == {"recruited_on": {"y": 2013, "about": True}}


STOPS = Form(
    "stops", 1, "Stops",
    (Section("s", "S", (
        Field("stops", Kind.GROUP, "Stops",
              fields=(Field("country", Kind.COUNTRY, "Country"), Field("day", Kind.DATE, "Day"))),
    ), CODED),),
)  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [{"country": "Kokang"}],
        [{"country": "LA", "guide": "uncle Pao"}],
        [{"country": "LA", "day": {"y": 2019, "text": "the day uncle Pao came"}}],
        [{"country": "LA"}, "uncle Pao"],
        {"country": "LA"},
    ],
)
def test_rows_are_coded_only_if_nothing_in_them_could_name_somebody(rows):
    assert STOPS.class_of("stops") is CODED
    parts = split(STOPS, {"stops": rows})
    assert (parts[CODED], parts[IDENTIFYING]) == ({}, {"stops": rows})
    fitting = [{"country": "LA", "day": {"y": 2019}}, {"country": "TH", "day": None}]
    assert split(STOPS, {"stops": fitting})[CODED] == {"stops": fitting}


def test_a_veiled_form_is_sealed_entirely():
    values = {"kind": "treatment", "seen_on": date("2026-03-09"), "findings": "…", "nickname": "x"}
    parts = split(form("health"), values)
    assert parts == {CODED: {}, IDENTIFYING: {}, HEALTH: values}


def test_health_detail_of_a_service_goes_to_the_health_part():
    parts = split(form("service"), {"service_kind": "medical", "diagnosis": "fracture", "provider": "Dr Wu"})
    assert parts == {
        CODED: {"service_kind": "medical"},
        IDENTIFYING: {"provider": "Dr Wu"},
        HEALTH: {"diagnosis": "fracture"},
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(anything, json_values)
def test_checking_never_fails_and_always_says_something_readable(pair, junk):
    each, values = pair
    for given_values in (values, {**values, "junk": junk}, junk):
        for problem in check(each, given_values, today=TODAY):
            assert problem.severity in ("error", "warning")
            assert problem.text("en")
            assert problem.text("zh")


def test_checking_survives_very_deep_values():
    nested = "x"
    for _ in range(900):
        nested = [nested]
    dated = {"y": 2000}
    for _ in range(900):
        dated = {"age": 1, "asof": dated}
    for each in all_forms():
        for value in (nested, dated):
            values = {question.id: value for question in each}
            assert check(each, values, today=TODAY)
            assert join(split(each, values)).keys() == values.keys()


@deep
@given(sensible)
def test_answers_that_fit_are_no_errors(pair):
    each, values = pair
    found = [problem for problem in check(each, values, today=TODAY) if problem.severity == "error"]
    assert all(each.field(problem.field_id).required for problem in found)


@deep
@given(anything)
def test_a_clean_form_stays_as_it_is(pair):
    each, values = pair
    once = clean(each, values)
    assert clean(each, once) == once
    assert not any(is_empty(value) for value in once.values())
    assert set(once) <= {question.id for question in visible_fields(each, once)}
