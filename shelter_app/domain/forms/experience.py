"""What the person lived through: recruitment, journey, exploitation, and their own account of it.

Multi-valued as in HTCDS 2.0; the codes with `x_` are our additions (forced criminality, restricted movement).
Nothing here needs to be asked: much is told later, or never.
"""

from __future__ import annotations

from shelter_app.domain.forms.model import Condition, Field, FieldClass, Form, Kind, Order, Section
from shelter_app.domain.forms.shared import unparsed
from shelter_i18n import N_

__all__ = ["FORM"]

_CODED, _IDENTIFYING = FieldClass.CODED, FieldClass.IDENTIFYING
_LABOUR = Condition(
    "types", ("ForcedLabour", "ChildLabour", "Servitude", "ForcedBegging", "x_ForcedCriminality")
)
_ONLINE = Condition("recruitment_methods", ("ThroughOnlineSocialNetworks", "ThroughAnOnlineAdvertisement"))

_RECRUITMENT = Section(
    "recruitment",
    N_("Recruitment"),
    (
        Field("told_on", Kind.DATE, N_("Told on"), headers=("访谈日期", "Interview date"), width="third"),
        Field(
            "recruited_on",
            Kind.DATE,
            N_("Recruited on"),
            headers=("招募日期", "被拐日期", "Date of recruitment"),
            width="third",
        ),
        Field(
            "recruited_country",
            Kind.COUNTRY,
            N_("Recruited in (country or region)"),
            headers=("招募地国家/地区", "拐出地国家/地区", "Country of recruitment"),
            width="third",
        ),
        Field(
            "recruited_place",
            Kind.TEXT,
            N_("Recruited in (place)"),
            headers=("招募地", "拐出地", "Place of recruitment"),
        ),
        Field(
            "location_of_recruitment",
            Kind.TEXT,
            N_("Organisation or business where it happened"),
            headers=("招募地点", "Location of recruitment"),
            htcds="vic_LocationOfRecruitment",
        ),
        Field(
            "recruitment_methods",
            Kind.CODES,
            N_("How the person was recruited"),
            codelist="recruitment_methods",
            headers=("招募方式", "Method of recruitment"),
            htcds="vic_MethodOfRecruitment",
            width="full",
            other="recruitment_methods_text",
        ),
        Field(
            "recruitment_methods_text",
            Kind.TEXT,
            N_("Other way of recruitment"),
            when=Condition("recruitment_methods", ("Other",)),
            width="full",
        ),
        Field(
            "recruitment_apps",
            Kind.CODES,
            N_("Websites and apps used to recruit"),
            codelist="websites_and_apps",
            htcds="vic_RecruitmentWebsitesAndApps",
            when=_ONLINE,
            width="full",
        ),
        Field(
            "recruiter_relation",
            Kind.CODES,
            N_("Who recruited the person"),
            codelist="recruiter_relation",
            headers=("招募者关系", "与招募者关系", "Recruiter relation", "Recruiter"),
            ctdc="recruiterRelation*",
        ),
        Field(
            "relation_to_trafficker",
            Kind.CODE,
            N_("Relation to those who exploited the person"),
            codelist="relation_to_trafficker",
            headers=("与贩运者关系", "Relationship to trafficker"),
            htcds="vic_RelationshipToTrafficker",
        ),
        Field(
            "promises",
            Kind.LONG_TEXT,
            N_("What was promised, and what was paid"),
            headers=("承诺内容",),
            width="full",
        ),
    ),
    cls=_CODED,
    icon="users",
    help=N_("Nothing has to be asked again that is already known. Stop when the person is tired."),
)

_TRANSIT = Section(
    "transit",
    N_("Journey"),
    (
        Field(
            "transit",
            Kind.GROUP,
            N_("Stops on the way"),
            fields=(
                Field("country", Kind.COUNTRY, N_("Country or region"), htcds="hte_Country", width="third"),
                Field("date", Kind.DATE, N_("Date of the stop"), htcds="hte_Date", width="third"),
                Field("place", Kind.TEXT, N_("Place and means of travel"), htcds="hte_City", width="third"),
            ),
            width="full",
        ),
    ),
    cls=_IDENTIFYING,
    icon="route",
)

