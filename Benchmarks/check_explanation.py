"""Recomputes an explanation in PyTorch from the model file and the network's input, and compares.

    facet explain A B --output why --tensors why/tensors.safetensors [--flip] [--ignore-hidden]
    .deps/python/bin/python Benchmarks/check_explanation.py MODEL why

Nothing of Facet runs here: the network is rebuilt from the names in the safetensors file, the average face is found by
numpy's least squares, and parts are added up by the channels that explanation.json lists. Networks that are affine behind
their target layer ("pooled", "flattened") with an IResNet backbone.
"""

import argparse
import json
import sys

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file

EPSILON = 1e-5


class Network:
    """A model file's network at inference, in float64."""

    def __init__(self, path):
        with safe_open(path, "pt") as file:
            metadata = file.metadata()
        self.info = json.loads(metadata["facet"])
        self.settings = self.info["network"]
        self.catalog = json.loads(metadata["facet.channels"]) if "facet.channels" in metadata else None
        if self.settings["embedding"] == "backbone" or not self.settings["backbone"].startswith("iresnet"):
            sys.exit("this check knows IResNets that are affine behind their target layer")
        self.state = {
            name.removeprefix("network."): tensor.double() if tensor.is_floating_point() else tensor
            for name, tensor in load_file(path).items()
        }

    def norm(self, x, name):
        s = self.state
        return torch.nn.functional.batch_norm(
            x, s[name + ".running_mean"], s[name + ".running_var"], s[name + ".weight"], s[name + ".bias"], eps=EPSILON)

    def conv(self, x, name, stride=1):
        # 1x1 where the receptive field is limited.
        weight = self.state[name + ".weight"]
        return torch.nn.functional.conv2d(x, weight, stride=stride, padding=weight.shape[2] // 2)

    def prelu(self, x, name):
        return torch.nn.functional.prelu(x, self.state[name + ".weight"])

    def block(self, x, name, stride):
        y = self.conv(self.norm(x, name + ".bn1"), name + ".conv1")
        y = self.prelu(self.norm(y, name + ".bn2"), name + ".prelu")
        y = self.norm(self.conv(y, name + ".conv2", stride), name + ".bn3")
        if name + ".downsample.0.weight" in self.state:
            x = self.norm(self.conv(x, name + ".downsample.0", stride), name + ".downsample.1")
        return x + y

    def target(self, x):
        """Activations of the target layer, [B, C, H, W]."""
        x = self.prelu(self.norm(self.conv(x, "backbone.conv1"), "backbone.bn1"), "backbone.prelu")
        total = 1
        for stage in range(1, self.settings["targetStage"] + 1):
            stride = 2 if total * 2 <= self.settings["outputStride"] else 1
            total *= stride
            block = 0
            while f"backbone.layer{stage}.{block}.conv1.weight" in self.state:
                x = self.block(x, f"backbone.layer{stage}.{block}", stride if block == 0 else 1)
                block += 1
        return self.norm(self.conv(x, "target.conv"), "target.bn").relu()

    def inputs(self, target):
        """What the linear layer reads, [B, K]."""
        return target.mean((2, 3)) if self.settings["embedding"] == "pooled" else target.flatten(1)

    def measured_mean(self, shape):
        """The channels' averages of the catalog, where many average faces fit the weights and one is to be chosen."""
        channels = sorted(self.catalog["channels"], key=lambda c: c["index"]) if self.catalog else []
        averages = [c["strength"].get("average") for c in channels]
        if shape[1] <= shape[0] or [c["index"] for c in channels] != list(range(shape[1])) or None in averages or self.settings["embedding"] != "pooled":
            return np.zeros(shape[1])
        return np.array(averages)

    def affine(self):
        """M [D, K], the average face's inputs [K], its embedding [D]."""
        s = self.state
        rows = s["embedding.linear.weight"].chunk(self.settings.get("embeddingBlocks", 1))
        weight = torch.block_diag(*rows)
        scale = s["embedding.norm.weight"] / (s["embedding.norm.running_var"] + EPSILON).sqrt()
        near = self.measured_mean(weight.shape)
        missing = s["embedding.norm.running_mean"].numpy() - weight.numpy() @ near
        mean = torch.from_numpy(near + np.linalg.lstsq(weight.numpy(), missing, rcond=1e-5)[0])
        constant = s["embedding.norm.bias"] + scale * (weight @ mean - s["embedding.norm.running_mean"])
        return scale[:, None] * weight, mean, constant


def without(dropped, x, matrix, channels):
    """The inputs' deviations without some channels, and what is left of the average face's embedding: the root of the share of
    the matrix's squares."""
    kept = torch.ones(channels)
    kept[dropped] = 0
    kept = kept.double().repeat_interleave(x.shape[1] // channels)
    return x * kept, ((matrix.square() * kept).sum() / matrix.square().sum()).sqrt()


def account(network, views, dropped):
    """Score, each view's channels [V, C], the constant, and what each photo's channels add to its embedding, one [V, 2, C, D]
    over the product of both lengths, from inputs [2, 3, S, S] of each view; dropped: channels left out of each."""
    matrix, mean, constant = network.affine()
    targets = [network.target(view) for view in views]
    deviations = [network.inputs(target) - mean for target in targets]
    left = [without(d, x, matrix, t.shape[1]) for d, x, t in zip(dropped, deviations, targets)]
    deviations = [x for x, _ in left]
    constants = [constant * share for _, share in left]
    embeddings = [x @ matrix.T + k for x, k in zip(deviations, constants)]
    scales = [1 / e.norm(dim=1) if len(views) > 1 else torch.ones(2).double() for e in embeddings]
    total = sum(e * s[:, None] for e, s in zip(embeddings, scales))
    length = total.norm(dim=1).prod()
    score = (total[0] @ total[1] / length).item()
    channels = []
    offset = 0.0
    for x, scale, k in zip(deviations, scales, constants):
        # Each photo's half is taken along the other photo's embedding.
        along = torch.stack([total[1], total[0]]) / length / 2 * scale[:, None]
        shares = (x * (along @ matrix)).reshape(2, targets[0].shape[1], -1).sum((0, 2))
        channels.append(shares)
        offset += (along @ k).sum().item()
    # [2, C, D] of a view: a channel's inputs times its columns of the matrix.
    vectors = [
        torch.einsum("bcp,dcp->bcd", x.reshape(2, t.shape[1], -1), matrix.reshape(matrix.shape[0], t.shape[1], -1))
        * s[:, None, None]
        for x, t, s in zip(deviations, targets, scales)
    ]
    return score, torch.stack(channels), offset, targets, embeddings, torch.stack(vectors) / length.sqrt()


def mirrored(name):
    sides = {"left": "right", "right": "left"}
    return " ".join(sides.get(word, word) for word in name.split(" "))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("folder", help="what facet explain wrote, with tensors.safetensors in it")
    options = parser.parse_args()
    network = Network(options.model)
    tensors = load_file(options.folder + "/tensors.safetensors")
    with open(options.folder + "/explanation.json") as file:
        explanation = json.load(file)
    image = tensors["input"].double()
    flip = explanation["flip"]
    views = [image, image.flip(3)] if flip else [image]
    lines = [line for line in explanation["parts"] if line["kind"] == "part"]
    ignored = {line["part"] for line in lines if line.get("ignored")}
    if ignored and not explanation["ignoreHidden"]:
        sys.exit("it leaves parts out and does not say that it was asked to")

    def dropped(name):
        return [c for line in lines if name(line["part"]) in ignored for c in line["channels"]]

    score, channels, constant, targets, embeddings, vectors = account(
        network, views, [dropped(lambda part: part), dropped(mirrored)][:len(views)])

    parts = {}
    # What a part adds to each photo's embedding, [2, D].
    sums = {}
    for line in lines:
        own = channels[0, line["channels"]].sum().item()
        parts[line["part"]] = parts.get(line["part"], 0) + own
        sums[line["part"]] = sums.get(line["part"], 0) + vectors[0][:, line["channels"]].sum(1)
        if flip:
            other = mirrored(line["part"])
            parts[other] = parts.get(other, 0) + channels[1, line["channels"]].sum().item()
            sums[other] = sums.get(other, 0) + vectors[1][:, line["channels"]].sum(1)
    alike = {line["part"]: line["samePart"] for line in lines}
    said = {line["part"]: line["contribution"] for line in explanation["parts"]}
    rows = [
        ("score", abs(score - explanation["score"])),
        ("sum of the lines against the score", abs(sum(said.values()) - explanation["score"])),
        ("activations", max((t - tensors["activations"][v]).abs().max().item() for v, t in enumerate(targets))),
        ("embeddings", max((e - tensors["embeddings"][v]).abs().max().item() for v, e in enumerate(embeddings))),
        ("channel contributions", (channels.sum(0) - tensors["channels"]).abs().max().item()),
        ("part contributions", max(abs(parts[name] - said[name]) for name in parts)),
        ("of them with the same part", max(abs((sums[name][0] @ sums[name][1]).item() - alike[name]) for name in alike)),
        ("constant", abs(constant - said["constant"])),
    ]
    print(f"| {'largest difference':34} | {'value':9} |\n| {'-' * 34} | {'-' * 9} |")
    for name, value in rows:
        print(f"| {name:34} | {value:9.1e} |")
    # Not a number is no pass.
    if not all(value <= 1e-4 for _, value in rows):
        sys.exit("they differ by more than 1e-4")


if __name__ == "__main__":
    main()
