"""Code lists: every code has words in both languages, published codes stay, and unknown ones show themselves."""

import re

import pytest

from shelter_app.domain import codelists
from shelter_app.domain.codelists import code_list, code_list_names
from shelter_resources import read_json

CTDC_COLUMNS = {
    "meansDebtBondageEarnings", "meansThreats", "meansAbusePsyPhySex", "meansFalsePromises", "meansDrugsAlcohol",
    "meansDenyBasicNeeds", "meansExcessiveWorkHours", "meansWithholdDocs", "isForcedLabour", "isSexualExploit",
    "isOtherExploit", "typeOfLabourAgriculture", "typeOfLabourConstruction", "typeOfLabourDomesticWork",
    "typeOfLabourHospitality", "typeOfSexProstitution", "typeOfSexPornography", "recruiterRelationIntimatePartner",
    "recruiterRelationFriend", "recruiterRelationFamily", "recruiterRelationOther",
}  # fmt: skip
CTDC_VALUES = {
    "Woman",
    "Man",
    "Trans/Transgender/NonConforming",
    "0--12 (0-1 yr)",
    "13--24 (1-2 yrs)",
    "25+ (2+ yrs)",
}


@pytest.mark.parametrize("name", code_list_names())
def test_every_list_is_whole(name):
    listed = code_list(name)
    raw = read_json("codelists", f"{name}.json")["codes"]
    assert listed.id == name
    assert listed.version >= 1
    assert len(listed.codes) == len(raw), "a code stands twice"
    for entry in listed.entries:
        assert entry.code == entry.code.strip() != ""
        assert re.search(r"[\u4e00-\u9fff]", entry.zh) or entry.zh == entry.en, entry
        assert not re.search(r"[’‘“”…·•×→]|\bvictim", entry.en, re.IGNORECASE), entry
        assert not re.search(r"受害人|被害人|[,;:?!()]", entry.zh), entry
        assert entry.status in ("active", "deprecated", "extension")
        assert entry.ctdc in CTDC_COLUMNS | CTDC_VALUES | {""}, entry


@pytest.mark.parametrize("name", code_list_names())
def test_what_htcds_does_not_have_is_marked_as_our_addition(name):
    listed = code_list(name)
    for entry in listed.entries if listed.htcds else ():
        assert entry.code.startswith("x_") == (entry.status == "extension"), entry
        assert entry.code.startswith("x_") or entry.htcds == entry.code


