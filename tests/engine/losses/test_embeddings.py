import pytest
import torch

from engine.errors import EngineError
from engine.losses.embeddings import embed

# Two images; tokens QUA, CLS, one register, three patches; two features
TOKENS = torch.arange(24.0).reshape(2, 6, 2)


def embedded(tokens=TOKENS, **changes):
    options = {"kind": "sequence", "has_quality_token": True, "num_prefix_tokens": 2}
    return embed(tokens, **(options | {"is_centred": False} | changes))


def test_the_sequence_is_every_token_flattened():
    assert torch.equal(embedded(), TOKENS.reshape(2, 12))


def test_qua_is_the_first_token():
    assert embedded(kind="qua").tolist() == [[0.0, 1.0], [12.0, 13.0]]


def test_cls_follows_qua():
    assert embedded(kind="cls").tolist() == [[2.0, 3.0], [14.0, 15.0]]


def test_cls_is_first_without_qua():
    without = embedded(TOKENS[:, 1:], kind="cls", has_quality_token=False)
    assert torch.equal(without, embedded(kind="cls"))


def test_the_mean_patch_leaves_all_other_tokens_out():
    assert embedded(kind="mean_patch").tolist() == [[8.0, 9.0], [20.0, 21.0]]
    without = embedded(TOKENS[:, 1:], kind="mean_patch", has_quality_token=False)
    assert torch.equal(without, embedded(kind="mean_patch"))


@pytest.mark.parametrize("kind", ["sequence", "qua", "cls", "mean_patch"])
def test_centred_embeddings_have_a_mean_of_zero_and_the_same_differences(kind):
    plain, centred = embedded(kind=kind), embedded(kind=kind, is_centred=True)
    assert torch.equal(centred.mean(dim=0), torch.zeros(plain.shape[1]))
    assert torch.equal(centred[1] - centred[0], plain[1] - plain[0])


def test_half_precision_is_widened_before_centring():
    tokens = torch.randn(16, 6, 2, generator=torch.Generator().manual_seed(0)) + 100.0
    halved = tokens.bfloat16()
    expected = embedded(halved.float(), kind="qua", is_centred=True)
    assert torch.equal(embedded(halved, kind="qua", is_centred=True), expected)
    means = embedded(halved, kind="mean_patch")
    assert torch.equal(means, embedded(halved.float(), kind="mean_patch"))


def test_every_token_gets_a_gradient_through_the_sequence():
    tokens = TOKENS.clone().requires_grad_()
    embedded(tokens, is_centred=True).square().sum().backward()
    assert (tokens.grad != 0.0).all()


def test_qua_of_a_network_without_it_is_refused():
    with pytest.raises(EngineError, match="no QUA token to compare"):
        embedded(kind="qua", has_quality_token=False)


def test_cls_of_a_network_without_it_is_refused():
    with pytest.raises(EngineError, match="no CLS token to compare"):
        embedded(kind="cls", num_prefix_tokens=0)


def test_the_mean_of_no_patches_is_refused():
    with pytest.raises(EngineError, match="no patch is left to compare"):
        embedded(kind="mean_patch", num_prefix_tokens=5)


def test_an_unknown_embedding_is_refused():
    with pytest.raises(EngineError, match="'patches' is unknown; choose sequence, qua, cls"):
        embedded(kind="patches")
