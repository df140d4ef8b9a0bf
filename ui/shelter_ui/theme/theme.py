"""One object that knows how everything looks: colours, sizes, fonts, icons, and the style of the program."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import shiboken6
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from shelter_resources import open_path
from shelter_ui.theme.dressing import Dressing
from shelter_ui.theme.icons import IconKeeper, Icons
from shelter_ui.theme.tokens import ROLES, PaletteName, Role, palette_tokens

__all__ = ["FAMILIES", "Density", "Theme", "load_fonts", "system_palette"]

#: Chinese, Latin and Vietnamese come from the bundled font; the others where the system has them.
FAMILIES = ["Noto Sans SC", "Noto Sans Lao", "Noto Sans Khmer", "Noto Sans Myanmar"]
SCALES = (100, 115, 130, 150, 200)
Density = Literal["comfortable", "compact", "large"]

_ROW = {"comfortable": 36, "compact": 30, "large": 44}
_ROW_TWO_LINES = {"comfortable": 48, "compact": 44, "large": 58}
_FIELD_GAP = {"comfortable": 16, "compact": 12, "large": 20}
_PLACE = re.compile(
    r"@(?:(?P<px>\d+)(?:-(?P<times>\d*)(?P<edge>[bf]))?|(?P<edge_alone>[bf])|(?P<name>[a-z_0-9]+))@"
)


def load_fonts() -> list[str]:
    """Register the bundled fonts with Qt; the families that it found in them."""
    families: list[str] = []
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Medium.ttf"):
        number = QFontDatabase.addApplicationFont(str(open_path("fonts", name)))
        families += QFontDatabase.applicationFontFamilies(number)
    return families


def system_palette() -> PaletteName:
    """The palette that fits the desktop's own setting; used until a person has chosen one."""
    hints = QGuiApplication.styleHints()
    dark = hints.colorScheme() == Qt.ColorScheme.Dark
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return "hc_dark" if dark else "hc_light"
    return "dark" if dark else "light"


def _address(part: QWidget) -> int:
    """Where the widget itself lies, which is the same for every object of Python's that stands for it."""
    return int(shiboken6.getCppPointer(part)[0])


