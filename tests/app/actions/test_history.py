from app.actions.history import UndoHistory


def test_the_newest_step_comes_first():
    history = UndoHistory()
    history.push("first")
    history.push("second")
    assert [history.pop(), history.pop(), history.pop()] == ["second", "first", None]


def test_the_oldest_steps_are_forgotten():
    history = UndoHistory(max_steps=3)
    for step in range(10):
        history.push(step)
    assert len(history) == 3
    assert [history.pop() for _ in range(4)] == [9, 8, 7, None]
