"""A multilayer perceptron: two hidden layers, no convolution."""

from torch import Tensor, nn
from torch.nn.functional import relu

from feedback_atlas.models.architecture import Architecture

_HIDDEN = 512


class Mlp(nn.Module):
    """Linear 512, 512, classes on the flattened pixels, with ReLUs between.

    669,706 parameters for 1x28x28 images and 10 classes.
    """

    def __init__(self, in_channels: int, image_size: int, num_classes: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(in_channels * image_size * image_size, _HIDDEN)
        self.fc2 = nn.Linear(_HIDDEN, _HIDDEN)
        self.fc3 = nn.Linear(_HIDDEN, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (n, classes) of images x (n, channels, size, size)."""
        x = relu(self.fc1(x.flatten(1)))
        x = relu(self.fc2(x))
        logits: Tensor = self.fc3(x)
        return logits


MLP = Architecture("mlp", smallest_image=1, make=Mlp)
