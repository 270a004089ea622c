import pytest

from app.models import costs
from engine.networks.model_library import list_models


@pytest.fixture
def entries(tiny_model):
    return [
        entry for entry in list_models(tiny_model.parent) if entry.path.parent == tiny_model.parent
    ]


def test_a_model_is_measured_once_and_remembered(entries, discern_home, monkeypatch):
    said = []
    first = costs.seconds_of(entries, say=said.append)
    assert set(first) == {entry.path for entry in entries}
    assert all(0 < seconds < 60 for seconds in first.values())
    assert len(said) == 1
    monkeypatch.setattr(costs, "_measured", lambda path: 1 / 0)
    assert costs.seconds_of(entries, say=said.append) == first
    assert len(said) == 1


def test_notes_that_nobody_wrote_are_measured_again(entries, discern_home):
    first = costs.seconds_of(entries)
    (notes,) = discern_home.rglob("model_costs.json")
    for text in ("", "[]", '{"a": "b"}', "{" * 9000):
        notes.write_text(text, encoding="utf-8")
        assert set(costs.seconds_of(entries)) == set(first)
