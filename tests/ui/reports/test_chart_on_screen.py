"""A chart looks the same on the screen as on paper."""

from __future__ import annotations

import pypdfium2
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QFontDatabase, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from shelter_app.anonymise.release import Category, Cell, Table
from shelter_app.reports.charts import bar_chart, to_pdf, to_svg
from shelter_resources import open_path

SCALE = 2
PERSONS = (Category("persons", "total", "Persons"),)
ROWS = tuple(Category(code, codelist="countries", key=code) for code in ("CN", "VN", "MM", "LA"))
TABLE = Table(
    "citizenship",
    "Citizenship",
    ROWS,
    PERSONS,
    tuple((cell,) for cell in (Cell("shown", 140), Cell("shown", 20), Cell("small"), Cell("hidden"))),
)


@pytest.fixture
def fonts(qapp):
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Medium.ttf"):
        assert QFontDatabase.addApplicationFont(str(open_path("fonts", name))) >= 0


def on_screen(svg: str, width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    assert renderer.isValid()
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def differing(svg: str, drawing) -> float:
    """Share of pixels that differ clearly between the screen and the paper."""
    paper = pypdfium2.PdfDocument(to_pdf(drawing))[0].render(scale=SCALE).to_pil().convert("L")
    screen = on_screen(svg, paper.width, paper.height)
    apart = sum(
        abs(paper.getpixel((x, y)) - QColor(screen.pixel(x, y)).lightness()) > 90
        for x in range(paper.width)
        for y in range(paper.height)
    )
    return apart / (paper.width * paper.height)


def test_screen_and_paper_show_the_same_chart(fonts):
    drawing = bar_chart(TABLE, language="zh", width=300)
    assert differing(to_svg(drawing), drawing) < 0.02


def test_the_svg_as_reportlab_makes_it_would_be_seen_to_differ(fonts):
    from reportlab.graphics import renderSVG

    drawing = bar_chart(TABLE, language="zh", width=300)
    assert differing(renderSVG.drawToString(drawing), drawing) > 0.3
