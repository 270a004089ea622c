"""A prepared contest of made-up models over real little photos."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.contest.contest import new_contest
from app.contest.prepared import Contender, PreparedContest
from engine.contest.pairs import PairRules, choose_pairs
from engine.contest.pool import make_pool


@pytest.fixture(scope="session")
def pool_folder(tmp_path_factory) -> Path:
    """Forty photos that do not look alike."""
    folder = tmp_path_factory.mktemp("pool")
    rng = np.random.default_rng(0)
    for number in range(40):
        blocks = Image.fromarray(rng.integers(0, 255, (9, 11, 3), dtype=np.uint8))
        blocks.resize((220, 180)).save(folder / f"{number:02d}.png")
    return folder


@pytest.fixture(scope="session")
def make_prepared(pool_folder):
    """make_prepared(rules) -> PreparedContest of the models a@1, b@2 and c@3."""

    def make(rules: PairRules, num_models: int = 3) -> PreparedContest:
        rng = np.random.default_rng(1)
        photos = sorted(pool_folder.iterdir())
        truth = rng.uniform(10, 90, len(photos))
        ids = ("a@1", "b@2", "c@3")[:num_models]
        scores = {one: np.clip(truth + rng.normal(0, 8, len(photos)), 0, 100) for one in ids}
        pool = make_pool(photos, scores)
        return PreparedContest(
            contenders=tuple(
                Contender(
                    model_id=one,
                    label=one[0],
                    source=f"{one}.safetensors",
                    num_crops=2,
                    is_calibrated=True,
                )
                for one in ids
            ),
            pool=pool,
            chosen=choose_pairs(pool, rules),
            rules=rules,
            unreadable=(),
            near_duplicates=(),
        )

    return make


@pytest.fixture
def long_contest(make_prepared, pool_folder):
    """Enough pairs of each of the three models for a verdict."""
    rules = PairRules(num_levels=4, tolerance=5, num_controls=0)
    return new_contest(pool_folder, make_prepared(rules))


@pytest.fixture
def contest(make_prepared, pool_folder):
    """Twelve pairs of two levels and two random ones, not yet judged."""
    rules = PairRules(num_levels=2, tolerance=5, num_controls=2)
    return new_contest(pool_folder, make_prepared(rules))
