"""A country is recognised by code, name and adjective in both languages, and never by guessing."""

import pytest

from shelter_app.domain.countries import alpha3_codes, country_code
from shelter_i18n.formats import country_name
from shelter_resources import read_json


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CN", "CN"),
        ("CHN", "CN"),
        ("PRC", "CN"),
        ("China", "CN"),
        ("Chinese", "CN"),
        ("中国", "CN"),
        ("中国籍", "CN"),
        ("中國", "CN"),
        ("中华人民共和国", "CN"),
        ("越南籍", "VN"),
        ("越南人", "VN"),
        ("Viet Nam", "VN"),
        ("VIETNAM", "VN"),
        ("Burma", "MM"),
        ("Myanmar (Burma)", "MM"),
        ("缅甸联邦", "MM"),
        ("Lao PDR", "LA"),
        ("老挝籍", "LA"),
        ("寮国", "LA"),
        ("中国台湾", "TW"),
        ("香港", "HK"),
        ("中国澳门", "MO"),
        ("英国人", "GB"),
        ("阿联酋", "AE"),
        ("Côte d’Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("ＭＹ", "MY"),
        ("NA", "NA"),
        ("Namibia", "NA"),
        ("NAM", "NA"),
        ("韩国", "KR"),
        ("朝鲜", "KP"),
    ],
)
def test_ways_to_write_a_country(text, code):
    assert country_code(text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Korea",
        "Congo",
        "na",
        "no",
        "my",
        "Republic of China",
        "缅甸佤邦",
        "汉族",
        "不详",
        "XK",
        "EU",
        "ZZ",
    ],
)
def test_what_names_no_single_country_is_not_guessed(text):
    assert country_code(text) is None


def test_every_country_is_found_by_its_codes_and_by_its_name_in_both_languages():
    codes = alpha3_codes()
    assert len(codes) == len(set(codes.values())) == 249
    for alpha3, alpha2 in codes.items():
        assert country_code(alpha2).code == alpha2
        assert country_code(alpha3).code == alpha2
        for language in ("en", "zh"):
            assert country_code(country_name(alpha2, language)).code == alpha2, (alpha2, language)


def test_every_alias_means_its_country_and_no_other():
    aliases = read_json("codelists", "country_aliases.json")["aliases"]
    assert {alias: country_code(alias).code for names in aliases.values() for alias in names} == {
        alias: code for code, names in aliases.items() for alias in names
    }
