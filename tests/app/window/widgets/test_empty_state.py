from app.window.widgets.empty_state import EmptyState


def test_a_long_explanation_is_shown_with_all_its_lines(qtbot):
    state = EmptyState()
    qtbot.addWidget(state)
    state.say("Nothing yet", "Words that need more than one line to be said. " * 5)
    state.resize(900, 500)
    state.show()
    qtbot.waitExposed(state)

    text = state.text
    assert text.height() >= text.heightForWidth(text.width())
    assert text.heightForWidth(text.width()) > 2 * text.fontMetrics().height()
