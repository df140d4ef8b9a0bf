"""Passwords: what is guessable is refused, in pinyin and Chinese too, and what is offered is not."""

from __future__ import annotations

import math
import random

import pytest

from shelter_app.vault.errors import NotEnoughMemory
from shelter_app.vault.kdf import KdfParams, calibrate, raised, stretch
from shelter_app.vault.passphrases import _word_list, suggest_passphrase
from shelter_app.vault.passwords import strength


@pytest.mark.parametrize(
    "password",
    [
        "zhangxiaoming",
        "nihaoshijie",
        "wodemimashi123",
        "zhangwei19900312",
        "woaibeijingtiananmen",
        "5201314",
        "我爱你1314",
        "护照编号",
        "北京大使馆2015",
        "护" * 30,
        "woaini1314",
        "zhangwei19900101",
        "beijing2008",
        "我爱北京",
        "陈秀云19950312",
        "zhang wei 1990",
        "wei ren min fu wu",
        "ni-hao-ma-peng-you-men",
        "yi er san si wu liu qi",
        "春眠不觉晓处处闻啼鸟",
        "床前明月光疑是地上霜",
        "好好学习天天向上",
        "万事如意恭喜发财2026",
        "13812345678",
        "110101199003071234",
        "SHxiaoming@2020",
        "Password123!",
        "qwertyuiop123456",
        "a" * 100,
        "an" * 50 + "x",
        "",
    ],
)
def test_what_people_guess_is_refused(password):
    assert not strength(password).enough


@pytest.mark.parametrize(
    "password",
    [
        "copper heron battery mango",
        "猫头鹰在图书馆弹钢琴",
        "trombone 1990 lizard Kovacs 17",
        "my grandmother kept seven blue buttons in a rusty biscuit tin",
        "sunflower-kettle-harbour-ninety",
        "大使馆门口的老榕树今年又开花",
        "木棉花 lantern 7 渡口 quartz",
        "天空蓝色的猫跳过篱笆",
        "kettle zhuzi harbour liulian ninety",
    ],
)
def test_what_is_long_and_unlikely_is_accepted(password):
    assert strength(password).enough


FAMILIAR = {
    "dates in all writings": (
        "1990-03-12", "12.03.1990", "12/3/1990 5/6/1988", "1990年3月12日1988年5月6日", "一九九〇年三月十二日",
        "一九九〇年三月十二日一九八八年五月六日", "二〇〇八年八月八日", "1990.3.12 1988.5.6 2015.11.23",
        "19900312198805062015112319620817", "12 March 1990", "March 12, 1990 and June 5, 1988", "12mar1990", "3月12日5月6日",
    ),
    "pinyin with tones": (
        "wo3ai4zhong1guo2", "wǒ ài zhōng guó", "wo3men2dou1shi4zhong1guo2ren2", "wǒmen dōu shì zhōngguó rén",
        "zhang1xiao3ming2 1990", "chuang2qian2ming2yue4guang1",
    ),
    "lines known by heart": (
        "to be or not to be that is the question", "ToBeOrNotToBeThatIsTheQuestion", "T0 be or not to be, that is the question!",
        "The Lord is my shepherd I shall not want", "In the beginning God created the heaven and the earth",
        "John 3:16 For God so loved the world", "I will always love you", "let it be let it be whisper words of wisdom",
        "bohemian rhapsody is this the real life", "a picture is worth a thousand words", "correct horse battery staple",
        "Correct-Horse-Battery-Staple", "happy birthday to you happy birthday to you", "all happy families are alike",
        "床前明月光，疑是地上霜。举头望明月，低头思故乡", "chuangqianmingyueguangyishidishangshuang", "月亮代表我的心",
        "yueliangdaibiaowodexin",
    ),
    "a sentence of small words that stands in no list": ("and he said unto them that it was not so with us", "andhesaiduntothemthatitwas"),
    "idioms": ("画蛇添足守株待兔亡羊补牢", "画蛇添足 守株待兔", "huashetianzushouzhudaitu", "huashetianzushouzhudaituwangyangbulao"),
    "walks on the keyboard": (
        "1qaz2wsx3edc4rfv", "1qaz2wsx3edc4rfv5tgb6yhn", "qazwsxedcrfvtgbyhn", "!QAZ@WSX#EDC$RFV", "1q2w3e4r5t6y7u8i9o0p",
        "zaq12wsxcde34rfvbgt5", "qwertyuiopasdfghjklzxcvbnm",
    ),
    "names and years": (
        "zhangxiaoming1990", "zhangxiaoming19900312", "liwei19851012beijing", "Elizabeth Johnson 1985", "nguyenthithanhhuyen1996",
        "Nguyễn Thị Thanh Huyền 1996",
    ),
    "numbers of telephones and papers": (
        "13812345678 13987654321", "+8613812345678", "+855 12 345 678", "11010519491231002X", "330106198803124567zhangwei",
        "110105194912310028 13812345678",
    ),
}  # fmt: skip


@pytest.mark.parametrize("password", [each for group in FAMILIAR.values() for each in group])
def test_what_somebody_who_knows_the_person_or_the_language_guesses_is_refused(password):
    assert not strength(password).enough


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_that_were_drawn_are_worth_what_drawing_them_is(language):
    words = tuple(_word_list(language))
    dice = random.Random(11)
    five = sum(math.log2(len(words) - index) for index in range(5))
    four = sum(math.log2(len(words) - index) for index in range(4))
    for _each in range(60):
        assert strength(suggest_passphrase(language, dice.sample)).bits == pytest.approx(five)
        fewer = dice.sample(words, 4)
        assert strength(" ".join(fewer)).bits <= four
        for more in (" 47", "X9", " kjq"):
            found = strength(" ".join(fewer) + more).bits
            assert four - 2 < found < four + 16, "what is added is counted, and no letters of words once more"


