"""Times training steps of a face network in PyTorch, one at a time, on request (stepping.py).

One step: forward, CosFace head (arXiv:1801.09414), backward, SGD with momentum. Eager, or compiled by torch.compile,
on the processor or on a GPU, in single precision or with the network under bfloat16 autocast.
"""

import argparse

from stepping import need, serve, unusable

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
    parser.add_argument(
        "--mode", choices=["default", "channels_last", "compiled"], default="default",
        help="eager as PyTorch does it by default, eager channels-last, or channels-last through torch.compile",
    )
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--amp", action="store_true", help="run the network under bfloat16 autocast")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=112)
    parser.add_argument("--width", type=float, default=1.0)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--fused", action="store_true", help="use SGD's fused implementation")
    return parser.parse_args()


def require(options):
    """Ends with a reason where this machine cannot do what is asked."""
    if options.device == "cuda" and not torch.cuda.is_available():
        unusable("PyTorch finds no CUDA device")
    if options.mode == "compiled":
        try:
            # torch.compile itself is lazy: what is missing, mostly a C++ compiler (Triton on a GPU), shows in a call.
            probe = torch.compile(lambda x: x.sin() * 2 + 1)
            probe(torch.ones(64, device=options.device))
        except Exception as error:  # whatever a compiler, a header or a cache folder may do
            lines = [line for line in str(error).splitlines() if line.strip()]
            unusable(f"torch.compile does not work here: {type(error).__name__}: {lines[0] if lines else ''}")


def make_step(options):
    """A function that takes one training step and returns the loss, and the number of parameters, head included."""
    torch.manual_seed(1)
    network = build(options.network, options.width, options.size).train().to(options.device)
    head = CosFace(512, options.classes).to(options.device)
    images = torch.rand(options.batch, 3, options.size, options.size) * 2 - 1
    labels = torch.randint(options.classes, (options.batch,))
    images, labels = images.to(options.device), labels.to(options.device)
    if options.mode != "default":
        network = network.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    # What learns keeps its names; only calls go through the compiled network.
    forward = torch.compile(network) if options.mode == "compiled" else network
    parameters = [p for m in (network, head) for p in m.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(
        parameters, lr=0.01, momentum=0.9, weight_decay=5e-4, fused=options.fused or None
    )

    def step():
        optimizer.zero_grad()
        with torch.autocast(options.device, torch.bfloat16, enabled=options.amp):
            embeddings = forward(images)
        loss = head(embeddings.float(), labels)
        loss.backward()
        optimizer.step()
        value = loss.item()
        if options.device == "cuda":
            torch.cuda.synchronize()
        return value

    return step, sum(p.numel() for m in (network, head) for p in m.parameters())


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    require(options)
    step, parameters = make_step(options)
    device_peak = torch.cuda.max_memory_allocated if options.device == "cuda" else lambda: None
    serve(step, torch=torch.__version__, parameters=parameters, device_peak=device_peak)


if __name__ == "__main__":
    main()
