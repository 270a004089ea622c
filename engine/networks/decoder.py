"""The quality decoder: learned queries read the final patch tokens (App. B.2).

One pre-norm transformer decoder layer, PyTorch's own, shared by all queries, and the norm that a
pre-norm decoder ends in: without it the head would see tokens as long as the backbone makes them,
and start hundreds of points away from any label [C].
"""

# B crops, Q queries (QUA and CLS, or CLS alone), P patch tokens, D features

import torch
from torch import Tensor, nn


class QualityDecoder(nn.Module):
    """One decoder layer; each query is decoded by itself [C], in one pass.

    >>> import torch
    >>> from engine.networks.decoder import QualityDecoder
    >>> decoder = QualityDecoder(num_features=8, num_heads=2, num_queries=2)
    >>> queries, patches = torch.rand(1, 2, 8), torch.rand(1, 16, 8)
    >>> other = torch.cat([queries[:, :1], torch.rand(1, 1, 8)], dim=1)  # another second query
    >>> decoded, decoded_other = decoder(queries, patches), decoder(other, patches)
    >>> torch.allclose(decoded[:, 0], decoded_other[:, 0], atol=1e-5)  # the first doesn't see it
    True
    """

    def __init__(self, *, num_features: int, num_heads: int, num_queries: int) -> None:
        super().__init__()
        self.layer = nn.TransformerDecoderLayer(
            num_features,
            num_heads,
            dim_feedforward=4 * num_features,
            dropout=0.0,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.norm = nn.LayerNorm(num_features)
        # A query that sees only itself is decoded as if it were alone; the keys and values of the
        # patches are then computed once for all queries.
        others = ~torch.eye(num_queries, dtype=torch.bool)
        self.register_buffer("other_queries_QQ", others, persistent=False)

    def forward(self, queries_BQD: Tensor, patches_BPD: Tensor) -> Tensor:
        """Decoded queries (B, Q, D)."""
        mask_QQ = self.get_buffer("other_queries_QQ")
        # PyTorch's attention turns tokens to (P, B, D), and where they are not stored that way
        # multiplies them position by position, each with a copy of the weights.
        stored_BPD = patches_BPD.transpose(0, 1).contiguous().transpose(0, 1)
        decoded: Tensor = self.norm(self.layer(queries_BQD, stored_BPD, tgt_mask=mask_QQ))
        return decoded
