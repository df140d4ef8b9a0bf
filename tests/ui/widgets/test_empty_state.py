"""What stands where there is nothing yet."""

from shelter_ui.widgets.notices import EmptyState
from shelter_ui.widgets.texts import Prose, Text


def test_its_words_stand_under_each_other_in_the_middle(theme, qapp):
    empty = EmptyState(theme)
    empty.set_words("Nothing is due", "Nothing is overdue and nothing comes up within seven days, or later.")
    empty.resize(840, 400)
    empty.show()
    qapp.processEvents()
    sentence, title = empty.findChild(Prose), empty.findChild(Text)
    assert abs(sentence.geometry().center().x() - 420) <= 1
    assert abs(title.geometry().center().x() - 420) <= 1
    assert sentence.height() > 1.5 * title.height(), "it wraps, and all of it is seen"
    empty.hide()
    empty.deleteLater()
