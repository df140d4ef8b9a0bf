"""Which pages there are, who is offered them, and how each is built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from PySide6.QtWidgets import QWidget

from shelter_app.casework.session import Session
from shelter_app.vault.rights import Right
from shelter_i18n import N_
from shelter_ui.context import AppContext, PageName
from shelter_ui.windows.page import Page

__all__ = ["RAIL", "RailPage", "build_page", "load_page", "page_names", "rail_pages"]


@dataclass(frozen=True)
class RailPage:
    """A page of the rail: its code, icon, message id, and what one must be allowed to be offered it."""

    code: PageName
    icon: str
    label: str
    needs: tuple[Right, ...]


#: In the order of the rail and of Alt+1 to Alt+6. Somebody who may do one of `needs` is offered the page.
RAIL: Final = (
    RailPage("today", "sun", N_("Today"), (Right.READ_CASE,)),
    RailPage("cases", "folder", N_("Cases"), (Right.READ_CASE,)),
    RailPage("returns", "route", N_("Returns"), (Right.READ_CASE,)),
    RailPage("summaries", "table-2", N_("Summaries"), (Right.MAKE_SUMMARY,)),
    RailPage("exchange", "arrow-left-right", N_("Exchange"), (Right.IMPORT_REGISTER,)),
    RailPage("administration", "settings-2", N_("Administration"), tuple(Right)),
)

_CLASSES: Final = {
    "today": ("today_page", "TodayPage"),
    "cases": ("case_list_page", "CaseListPage"),
    "returns": ("returns_page", "ReturnsPage"),
    "summaries": ("summaries_page", "SummariesPage"),
    "exchange": ("import_page", "ImportPage"),
    "administration": ("administration_page", "AdministrationPage"),
    "case": ("case_page", "CasePage"),
    "form": ("form_page", "FormPage"),
}


def rail_pages(session: Session) -> tuple[RailPage, ...]:
    """The pages that the signed-in person can use with their role and keys; the others are absent."""
    return tuple(page for page in RAIL if any(session.may(right) for right in page.needs))


def page_names(session: Session) -> tuple[str, ...]:
    """Every page that the signed-in person can come to, the likeliest first."""
    offered = tuple(page.code for page in rail_pages(session))
    return (*offered, "case", "form") if session.may(Right.READ_CASE) else offered


def load_page(name: str) -> Callable[[AppContext, QWidget | None], Page]:
    """The class of this page; its module is loaded now if it was not before.

    Raises:
        KeyError: there is no such page.
    """
    module, kind = _CLASSES[name]
    maker = getattr(import_module(f"shelter_ui.windows.{module}"), kind)
    return cast("Callable[[AppContext, QWidget | None], Page]", maker)


def build_page(name: str, context: AppContext, parent: QWidget | None = None) -> Page:
    """The page of this name, built now.

    Raises:
        KeyError: there is no such page.
    """
    return load_page(name)(context, parent)
