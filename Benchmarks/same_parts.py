"""How much of a model's scores is a part with the same part of the other photo, over pairs of a CFP fold.

    facet explain A B --output why
    .deps/python/bin/python Benchmarks/same_parts.py MODEL why CFP [--fold 9] [--every 3]

Nothing of Facet runs here (see check_explanation.py); which channels a part has is read from why/explanation.json. Photos are
resized by Pillow (scripts/python-env.sh bench).
"""

import argparse
import json
import sys

import numpy as np
import torch
from check_explanation import Network
from PIL import Image


def photo(path, settings):
    """A photo as the network sees it, [3, S, S]: stretched to a square, of which the middle is taken."""
    size = settings["size"]
    stored = size + 2 * round(size * settings["border"] / 2)
    image = Image.open(path).convert("RGB").resize((stored, stored), Image.BILINEAR)
    edge = (stored - size) // 2
    pixels = np.asarray(image)[edge : edge + size, edge : edge + size]
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1).double() / 127.5 - 1


def listed(root, name):
    """Photos by their number in the protocol's pairs."""
    with open(f"{root}/Protocol/Pair_list_{name}.txt") as file:
        return [f"{root}/Protocol/{line.split()[1]}" for line in file]


def pairs(root, fold, every):
    """(protocol, kind, first photo, second photo)."""
    photos = {name: listed(root, name) for name in "FP"}
    for protocol in ("FF", "FP"):
        for kind in ("same", "diff"):
            with open(f"{root}/Protocol/Split/{protocol}/{fold:02}/{kind}.txt") as file:
                lines = file.read().split()
            for line in lines[::every]:
                first, second = (int(number) - 1 for number in line.split(","))
                yield protocol, kind, photos["F"][first], photos[protocol[1]][second]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("folder", help="what facet explain wrote with that model")
    parser.add_argument("cfp")
    parser.add_argument("--fold", type=int, default=9)
    parser.add_argument("--every", type=int, default=3, help="one pair of so many")
    options = parser.parse_args()
    torch.set_num_threads(1)
    network = Network(options.model)
    if network.settings["embedding"] != "pooled":
        sys.exit("this counts pooled channels")
    with open(options.folder + "/explanation.json") as file:
        parts = [line for line in json.load(file)["parts"] if line["kind"] == "part"]
    groups = [line["channels"] for line in parts]
    # Left, right and either brow are one part on both sides.
    whole = [" ".join(w for w in line["part"].split() if w not in ("left", "right", "either")) for line in parts]
    sides = np.array([[a == b for b in whole] for a in whole])
    matrix, mean, constant = (tensor.numpy() for tensor in network.affine())
    members = np.zeros((len(groups), len(mean)))
    for group, channels in enumerate(groups):
        members[group, channels] = 1

    wanted = list(pairs(options.cfp, options.fold, options.every))
    paths = sorted({path for pair in wanted for path in pair[2:]})
    vectors = {}
    with torch.no_grad():
        for start in range(0, len(paths), 32):
            batch = paths[start : start + 32]
            images = torch.stack([photo(path, network.info["input"]) for path in batch])
            for path, values in zip(batch, network.inputs(network.target(images)).numpy() - mean):
                # What each part adds to the embedding, and the average face last: [G + 1, D].
                vectors[path] = np.vstack([members @ (matrix * values).T, constant])

    print("| pairs | | score, mean | same lines, mean | same parts, mean | signs differ |")
    print("| --- | --- | --- | --- | --- | --- |")
    for protocol in ("FF", "FP"):
        for kind in ("same", "diff"):
            scores, own, both, signs = [], [], [], []
            for _, _, first, second in (pair for pair in wanted if pair[:2] == (protocol, kind)):
                a, b = vectors[first], vectors[second]
                block = a @ b.T / np.linalg.norm(a.sum(0)) / np.linalg.norm(b.sum(0))
                lines = ((block.sum(0) + block.sum(1)) / 2)[:-1]
                alike = np.diag(block)[:-1]
                scores.append(block.sum())
                own.append(alike.sum())
                both.append(block[:-1, :-1][sides].sum())
                signs.append(np.mean(np.sign(lines) != np.sign(alike)))
            print(
                f"| {protocol}, {kind} | {len(scores)} | {np.mean(scores):.3f} | {np.mean(own):.3f} | {np.mean(both):.3f} |"
                f" {100 * np.mean(signs):.0f} % |"
            )


if __name__ == "__main__":
    main()