def test_taking_out_what_is_familiar_costs_nothing_else_its_worth():
    plain, dated = strength("vlqkzprt"), strength("vlqkzprt 12.3.1990")
    assert plain.bits + 10 < dated.bits < plain.bits + 20
    assert strength("kpcmwlqz xuhvrnbt").bits == pytest.approx(
        strength("kpcmwlqz xuhvrnbt 床前明月光").bits - 10, abs=4
    )


def test_pinyin_counts_by_syllable_and_not_by_letter():
    assert strength("zhangxiaoming").bits < 20 < strength("vlqkzprtxdmwj").bits
    assert strength("zhuangshuangchuang").bits <= 15


def test_dates_count_as_dates():
    assert strength("zhangwei19900312").bits < strength("zhangwei58203947").bits


def test_what_the_guesser_knows_about_the_user_counts_nothing():
    free, known = strength("广州渡口木棉花"), strength("广州渡口木棉花", ["木棉花", ""])
    assert known.bits <= free.bits - 10
    assert strength("xiaolan", ["Xiaolan"]).bits < strength("xiaolan").bits


def test_full_width_letters_are_worth_no_more():
    assert strength("ｐａｓｓｗｏｒｄ").bits == strength("password").bits


def test_the_words_for_a_strength_follow_the_bits():
    said = [
        strength(password).words
        for password in ("aaaa", "X7#kq9!vLm2", "木棉花 lantern 77 渡口 quartz heron")
    ]
    assert said == ["Guessed at once", "Too easy to guess", "Very strong"]


def timed(seconds_per_256_mib: float, free_mib: int = 10_000):
    """A computer of this speed, with this much free memory."""
    asked: list[KdfParams] = []

    def measure(params: KdfParams) -> float:
        asked.append(params)
        if params.memory_kib > free_mib * 1024:
            raise NotEnoughMemory(params.memory_kib // 1024)
        return seconds_per_256_mib * params.memory_kib / (256 * 1024) * params.passes

    return measure, asked


@pytest.mark.parametrize(
    ("speed", "memory", "passes"),
    [(0.33, 256, 3), (0.1, 256, 10), (0.2, 256, 5), (0.66, 128, 3), (5.0, 64, 3), (1e-9, 256, 10)],
)
def test_calibration_takes_memory_first_then_passes(speed, memory, passes):
    params = calibrate(1.0, measure=timed(speed)[0])
    assert (params.memory_kib // 1024, params.passes, params.lanes) == (memory, passes, 4)
    assert params.strong


def test_calibration_never_asks_for_memory_that_is_not_there():
    measure, asked = timed(0.33, free_mib=100)
    assert calibrate(1.0, measure=measure).memory_kib == 64 * 1024
    assert asked[-1].memory_kib == 64 * 1024
    with pytest.raises(NotEnoughMemory):
        calibrate(1.0, measure=timed(0.33, free_mib=32)[0])


def test_calibration_on_this_computer_gives_parameters_that_work_here():
    params = calibrate(0.1)
    assert params.strong
    assert params.readable


def test_memory_that_the_system_refuses_is_said_in_mebibytes(monkeypatch):
    from cryptography.hazmat.primitives.kdf import argon2

    class Starved:
        def __init__(self, **_asked: object) -> None:
            pass

        def derive_into(self, *_given: object) -> None:
            raise MemoryError

    monkeypatch.setattr(argon2, "Argon2id", Starved)
    with pytest.raises(NotEnoughMemory) as caught:
        stretch("x", KdfParams())
    assert "256 MiB" in caught.value.render("en")


def test_the_derivation_is_argon2id_as_the_standard_has_it():
    """An independent check: the same call through the library's own textual format."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    params = KdfParams(memory_kib=64, passes=2, lanes=2, salt=b"0123456789abcdef")
    expected = Argon2id(salt=params.salt, length=64, iterations=2, lanes=2, memory_cost=64).derive(b"pass")
    assert stretch("pass", params) == expected
    assert stretch("pass", params.fresh()) != expected


def test_parameters_out_of_bounds_are_never_run():
    for params in (
        KdfParams(2**21),
        KdfParams(64, 99),
        KdfParams(64, 1, 99),
        KdfParams(8, 1, 4),
        KdfParams(salt=b"x"),
    ):
        assert not params.readable
        with pytest.raises(ValueError, match="bounds"):
            stretch("x", params)


@pytest.mark.parametrize(
    ("memory", "passes", "seconds", "wanted"),
    [
        (256, 3, 0.3, 10),
        (256, 3, 0.45, 6),
        (64, 3, 0.2, 10),
        (256, 3, 0.6, None),
        (256, 10, 0.1, None),
        (1024, 3, 0.2, None),
        (256, 3, 0.0, None),
    ],
)
def test_a_quicker_computer_raises_passes_and_never_memory(memory, passes, seconds, wanted):
    found = raised(KdfParams(memory * 1024, passes), seconds)
    if wanted is None:
        assert found is None
    else:
        assert (found.memory_kib, found.passes) == (memory * 1024, wanted)
        assert found.readable
        assert found.salt != KdfParams(memory * 1024, passes).salt
