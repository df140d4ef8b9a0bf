"""No figure of a release can be undone, whatever the office looks like; and the checks can fail."""

import datetime as dt
import json
import math
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shelter_app.anonymise import protect as protect_module
from shelter_app.anonymise import suppression
from shelter_app.anonymise.attack import attack
from shelter_app.anonymise.coded import CodedFacts, PersonRow
from shelter_app.anonymise.protect import protect
from shelter_app.anonymise.release import Cell, CellKey, ProtectedRelease, Table
from shelter_app.anonymise.suppression import Hidden, StuckError, choose_hidden
from shelter_app.anonymise.tables import (
    CROSSES,
    SMALL_OFFICE,
    TABLE_IDS,
    CountTable,
    standard_tables,
)

Office = Callable[..., CodedFacts]
SEED = b"a secret of the vault, 32 bytes!"
STYLES = ("independent", "clustered", "lopsided")


# A second attacker, from the JSON text alone, in whole persons -------------------------------------------


class WholeNumberAttacker:
    """Reads a release as a stranger would and asks an integer solver, sharing no code with the program."""

    def __init__(self, text: str) -> None:
        import highspy

        body = json.loads(text)
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue(
            "presolve", "off"
        )  # WORKAROUND https://github.com/ERGO-Code/HiGHS/issues/3094
        self.names: dict[tuple[str, str, str], int] = {}
        self.small: list[tuple[str, str, str]] = []
        self.ends: list[tuple[float, float]] = []
        shared: dict[Any, int] = {}
        for table in body["tables"]:
            for row, line in zip(table["rows"], table["cells"], strict=True):
                for column, cell in zip(table["columns"], line, strict=True):
                    key = (table["id"], row["code"], column["code"])
                    if cell == "<11":
                        self.small.append(key)
                    low, high = self._ends(cell, row, column, body["rounding"])
                    name = self._whom(table, row, column)
                    if name not in shared:
                        shared[name] = self._variable()
                        self.ends.append((low, high))
                    was = self.ends[shared[name]]
                    self.ends[shared[name]] = max(low, was[0]), min(high, was[1])
                    self.names[key] = shared[name]
            self._equations(table)
        for variable, (low, high) in enumerate(self.ends):
            self.solver.changeColBounds(variable, low, high)

    def _variable(self) -> int:
        import highspy

        self.solver.addVar(0, math.inf)
        self.solver.changeColIntegrality(len(self.ends), highspy.HighsVarType.kInteger)
        return len(self.ends)

    @staticmethod
    def _ends(cell: Any, row: dict[str, Any], column: dict[str, Any], base: int) -> tuple[float, float]:
        least = 11
        if column["role"] == "total":
            least = max(least, row["least"])
        if row["role"] == "total":
            least = max(least, column["least"])
        if isinstance(cell, int):
            return max(least, cell - base // 2), cell + (base - 1) // 2
        return (0.0, 10.0) if cell == "<11" else (float(least), 1e5)

    @staticmethod
    def _whom(table: dict[str, Any], row: dict[str, Any], column: dict[str, Any]) -> Any:
        """Margins of crosses and the groups that tables have in common are recognised by what is folded in them."""
        name = table["id"]
        dims = {"sex_age": ["sex", "age"], "persons": ["registration"]}.get(name) or name.split("_by_")
        whole = table["universe"] or "everybody"
        if row["role"] == column["role"] == "total":
            return whole
        if name in ("service_states", "follow_up"):
            if name == "service_states" and column["code"] == "given":
                dims, column = ["services"], {"role": "total"}
                if row["role"] == "total":
                    return "services"
            else:
                return (name, row["code"], column["code"])
        if row["role"] == "base":
            return table["base"] if table["base"] != "persons" else dims[0]
        if "total" not in (row["role"], column["role"]):
            return (name, row["code"], column["code"])
        line, dimension = (row, dims[0]) if column["role"] == "total" else (column, dims[1])
        folds = table["columns_folded"] if line is column and name != "sex_age" else table["folded"]
        if line["role"] == "none":
            return ("none", table["base"] if table["base"] == "returns" else dimension)
        return (dimension, line["code"], frozenset(code for code, into in folds if into == line["code"]))

    def _row(self, low: float, high: float, plus: list[int], minus: list[int]) -> None:
        terms = [(variable, 1.0) for variable in plus] + [(variable, -1.0) for variable in minus]
        self.solver.addRow(low, high, len(terms), [v for v, _ in terms], [f for _, f in terms])

    def _equations(self, table: dict[str, Any]) -> None:
        def number(row: dict[str, Any], column: dict[str, Any]) -> int:
            return self.names[table["id"], row["code"], column["code"]]

        lines = [
            ([(row["role"], number(row, column)) for row in table["rows"]], table["additive"])
            for column in table["columns"]
        ]
        if len(table["columns"]) > 1:
            lines += [
                (
                    [(column["role"], number(row, column)) for column in table["columns"]],
                    table["columns_additive"],
                )
                for row in table["rows"]
            ]
        for line, additive in lines:
            role: dict[str, list[int]] = {"item": [], "none": [], "base": [], "total": []}
            for name, variable in line:
                role[name].append(variable)
            whole, none = role["total"], role["none"]
            if role["base"]:
                self._row(0, 0, role["base"] + none, whole)
                whole, none = role["base"], []
            if additive:
                self._row(0, 0, role["item"] + none, whole)
            else:
                self._row(0, math.inf, role["item"] + none, whole)
                for item in role["item"]:
                    self._row(-math.inf, 0, [item, *none], whole)

    def interval(self, key: tuple[str, str, str]) -> tuple[int, int]:
        variable = self.names[key]
        ends = []
        for sign in (1.0, -1.0):
            self.solver.changeColCost(variable, sign)
            self.solver.run()
            ends.append(round(sign * self.solver.getObjectiveValue()))
            self.solver.changeColCost(variable, 0.0)
        return ends[0], ends[1]


@settings(
    max_examples=14,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(size=st.integers(20, 2000), seed=st.integers(0, 10**6), style=st.sampled_from(STYLES))
def test_attacks_on_any_office_fail(office: Office, size: int, seed: int, style: str) -> None:
    facts = office(size, seed, style)
    release = protect(facts, SEED).release
    assert all(check.held for check in release.checks)
    assert attack(release).held
    if size < SMALL_OFFICE:
        assert release.tables == ()
    true = true_counts(facts, release)
    for key, cell in published(release):
        count = true[key]
        assert (cell.kind == "small") == (count <= 10), key
        if cell.kind == "shown":
            assert cell.value == (count + 5) // 10 * 10


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [50, 80, 150, 400])
def test_an_attacker_who_reckons_in_whole_persons_fails_too(office: Office, size: int, style: str) -> None:
    attacker = WholeNumberAttacker(protect(office(size, 7, style), SEED).release.to_json())
    some = random.Random(size).sample(attacker.small, min(60, len(attacker.small)))
    assert {attacker.interval(key) for key in some} <= {(0, 10)}


def test_the_whole_number_attacker_can_succeed(office: Office) -> None:
    release = unprotected(office(150, 1))
    attacker = WholeNumberAttacker(release.to_json())
    assert {attacker.interval(key) for key in attacker.small} - {(0, 10)}


def published(release: ProtectedRelease) -> Iterator[tuple[CellKey, Cell]]:
    for table in release.tables:
        for row, column, cell in table.walk():
            yield CellKey(table.id, row.code, column.code), cell


def true_counts(facts: CodedFacts, release: ProtectedRelease) -> dict[CellKey, int]:
    columns = {table.id: table.columns for table in release.tables}
    return {
        CellKey(table.id, row.code, column.code): count
        for coarse in (0, 1, 2)
        for table in standard_tables(facts, coarse)
        if table.columns == columns.get(table.id)
        for row, line in zip(table.rows, table.counts, strict=True)
        for column, count in zip(table.columns, line, strict=True)
    }


def put(release: ProtectedRelease, change: dict[CellKey, Cell]) -> ProtectedRelease:
    """The release with some cells replaced."""

    def changed(table: Table) -> Table:
        return replace(
            table,
            cells=tuple(
                tuple(
                    change.get(CellKey(table.id, row.code, column.code), cell)
                    for column, cell in zip(table.columns, line, strict=True)
                )
                for row, line in zip(table.rows, table.cells, strict=True)
            ),
        )

    return replace(release, tables=tuple(changed(table) for table in release.tables))


def truly_shown(facts: CodedFacts, release: ProtectedRelease, keys: set[CellKey]) -> dict[CellKey, Cell]:
    true = true_counts(facts, release)
    return {key: Cell("shown", (true[key] + 5) // 10 * 10) for key in keys}


def unprotected(facts: CodedFacts) -> ProtectedRelease:
    """Threshold and rounding only, as a spreadsheet would do it: nothing more is hidden."""
    release = protect(facts, SEED).release
    return put(
        release,
        truly_shown(facts, release, {key for key, cell in published(release) if cell.kind == "hidden"}),
    )


# The checks can fail -------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [60, 150, 400])
def test_showing_any_single_hidden_figure_is_caught(office: Office, size: int, style: str) -> None:
    facts = office(size, 11, style)
    protection = protect(facts, SEED)
    release = protection.release
    hidden = {key for key, cell in published(release) if cell.kind == "hidden"}
    true = true_counts(facts, release)
    together: dict[tuple[str, ...], set[CellKey]] = {}
    for key in hidden:
        name: tuple[str, ...] = key
        if key.row == "base":
            name = ("base", release.table(key.table).base)
        elif key.row == "total" and key.column in {"total", "persons"}:
            name = ("all persons",)
        together.setdefault(name, set()).add(key)
    chosen = random.Random(size).sample(sorted(together), min(8, len(together)))
    for keys in (together[name] for name in chosen):
        assert len({true[key] for key in keys}) == 1
        assert not attack(put(release, truly_shown(facts, release, keys))).held, keys
    assert attack(release).held


def test_dropping_all_secondary_hiding_is_caught_as_it_would_be_published(office: Office) -> None:
    for style in ("independent", "clustered"):
        audit = attack(unprotected(office(300, 3, style)))
        assert not audit.held
        assert {finding.code for finding in audit.findings} & {"not-empty", "too-few", "remainder"}
        assert [check.held for check in audit.checks] != [True] * len(audit.checks)


@pytest.fixture(name="release", scope="module")
def release_fixture(office: Office) -> ProtectedRelease:
    return protect(office(300, 3), SEED).release


def first_of(release: ProtectedRelease, kind: str, row: str = "") -> CellKey:
    return next(key for key, cell in published(release) if cell.kind == kind and row in {"", key.row})


def broken_rules(release: ProtectedRelease) -> bool:
    return any(finding.code is None for finding in attack(release).findings)


def test_a_printed_nought_or_exact_figure_is_caught(release: ProtectedRelease) -> None:
    assert not broken_rules(release)
    for value in (0, 5, 7, -10):
        assert broken_rules(put(release, {first_of(release, "small"): Cell("shown", value)}))
    key = first_of(release, "shown")
    for value in (57, 101, 155):
        assert broken_rules(put(release, {key: Cell("shown", value)}))


def test_a_shifted_rounding_is_caught(release: ProtectedRelease) -> None:
    caught = 0
    for key, cell in published(release):
        if cell.value is not None and key.table == "persons":
            for shift in (-50, 50):
                assert not attack(put(release, {key: Cell("shown", cell.value + shift)})).held
                caught += 1
    assert caught >= 4


def test_totals_that_differ_between_tables_are_caught(release: ProtectedRelease) -> None:
    total = release.table("services").cell("total")
    assert total.value is not None
    changed = put(release, {CellKey("services", "total", "persons"): Cell("shown", total.value + 10)})
    assert broken_rules(changed)


def test_a_category_below_the_number_that_its_row_promises_is_caught(release: ProtectedRelease) -> None:
    key = CellKey("citizenship", "CN", "persons")
    assert release.table("citizenship").cell("CN").kind == "shown"
    assert broken_rules(put(release, {key: Cell("shown", 10)}))
    assert broken_rules(put(release, {key: Cell("small")}))


def test_other_parameters_are_caught(release: ProtectedRelease) -> None:
    assert broken_rules(replace(release, threshold=5))
    assert broken_rules(replace(release, rounding=5))


def test_a_file_cannot_declare_itself_out_of_an_attack(release: ProtectedRelease) -> None:
    def changed(name: str, **fields: object) -> ProtectedRelease:
        tables = tuple(replace(t, **fields) if t.id == name else t for t in release.tables)  # type: ignore[arg-type]
        return replace(release, tables=tables)

    assert not broken_rules(changed("services"))
    types = release.table("exploitation_type")
    assert broken_rules(changed("exploitation_type", sensitive=False))
    assert broken_rules(changed("citizenship", additive=False))
    assert broken_rules(changed("return_stage", base="other returns"))
    assert broken_rules(changed("services", id="helping"))
    assert broken_rules(changed("services", id="citizenship"))
    assert broken_rules(changed("exploitation_type", rows=(replace(types.rows[0], least=0), *types.rows[1:])))
    assert broken_rules(changed("exploitation_type", rows=(types.rows[0], types.rows[0], *types.rows[2:])))
    assert broken_rules(
        changed("exploitation_type", rows=(*types.rows[:-1], replace(types.rows[-1], least=0)))
    )


def test_a_table_without_its_total_is_caught(release: ProtectedRelease) -> None:
    table = release.table("persons")
    cut = replace(table, rows=table.rows[:2], cells=table.cells[:2])
    assert broken_rules(replace(release, tables=(cut,)))


def sensitive_release(shown: int, others: tuple[Cell, ...]) -> ProtectedRelease:
    """A table in which one type of exploitation has `shown` of 100 persons, beside other types."""
    from shelter_app.anonymise.release import Category

    def named(code: str) -> Category:
        return Category(code, codelist="types", key=code, least=22)

    first = Cell("shown", shown) if shown else Cell("hidden")
    table = Table(
        id="exploitation_type",
        title="Type of exploitation",
        rows=(
            *(named(code) for code in ("A", "B", "C", "D")[: 1 + len(others)]),
            *(Category("base", "base"), Category("not-stated", "none"), Category("total", "total", least=50)),
        ),
        columns=(Category("persons", "total"),),
        cells=(
            (first,),
            *((cell,) for cell in others),
            (Cell("shown", 100),),
            (Cell("shown", 100),),
            (Cell("shown", 200),),
        ),
        additive=False,
        base="exploitation_type",
        sensitive=True,
    )
    return replace(protect_module.protect(_nobody(), SEED).release, tables=(table,), notices=())


def _nobody() -> CodedFacts:
    from shelter_app.anonymise.coded import CodeList, CodeLists
    from shelter_app.domain.periods import Period

    lists = [CodeList(f"list{number}", "1", ()) for number in range(10)]
    return CodedFacts((), Period(dt.date(2015, 1, 1), dt.date(2015, 3, 31)), CodeLists(*lists))


def test_a_sensitive_table_in_which_nearly_everybody_is_alike_is_caught() -> None:
    def proofs(release: ProtectedRelease) -> set[str | None]:
        return {finding.code for finding in attack(release).findings}

    assert proofs(sensitive_release(80, (Cell("shown", 30),))) == set()
    assert proofs(sensitive_release(90, (Cell("shown", 30),))) == {"everybody"}
    assert proofs(sensitive_release(0, (Cell("shown", 30),))) == {"company"}
    assert proofs(sensitive_release(0, (Cell("hidden"),))) == set()
    outcome = replace(sensitive_release(0, ()).tables[0], id="return_outcome", base="returns", additive=True)
    assert "everybody" in proofs(replace(sensitive_release(0, ()), tables=(outcome,)))


# What a person can rely on -------------------------------------------------------------------------------


def test_an_office_with_few_persons_gets_a_sentence_and_no_number(office: Office) -> None:
    release = protect(office(SMALL_OFFICE - 1, 1), SEED).release
    assert release.tables == ()
    assert [notice.code for notice in release.notices] == ["small-office"]
    assert "national office" in release.notices[0].text
    assert protect(office(3, 1), SEED).release == release
    assert protect(office(SMALL_OFFICE, 1), SEED).release.tables


def test_the_same_facts_and_seed_give_the_same_release(office: Office) -> None:
    facts = office(200, 4, "clustered")
    rows = list(facts.rows)
    random.Random(1).shuffle(rows)
    one, two = protect(facts, SEED), protect(replace(facts, rows=tuple(rows)), SEED)
    assert one.release.to_json() == two.release.to_json()
    assert one.reasons == two.reasons


def test_the_same_release_comes_out_of_another_process(office: Office) -> None:
    script = (
        "import runpy, sys; make = runpy.run_path(sys.argv[1])['make_office'];"
        "from shelter_app.anonymise.protect import protect;"
        f"print(protect(make(120, 9, 'clustered'), {SEED!r}).release.to_json())"
    )
    conftest = __file__.replace("test_protect.py", "conftest.py")
    texts = {
        subprocess.run(
            [sys.executable, "-c", script, conftest],
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
            env={"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "SYSTEMROOT": "C:\\Windows"},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert texts == {protect(office(120, 9, "clustered"), SEED).release.to_json()}


def test_which_of_two_equal_figures_is_hidden_depends_on_the_secret(office: Office) -> None:
    choices = {frozenset(protect(office(300, 2), bytes([number]) * 32).reasons) for number in range(6)}
    assert len(choices) > 1


def test_one_person_with_two_cases_counts_once(office: Office) -> None:
    from shelter_app.anonymise.coded import merge_persons

    facts = office(120, 6)
    twice = [*facts.rows, *(replace(row, new=False) for row in facts.rows[:40])]
    rows = merge_persons(twice, facts.codes)
    assert len(rows) == 120
    release = protect(replace(facts, rows=rows), SEED).release
    assert release.table("persons").cell("total").value in {None, 120}


def test_whether_a_single_person_is_there_changes_nothing_that_is_published(office: Office) -> None:
    facts = office(300, 3)
    true = {
        row.code: line[0]
        for row, line in zip(standard_tables(facts)[2].rows, standard_tables(facts)[2].counts, strict=True)
    }
    # A Chinese citizen becomes the only Kiribatian: chosen so that no rounded figure moves.
    assert true["CN"] % 10 != 5
    index = next(i for i, row in enumerate(facts.rows) if row.citizenships == ("CN",))
    rows = list(facts.rows)
    assert not any("KI" in row.citizenships for row in rows)
    rows[index] = replace(rows[index], citizenships=("KI",))
    other = replace(facts, rows=tuple(rows))
    assert standard_tables(other)[2].counts != standard_tables(facts)[2].counts
    assert protect(other, SEED).release == protect(facts, SEED).release


def test_no_true_count_and_no_telling_reason_stands_in_the_release(office: Office) -> None:
    protection = protect(office(300, 3), SEED)
    codes = {reason.code for reason in protection.reasons.values()}
    assert codes & {
        "not-empty",
        "too-few",
        "remainder",
    }  # what must not be published is there to be published
    text = protection.release.to_json()
    assert not any(f'"{code}"' in text for code in codes)
    for _, cell in published(protection.release):
        assert cell.value is None or cell.value % 10 == 0
        assert cell.reason is None or cell.reason.about is None


def test_every_hidden_figure_has_a_reason_for_the_preview_and_only_hidden_ones_do(office: Office) -> None:
    for style in STYLES:
        protection = protect(office(150, 8, style), SEED)
        hidden = {key for key, cell in published(protection.release) if cell.kind == "hidden"}
        assert set(protection.reasons) == hidden
        for key in hidden:
            assert protection.reason_for(*key) == protection.reasons[key]
        small = first_of(protection.release, "small")
        reason = protection.reason_for(*small)
        assert reason is not None
        assert reason.code == "small"
        assert protection.reason_for(*first_of(protection.release, "shown")) is None


def test_the_share_kept_is_an_estimate_from_published_figures_near_the_truth(office: Office) -> None:
    for size, low in ((100, 0.7), (300, 0.8), (2000, 0.95)):
        facts = office(size, 1)
        release = protect(facts, SEED).release
        assert release.share_kept >= low
        true = true_counts(facts, release)
        kept = total = 0
        for table in release.tables:
            for row, column, cell in table.walk():
                if row.role in {"base", "total"} or (column.role == "total" and len(table.columns) > 1):
                    continue
                count = true[CellKey(table.id, row.code, column.code)]
                total += count
                kept += count if cell.kind == "shown" else 0
        total += (len(TABLE_IDS) - len(release.tables)) * size
        assert release.share_kept == pytest.approx(kept / total, abs=0.08)


def test_counts_say_what_stands_in_the_release(release: ProtectedRelease) -> None:
    kinds = [cell.kind for _, cell in published(release)]
    assert (release.counts.shown, release.counts.small, release.counts.hidden) == tuple(
        kinds.count(kind) for kind in ("shown", "small", "hidden")
    )
    assert release.counts.merged > 0
    assert all(check.attempts > 0 for check in release.checks)


def test_a_lopsided_outcome_is_hidden_with_another_beside_it(office: Office) -> None:
    outcomes = ["declined"] * 23 + ["returned"] * 307 + [None] * 70
    facts = office(400, 1)
    rows = (
        replace(row, return_stage=outcome and "travel", return_outcome=outcome)
        for row, outcome in zip(facts.rows, outcomes, strict=True)
    )
    facts = replace(facts, rows=tuple(rows))
    protection = protect(facts, SEED)
    kinds = {row.code: cell.kind for row, _, cell in protection.release.table("return_outcome").walk()}
    assert (kinds["returned"], kinds["declined"], kinds["base"]) == ("hidden", "hidden", "shown")
    reasons = [protection.reason_for("return_outcome", row) for row in ("returned", "declined")]
    assert reasons[0] is not None
    assert reasons[0].code == "everybody"


# When nothing is safe ------------------------------------------------------------------------------------


def test_a_table_without_safe_form_is_left_out_and_named(office: Office) -> None:
    rows = tuple(replace(row, types=("SexualExploitation",)) for row in office(100, 1).rows)
    facts = replace(office(100, 1), rows=rows)
    release = protect(facts, SEED).release
    assert ("left-out", "exploitation_type") in {(notice.code, notice.table) for notice in release.notices}
    with pytest.raises(KeyError):
        release.table("exploitation_type")
    assert attack(release).held


def two_small(total: int) -> CountTable:
    from shelter_app.anonymise.release import Category

    new, before = ("registration", ("new",)), ("registration", ("continuing",))

    return CountTable(
        id="persons",
        title="",
        rows=(Category("new"), Category("continuing"), Category("total", "total")),
        columns=(Category("persons", "total"),),
        counts=((total - 7,), (7,), (total,)),
        names=(((new,),), ((before,),), ((),)),
    )


def test_two_small_groups_that_are_many_together_cannot_be_saved_by_hiding() -> None:
    with pytest.raises(StuckError) as caught:
        choose_hidden([two_small(15)], SEED)
    assert caught.value.table == "persons"
    assert set(choose_hidden([two_small(67)], SEED).reasons) == {CellKey("persons", "new", "persons")}


def test_a_search_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suppression, "_ROUNDS", 0)
    with pytest.raises(StuckError):
        choose_hidden([two_small(67)], SEED)


def test_ages_become_coarser_before_the_table_goes_and_in_the_end_nothing_is_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck_unless(fine: Callable[[Any], bool]) -> Callable[..., Any]:
        def choose(tables: Any, *rest: Any, **how: Any) -> Any:
            if not fine(tables):
                raise StuckError(next((t.id for t in tables if t.id == "sex_age"), tables[0].id))
            return choose_hidden(tables, *rest, **how)

        return choose

    facts = office(300, 3)
    outcomes = []
    for columns in (4, 1, 0):
        monkeypatch.setattr(
            protect_module,
            "choose_hidden",
            stuck_unless(
                lambda tables, most=columns: all(len(t.columns) <= most for t in tables if t.id == "sex_age")
            ),
        )
        release = protect(facts, SEED).release
        assert attack(release).held
        crosses = {*CROSSES} - {"exploitation_type_by_age"}
        outcomes.append([(each.code, each.table) for each in release.notices if each.table not in crosses])
    no_cross = ("left-out", "exploitation_type_by_age")
    assert outcomes[0] == [("coarse-ages", "sex_age")]
    assert outcomes[1:] == [[("no-ages", "sex_age"), no_cross], [("left-out", "sex_age"), no_cross]]
    monkeypatch.setattr(protect_module, "choose_hidden", stuck_unless(lambda tables: False))
    release = protect(facts, SEED).release
    assert release.tables == ()
    assert [notice.code for notice in release.notices] == ["nothing-safe"]


def test_what_the_final_attack_finds_is_never_given_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = office(300, 3)
    assert not attack(unprotected(facts)).held
    monkeypatch.setattr(protect_module, "choose_hidden", lambda *_, **__: Hidden({}, 0))
    release = protect(facts, SEED).release
    assert release.notices
    assert attack(release).held


def test_who_listens_to_the_attacks_can_stop_them(office: Office) -> None:
    class Enough(Exception):
        pass

    heard: list[int] = []
    protect(office(150, 1), SEED, heard.append)
    assert heard == sorted(heard)
    assert heard[0] > 0

    def stop(_: int) -> None:
        raise Enough

    with pytest.raises(Enough):
        protect(office(150, 1), SEED, stop)


def test_an_office_without_any_stated_fact_is_no_fault(office: Office) -> None:
    rows = tuple(PersonRow(person=row.person, new=True) for row in office(120, 1).rows)
    release = protect(replace(office(120, 1), rows=rows), SEED).release
    assert attack(release).held


# Large releases ------------------------------------------------------------------------------------------


@pytest.fixture(name="large", scope="module")
def large_fixture(office: Office) -> tuple[CodedFacts, ProtectedRelease]:
    facts = office(5200, 3, "clustered")
    return facts, protect(facts, SEED).release


def test_a_large_release_has_exact_figures_and_the_same_threshold(
    large: tuple[CodedFacts, ProtectedRelease],
) -> None:
    facts, release = large
    assert release.rounding == 1
    true = true_counts(facts, release)
    for key, cell in published(release):
        assert cell.value in (None, true[key])
        assert (cell.kind == "small") == (true[key] <= 10)
    assert any(cell.value is not None and cell.value % 10 for _, cell in published(release))
    assert attack(release).held
    assert release.share_kept > 0.96
    assert all("10" not in note for table in release.tables for note in table.notes[:1])


def test_an_exact_figure_shown_beside_its_small_neighbours_is_caught(
    large: tuple[CodedFacts, ProtectedRelease],
) -> None:
    facts, release = large
    true = true_counts(facts, release)
    crosses = {key for key, cell in published(release) if cell.kind == "hidden" and "_by_" in key.table}
    for key in sorted(crosses)[:6]:
        assert not attack(put(release, {key: Cell("shown", true[key])})).held, key


def test_a_small_release_may_not_be_exact(office: Office) -> None:
    release = protect(office(4000, 3), SEED).release
    assert release.rounding == 10
    assert not broken_rules(release)
    assert broken_rules(replace(release, rounding=1))
