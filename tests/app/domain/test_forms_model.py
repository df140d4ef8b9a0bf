"""A form that would put text among the coded facts, or whose parts do not fit, cannot be declared."""

import pytest

from shelter_app.domain.forms import (
    Condition,
    Field,
    FieldClass,
    Form,
    FormRegistry,
    Kind,
    Order,
    Section,
    Stage,
)

CODED, IDENTIFYING, HEALTH = FieldClass.CODED, FieldClass.IDENTIFYING, FieldClass.HEALTH


def make_form(*fields, cls=CODED, **more):
    return Form("sample", 1, "Sample", (Section("one", "One", fields, cls),), **more)


def test_the_classes_are_named_like_the_compartments():
    assert [each.value for each in FieldClass] == ["coded", "people", "health"]


def test_a_field_takes_the_class_of_its_section_and_text_is_never_coded():
    date = Field("day", Kind.DATE, "Day")
    text = Field("place", Kind.TEXT, "Place")
    rows = Field("route", Kind.GROUP, "Route", fields=(date, text))
    for section, of_date, of_text in (
        (CODED, CODED, IDENTIFYING),
        (IDENTIFYING, IDENTIFYING, IDENTIFYING),
        (HEALTH, HEALTH, HEALTH),
    ):
        form = make_form(date, text, rows, cls=section)
        assert form.class_of("day") is of_date
        assert form.class_of("place") is of_text
        assert form.class_of("route") is of_text


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LONG_TEXT, Kind.TEXTS])
def test_text_that_is_declared_coded_is_refused(kind):
    with pytest.raises(ValueError, match="text is never coded"):
        Field("name", kind, "Name", cls=CODED)


def test_a_group_that_holds_text_cannot_be_declared_coded():
    part = Field("place", Kind.TEXT, "Place")
    with pytest.raises(ValueError, match="text is never coded"):
        Field("route", Kind.GROUP, "Route", cls=CODED, fields=(part,))


def test_a_group_of_dates_may_be_coded():
    part = Field("day", Kind.DATE, "Day")
    assert make_form(Field("days", Kind.GROUP, "Days", fields=(part,))).class_of("days") is CODED


@pytest.mark.parametrize("bounds", [{}, {"minimum": 0}, {"minimum": 0, "maximum": 10**17}])
def test_a_coded_number_is_too_small_to_be_a_document_number(bounds):
    with pytest.raises(ValueError, match="narrow bounds"):
        make_form(Field("count", Kind.NUMBER, "Count", **bounds))


def test_a_coded_number_with_narrow_bounds_is_accepted():
    assert make_form(Field("count", Kind.NUMBER, "Count", minimum=0, maximum=99)).class_of("count") is CODED


def test_a_field_with_a_projection_is_itself_sealed():
    form = make_form(Field("sex", Kind.CODE, "Sex", codelist="sex", projection="sex"))
    assert form.class_of("sex") is IDENTIFYING
    with pytest.raises(ValueError, match="coded already"):
        make_form(Field("sex", Kind.CODE, "Sex", CODED, codelist="sex", projection="sex"))


@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        (Kind.CODE, {}, "code list"),
        (Kind.TEXT, {"codelist": "sex"}, "code list"),
        (Kind.GROUP, {}, "groups have fields"),
        (Kind.DATE, {"projection": "sex"}, "no such projection"),
        (Kind.NUMBER, {"form": "email"}, "only a text"),
    ],
)
def test_attributes_that_do_not_fit_the_kind_are_refused(kind, more, why):
    with pytest.raises(ValueError, match=why):
        Field("x", kind, "X", **more)


def test_a_group_holds_no_groups_and_no_second_compartment():
    inner = Field("inner", Kind.GROUP, "Inner", fields=(Field("a", Kind.TEXT, "A"),))
    with pytest.raises(ValueError, match="does not hold groups"):
        Field("outer", Kind.GROUP, "Outer", fields=(inner,))
    with pytest.raises(ValueError, match="one compartment"):
        Field("outer", Kind.GROUP, "Outer", fields=(Field("a", Kind.DATE, "A", CODED),))
    with pytest.raises(ValueError, match="have one id"):
        Field("outer", Kind.GROUP, "Outer", fields=(Field("a", Kind.DATE, "A"), Field("a", Kind.TEXT, "A")))


@pytest.mark.parametrize("field_id", ["", "Name", "1st", "given-name", "given.name"])
def test_ids_are_plain(field_id):
    with pytest.raises(ValueError, match="lower-case"):
        Field(field_id, Kind.TEXT, "X")


DAY, TEXT = Field("day", Kind.DATE, "Day"), Field("words", Kind.TEXT, "Words")


@pytest.mark.parametrize(
    ("fields", "more", "why"),
    [
        ((DAY, DAY), {}, "one id"),
        ((DAY,), {"typed": {"happened_on": "elsewhere"}}, "no typed column"),
        ((DAY,), {"typed": {"name": "day"}}, "no typed column"),
        ((DAY,), {"typed": {"status": "day"}}, "cannot fill"),
        ((Field("day", Kind.DATE, "Day", IDENTIFYING),), {"typed": {"due_on": "day"}}, "not coded"),
        ((DAY,), {"summary": ("words",)}, "summary"),
        ((DAY, TEXT), {"orders": (Order("day", "words"),)}, "dates"),
        ((DAY,), {"stages": (Stage("closed", Condition("words", ("x",))),)}, "stage"),
        ((Field("a", Kind.TEXT, "A", when=Condition("a", ("x",))),), {}, "rests on no other"),
        ((Field("a", Kind.TEXT, "A", when=Condition("b", ("x",))),), {}, "rests on no other"),
        ((DAY, Field("a", Kind.CODE, "A", codelist="sex", other="day")), {}, "opens no text"),
    ],
)
def test_forms_whose_parts_do_not_fit_are_refused(fields, more, why):
    with pytest.raises(ValueError, match=why):
        make_form(*fields, **more)


def test_a_veiled_form_is_health_throughout_and_shows_only_its_dates():
    state = Field("state", Kind.CODE, "State", CODED, codelist="sex")
    form = make_form(DAY, TEXT, state, veiled=True, typed={"happened_on": "day"})
    assert {form.class_of(field.id) for field in form} == {HEALTH}
    assert form.public_id == "health"
    assert make_form(DAY).public_id == "sample"
    with pytest.raises(ValueError, match="only its dates"):
        make_form(state, veiled=True, typed={"status": "state"})


def test_a_condition_is_plain_data():
    condition = Condition("sex", ("female", "other"))
    assert Condition.from_json(condition.as_json()) == condition
    assert condition.holds({"sex": "other"})
    assert condition.holds({"sex": ["male", "female"]})
    assert not condition.holds({"sex": "male"})
    assert not condition.holds({"sex": {"female": 1}})
    assert not condition.holds({})


def test_an_entry_is_read_with_the_version_it_was_typed_under():
    old = Form("visit", 1, "Visit", (Section("s", "S", (Field("who", Kind.TEXT, "Who"),)),))
    new = Form("visit", 2, "Visit", (Section("s", "S", (Field("whom", Kind.TEXT, "Whom"),)),))
    registry = FormRegistry((new, old))
    assert registry.form("visit") is new
    assert registry.form("visit", 1) is old
    assert "who" in registry.form("visit", 1)
    assert registry.all_forms() == (new,)
    with pytest.raises(KeyError):
        registry.form("visit", 3)
    with pytest.raises(ValueError, match="two forms"):
        FormRegistry((old, old))
