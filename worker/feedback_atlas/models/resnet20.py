"""ResNet-20 for small images (He et al. 2016, section 4.2)."""

from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, pad, relu

from feedback_atlas.models.architecture import Architecture

_BLOCKS = 3


class Block(nn.Module):
    """Two batch-normalised 3x3 convolutions beside a shortcut without parameters (option A).

    Where the block halves the map, the shortcut takes every second pixel and fills the channels
    that it lacks with zeros, after those that it has.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.new_channels = out_channels - in_channels
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, out_channels, h / stride, w / stride) for x (n, in_channels, h, w)."""
        residual = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        if self.stride > 1:
            x = pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.new_channels))
        return relu(residual + x)


class ResNet20(nn.Module):
    """A 3x3 convolution, nine blocks of 16, 32 and 64 channels, the average, a linear layer.

    269,722 parameters for 3 channels and 10 classes (0.27 million in He et al. 2016, table 6).
    """

    def __init__(self, in_channels: int, image_size: int, num_classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = _stage(16, 16, stride=1)
        self.layer2 = _stage(16, 32, stride=2)
        self.layer3 = _stage(32, 64, stride=2)
        self.fc = nn.Linear(64, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (n, classes) of images x (n, channels, size, size)."""
        x = relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        logits: Tensor = self.fc(adaptive_avg_pool2d(x, 1).flatten(1))
        return logits


def _stage(in_channels: int, out_channels: int, *, stride: int) -> nn.Sequential:
    first = Block(in_channels, out_channels, stride)
    return nn.Sequential(first, *(Block(out_channels, out_channels, 1) for _ in range(_BLOCKS - 1)))


RESNET20 = Architecture("resnet20", smallest_image=5, make=ResNet20)