#: The codes of the standard as published (HTCDS 2.0), with the trailing blank of one of them taken off.
PUBLISHED = {
    "means_of_control": "PhysicalThreats ThreatsLawEnforcement ThreatensChildrenFamily DebtBondage FalsePromises"
    " PhysicalAbuse SexualAbuse TakesEarnings RestrictsFinancialAccess RestrictsMedicalCare WithholdsNecessities"
    " PsychologicalAbuse PsychoactiveSubstance ExcessiveWorkingHours WithholdsDocuments Other",
    "exploitation_types": "ForcedLabour SexualExploitation ChildLabour ForcedMarriage Servitude"
    " ForcedMilitaryByNonStateActors OrganRemoval ForcedBegging ForcedAdoption Surrogacy Other",
    "sex_types": "Prostitution Pornography RemoteInteractiveServices PrivateSexualServices",
    "relation_to_trafficker": "Familial Acquainted Unaquainted",
    "trafficking_status": "PossibleVictimOfTrafficking ActualVictimOfTrafficking NotAVictimOfTrafficking",
    "status_decided_by": "Police NGO CourtOrProsecution NonPoliceGovernmentalOrganization Other",
    "recruitment_methods": "AtAPlaceOfBusiness AtAnEducationalInstitution AtWork ThroughOnlineSocialNetworks"
    " ThroughAnOnlineAdvertisement ThroughATelevisionAdvert ThroughANewspaperAdvert ThroughFamilyOrFamilyEvents"
    " ThroughFriendsOrSocialEvents Other",
    "gender": "Feminine Masculine TransgenderFeminine TransgenderMasculine NonConforming NonSpecifiedUnknown",
    "case_status": "Active FollowUp Closed ClosedReferred",
    "referral_reasons": "AdditionalServicesRequired MigrationOrChangeOfLocation Other",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_codes_of_the_standard_are_all_there_and_unchanged(name):
    ours = [entry.code for entry in code_list(name).entries if entry.status != "extension"]
    assert sorted(ours) == sorted(PUBLISHED[name].split())


def test_all_sections_of_the_industry_classification_are_there_with_their_divisions():
    industry, division = code_list("industry"), code_list("isic_division")
    assert "".join(code[0] for code in industry.codes) == "ABCDEFGHIJKLMNOPQRSTU"
    assert len(division.codes) == 88
    assert {entry.group for entry in division.entries} == set(industry.codes)
    assert [code for code, _ in division.options("en", group="I_AccommodationAndFoodServiceActivities")] == [
        "55",
        "56",
    ]


def test_our_additions_say_how_they_are_exported():
    assert code_list("means_of_control").get("x_RestrictsMovement").htcds == "RestrictsMovement"
    assert code_list("means_of_control").get("x_RestrictsMovement").ctdc == "meansDenyBasicNeeds"
    assert code_list("exploitation_types").get("x_ForcedCriminality").htcds == "Other"
    assert code_list("exploitation_types").get("x_ForcedCriminality").ctdc == "isForcedLabour"


def test_every_exported_name_of_an_addition_is_a_code_of_the_standard():
    not_in_picklist = {"RestrictsMovement"}  # defined by HTCDS, left out of its picklist by mistake
    for name in code_list_names():
        listed = code_list(name)
        for entry in listed.entries if listed.htcds else ():
            assert entry.htcds in {"", *listed.codes, *not_in_picklist}, (name, entry.code)


def test_labels_follow_the_language_and_an_unknown_code_shows_itself():
    sex = code_list("sex")
    assert sex.label("female", "zh") == "女"
    assert sex.label("female", "en") == "Female"
    assert sex.label("from_a_newer_version", "zh") == "from_a_newer_version"
    assert sex.get("from_a_newer_version") is None


def test_options_stand_as_listed():
    assert code_list("yes_no").options("en") == (
        ("yes", "Yes"), ("no", "No"), ("unknown", "Unknown"), ("not_asked", "Not asked"),
    )  # fmt: skip


def test_a_deprecated_code_stays_valid_but_is_not_on_offer():
    listed = codelists.CodeList(
        "sample", 2, (codelists.Code("new", "New", "新"), codelists.Code("old", "Old", "旧", "deprecated"))
    )
    assert [code for code, _ in listed.options("en")] == ["new"]
    assert listed.is_valid("old")
    assert listed.label("old", "zh") == "旧"


def test_steps_of_a_return_belong_to_its_nine_stages():
    stages, steps = code_list("return_stages"), code_list("return_steps")
    assert len(stages.codes) == 9
    assert {entry.group for entry in steps.entries} == set(stages.codes)


@pytest.mark.parametrize("value", [None, 7, ["female"], {"female": 1}, "Female", "female ", ""])
def test_what_is_no_code_is_not_valid(value):
    assert not code_list("sex").is_valid(value)
    assert code_list("sex").is_valid("female")


@pytest.mark.parametrize("name", ["no_such_list", "countries", "languages", "regions", "../samples/x", ""])
def test_a_list_that_is_not_there_is_a_key_error(name):
    with pytest.raises(KeyError):
        code_list(name)


def test_countries_are_those_of_iso_3166():
    codes = codelists.country_codes()
    assert len(codes) == len(set(codes)) == 249
    assert {"NA", "CN", "HK", "MO", "TW", "VN", "MM", "PS", "SS"} <= set(codes)
    assert codelists.is_country("NA")
    for wrong in ("XK", "EU", "ZZ", "na", "NAM", "", None, 4, ["NA"]):
        assert not codelists.is_country(wrong)


def test_languages_are_named_in_both_languages():
    common = codelists.language_codes()
    every = codelists.language_codes(common=False)
    assert every[: len(common)] == common
    assert len(every) == len(set(every)) > 500
    assert codelists.language_label("blt", "zh") == "黑傣语"
    assert codelists.language_label("blt", "en") == "Tai Dam"
    assert codelists.language_label("sw", "zh") == "斯瓦希里语"
    assert codelists.language_label("qqq", "en") == "qqq"
    for code in every:
        assert codelists.is_language(code)
        assert codelists.language_label(code, "zh") != code
    for wrong in ("qqq", "ZH", "", None, 3, ["zh"]):
        assert not codelists.is_language(wrong)
