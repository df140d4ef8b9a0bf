"""Search finds everybody whom the rules name and nobody else, in order, in few statements."""

import dataclasses
import functools
import random
import re
from dataclasses import replace

import pytest

from shelter_app.domain.names import fold_characters, pinyin_sort_key, reading_keys
from shelter_app.storage.case_list import ListFilter
from shelter_app.storage.cases import CaseRow
from shelter_app.storage.people_index import IndexDocument, PeopleIndex
from shelter_app.storage.people_search import words_of

SURNAMES = "王李张刘陈单曾欧解"
GIVEN = "秀英玉芳丽敏静娟兰乐云霞春明晓重"
LATIN = (
    "Nguyễn",
    "Thị",
    "Hương",
    "Mỷ",
    "Vàng",
    "Thin",
    "Aye",
    "Chan",
    "Chen",
    "Li",
    "Phonesavanh",
    "O'Brien",
    "Lü",
)
EVERYBODY = ListFilter()


def key():
    return bytearray([3] * 32)


@pytest.fixture
def index(tmp_path):
    opened = PeopleIndex.open(tmp_path / "people.idx", key)
    yield opened
    opened.close()


def case_of(number, **more):
    values = {
        "id": f"case-{number}", "number": f"KM-A-26-{number:04}-7", "person_id": f"person-{number}",
        "registered_on": "2026-03-02", "status": "Active", "stage": "intake", "identified": None, "assigned_to": None,
        "restricted": False, "alerts": (), "sex": "woman", "age": 27, "citizenship": ("CN",), "next_due": None,
        "created_at": "2026-03-02T09:00:00", "created_by": "u", "device_id": "d", "import_id": None,
        "change_no": number,
    }  # fmt: skip
    return CaseRow(**(values | more))


def document_of(*names, papers=()):
    readings = tuple(dict.fromkeys(k for name in names for k in reading_keys(name)))
    return IndexDocument(
        names[0], "", pinyin_sort_key(names[0]), names=names, readings=readings, documents=papers
    )


def somebody(draw):
    if draw.random() < 0.6:
        surname = draw.choice((*SURNAMES, "欧阳"))
        names = [surname + "".join(draw.choices(GIVEN, k=draw.choice((1, 2, 2))))]
    else:
        names = [" ".join(draw.choices(LATIN, k=draw.randint(1, 4)))]
    if draw.random() < 0.1:
        names.append("阿" + draw.choice(GIVEN))
    papers = (f"{draw.choice('EGB')}{draw.randrange(10**8):08}",) if draw.random() < 0.7 else ()
    return document_of(*names, papers=papers)


def fill(index, people):
    numbered = [(case_of(number), document) for number, document in enumerate(people, start=1)]
    index.put(numbered)
    return numbered


# The same rules, told slowly.


def spelled(typed, syllables):
    """Whether what was typed is a piece of the first syllable, then of the next, and so on."""
    if not typed:
        return True
    if not syllables:
        return False
    first, *rest = syllables
    return any(
        first.startswith(typed[:n]) and spelled(typed[n:], rest)
        for n in range(1, min(len(typed), len(first)) + 1)
    )


@functools.cache
def parts_of(document):
    folded = [fold_characters(name) for name in document.names]
    latin = frozenset(w for name in document.names for w in words_of(name) if w.isascii())
    return folded, latin, [reading.split() for reading in document.readings]


def slow_fit(word, case, document):
    folded, latin, readings = parts_of(document)
    if re.search("[\u3400-\u9fff]", word):
        pieces = {word[i : i + 2] for i in range(len(word) - 1)} or {word}
        return 0 if all(any(piece in name for name in folded) for piece in pieces) else None
    if word.isalpha():
        typed = reading_keys(word)[0]
        if word in latin:
            return 0
        for syllables in readings:
            if spelled(typed, syllables) or (len(syllables) > 1 and spelled(typed, syllables[1:])):
                return 1
        if any(w.startswith(word) for w in latin):
            return 2
    numbers = [re.sub("[^A-Z0-9]", "", n.upper()) for n in (*document.documents, case.number)]
    if len(word) >= 4 and re.search("[0-9]", word) and any(word.upper() in n for n in numbers):
        return 3
    return None


