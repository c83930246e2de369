"""ResNet-18 (He et al. 2016) with a stem for small images."""

from torch import nn

from feedback_atlas.models.architecture import Architecture


def _make(in_channels: int, image_size: int, num_classes: int) -> nn.Module:
    """Return torchvision's ResNet-18 with a 3x3 stem of stride 1 and no pooling after it.

    Its 21 layers are the 17 convolutions of the main path, the three 1x1 convolutions of the
    shortcuts ("downsample"), which learn by the rule as well, and the linear one.
    11,173,962 parameters for 3 channels and 10 classes.
    """
    from torchvision.models import resnet18  # here, not above: the import takes seconds

    network: nn.Module = resnet18(num_classes=num_classes)
    network.conv1 = nn.Conv2d(in_channels, 64, 3, padding=1, bias=False)
    network.maxpool = nn.Identity()
    return network


RESNET18 = Architecture("resnet18", smallest_image=9, make=_make)
