"""Salvage: whichever page of a vault is lost, everything else is in the new vault, and the list says what is not.

Each page of a small vault is spoilt in turn, the vault is salvaged, and every row of the new one is compared with what
stood there before: it is the same, or its case is named in the list. And nothing is named of which nothing is lost.
"""

import re
import shutil
from types import SimpleNamespace

import pytest

from shelter_app.casework import attachments, cases, drafts, entries, salvage, users, vaults
from shelter_app.storage.database import Database
from shelter_app.storage.pages import Pages
from shelter_app.vault import vault as keys
from shelter_app.vault.rights import Role
from tests.conftest import Clock
from tests.faults.program import CHEAP, PASSWORD, USER

PAGE = 4096
_CASES = 40
#: Tables whose rows belong to a case, and how their case is found.
_OF_CASES = {
    "cases": "SELECT id, id FROM cases",
    "persons": "SELECT p.id, c.id FROM persons AS p JOIN cases AS c ON c.person_id = p.id",
    "entries": "SELECT e.id, c.id FROM entries AS e JOIN cases AS c ON c.person_id = e.person_id",
    "revisions": "SELECT r.id, c.id FROM revisions AS r JOIN entries AS e ON e.id = r.entry_id"
    " JOIN cases AS c ON c.person_id = e.person_id",
    "parts": "SELECT p.revision_id || p.compartment, c.id FROM parts AS p JOIN revisions AS r ON r.id = p.revision_id"
    " JOIN entries AS e ON e.id = r.entry_id JOIN cases AS c ON c.person_id = e.person_id",
    "attachments": "SELECT a.file, c.id FROM attachments AS a JOIN entries AS e ON e.id = a.entry_id"
    " JOIN cases AS c ON c.person_id = e.person_id",
}
_KEYS = {"parts": ("revision_id", "compartment"), "attachments": ("file",)}
#: Of other tables: the key, and how the list calls what stands in them.
_OTHERS = {
    "users": (("id",), "the list of users"),
    "devices": (("id",), "the list of computers"),
    "settings": (("user_id", "key"), "settings"),
    "drafts": (("id",), "drafts"),
    "numbers": (("letter", "year"), "counters of case numbers"),
    "revision_parents": (("revision_id", "parent_id"), "What states of entries follow on"),
}
#: What is counted on by the work of the salvage itself, or made anew at each sign-in.
_MOVES = {"cases": ("change_no",)}


def rows_of(db, table, key):
    columns = [row[1] for row in db.rows(f"PRAGMA table_info({table})")]
    kept = [name for name in columns if name not in _MOVES.get(table, ())]
    rows = db.rows(f"SELECT {', '.join(kept)} FROM {table}")
    return {"".join(str(row[kept.index(name)]) for name in key): row for row in rows}