def unusual(words, document):
    usual = document.readings[0].split()
    read = [reading_keys(word)[0] for word in words if word.isalpha() and word.isascii()]
    return any(len(each) > 1 and not spelled(each, usual) for each in read)


def slow_search(text, numbered):
    def found(words):
        ranked = []
        for case, document in numbered:
            fits = [slow_fit(word, case, document) for word in words]
            if fits and None not in fits:
                ranked.append((max(fits), max(fits) == 1 and unusual(words, document), case.change_no))
        return [f"case-{number}" for *_, number in sorted(ranked)]

    words = words_of(text)
    if len(words) < 2:
        return found(words)
    whole = ["".join(words)]
    joined = re.search(r"\w-\w", text) and any(char.isdigit() for char in text)
    return found(whole) or found(words) if joined else found(words) or found(whole)


def typed_queries(draw, people):
    """What somebody types who looks for one of these people: beginnings, abbreviations, pieces of numbers."""
    document = draw.choice(people)
    name = draw.choice(document.names)
    syllables = draw.choice(document.readings).split()
    kind = draw.randrange(7)
    if kind == 0:
        return name[: draw.randint(1, len(name))]
    if kind == 1:
        return "".join(syllables)[: draw.randint(1, 12)]
    if kind == 2:
        return "".join(s[: draw.randint(1, len(s))] for s in syllables)
    if kind == 3:
        return "".join(s[0] for s in syllables[draw.randint(0, 1) :]) or "x"
    if kind == 4:
        words = name.split()
        draw.shuffle(words)
        return " ".join(w[: draw.randint(1, len(w))] for w in words)
    if kind == 5 and document.documents:
        number = document.documents[0]
        start = draw.randint(0, 5)
        return number[start : start + draw.randint(3, 9)]
    return f"KM-A-26-{draw.randint(1, len(people)):04}"[draw.randint(0, 6) :]


def test_a_search_finds_exactly_what_the_rules_told_slowly_find(index):
    draw = random.Random(7)
    people = [somebody(draw) for _ in range(2000)]
    numbered = fill(index, people)
    met = 0
    for _ in range(120):
        text = typed_queries(draw, people)
        rows, more = index.search(text, EVERYBODY, limit=5000)
        assert ([row.case_id for row in rows], more) == (slow_search(text, numbered), False), text
        met += bool(rows)
    assert met > 90


def test_the_first_of_many_are_the_same_as_of_all(index):
    draw = random.Random(8)
    numbered = fill(index, [somebody(draw) for _ in range(2000)])
    for text in ("c", "chen", "wx", "李", "thi", "zh", "26000"):
        everybody = slow_search(text, numbered)
        rows, more = index.search(text, EVERYBODY, limit=20)
        assert [row.case_id for row in rows] == everybody[:20]
        assert more == (len(everybody) > 20), text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("陈秀云", True), ("陳秀雲", True), ("秀云", True), ("chenxiuyun", True), ("chenxy", True), ("cxy", True),
        ("xiuyun", True), ("Chen Xiuyun", True), ("chen x y", True), ("chenyx", False), ("陈云秀", False),
        ("G5147", True), ("51474083", True), ("G51 474", True), ("47405", False), ("KM-A-26-0001", True), ("", False),
    ],
)  # fmt: skip
def test_one_name_is_found_in_every_way_of_writing_it(index, typed, found):
    fill(index, [document_of("陈秀云", "Chen Xiuyun", papers=("G51474083",)), document_of("Sok Chanthy")])
    rows, _ = index.search(typed, EVERYBODY)
    assert [row.name for row in rows] == (["陈秀云"] if found else [])


