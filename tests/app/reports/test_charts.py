"""Bars start at nought, are as long as their figures, and no length tells what the table does not."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pypdfium2
import pytest

from shelter_app.anonymise.release import Cell
from shelter_app.reports.charts import age_pyramid, bar_chart, has_pyramid, to_pdf, to_svg
from shelter_app.reports.fonts import palette
from shelter_app.reports.hatch import hatch_segments

SCALE = 4


def picture(drawing):
    return pypdfium2.PdfDocument(to_pdf(drawing))[0].render(scale=SCALE).to_pil().convert("RGB")


def near(pixel, wanted: str) -> bool:
    values = tuple(int(wanted[n : n + 2], 16) for n in (1, 3, 5))
    return all(abs(a - b) <= 6 for a, b in zip(pixel, values, strict=True))


def runs(image, row: int, wanted: str) -> list[tuple[int, int]]:
    """Start and length of every stretch of one colour in a line of pixels."""
    found, start = [], None
    for x in range(image.width + 1):
        here = x < image.width and near(image.getpixel((x, row)), wanted)
        if here and start is None:
            start = x
        elif not here and start is not None:
            found.append((start, x - start))
            start = None
    return found


def bars(image, rows: int, wanted: str) -> list[list[tuple[int, int]]]:
    high = image.height / rows
    return [
        [run for run in runs(image, int(high * (n + 0.5)), wanted) if run[1] > SCALE * 3] for n in range(rows)
    ]


def test_bars_start_at_nought_and_are_as_long_as_their_figures(release):
    table = release.table("exploitation_country")
    image = picture(bar_chart(table, language="en"))
    found = bars(image, 4, palette()["accent"])
    assert all(len(row) == 1 for row in found[:3])
    starts = {row[0][0] for row in found[:3]}
    assert max(starts) - min(starts) <= 1
    full = found[0][0][1] / 190
    assert [round(row[0][1] / full) for row in found[:3]] == pytest.approx([190, 100, 20], abs=1)


def test_the_smallest_figure_is_still_seen(release):
    table = release.table("citizenship")
    found = bars(picture(bar_chart(table)), 7, palette()["accent"])
    assert found[4]
    assert not found[5]


def test_small_and_hidden_figures_are_drawn_alike_wherever_they_stand(release):
    table = release.table("citizenship")
    others = replace(
        table, cells=((Cell("shown", 990),), *((Cell("small"),), (Cell("hidden"),)) * 3, (Cell("small"),))
    )
    drawing = bar_chart(others, language="en")
    widths = {
        round(shape.width, 3)
        for group in drawing.contents
        for shape in getattr(group, "contents", ())
        if type(shape).__name__ == "Rect"
    }
    assert len(widths) == 2
    assert min(widths) == 16


def test_totals_have_no_bar_and_what_is_not_stated_a_quieter_one(release):
    drawing = bar_chart(release.table("exploitation_country"), language="en")
    texts = [shape.text for shape in drawing.contents if type(shape).__name__ == "String"]
    assert "Not stated" in texts
    assert "All persons" not in texts
    image = picture(drawing)
    assert not bars(image, 4, palette()["accent"])[3]
    assert bars(image, 4, palette()["control"])[3]


@pytest.mark.parametrize("theme", ["light", "dark", "hc_light", "hc_dark"])
def test_the_svg_shows_the_same_bars_in_every_theme(release, theme):
    drawing = bar_chart(release.table("citizenship"), language="zh", theme=theme)
    svg = to_svg(drawing)
    root = ET.fromstring(svg)
    assert "clipPath" not in svg
    assert "clip-path" not in svg
    names = set(re.findall(r"font-family: ([^;]+);", svg))
    assert names == {"Noto Sans SC"}
    drawn = [float(item.get("width")) for item in root.iter("{http://www.w3.org/2000/svg}rect")]
    wanted = [
        shape.width
        for group in drawing.contents
        for shape in getattr(group, "contents", ())
        if hasattr(shape, "rx")
    ]
    assert drawn == pytest.approx(wanted)
    assert "中国" in svg


def test_the_same_drawing_gives_the_same_bytes(release):
    table = release.table("sex_age")
    assert to_pdf(age_pyramid(table)) == to_pdf(age_pyramid(table))
    assert to_svg(age_pyramid(table)) == to_svg(age_pyramid(table))


def test_the_pyramid_has_women_to_the_left_and_the_oldest_on_top(release):
    drawing = age_pyramid(release.table("sex_age"), language="en")
    words = {shape.text: (shape.x, shape.y) for shape in drawing.contents if type(shape).__name__ == "String"}
    assert words["Women"][0] < drawing.width / 2 < words["Men"][0]
    assert words["48+"][1] > words["18–20"][1] > words["0–8"][1]
    image = picture(drawing)
    middle = round(image.height - (words["18–20"][1] + 4) * SCALE)
    left = [run for run in runs(image, middle, palette()["accent"]) if run[1] > 9]
    right = [run for run in runs(image, middle, palette()["control"]) if run[1] > 9]
    assert left[0][1] / right[0][1] == pytest.approx(60 / 20, rel=0.02)


def test_a_table_without_ages_has_no_pyramid(release):
    assert has_pyramid(release.table("sex_age"))
    assert not has_pyramid(release.table("citizenship"))
    with pytest.raises(ValueError, match="no ages"):
        age_pyramid(release.table("citizenship"))


@pytest.mark.parametrize(("width", "height"), [(16, 8), (120, 14), (3, 30), (0, 10)])
def test_hatching_stays_inside_its_rectangle(width, height):
    segments = hatch_segments(5, 7, width, height)
    assert bool(segments) == bool(width)
    for x1, y1, x2, y2 in segments:
        assert 5 <= x1 <= x2 <= 5 + width + 1e-9
        assert 7 - 1e-9 <= y1 <= y2 <= 7 + height + 1e-9
        assert x2 - x1 == pytest.approx(y2 - y1)
