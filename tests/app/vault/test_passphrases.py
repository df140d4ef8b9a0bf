"""Five random words in the language of whoever types them: plain to type, honestly rated, read in any spelling."""

from __future__ import annotations

import math
import random
import re

import pytest
from pypinyin import Style, lazy_pinyin

from shelter_app.vault.errors import PasswordRefused, WrongPassword
from shelter_app.vault.passphrases import as_suggested, spelt_out, suggest_passphrase, words_bits
from shelter_app.vault.passwords import MINIMUM_BITS, strength
from shelter_app.vault.rights import Role
from shelter_app.vault.vault import add_user, change_password, unlock
from shelter_i18n import set_language
from shelter_resources import read_text

LEAST = {"en": 60, "zh": 51}


def listed(language):
    name = {"en": "five_words.txt", "zh": "five_words_zh.txt"}[language]
    lines = [line for line in read_text("wordlists", name).splitlines() if not line.startswith("#")]
    return [line.split()[0] for line in lines], [line.split()[1:] for line in lines]


def offered(language, number, seed=3):
    chance = random.Random(seed)
    return [suggest_passphrase(language, chance.sample) for _ in range(number)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_five_words_of_the_list_are_offered_accepted_and_not_rated_above_what_they_are_worth(language):
    words, _characters = listed(language)
    worth = sum(math.log2(len(words) - drawn) for drawn in range(5))
    assert worth >= LEAST[language]
    found = offered(language, 100)
    assert len(set(found)) == 100
    for phrase in found:
        assert len(set(phrase.split())) == 5
        assert set(phrase.split()) <= set(words)
        for written in (phrase, phrase.title(), phrase.replace(" ", "-"), phrase.replace(" ", "")):
            assert MINIMUM_BITS <= strength(written).bits <= worth + 0.01
    assert suggest_passphrase(language) != suggest_passphrase(language)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_can_be_told_apart_however_they_are_set(language):
    words, _characters = listed(language)
    assert len(set(words)) == len(words)
    assert [w for w in words if any(w[:end] in set(words) for end in range(1, len(w)))] == []
    assert all(4 <= len(word) <= 12 and word.isascii() and word.islower() for word in words)


def test_chinese_words_are_typed_as_they_are_read():
    words, characters = listed("zh")
    for word, (shown,) in zip(words, characters, strict=True):
        syllables = lazy_pinyin(shown, style=Style.NORMAL, v_to_u=True)
        assert (len(shown), "".join(syllables)) == (2, word)
        # What begins with a vowel would need an apostrophe.
        assert syllables[1][0] not in "aoe"
        assert not re.search("ü|v", word)
    assert len({shown for (shown,) in characters}) == len(characters)


def test_a_repeated_word_is_worth_little_and_words_of_the_open_list_no_more_than_their_place_in_it():
    assert strength("pingguo pingguo pingguo pingguo pingguo").bits < MINIMUM_BITS
    two = words_bits("pingguo-mingtian")
    assert two == pytest.approx(2 * math.log2(len(listed("zh")[0])), abs=0.01)
    assert words_bits("pingguo abacus") is None
    assert words_bits("pingguo") is None


def test_the_language_is_the_one_asked_for_else_the_one_of_the_screen():
    set_language("zh")
    assert set(suggest_passphrase().split()) <= set(listed("zh")[0])
    assert set(suggest_passphrase("en").split()) <= set(listed("en")[0])
    set_language("en")
    assert set(suggest_passphrase("").split()) <= set(listed("en")[0])
    assert set(suggest_passphrase("zh").split()) <= set(listed("zh")[0])


def test_chinese_words_are_shown_with_their_characters():
    assert spelt_out("mingtian pingguo") == ("mingtian\u00a0明天", "pingguo\u00a0苹果")
    assert spelt_out("abacus abdomen") == ("abacus abdomen",)
    assert spelt_out("seven calm herons") == ("seven calm herons",)


SPELLINGS = [
    "{0} {1} {2} {3} {4}", "  {0}  {1} {2}\t{3} {4} ", "{0}-{1}-{2}-{3}-{4}", "{0}{1}{2}{3}{4}",
    "{0}_{1}.{2},{3};{4}", "{0}　{1}　{2}　{3}　{4}", "{0}、{1}、{2}，{3}。{4}",
]  # fmt: skip


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_any_spelling_is_read_as_the_same_five_words_and_no_other_five(language, spelling):
    for phrase in offered(language, 20, seed=5):
        typed = spelling.format(*phrase.split())
        for written in (typed, typed.upper(), typed.title(), full_width(typed)):
            assert as_suggested(written) == phrase
    assert as_suggested("pingguo mingtian") is None
    assert as_suggested("seven calm herons cross here") is None
    assert as_suggested("") is None


@pytest.fixture
def told(made):
    """Somebody with five Chinese words for one sign-in, and somebody whose own password are such words."""
    once, own = offered("zh", 2, seed=9)
    add_user(made.folder, made.keyring, name="CW", role=Role.CASEWORKER, password=once)
    add_user(made.folder, made.keyring, name="OW", role=Role.CASEWORKER, password=own, must_change=False)
    return made.folder, once, own


def test_words_for_one_sign_in_open_in_any_spelling_and_are_changed_in_any(told):
    folder, once, _own = told
    assert unlock(folder.path, "CW", once).must_change
    typed = full_width(once.upper().replace(" ", "-"))
    keyring = unlock(folder.path, "CW", typed)
    with pytest.raises(PasswordRefused):
        change_password(folder, keyring, typed, once)
    change_password(folder, keyring, once.replace(" ", ""), "nine loud geese return")
    unlock(folder.path, "CW", "nine loud geese return").close()
    for spelling in (once, typed):
        with pytest.raises(WrongPassword):
            unlock(folder.path, "CW", spelling)


def test_four_of_the_words_or_other_words_open_nothing(told):
    folder, once, _own = told
    words = once.split()
    other = next(word for word in listed("zh")[0] if word not in words)
    for typed in (" ".join(words[:4]), " ".join([*words[:4], other]), " ".join(words[::-1])):
        with pytest.raises(WrongPassword):
            unlock(folder.path, "CW", typed)


def test_a_password_of_ones_own_counts_as_it_was_typed_alone(told):
    folder, _once, own = told
    unlock(folder.path, "OW", own).close()
    with pytest.raises(WrongPassword):
        unlock(folder.path, "OW", own.replace(" ", "-"))
