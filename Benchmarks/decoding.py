"""How far scores of JPEGs and of the same pixels as PNG differ.

    .deps/python/bin/python Benchmarks/decoding.py facet model.safetensors CFP THRESHOLD

Frontal photos 1 and 2 of fold 9, once as they are and once decoded by Pillow and kept as PNG, go through `facet embed`.
"""

import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image
from safetensors.numpy import load_file


def embeddings(facet, model, paths, folder):
    names, output = os.path.join(folder, "list.txt"), os.path.join(folder, "out.safetensors")
    with open(names, "w") as file:
        file.write("\n".join(paths))
    subprocess.check_call([facet, "embed", model, "--list", names, "--output", output], stdout=subprocess.DEVNULL)
    rows = load_file(output)["embeddings"]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def main(facet, model, cfp, threshold):
    people = range(401, 451)
    root = os.path.join(cfp, "Data/Images")
    photos = [os.path.join(root, f"{person:03}", "frontal", f"{photo:02}.jpg") for person in people for photo in (1, 2)]
    with tempfile.TemporaryDirectory() as folder:
        copies = [os.path.join(folder, f"{number}.png") for number in range(len(photos))]
        for photo, copy in zip(photos, copies):
            Image.open(photo).convert("RGB").save(copy)
        jpeg, png = (embeddings(facet, model, paths, folder) for paths in (photos, copies))
    own = (jpeg * png).sum(1)
    print(f"{len(photos)} photos with their own PNG: cosine {np.median(own):.4f} (median), {own.min():.4f} (least)")
    first, second = np.triu_indices(len(photos), 1)
    same = first // 2 == second // 2
    scores = [(rows @ rows.T)[first, second] for rows in (jpeg, png)]
    for name, values in zip(("JPEG", "PNG"), scores):
        decided = values >= threshold
        print(
            f"{name}: {(decided == same).mean():.1%} right; same people accepted {decided[same].mean():.1%}, "
            f"different {decided[~same].mean():.1%}"
        )
    turned = ((scores[0] >= threshold) != (scores[1] >= threshold)).sum()
    print(f"{turned} of {len(same)} decisions differ; scores by {np.abs(scores[0] - scores[1]).max():.3f} at most")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:4], float(sys.argv[4]))
