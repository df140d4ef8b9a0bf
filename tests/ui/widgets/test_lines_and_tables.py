"""Lines are walked and spoken; tables show, copy and open rows without a mouse."""

import pytest
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from shelter_ui.widgets import gallery
from shelter_ui.widgets.lines import Stage, StageLine, StepList
from shelter_ui.widgets.notices import SealedBlock
from shelter_ui.widgets.tables import CELL_ROLE, Cell, TableView
from shelter_ui.widgets.texts import Prose

NOWHERE = QModelIndex()
GATES = [
    Stage("Consent", "done"),
    Stage("Health", "closed", "certificate too old"),
    Stage("Journey", "later"),
]


def test_a_path_is_walked_opened_and_spoken(theme, show, qtbot):
    line = StageLine(theme, large=True)
    line.set_stages(GATES)
    show(line)
    line.setFocus()
    assert line.accessibleName() == "2 of 3, Health, closed, certificate too old"
    with qtbot.waitSignal(line.opened) as signal:
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert signal.args == [1]
    with qtbot.waitSignal(line.walked):
        qtbot.keyClick(line, Qt.Key.Key_Right)
    assert line.accessibleName() == "3 of 3, Journey, later"


def test_a_step_is_opened_with_a_click(theme, show, qtbot):
    steps = StepList(theme)
    steps.set_stages(GATES)
    show(steps)
    with qtbot.waitSignal(steps.opened) as signal:
        qtbot.mouseClick(steps, Qt.MouseButton.LeftButton, pos=steps.area(2).center())
    assert signal.args == [2]


class Rows(QAbstractTableModel):
    def rowCount(self, parent=NOWHERE):
        return 0 if parent.isValid() else 3

    def columnCount(self, parent=NOWHERE):
        return 0 if parent.isValid() else 2

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        cell = Cell(sealed=True) if index.column() else Cell(f"KM-{index.row()}", "second line")
        return cell if role == CELL_ROLE else cell.text if role == Qt.ItemDataRole.DisplayRole else None


@pytest.fixture
def table(theme, show):
    table = TableView(theme, two_lines=True)
    model = Rows(table)
    table.setModel(model)
    show(table)
    return table


def test_rows_have_the_height_of_the_density(theme, table):
    assert table.rowHeight(0) == 48
    theme.change(density="compact")
    assert table.rowHeight(0) == 44


def test_a_row_is_chosen_and_opened_with_the_keyboard(table, qtbot):
    table.clearFocus()
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert table.currentIndex().row() == 0
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == 2
    with qtbot.waitSignal(table.opened) as signal:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert signal.args[0].row() == 2


def test_copying_takes_what_is_shown_and_nothing_sealed(table, qtbot):
    table.selectRow(1)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "KM-1\tSealed"


def test_a_paragraph_is_never_cut(theme, show):
    prose = Prose(theme, "The Health gate is closed: the certificate will be 190 hours old. " * 4)
    show(prose, width=300)
    assert prose.height() >= prose.heightForWidth(prose.width())
    assert prose.heightForWidth(200) > prose.heightForWidth(400)


def test_a_paragraph_shows_markup_as_it_was_typed(theme):
    prose = Prose(theme, "<b>not bold</b> & so on")
    assert prose.plain_text() == "<b>not bold</b> & so on"
    assert "&lt;b&gt;" in prose.text()


def test_a_sealed_block_says_so(theme):
    assert SealedBlock(theme).accessibleName() == "Sealed"


@pytest.mark.parametrize(("palette", "language"), [("light", "zh"), ("hc_dark", "en")])
def test_the_gallery_is_drawn_in_every_language(qapp, tmp_path, palette, language):
    out = tmp_path / "sheet.png"
    assert gallery.main(["--theme", palette, "--language", language, "--out", str(out)]) == 0
    from PySide6.QtGui import QImage

    image = QImage(str(out))
    assert image.width() >= 1366
    assert len({image.pixelColor(x, 100).name() for x in range(0, 1366, 3)}) > 10
