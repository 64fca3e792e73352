"""Times the embedding of a folder of JPEG files in Pillow and eager PyTorch, on request (stepping.py).

The usual loop: a batch of photos is opened, made RGB, resized and stacked, then goes through the network. The network
has the weights of one of Facet's model files; TENSORS has Facet's own `embeddings` [N, D] of the folder, and the smallest
cosine between them and PyTorch's is in the first line.
"""

import argparse

from stepping import jpegs, need, serve, smallest_cosine

np, torch, Image, safetensors = need("numpy", "torch", "PIL.Image", "safetensors.torch")

from networks import NETWORKS, build  # noqa: E402 (after torch was found)

PREFIX = "network.backbone."


def load(paths, size):
    """[N, 3, S, S] in [-1, 1]."""
    photos = [Image.open(path).convert("RGB").resize((size, size), Image.BILINEAR) for path in paths]
    pixels = np.stack([np.asarray(photo, dtype=np.float32) for photo in photos])
    return torch.from_numpy((pixels - 127.5) / 127.5).permute(0, 3, 1, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", required=True)
    parser.add_argument("--network", choices=NETWORKS, default="iresnet18")
    parser.add_argument("--weights", required=True, help="a model file of Facet's")
    parser.add_argument("--tensors", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--size", type=int, default=112)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    network = build(options.network, size=options.size).eval()
    state = safetensors.load_file(options.weights)
    network.load_state_dict(
        {name.removeprefix(PREFIX): tensor for name, tensor in state.items() if name.startswith(PREFIX)})
    paths = jpegs(options.folder)

    @torch.no_grad()
    def step():
        starts = range(0, len(paths), options.batch)
        return torch.cat([network(load(paths[i:i + options.batch], options.size)) for i in starts])

    expected = safetensors.load_file(options.tensors)["embeddings"].numpy()
    serve(step, torch=torch.__version__, cosine=smallest_cosine(step().numpy(), expected))


if __name__ == "__main__":
    main()