def state_of(db):
    """Every row that counts, by table and key."""
    found = {table: rows_of(db, table, _KEYS.get(table, ("id",))) for table in _OF_CASES}
    found |= {table: rows_of(db, table, key) for table, (key, _words) in _OTHERS.items()}
    found["journal"] = rows_of(db, "journal", ("seq",))
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A vault with a little of everything, what stands in it, and whose every row is."""
    root, clock = tmp_path_factory.mktemp("whole"), Clock()
    session = vaults.create_vault(
        root / "vault", post="KM", user=USER, password=PASSWORD, kdf=CHEAP, allow_weak=True, clock=clock
    ).session
    users.new_user(session, name="ND", role=Role.CASEWORKER, password=f"{PASSWORD} ND")
    paper = root / "paper.txt"
    paper.write_text("A letter of the consulate. " * 20)
    for number in range(_CASES):
        made = cases.new_case(
            session, person={"name_latin": f"Person {number}", "birth": {"y": 1990 + number}},
            intake={"registered_on": {"y": 2026, "m": 3, "d": 1 + number % 11}},
        )  # fmt: skip
        saved = entries.save_entry(session, "note", {"text": f"Note {number} " * 30}, case_id=made.case_id)
        if number % 3 == 0:
            entries.save_entry(
                session, "note", {"text": f"Corrected {number}"}, case_id=made.case_id, entry_id=saved.entry_id,
                started_from=saved.revision_id,
            )  # fmt: skip
        if number % 4 == 0:
            attachments.add_document(session, made.case_id, paper, {}, health=number % 8 == 0)
        if number % 5 == 0:
            entries.save_entry(
                session, "service", {"service_kind": "medical", "status": "given", "given_on": {"y": 2026, "m": 3, "d": 6}},
                case_id=made.case_id,
            )  # fmt: skip
    drafts.save_draft(session, form_id="note", values={"text": "Begun"}, case_id=made.case_id)
    vaults.sign_out(session)
    keyring = keys.unlock(session.folder.path, USER, PASSWORD)
    store = Database(session.folder.store, keyring.store_key())
    truth = state_of(store)
    homes = {}
    numbers = dict(store.rows("SELECT id, number FROM cases"))
    for table, sql in _OF_CASES.items():
        for key, case_id in store.rows(sql):
            homes.setdefault((table, key), set()).add(numbers[case_id])
    roots = dict(store.rows("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0"))
    store.close()
    pages = Pages(session.folder.store, keyring.store_key())
    count = pages.count
    lists = [1, *pages.children(1)]
    pages.close()
    keyring.close()
    return SimpleNamespace(
        path=session.folder.path, truth=truth, homes=homes, numbers=set(numbers.values()), count=count, lists=lists,
        roots=roots, clock=clock,
    )  # fmt: skip


def spoil(path, page, dice):
    """One flipped bit, or a page of nothing."""
    data = bytearray(path.read_bytes())
    if dice.random() < 0.5:
        data[(page - 1) * PAGE + dice.randrange(PAGE)] ^= 1 << dice.randrange(8)
    else:
        data[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
    path.write_bytes(data)


def differing(whole, now):
    """Keys of rows that are missing, other, or too many, by table."""
    found = {}
    for table, rows in whole.truth.items():
        then = now[table]
        changed = {key for key, row in rows.items() if then.get(key) != row}
        if table in _OF_CASES:
            changed |= then.keys() - rows.keys()
        if changed:
            found[table] = changed
    return found


def faults_of(whole, report, differs):
    """What is missing in silence, and what is said falsely."""
    text, silent, untrue = "\n".join(report.lost), [], []
    touched = set()
    for table in _OF_CASES:
        for key in differs.get(table, ()):
            mine = whole.homes.get((table, key), set())
            touched |= mine
            named = mine and (all(number in text for number in mine) or _by_day(table, text))
            if not named:
                silent.append(f"{table} {sorted(mine)}")
    for table, (_key, words) in _OTHERS.items():
        if table in differs and words not in text:
            silent.append(table)
    for table, (_key, words) in _OTHERS.items():
        if f"Part of this is lost: {words}." in text and table not in differs:
            untrue.append(words)
    lost_lines = {int(key) for key in differs.get("journal", ())}
    said_lines = set()
    for first, last in re.findall(r"Journal: lines (\d+) to (\d+) are lost", text):
        said_lines |= set(range(int(first), int(last) + 1))
    if said_lines != lost_lines:
        silent.append(f"journal {sorted(lost_lines ^ said_lines)}")
    named = whole.numbers & set(re.findall(r"KM-A-\d\d-\d{4}-.", text))
    untrue += [] if lost_lines else sorted(named - touched)
    if not differs:
        # Of a page that was the whole of an empty table nobody can tell, and the first page holds what proves the others.
        careful = (
            "This could not be read, and is lost if", "The beginning of the file is lost", "What states of entries follow on",
            "The counters of case numbers",
        )  # fmt: skip
        untrue += [line for line in report.lost if not line.startswith(careful)]
    return silent, untrue


def _by_day(table, text):
    """Where the number itself is lost, the case is named by the day on which it was opened."""
    return table == "cases" and "is lost, with its number" in text


@pytest.mark.shares(24, 400)
def test_whichever_page_is_lost_the_rest_is_brought_over_and_what_is_not_is_said(whole, share, tally, quick):
    tally.study = "Salvage, page by page"
    dice = share.rng("salvage")
    always = whole.lists if share.seed < 2 else []
    rest = dice.sample(range(2, whole.count + 1), min(share.count - len(always), whole.count - 1))
    for page in [*always, *rest]:
        place, new = quick / "vault", quick / "new"
        shutil.copytree(whole.path, place)
        spoil(place / "store.db", page, dice)
        report = salvage.salvage_vault(place, new, USER, PASSWORD, clock=Clock())
        differs = differing(whole, state_of(report.session.store))
        silent, untrue = faults_of(whole, report, differs)
        if differs and not faults_of(whole, SimpleNamespace(lost=()), differs)[0]:
            tally.bad("the comparison does not see what no list names", f"page {page}")
        report.session.close()
        tally.count("pages lost")
        tally.count("pages with something on them that could not be had", bool(differs))
        if not report.damaged:
            tally.bad("damage was not met", f"page {page}")
        for each in silent:
            tally.bad("missing in silence", f"page {page}: {each}; said: {report.lost}")
        for each in untrue:
            tally.bad("said and not true", f"page {page}: {each}; differs: {differs}")
        if page in whole.lists and differs:
            tally.bad("something lost with the list of tables alone", f"page {page}: {differs}")
        shutil.rmtree(place)
        shutil.rmtree(new)
    tally.expect_none(
        "damage was not met", "missing in silence", "said and not true", "something lost with the list of tables alone",
        "the comparison does not see what no list names",
    )  # fmt: skip
    assert tally.counts["pages with something on them that could not be had"], (
        "the comparison sees what is lost"
    )
