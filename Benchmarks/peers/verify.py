"""The score of two photos by one of Facet's model files, in Pillow and PyTorch: what `facet verify A B` does.

    python Benchmarks/peers/verify.py MODEL A B

For IResNets with an inserted target layer that a pooled linear layer reads, as Facet's default model is. Prints the
score.
"""

import json
import sys

from stepping import need

np, torch, Image, safetensors = need("numpy", "torch", "PIL.Image", "safetensors")

from torch import nn  # noqa: E402 (after torch was found)

from networks import IRESNET_BLOCKS, Residual, conv  # noqa: E402


class Network(nn.Module):
    """[B, 3, S, S] -> [B, D]."""

    def __init__(self, settings):
        super().__init__()
        channels = [max(8, round(c * settings["width"] / 8) * 8) for c in (64, 64, 128, 256, 512)]
        body = nn.Module()
        body.conv1, body.bn1, body.prelu = conv(3, channels[0], 3), nn.BatchNorm2d(channels[0]), nn.PReLU(channels[0])
        self.stages, total = settings["targetStage"], 1
        for stage in range(1, self.stages + 1):
            stride = 2 if total * 2 <= settings["outputStride"] else 1
            total *= stride
            inputs, outputs = channels[stage - 1], channels[stage]
            rest = IRESNET_BLOCKS[settings["backbone"]][stage - 1] - 1
            blocks = [Residual(inputs, outputs, stride), *(Residual(outputs, outputs, 1) for _ in range(rest))]
            setattr(body, f"layer{stage}", nn.Sequential(*blocks))
        self.backbone = body
        self.target = nn.Module()
        self.target.conv = conv(channels[self.stages], settings["targetChannels"], 3)
        self.target.bn = nn.BatchNorm2d(settings["targetChannels"])
        self.embedding = nn.Module()
        self.embedding.linear = nn.Linear(settings["targetChannels"], settings["embeddingSize"], bias=False)
        self.embedding.norm = nn.BatchNorm1d(settings["embeddingSize"])

    def forward(self, x):
        body = self.backbone
        x = body.prelu(body.bn1(body.conv1(x)))
        for stage in range(1, self.stages + 1):
            x = getattr(body, f"layer{stage}")(x)
        x = self.target.bn(self.target.conv(x)).relu().mean((2, 3))
        return self.embedding.norm(self.embedding.linear(x))


def load(path, size, border):
    """[S, S, 3] in [-1, 1]: resized to a square a little larger than the input, of which the middle is taken."""
    margin = round(size * border / 2)
    side = size + 2 * margin
    photo = Image.open(path).convert("RGB").resize((side, side), Image.BILINEAR)
    pixels = np.asarray(photo, dtype=np.float32)[margin:margin + size, margin:margin + size]
    return (pixels - 127.5) / 127.5


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    model, *photos = sys.argv[1:]
    with safetensors.safe_open(model, "pt") as file:
        info = json.loads(file.metadata()["facet"])
        state = {name.removeprefix("network."): file.get_tensor(name) for name in file.keys()}
    settings = info["network"]
    if settings["embedding"] != "pooled" or settings["targetStage"] == 0 or settings["backbone"] not in IRESNET_BLOCKS:
        sys.exit("this script knows IResNets with a pooled target layer")
    network = Network(settings)
    network.load_state_dict(state)
    network.eval()
    pixels = np.stack([load(path, info["input"]["size"], info["input"]["border"]) for path in photos])
    with torch.no_grad():
        first, second = network(torch.from_numpy(pixels).permute(0, 3, 1, 2))
    print(nn.functional.cosine_similarity(first, second, dim=0).item())


if __name__ == "__main__":
    main()