class Theme(QObject):
    """How the program looks now. Every widget that paints or holds an icon is given one."""

    #: Palette, scale or density has changed; whoever holds a picture or a font asks again.
    changed = Signal()

    def __init__(
        self,
        palette: PaletteName = "light",
        *,
        scale: int = 100,
        density: Density = "comfortable",
        reduced_motion: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.reduced_motion = reduced_motion
        #: By the address of the part; an object of Python's for it may go out of use before the part does.
        self._dressings: dict[int, Dressing] = {}
        self._app: QApplication | None = None
        self._take(palette, scale, density)

    def _take(self, palette: PaletteName, scale: int, density: Density) -> None:
        self.palette_name: PaletteName = palette
        self.scale = min(200, max(100, scale))
        self.density: Density = density
        self._tokens = palette_tokens(palette)
        self._colours = {name: QColor(value) for name, value in self._tokens.items()}
        self.icons = Icons(self._tokens, self.scale / 100)
        self._fonts: dict[tuple[Role, bool], QFont] = {}
        self.__dict__.pop("style_sheet", None)

    # -- values ---------------------------------------------------------------------------------

    @property
    def dark(self) -> bool:
        """Whether the ground is dark."""
        return self.palette_name in {"dark", "hc_dark"}

    @property
    def high_contrast(self) -> bool:
        """Whether a high-contrast palette is in force."""
        return self.palette_name.startswith("hc_")

    @property
    def line(self) -> int:
        """Width of borders in pixels; hairlines do not grow with the scale."""
        return 2 if self.high_contrast else 1

    @property
    def focus_line(self) -> int:
        """Width of the focus border and of error borders, always wider than `line`."""
        return 3 if self.high_contrast else 2

    @property
    def row_height(self) -> int:
        """Height of a table row with one line, scaled."""
        return self.px(_ROW[self.density])

    @property
    def tall_row_height(self) -> int:
        """Height of a table row with a second line, scaled."""
        return self.px(_ROW_TWO_LINES[self.density])

    @property
    def field_gap(self) -> int:
        """Space between two fields of a form, scaled."""
        return self.px(_FIELD_GAP[self.density])

    def colour(self, name: str) -> QColor:
        """The colour of a token.

        Raises:
            KeyError: there is no such token.
        """
        return self._colours[name]

    def value(self, name: str) -> str:
        """The colour of a token as text, for rich text and drawings."""
        return self._tokens[name]

    def px(self, pixels: float) -> int:
        """`pixels` at 100 % in the scale in force."""
        return round(pixels * self.scale / 100)

    def size(self, width: float, height: float) -> QSize:
        """A size at 100 % in the scale in force."""
        return QSize(self.px(width), self.px(height))

    def font(self, role: Role = "body", *, medium: bool | None = None) -> QFont:
        """The font of a role; `medium` overrides the weight that the role has by itself."""
        heavy = ROLES[role][2] if medium is None else medium
        font = self._fonts.get((role, heavy))
        if font is None:
            # Tables ask for one with every cell that they draw.
            font = QFont(FAMILIES)
            font.setPixelSize(self.px(self._font_size(role)))
            font.setWeight(QFont.Weight.Medium if heavy else QFont.Weight.Normal)
            self._fonts[role, heavy] = font
        return QFont(font)

    def line_height(self, role: Role = "body") -> int:
        """Height of one line of a role, scaled."""
        return self.px(ROLES[role][1])

    def _font_size(self, role: Role) -> int:
        return ROLES[role][0] + (2 if self.density == "large" and role == "body" else 0)

    def keep_icon(
        self, target: QAbstractButton | QAction, name: str, size: int = 16, colour: str = ""
    ) -> None:
        """Give `target` an icon that follows the theme; call again for another one.

        Without a colour it is the one that fits the button's `kind`.
        """
        keeper = target.findChild(IconKeeper, options=Qt.FindChildOption.FindDirectChildrenOnly)
        (keeper or IconKeeper(self, target)).show(name, size, colour)

    def drop_icon(self, target: QAbstractButton | QAction) -> None:
        """Take away the icon that `keep_icon` gave."""
        keeper = target.findChild(IconKeeper, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if keeper is not None:
            keeper.setParent(None)
            keeper.deleteLater()
        target.setIcon(QIcon())

    # -- the whole program ----------------------------------------------------------------------

    def palette(self) -> QPalette:
        """The palette for Qt's own painting, filled from the tokens."""
        palette = QPalette()
        role, group = QPalette.ColorRole, QPalette.ColorGroup
        for target, token in {
            role.Window: "window",
            role.Base: "field",
            role.AlternateBase: "sunken",
            role.WindowText: "text",
            role.Text: "text",
            role.ButtonText: "text",
            role.BrightText: "on_accent",
            role.PlaceholderText: "muted",
            role.Button: "surface",
            role.Light: "surface",
            role.Midlight: "line",
            role.Mid: "line_strong",
            role.Dark: "control",
            role.Shadow: "line_strong",
            role.Highlight: "select",
            role.HighlightedText: "text",
            role.Link: "accent",
            role.LinkVisited: "accent",
            role.ToolTipBase: "raised",
            role.ToolTipText: "text",
            role.Accent: "accent",
        }.items():
            palette.setColor(target, self.colour(token))
        for target in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
            palette.setColor(group.Disabled, target, self.colour("disabled"))
        return palette

    @functools.cached_property
    def style_sheet(self) -> str:
        """The one style sheet in the looks in force, with every place filled.

        Places: `@token@` a colour; `@12@` pixels scaled; `@32-2b@` the same less two border widths
        (`f`: focus borders), so that a control keeps its size when its border grows.
        """
        template = Path(__file__).with_name("style.qss").read_text(encoding="utf-8")
        edges = {"b": self.line, "f": self.focus_line}

        def fill(match: re.Match[str]) -> str:
            if name := match["name"]:
                return self._tokens[name]
            if edge := match["edge_alone"]:
                return f"{edges[edge]}px"
            pixels = self.px(int(match["px"]))
            if match["edge"]:
                pixels -= int(match["times"] or 1) * edges[match["edge"]]
            return f"{max(0, pixels)}px"

        return _PLACE.sub(fill, template)

    def apply(self, app: QApplication, *, marks: bool = True) -> None:
        """Dress the whole program; call again after every change (done by `change`).

        Without `marks` check boxes, radio buttons and combo boxes look as in Fusion until `draw_marks`.
        """
        self._app = app
        if marks:
            self.draw_marks(app)
        app.setPalette(self.palette())
        app.setFont(self.font("body"))
        self._show()

    def _show(self) -> None:
        """Dress what is seen, and tell everybody."""
        for part, dressing in list(self._dressings.items()):
            if not shiboken6.isValid(dressing):
                # It went with its part.
                del self._dressings[part]
            elif not dressing.waiting:
                dressing.put_on()
        self.changed.emit()

    def dress(self, part: QWidget) -> None:
        """Let a part of the window wear the style sheet, as soon as it is seen and after every change.

        Parts do not lie within each other. A window that belongs to one of them, such as a menu, wears the same.
        """
        self._dressings[_address(part)] = Dressing(self, part)

    def when_seen(self, owner: QObject, place: QWidget | None, act: Callable[[], None]) -> None:
        """Do now what `owner` has to do after a change, or when the part of the window around `place` is seen."""
        while place is not None:
            dressing = self._dressings.get(_address(place))
            if dressing is not None and shiboken6.isValid(dressing):
                if dressing.waiting:
                    dressing.later(owner, act)
                    return
                break
            place = place.parentWidget()
        act()

    def draw_marks(self, app: QApplication) -> None:
        """Let the marks that no style sheet can draw be drawn from the tokens."""
        # Loaded late: the sign-in screen has no marks, and PySide6 takes long to build the constants of QStyle.
        from shelter_ui.theme.style import ShelterStyle

        style = app.findChild(ShelterStyle)
        if style is None:
            style = ShelterStyle(self)
            style.setParent(app)  # it outlives whoever built this theme
            app.setStyle(style)
        style.use(self)

    def change(
        self,
        *,
        palette: PaletteName | None = None,
        scale: int | None = None,
        density: Density | None = None,
        reduced_motion: bool | None = None,
    ) -> None:
        """Take over new settings and show them at once, without losing what is typed."""
        if reduced_motion is not None:
            self.reduced_motion = reduced_motion
        self._take(palette or self.palette_name, scale or self.scale, density or self.density)
        if self._app is not None:
            self.apply(self._app)
        else:
            self._show()
