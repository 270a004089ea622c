import torch

from engine.networks.decoder import QualityDecoder

# B crops, Q queries, P patches, D features
B, P, D = 3, 7, 12


def decoder(num_queries):
    torch.manual_seed(0)
    return QualityDecoder(num_features=D, num_heads=3, num_queries=num_queries).eval()


def tokens(num_tokens, seed):
    return torch.randn(B, num_tokens, D, generator=torch.Generator().manual_seed(seed))


def test_decoding_together_is_decoding_each_query_by_itself():
    both, patches = tokens(2, 0), tokens(P, 1)
    joint = decoder(2)
    alone = [joint.norm(joint.layer(both[:, [q]], patches)) for q in range(2)]

    torch.testing.assert_close(joint(both, patches), torch.cat(alone, dim=1), rtol=0, atol=1e-6)


def test_a_query_does_not_hear_of_the_other():
    joint, patches, queries = decoder(2), tokens(P, 1), tokens(2, 0)
    other = torch.stack([queries[:, 0], queries[:, 1] + 100], dim=1)

    assert torch.equal(joint(queries, patches)[:, 0], joint(other, patches)[:, 0])


def test_queries_without_the_mask_would_hear_of_each_other():
    joint, patches, queries = decoder(2), tokens(P, 1), tokens(2, 0)
    unmasked = joint.norm(joint.layer(queries, patches))

    assert not torch.allclose(joint(queries, patches), unmasked, atol=1e-3)


def test_the_order_of_the_patches_does_not_matter():
    one, patches = decoder(1), tokens(P, 1)
    turned = patches[:, torch.randperm(P)]

    torch.testing.assert_close(one(tokens(1, 0), patches), one(tokens(1, 0), turned))


def test_decoded_queries_have_unit_variance_however_long_the_tokens_are():
    for length in (0.01, 1.0, 1000.0):
        decoded = decoder(2)(length * tokens(2, 0), length * tokens(P, 1))
        torch.testing.assert_close(
            decoded.var(dim=2, correction=0), torch.ones(B, 2), rtol=0.01, atol=0
        )
        assert decoded.shape == (B, 2, D)


def test_gradient_reaches_every_parameter_and_every_patch():
    joint, patches = decoder(2), tokens(P, 1).requires_grad_()
    (joint(tokens(2, 0), patches) * torch.arange(D)).sum().backward()

    assert bool((patches.grad.abs().sum(dim=2) > 0).all())
    for name, parameter in joint.named_parameters():
        assert float(parameter.grad.abs().sum()) > 0, name
