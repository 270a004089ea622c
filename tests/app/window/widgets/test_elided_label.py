from app.window.widgets.elided_label import ElidedLabel


def test_a_long_text_gives_way_and_stands_in_the_tool_tip(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("a very long name of a photo " * 5)
    label.resize(80, 20)
    assert label.minimumSizeHint().width() == 0
    assert label.toolTip() == label.text()
    short = ElidedLabel()
    qtbot.addWidget(short)
    short.resize(80, 20)
    short.setText("a very long name of a photo " * 4)
    # Its beginning and its end are drawn, and the end is the same.
    half = label.rect().adjusted(48, 0, 0, 0)
    assert label.grab(half).toImage() == short.grab(half).toImage()
