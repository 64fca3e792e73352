"""Where the channels of a target layer look, relative to the centers of their receptive fields.

The effective receptive field of a cell (Luo et al., "Understanding the Effective Receptive Field in Deep Convolutional
Neural Networks", NeurIPS 2016): the centroid of the squared gradient of a channel's peak with respect to the network's
input. Prints its mean distance from the receptive field's center, in input pixels, right and down, and the standard deviation
about it along an axis, of the squared gradient and of its magnitude, beside what the architecture says they are, were all
weights of a kernel drawn alike.

    .deps/python/bin/python Benchmarks/receptive_field.py MODEL PHOTO...    (pip install pillow)

MODEL is a Facet model with an IResNet backbone and an inserted target layer.
"""

import json
import sys
from pathlib import Path

import torch
from PIL import Image
from safetensors import safe_open
from torch import nn

sys.path.insert(0, str(Path(__file__).parent / "peers"))
import networks  # noqa: E402


def load(path):
    """The network up to its target layer, and the settings."""
    with safe_open(path, "pt") as file:
        info = json.loads(file.metadata()["facet"])
        state = {name: file.get_tensor(name) for name in file.keys()}
    settings, size = info["network"], info["input"]["size"]
    backbone = networks.IResNet(networks.IRESNET_BLOCKS[settings["backbone"]], settings["width"], size)
    prefix = "network.backbone."
    weights = {k[len(prefix):]: v for k, v in state.items() if k.startswith(prefix)}
    for name, module in backbone.named_modules():
        # 1x1 where the receptive field is limited.
        if isinstance(module, nn.Conv2d) and weights.get(name + ".weight", module.weight).shape[2] == 1:
            module.weight, module.padding = nn.Parameter(module.weight[:, :, :1, :1].clone()), (0, 0)
    backbone.load_state_dict(weights, strict=False)
    stages = [backbone.layer1, backbone.layer2, backbone.layer3, backbone.layer4][: settings["targetStage"]]
    stride = 1
    for stage in stages:
        if stride >= settings["outputStride"]:
            stage[0].conv2.stride = stage[0].downsample[0].stride = (1, 1)
        stride = min(2 * stride, settings["outputStride"])
    weight = state["network.target.conv.weight"]
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], padding=weight.shape[2] // 2, bias=False)
    conv.load_state_dict({"weight": weight})
    norm = nn.BatchNorm2d(weight.shape[0])
    prefix = "network.target.bn."
    norm.load_state_dict({k[len(prefix):]: v for k, v in state.items() if k.startswith(prefix)})
    body = nn.Sequential(backbone.conv1, backbone.bn1, backbone.prelu, *stages, conv, norm, nn.ReLU())
    return body.eval(), info["input"], stride


def read(paths, size, border):
    """Photos squeezed to squares, their borders cut off, in [-1, 1]."""
    stored = round(size * (1 + border))
    edge = (stored - size) // 2
    photos = []
    for path in paths:
        photo = Image.open(path).convert("RGB").resize((stored, stored), Image.BILINEAR)
        photo = photo.crop((edge, edge, edge + size, edge + size))
        photos.append(torch.frombuffer(bytearray(photo.tobytes()), dtype=torch.uint8).view(size, size, 3))
    return (torch.stack(photos).permute(0, 3, 1, 2).float() - 127.5) / 127.5


def deviation(body):
    """Of a cell's squared gradient along an axis, in pixels, were all weights of a kernel drawn alike, without shortcuts."""
    variance, distance = 0, 1
    for name, module in body.named_modules():
        if isinstance(module, nn.Conv2d) and "downsample" not in name:
            variance += (module.weight.shape[2] ** 2 - 1) / 12 * distance**2
            distance *= module.stride[0]
    return variance**0.5


def offsets(body, images, stride):
    """Right, down, variance of the square, of the magnitude, [channels, 4].

    Of peaks at least three cells from the map's edge, averaged over the images.
    """
    images.requires_grad_(True)
    maps = body(images)
    side = maps.shape[3]
    centers = torch.arange(images.shape[3]) + 0.5
    rows = []
    for channel in range(maps.shape[1]):
        peaks, cells = maps[:, channel].flatten(1).max(1)
        (gradient,) = torch.autograd.grad(peaks.sum(), images, retain_graph=True)
        energy = gradient.square().sum(1)
        x, y = cells % side, cells // side
        mass = energy.sum((1, 2)) + 1e-30
        columns, lines = energy.sum(1) / mass[:, None], energy.sum(2) / mass[:, None]
        middle_x, middle_y = (columns * centers).sum(1), (lines * centers).sum(1)
        right, down = middle_x - (x * stride + 0.5), middle_y - (y * stride + 0.5)
        variances = []
        for weight in (energy, energy.sqrt()):
            mass = weight.sum((1, 2)) + 1e-30
            wide = (weight.sum(1) / mass[:, None] * (centers - middle_x[:, None]) ** 2).sum(1)
            high = (weight.sum(2) / mass[:, None] * (centers - middle_y[:, None]) ** 2).sum(1)
            variances.append((wide + high) / 2)
        inside = (peaks > 0) & (x >= 3) & (x < side - 3) & (y >= 3) & (y < side - 3)
        if inside.any():
            rows.append(torch.stack([v[inside].mean() for v in (right, down, *variances)]))
    return torch.stack(rows)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    body, settings, stride = load(sys.argv[1])
    found = offsets(body, read(sys.argv[2:], settings["size"], settings["border"]), stride)
    mean, spread = found.mean(0), found.std(0)
    print(f"{len(found)} channels, {len(sys.argv) - 2} photos; half a stride is {(stride - 1) / 2} pixels")
    square, magnitude = mean[2] ** 0.5, mean[3] ** 0.5
    print(f"deviation of the squared gradient {square:.2f} pixels; {deviation(body):.2f} by the architecture")
    print(f"of its magnitude {magnitude:.2f} pixels; {2 ** 0.5 * deviation(body):.2f} by the architecture")
    print(f"right {mean[0]:+.2f} (deviation over channels {spread[0]:.2f}), down {mean[1]:+.2f} ({spread[1]:.2f})")


if __name__ == "__main__":
    main()