@pytest.mark.parametrize("typed", ["0001-J", "0001\u2010J", "26-0001-J", "0001J"])
def test_the_end_of_a_number_as_it_stands_on_paper_finds_that_number_alone(index, typed):
    numbers = ("KM-A-26-0001-J", "KM-A-20-0018-J", "KM-A-18-0001-K")
    cases = [replace(case_of(place), number=number) for place, number in enumerate(numbers, 1)]
    index.put([(case, document_of("陈利")) for case in cases])
    rows, _ = index.search(typed, EVERYBODY)
    assert [row.number for row in rows] == ["KM-A-26-0001-J"]
    # The same parts with blanks between them are words, each of which may stand anywhere.
    rows, _ = index.search("26 0001 J", EVERYBODY)
    assert [row.number for row in rows] == ["KM-A-26-0001-J"]


def test_the_usual_reading_of_a_name_comes_first(index):
    fill(index, [document_of(name) for name in ("蒋盛利", "利陈", "陈利", "潘盛", "成安")])
    rows, _ = index.search("chen", EVERYBODY)
    assert [row.name for row in rows] == ["陈利", "成安", "蒋盛利", "利陈", "潘盛"]


def test_restricted_cases_of_others_are_not_found_and_do_not_use_up_places(index):
    people = [document_of("陈秀云") for _ in range(30)]
    cases = [
        case_of(n, restricted=n <= 25, assigned_to="me" if n in (3, 30) else "other") for n in range(1, 31)
    ]
    index.put(list(zip(cases, people, strict=True)))
    rows, more = index.search("chen", ListFilter(hidden_from="me"), limit=6)
    assert ([row.case_id for row in rows], more) == ([f"case-{n}" for n in (3, 26, 27, 28, 29, 30)], False)
    assert len(index.search("chen", EVERYBODY, limit=50)[0]) == 30


def test_a_changed_name_is_found_and_the_former_is_not(index):
    fill(index, [document_of("陈秀云")])
    index.put([(case_of(1, change_no=2), document_of("李静"))])
    assert index.search("chen", EVERYBODY) == ([], False)
    assert [row.name for row in index.search("lijing", EVERYBODY)[0]] == ["李静"]


def test_facts_change_without_the_names_being_read_again(index):
    fill(index, [dataclasses.replace(document_of("陈秀云"), head="r1")])
    assert index.heads(["case-1", "case-2"]) == {"case-1": "r1"}
    index.put([(case_of(1, status="Closed", change_no=2), None)])
    row = index.search("cxy", EVERYBODY)[0][0]
    assert (row.status, row.name, index.read_up_to()) == ("Closed", "陈秀云", 2)


def test_who_is_forgotten_is_not_found(index):
    fill(index, [document_of("陈秀云"), document_of("陈静")])
    index.put_words({"case-1": ["called her sister"]}, 1)
    assert index.search_notes("sister", EVERYBODY)[0]
    index.forget(["case-1"])
    assert [row.name for row in index.search("chen", EVERYBODY)[0]] == ["陈静"]
    assert index.search_notes("sister", EVERYBODY) == ([], False)


def statements_of(index, work):
    ran: list[str] = []
    index.database.trace_statements(lambda sql: None if sql.startswith("--") else ran.append(sql))
    work()
    index.database.trace_statements(None)
    return ran


def test_a_search_takes_few_statements_however_many_fit(index):
    draw = random.Random(9)
    fill(index, [somebody(draw) for _ in range(2000)])
    for text in ("c", "chen", "chenxy", "wx", "thi huong", "G1234", "KM-A-26-0001", "zzz", "陈秀"):
        ran = statements_of(index, lambda typed=text: index.search(typed, EVERYBODY))
        assert 1 <= len([sql for sql in ran if "MATCH" in sql]) <= 8, text
        assert len(ran) <= 10, text


def test_a_search_reads_only_rows_that_the_terms_name(index):
    fill(index, [document_of("陈秀云")])
    ran = statements_of(index, lambda: index.search("chenxy", EVERYBODY))
    plans = [str(row[3]) for sql in ran for row in index.database.rows(f"EXPLAIN QUERY PLAN {sql}")]
    assert any(plan.startswith("SCAN terms VIRTUAL TABLE") for plan in plans)
    assert [plan for plan in plans if "SCAN list" in plan or "TEMP B-TREE" in plan] == []
    control = index.database.rows("EXPLAIN QUERY PLAN SELECT * FROM list WHERE name = 'x'")
    assert "SCAN list" in str(control[0][3])
