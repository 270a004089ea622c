"""Attention spelled out, where PyTorch's fused attention is slow to learn through."""

import torch
from torch import nn

from trainer.machine import Machine


def choose_attention(network: nn.Module, machine: Machine) -> None:
    """Make timm's attention layers compute step by step where the steps of training gain by it.

    On a processor in bf16, the backward pass of the fused attention takes long: without it a step
    of CSIQA's regression on ViT-Ti takes .79 of the time (batch of 64, crops of 224 pixels, two
    cores). In fp32, and in scoring, there is nothing to gain; GPUs keep the fused one.
    """
    if machine.device.type != "cpu" or machine.dtype != torch.bfloat16:
        return
    for module in network.modules():
        if getattr(module, "fused_attn", False):
            module.fused_attn = False  # type: ignore[assignment]  # PyTorch types all as modules
