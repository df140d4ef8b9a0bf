"""The person: names, birth, documents, contacts and family. All of it can name somebody, so all of it is sealed.

Only sex class, age in whole years at registration and citizenship are projected, coarsely, for the figures.
"""

from __future__ import annotations

from shelter_app.domain.forms.model import Condition, Field, Form, Kind, Section
from shelter_app.domain.forms.person_rows import DOCUMENT, RELATION
from shelter_app.domain.forms.shared import remark, unparsed
from shelter_i18n import N_

__all__ = ["FORM"]

_NAMES = Section(
    "names",
    N_("Names"),
    (
        Field(
            "name_native",
            Kind.TEXT,
            N_("Name in the person's own script"),
            headers=(
                "姓名",
                "中文姓名",
                "姓名（中文）",
                "Name in Chinese",
                "Name (Chinese)",
                "Native name",
                "Name",
            ),
            column=True,
        ),
        Field(
            "name_latin",
            Kind.TEXT,
            N_("Name in pinyin or Latin letters"),
            headers=(
                "拼音",
                "姓名拼音",
                "英文姓名",
                "外文姓名",
                "Latin name",
                "Full name",
                "Name in English",
            ),
            column=True,
        ),
        Field(
            "family_name",
            Kind.TEXT,
            N_("Family name"),
            headers=("姓", "姓氏", "Surname", "Family name", "Last name", "Second name"),
            htcds="prs_SecondName",
            width="third",
        ),
        Field(
            "given_name",
            Kind.TEXT,
            N_("Given name"),
            headers=("名", "名字", "Given name(s)", "Given name", "Given names", "First name", "Forename"),
            htcds="prs_FirstName",
            width="third",
        ),
        Field(
            "middle_name",
            Kind.TEXT,
            N_("Middle name"),
            headers=("中间名", "Middle name"),
            htcds="prs_MiddleName",
            width="third",
        ),
        Field(
            "salutation",
            Kind.TEXT,
            N_("Form of address"),
            help=N_("How the person wishes to be addressed."),
            headers=("称谓", "称呼", "Salutation"),
            htcds="prs_Salutation",
            width="third",
        ),
        Field(
            "title",
            Kind.TEXT,
            N_("Position or office held"),
            headers=("职务", "Title"),
            htcds="prs_Title",
            width="third",
        ),
        Field(
            "aliases",
            Kind.TEXTS,
            N_("Also called"),
            hint=N_("Several are possible"),
            headers=("别名", "曾用名", "化名", "小名", "Alias", "Aliases", "Also known as", "AKA"),
            width="third",
        ),
        Field(
            "other_names",
            Kind.GROUP,
            N_("Other names and what they are"),
            fields=(
                Field("role", Kind.CODE, N_("Kind of name"), codelist="name_roles", width="third"),
                Field("text", Kind.TEXT, N_("Name as it is written")),
            ),
            width="full",
        ),
    ),
    icon="user-round",
)

_IDENTITY = Section(
    "identity",
    N_("Identity"),
    (
        Field(
            "sex",
            Kind.CODE,
            N_("Sex"),
            codelist="sex",
            headers=("性别", "Sex", "M/F"),
            projection="sex",
            width="third",
            column=True,
        ),
        Field(
            "gender",
            Kind.CODE,
            N_("Gender, if the person names it"),
            codelist="gender",
            help=N_("Only in the person's own words. Leave it empty if it was not spoken of."),
            headers=("社会性别", "性别认同", "Gender"),
            htcds="prs_Gender",
            ctdc="gender",
            projection="sex",
            width="third",
        ),
        Field(
            "birth",
            Kind.DATE,
            N_("Date of birth"),
            help=N_(
                "Fill in what is known. If only an age is known, give the age and the day it was said; no birthday is made up."
            ),
            headers=(
                "出生日期",
                "出生年月",
                "生日",
                "年龄",
                "DOB",
                "Date of birth",
                "Birth date",
                "Birthdate",
                "Born",
                "Age",
            ),
            htcds="prs_Birthdate",
            ctdc="ageBroad",
            projection="age",
            width="full",
            column=True,
        ),
        Field(
            "citizenship",
            Kind.COUNTRIES,
            N_("Citizenship"),
            help=N_(
                "Several are possible. Leave it empty for a person without any, and say so in the remarks."
            ),
            headers=("国籍", "国籍/地区", "Nationality", "Citizenship"),
            htcds="prs_Citizenship",
            ctdc="citizenship",
            projection="citizenship",
            column=True,
        ),
        Field(
            "ethnicity", Kind.TEXT, N_("Ethnic group"), headers=("民族", "族别", "Ethnicity", "Ethnic group")
        ),
        Field(
            "languages",
            Kind.LANGUAGES,
            N_("Languages, the best first"),
            headers=("语言", "语种", "Language", "Languages"),
            htcds="prs_PrimaryLanguage",
            width="full",
        ),
        Field(
            "origin_place",
            Kind.TEXT,
            N_("Place of origin"),
            headers=(
                "户籍地/来源地",
                "户籍地",
                "来源地",
                "籍贯",
                "家庭住址",
                "Place of origin",
                "Home town",
                "Origin",
            ),
            width="full",
        ),
    ),
    icon="badge-check",
)

