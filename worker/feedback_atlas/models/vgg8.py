"""A VGG-like network for small images: VGG-11 without its last two convolutions."""

from torch import Tensor, nn
from torch.nn.functional import max_pool2d, relu

from feedback_atlas.models.architecture import Architecture


class Vgg8(nn.Module):
    """Six 3x3 convolutions, batch-normalised, pooled after the 1st, 2nd, 4th and 6th; two linear.

    The channels are those of configuration A of Simonyan & Zisserman 2015 (64, 128, 256, 256,
    512, 512), whose fifth pooling small images have no room for; then linear 512 and classes.
    Convolutions have no bias: the normalisation's shift does its work. 4,770,378 parameters for
    3x24x24 images and 10 classes.
    """

    def __init__(self, in_channels: int, image_size: int, num_classes: int) -> None:
        super().__init__()
        side = image_size // 16
        self.conv1, self.bn1 = _convolution(in_channels, 64)
        self.conv2, self.bn2 = _convolution(64, 128)
        self.conv3, self.bn3 = _convolution(128, 256)
        self.conv4, self.bn4 = _convolution(256, 256)
        self.conv5, self.bn5 = _convolution(256, 512)
        self.conv6, self.bn6 = _convolution(512, 512)
        self.fc1 = nn.Linear(512 * side * side, 512)
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (n, classes) of images x (n, channels, size, size)."""
        # Pooled before the ReLU for speed, with the same values: see moskovitz1.
        x = relu(max_pool2d(self.bn1(self.conv1(x)), 2))
        x = relu(max_pool2d(self.bn2(self.conv2(x)), 2))
        x = relu(self.bn3(self.conv3(x)))
        x = relu(max_pool2d(self.bn4(self.conv4(x)), 2))
        x = relu(self.bn5(self.conv5(x)))
        x = relu(max_pool2d(self.bn6(self.conv6(x)), 2))
        x = relu(self.fc1(x.flatten(1)))
        logits: Tensor = self.fc2(x)
        return logits


def _convolution(in_channels: int, out_channels: int) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    convolution = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
    return convolution, nn.BatchNorm2d(out_channels)


VGG8 = Architecture("vgg8", smallest_image=16, make=Vgg8)
