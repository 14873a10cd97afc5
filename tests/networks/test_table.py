"""The table of layers, counted by hand."""

import torch
from torch import nn

from impasto.networks.cnn import Cnn
from impasto.networks.resnet import ResNet
from impasto.networks.rnn import Rnn
from impasto.networks.table import LayerRow, layer_table, lines, totals


def test_the_classic_network_by_hand() -> None:
    rows = layer_table(Cnn((1, 28, 28), 10), torch.zeros(1, 1, 28, 28))
    assert rows == [
        LayerRow("marks.0", "Conv2d", (1, 32, 26, 26), 320, 26 * 26 * 32 * 9),
        LayerRow("marks.1", "MaxPool2d", (1, 32, 13, 13), 0, 0),
        LayerRow("hidden", "Linear", (1, 128), 692_352, 5408 * 128),
        LayerRow("decide", "Linear", (1, 10), 1290, 1280),
    ]
    assert totals(rows) == (693_962, 194_688 + 692_224 + 1280)


def test_a_recurrent_network_by_hand() -> None:
    rows = layer_table(Rnn(3, 5, hidden=4), [torch.zeros(1, 7, 3), torch.tensor([7])])
    assert rows[0] == LayerRow(
        "memory", "LSTM", (7, 4), 4 * 4 * (3 + 4) + 2 * 16, 7 * (4 * 4 * (3 + 4))
    )
    assert rows[1] == LayerRow("decide", "Linear", (1, 5), 45, 40)
    pictures = layer_table(Rnn(28, 10, cell="gru", hidden=4), torch.zeros(1, 1, 28, 28))
    assert pictures[0].multiply_adds == 28 * (3 * 4 * (28 + 4))


def test_groups_strides_and_shared_layers() -> None:
    shared = nn.Conv2d(4, 4, 3, stride=1, padding=1, groups=2)
    rows = layer_table(nn.Sequential(shared, shared), torch.zeros(2, 4, 5, 5))
    assert [row.parameters for row in rows] == [4 * 2 * 9 + 4, 0]
    assert rows[0].multiply_adds == 2 * 4 * 25 * 2 * 9


def test_all_weights_are_in_the_table_and_nothing_is_changed() -> None:
    network = ResNet(3, widths=(4, 8)).train()
    before = {k: v.clone() for k, v in network.state_dict().items()}
    rows = layer_table(network, torch.rand(1, 3, 32, 32))
    assert totals(rows)[0] == sum(p.numel() for p in network.parameters())
    assert all(part.training for part in network.modules())
    assert all(torch.equal(before[k], v) for k, v in network.state_dict().items())
    assert not any(part._forward_hooks for part in network.modules())


def test_lines_can_be_read() -> None:
    text = lines(layer_table(Cnn((1, 28, 28), 10), torch.zeros(1, 1, 28, 28)))
    assert text[0].split() == ["layer", "kind", "output", "parameters", "multiply-adds"]
    assert " ".join(text[1].split()) == "marks.0 Conv2d 1 × 32 × 26 × 26 320 194,688"
    assert text[-1].split() == ["total", "693,962", "888,192"]
    assert len({len(line) for line in text}) == 1
