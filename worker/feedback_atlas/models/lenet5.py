"""LeNet-5 (LeCun et al. 1998), with today's ReLU and max-pooling."""

from torch import Tensor, nn
from torch.nn.functional import max_pool2d, relu

from feedback_atlas.models.architecture import Architecture


class LeNet5(nn.Module):
    """Conv 5x5 to 6, pool, conv 5x5 to 16, pool, linear 120, 84, classes, with ReLUs between.

    61,706 parameters for 1x32x32 images and 10 classes, where every map of the second convolution
    sees all six of the first.
    """

    def __init__(self, in_channels: int, image_size: int, num_classes: int) -> None:
        super().__init__()
        side = ((image_size - 4) // 2 - 4) // 2
        self.conv1 = nn.Conv2d(in_channels, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * side * side, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (n, classes) of images x (n, channels, size, size)."""
        # Pooled before the ReLU for speed, with the same values: see moskovitz1.
        x = relu(max_pool2d(self.conv1(x), 2))
        x = relu(max_pool2d(self.conv2(x), 2))
        x = relu(self.fc1(x.flatten(1)))
        x = relu(self.fc2(x))
        logits: Tensor = self.fc3(x)
        return logits


LENET5 = Architecture("lenet5", smallest_image=16, make=LeNet5)
