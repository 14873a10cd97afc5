"""A slim VGG-19, the network whose features judge style while a brush is trained."""

from pathlib import Path

import torch.nn.functional as F
from jaxtyping import Float
from safetensors.torch import load_file
from torch import Tensor, nn

WIDTHS = {"1": (16, 2), "2": (32, 2), "3": (64, 4), "4": (128, 4), "5": (128, 1)}


class SlimVGG(nn.Module):
    """See a picture as VGG-19 does, at a sixteenth of the cost.

    Accepts ``(b, 3, h, w)`` in 0..1 with sides of 16 pixels or more; returns the features of
    relu1_1, 2_1, 3_1, 4_1 and 5_1, in 16, 32, 64, 128 and 128 channels. The published maps back
    to VGG-19's channel counts are left out: a loss on them costs twice as much.

    Notes:
        Wang et al. 2020, Collaborative Distillation, arXiv:2003.08436; their published weights.
        Differs: borders are filled with zeros, as VGG's own were, and not mirrored. Pictures are
        only ever compared with pictures, and it takes half the time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(3, 3, 1)
        inputs = 3
        for block, (width, count) in WIDTHS.items():
            for index in range(1, count + 1):
                self.add_module(f"conv{block}{index}", nn.Conv2d(inputs, width, 3, padding=1))
                inputs = width

    @classmethod
    def load(cls, path: Path) -> "SlimVGG":
        """Read the published weights; the maps to VGG-19's channels are left out."""
        network = cls()
        weights = {k: v for k, v in load_file(path).items() if "_aux." not in k}
        network.load_state_dict(weights)
        return network.eval().requires_grad_(False)

    def forward(self, picture: Float[Tensor, "b 3 h w"]) -> list[Tensor]:
        """Return the features of the five layers, finest first."""
        layers = dict(self.named_children())
        x, seen = layers["conv0"](picture.to(self.conv0.weight.dtype)), []
        for block, (_, count) in WIDTHS.items():
            if block != "1":
                x = F.max_pool2d(x, 2)
            for index in range(1, count + 1):
                x = F.relu(layers[f"conv{block}{index}"](x))
                if index == 1:
                    seen.append(x)
        return seen
