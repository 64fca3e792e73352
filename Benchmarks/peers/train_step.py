"""Times training steps of a face network in eager PyTorch, one at a time, on request (stepping.py).

One step: forward, CosFace head (arXiv:1801.09414), backward, SGD with momentum.
"""

import argparse

from stepping import need, serve

torch = need("torch")

from torch import nn  # noqa: E402 (after torch was found)
from torch.nn import functional as F  # noqa: E402

from networks import NETWORKS, build  # noqa: E402


class CosFace(nn.Module):
    """Cross-entropy over scaled cosines, the true class's lowered by a margin."""

    def __init__(self, embedding, classes, scale=64.0, margin=0.4):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(classes, embedding) * 0.01)
        self.scale, self.margin = scale, margin

    def forward(self, embeddings, labels):
        cosines = F.linear(F.normalize(embeddings), F.normalize(self.weight))
        margins = F.one_hot(labels, cosines.shape[1]) * self.margin
        return F.cross_entropy((cosines - margins) * self.scale, labels)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--network", choices=NETWORKS, default="iresnet18")
    parser.add_argument("--memory-format", choices=["default", "channels_last"], default="default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=112)
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--fused", action="store_true", help="use SGD's fused implementation")
    return parser.parse_args()


def make_step(options):
    """A function that takes one training step and returns the loss, and the number of parameters, head included."""
    torch.manual_seed(1)
    network = build(options.network, options.width, options.size).train()
    head = CosFace(512, options.classes)
    images = torch.rand(options.batch, 3, options.size, options.size) * 2 - 1
    labels = torch.randint(options.classes, (options.batch,))
    if options.memory_format == "channels_last":
        network = network.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    parameters = [p for m in (network, head) for p in m.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(
        parameters, lr=0.01, momentum=0.9, weight_decay=5e-4, fused=options.fused or None
    )

    def step():
        optimizer.zero_grad()
        loss = head(network(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, sum(p.numel() for m in (network, head) for p in m.parameters())


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    step, parameters = make_step(options)
    serve(step, torch=torch.__version__, parameters=parameters)


if __name__ == "__main__":
    main()
