"""The face networks of arcface_torch for PyTorch: same module names, same shapes.

A state dict saved by insightface's arcface_torch loads here and the other way round.
References: IResNet, arXiv:2004.04989 (the blocks of arXiv:1801.07698, section 3.2.1);
MobileFaceNet, arXiv:1804.07573. Input [N, 3, S, S] with S a multiple of 16, in [-1, 1];
output [N, embedding].

``width`` multiplies every channel count. ``NETWORKS`` lists what ``build`` accepts.
"""

from torch import nn

IRESNET_BLOCKS = {
    "iresnet10": (1, 1, 1, 1),
    "iresnet18": (2, 2, 2, 2),
    "iresnet34": (3, 4, 6, 3),
    "iresnet50": (3, 4, 14, 3),
    "iresnet100": (3, 13, 30, 3),
    "iresnet200": (6, 26, 60, 6),
}


def conv(inputs, outputs, kernel=1, stride=1, groups=1, padding=None):
    """A convolution without bias that keeps the size at stride 1."""
    padding = kernel // 2 if padding is None else padding
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)


class Residual(nn.Module):
    """x + BN(conv(PReLU(BN(conv(BN(x)))))), with a projected x where the shape changes."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = conv(inputs, outputs, 3)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.prelu = nn.PReLU(outputs)
        self.conv2 = conv(outputs, outputs, 3, stride)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.conv1(self.bn1(x))
        y = self.bn3(self.conv2(self.prelu(self.bn2(y))))
        return y + (x if self.downsample is None else self.downsample(x))


class IResNet(nn.Module):
    def __init__(self, blocks, width=1.0, size=112, embedding=512):
        super().__init__()
        channels = [round(c * width) for c in (64, 64, 128, 256, 512)]
        self.conv1 = conv(3, channels[0], 3)
        self.bn1 = nn.BatchNorm2d(channels[0])
        self.prelu = nn.PReLU(channels[0])
        for i, count in enumerate(blocks):
            first = Residual(channels[i], channels[i + 1], 2)
            rest = (Residual(channels[i + 1], channels[i + 1], 1) for _ in range(1, count))
            setattr(self, f"layer{i + 1}", nn.Sequential(first, *rest))
        self.bn2 = nn.BatchNorm2d(channels[4])
        self.fc = nn.Linear(channels[4] * (size // 16) ** 2, embedding)
        self.features = nn.BatchNorm1d(embedding)
        self.features.weight.requires_grad = False
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.normal_(module.weight, 0, 0.1)

    def forward(self, x):
        x = self.prelu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.features(self.fc(self.bn2(x).flatten(1)))


class Layers(nn.Module):
    """A sequence whose parameters are named ``layers.<index>``."""

    def __init__(self, *modules):
        super().__init__()
        self.layers = nn.Sequential(*modules)

    def forward(self, x):
        return self.layers(x)


class Shortcut(Layers):
    def forward(self, x):
        return x + self.layers(x)


def unit(inputs, outputs, kernel=1, stride=1, groups=1):
    """Convolution, normalization and PReLU."""
    return Layers(conv(inputs, outputs, kernel, stride, groups), nn.BatchNorm2d(outputs), nn.PReLU(outputs))


def bottleneck(inputs, middle, outputs, stride, kind=Layers):
    """Widen to ``middle``, filter each channel by itself, project to ``outputs``."""
    project = Layers(conv(middle, outputs), nn.BatchNorm2d(outputs))
    return kind(unit(inputs, middle), unit(middle, middle, 3, stride, middle), project)


def repeat(channels, middle, count):
    return Layers(*(bottleneck(channels, middle, channels, 1, Shortcut) for _ in range(count)))


class MobileFaceNet(nn.Module):
    def __init__(self, width=1.0, size=112, embedding=512, blocks=(1, 4, 6, 2), scale=2):
        super().__init__()

        def c(count):
            return round(count * width)

        narrow, wide, last = c(64 * scale), c(128 * scale), c(512)
        # arcface_torch filters the stem in 64 groups whatever the scale, one block only.
        second = (
            unit(narrow, narrow, 3, 1, c(64)) if blocks[0] == 1 else repeat(narrow, c(128), blocks[0])
        )
        self.layers = nn.ModuleList(
            [
                unit(3, narrow, 3, 2),
                second,
                bottleneck(narrow, c(128), narrow, 2),
                repeat(narrow, c(128), blocks[1]),
                bottleneck(narrow, c(256), wide, 2),
                repeat(wide, c(256), blocks[2]),
                bottleneck(wide, c(512), wide, 2),
                repeat(wide, c(256), blocks[3]),
            ]
        )
        self.conv_sep = unit(wide, last)
        pool = Layers(conv(last, last, size // 16, 1, last, padding=0), nn.BatchNorm2d(last))
        project = nn.Linear(last, embedding, bias=False)
        self.features = Layers(pool, nn.Flatten(), project, nn.BatchNorm1d(embedding))
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.features(self.conv_sep(x))


NETWORKS = (*IRESNET_BLOCKS, "mobilefacenet")


def build(name, width=1.0, size=112, embedding=512):
    """The network called ``name``, freshly initialized."""
    if size % 16:
        raise ValueError(f"the input size must be a multiple of 16, not {size}")
    if name == "mobilefacenet":
        return MobileFaceNet(width, size, embedding)
    return IResNet(IRESNET_BLOCKS[name], width, size, embedding)