_EXPLOITATION = Section(
    "exploitation",
    N_("Exploitation"),
    (
        Field(
            "exploitation_country",
            Kind.COUNTRY,
            N_("Country or region of exploitation"),
            help=N_("If there were several, the last one; the others belong in the account."),
            headers=("被剥削国家/地区", "被剥削国家", "剥削地国家", "剥削地", "Country of exploitation"),
            ctdc="CountryOfExploitation",
            column=True,
        ),
        Field(
            "exploitation_place",
            Kind.TEXT,
            N_("Place of exploitation"),
            headers=("剥削地点", "Place of exploitation"),
        ),
        Field(
            "location_of_exploitation",
            Kind.TEXT,
            N_("Organisation or business that exploited"),
            headers=("剥削场所", "Location of exploitation"),
            htcds="vic_LocationOfExploitation",
            width="full",
        ),
        Field("exploited_from", Kind.DATE, N_("Exploited from"), ctdc="traffickMonths", width="third"),
        Field("exploited_until", Kind.DATE, N_("Exploited until"), ctdc="traffickMonths", width="third"),
        Field(
            "age_when_trafficked",
            Kind.NUMBER,
            N_("Age when it began"),
            headers=("被贩运时年龄", "被拐时年龄", "Age when trafficked"),
            htcds="vic_AgeWhenTrafficked",
            minimum=0,
            maximum=120,
            width="third",
        ),
        Field(
            "types",
            Kind.CODES,
            N_("Forms of exploitation"),
            codelist="exploitation_types",
            headers=(
                "剥削形式",
                "剥削类型",
                "剥削种类",
                "Type",
                "Type of exploitation",
                "Exploitation",
                "Form of exploitation",
            ),
            htcds="vic_TypeOfExploitation",
            ctdc="is*",
            width="full",
            other="types_text",
            column=True,
        ),
        Field(
            "types_text",
            Kind.TEXT,
            N_("Other form of exploitation"),
            when=Condition("types", ("Other",)),
            width="full",
        ),
        Field(
            "sex_types",
            Kind.CODES,
            N_("Forms of sexual exploitation"),
            codelist="sex_types",
            headers=("性剥削类型", "Type of sex exploitation"),
            htcds="vic_TypeOfSexExploitation",
            ctdc="typeOfSex*",
            when=Condition("types", ("SexualExploitation",)),
            width="full",
        ),
        Field(
            "industry",
            Kind.CODE,
            N_("Kind of work"),
            codelist="industry",
            headers=("行业", "所属行业", "Forced labour industry", "Industry"),
            htcds="vic_ForcedLabourIndustry",
            ctdc="typeOfLabour*",
            when=_LABOUR,
        ),
        Field(
            "isic_division",
            Kind.CODE,
            N_("Kind of work, more closely"),
            codelist="isic_division",
            within="industry",
            ctdc="typeOfLabour*",
            when=_LABOUR,
        ),
        Field(
            "means",
            Kind.CODES,
            N_("Means of control"),
            codelist="means_of_control",
            help=N_("How the person was kept from leaving. For a child no means needs to be shown."),
            headers=("控制手段", "受到的控制手段", "Methods of control", "Means of control"),
            htcds="vic_MethodsOfControl",
            ctdc="means*",
            width="full",
            other="means_text",
        ),
        Field(
            "means_text",
            Kind.TEXT,
            N_("Other means of control"),
            when=Condition("means", ("Other",)),
            width="full",
        ),
        Field(
            "exploitation_apps",
            Kind.CODES,
            N_("Websites and apps used to exploit"),
            codelist="websites_and_apps",
            htcds="vic_ExploitationWebsitesAndApps",
            width="full",
        ),
    ),
    cls=_CODED,
    icon="octagon-alert",
)

_ACCOUNT = Section(
    "account",
    N_("In the person's own words"),
    (
        Field(
            "account",
            Kind.LONG_TEXT,
            N_("The person's account"),
            help=N_(
                "Only what the person wishes to tell. Health and state of mind belong in a health entry."
            ),
            headers=("情况说明", "事件经过", "案情", "Account", "Description"),
            htcds="hte_Description",
            width="full",
        ),
        unparsed(),
    ),
    cls=_IDENTIFYING,
    icon="sticky-note",
)

FORM = Form(
    id="experience",
    version=1,
    title=N_("Experience of trafficking"),
    sections=(_RECRUITMENT, _TRANSIT, _EXPLOITATION, _ACCOUNT),
    icon="route",
    typed={"happened_on": "told_on"},
    summary=("types", "exploitation_country", "means", "exploited_from", "exploited_until"),
    orders=(
        Order("recruited_on", "exploited_from"),
        Order("recruited_on", "exploited_until"),
        Order("exploited_from", "exploited_until"),
        Order("exploited_from", "told_on"),
    ),
)