_DOCUMENTS = Section(
    "documents",
    N_("Identity documents"),
    (
        Field("documents_held", Kind.YES_NO, N_("Has the person documents with them?")),
        Field("documents", Kind.GROUP, N_("Identity documents"), fields=DOCUMENT, width="full"),
    ),
    icon="file-text",
)

_CONTACT = Section(
    "contact",
    N_("Contact"),
    (
        Field(
            "phone_mobile",
            Kind.TEXT,
            N_("Mobile telephone"),
            headers=("手机", "手机号", "联系电话", "电话", "Mobile phone", "Mobile", "Phone", "Telephone"),
            htcds="prs_MobilePhone",
            form="phone",
        ),
        Field(
            "phone_home",
            Kind.TEXT,
            N_("Home telephone"),
            headers=("住宅电话", "家庭电话", "Home phone"),
            htcds="prs_HomePhone",
            form="phone",
        ),
        Field(
            "email",
            Kind.TEXT,
            N_("E-mail"),
            headers=("电子邮箱", "邮箱", "Email", "E-mail"),
            htcds="prs_Email",
            form="email",
        ),
        Field(
            "contacts",
            Kind.GROUP,
            N_("Other ways to reach the person"),
            fields=(
                Field("kind", Kind.CODE, N_("Way of contact"), codelist="contact_kinds", width="third"),
                Field("text", Kind.TEXT, N_("Number, name or address"), width="third"),
                Field("safe", Kind.YES_NO, N_("Is it safe to use?"), width="third"),
            ),
            width="full",
        ),
        Field(
            "mail_street",
            Kind.TEXT,
            N_("Street and house"),
            headers=("通信地址", "街道地址", "住址", "地址", "Mailing street", "Address", "Street"),
            htcds="prs_MailingStreet",
            width="full",
        ),
        Field(
            "mail_city",
            Kind.TEXT,
            N_("City"),
            headers=("城市", "Mailing city", "City"),
            htcds="prs_MailingCity",
            width="third",
        ),
        Field(
            "mail_state",
            Kind.TEXT,
            N_("Province or state"),
            headers=("省份", "省/州", "Mailing state/province", "Province"),
            htcds="prs_MailingState",
            width="third",
        ),
        Field(
            "mail_postal",
            Kind.TEXT,
            N_("Postal code"),
            headers=("邮编", "邮政编码", "Mailing zip/postal code", "Postal code"),
            htcds="prs_MailingPostalCode",
            width="third",
        ),
        Field(
            "mail_country",
            Kind.COUNTRY,
            N_("Country or region of the address"),
            headers=("通信国家/地区", "Mailing country"),
            htcds="prs_MailingCountry",
        ),
    ),
    icon="users",
)

_LIFE = Section(
    "life",
    N_("Family and background"),
    (
        Field(
            "marital_status",
            Kind.CODE,
            N_("Marital status"),
            codelist="marital_status",
            headers=("婚姻状况", "Marital status"),
            htcds="prs_MaritalStatus",
            width="third",
        ),
        Field(
            "children",
            Kind.NUMBER,
            N_("Number of children"),
            headers=("子女数", "子女数量", "Number of children", "Children"),
            htcds="prs_NumberOfChildren",
            minimum=0,
            maximum=30,
            width="third",
        ),
        Field(
            "education",
            Kind.CODE,
            N_("Highest schooling completed"),
            codelist="education",
            headers=("文化程度", "受教育程度", "学历", "Education", "Highest level of education"),
            htcds="prs_HighestLevelOfEducation",
            width="third",
        ),
        Field(
            "relations",
            Kind.GROUP,
            N_("People around"),
            help=N_("Contact nobody before the person has agreed, family included."),
            fields=RELATION,
            width="full",
        ),
        Field("deceased", Kind.YES_NO, N_("Has the person died?"), htcds="prs_Deceased", width="third"),
        Field("deceased_on", Kind.DATE, N_("Died on"), when=Condition("deceased", ("yes",)), width="third"),
    ),
    icon="users",
)

_REMARKS = Section("remarks", N_("Remarks"), (remark("个人备注"), unparsed()), icon="sticky-note")

FORM = Form(
    id="person",
    version=1,
    title=N_("Person"),
    sections=(_NAMES, _IDENTITY, _DOCUMENTS, _CONTACT, _LIFE, _REMARKS),
    icon="user-round",
    owner="person",
    repeatable=False,
    summary=("name_native", "name_latin", "sex", "birth", "citizenship"),
)
