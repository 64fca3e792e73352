"""How far scores of JPEGs differ from those of the same pixels as PNG, and of the same picture stored upside down.

    .deps/python/bin/python Benchmarks/decoding.py facet model.safetensors CFP THRESHOLD

Frontal photos 1 and 2 of fold 9 go through `facet embed`: as they are and decoded by Pillow and kept as PNG; then compressed
anew by Pillow, upright and turned by 180 degrees with the EXIF orientation that says so.
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
        lists = [[os.path.join(folder, f"{n}.{kind}") for n in range(len(photos))] for kind in ("png", "up.jpg", "down.jpg")]
        for photo, copy, upright, turned in zip(photos, *lists):
            picture = Image.open(photo).convert("RGB")
            picture.save(copy)
            picture.save(upright, quality=95, subsampling=0)
            exif = Image.Exif()
            exif[0x0112] = 3
            picture.transpose(Image.Transpose.ROTATE_180).save(turned, quality=95, subsampling=0, exif=exif)
        jpeg, *others = (embeddings(facet, model, paths, folder) for paths in (photos, *lists))
    compare("JPEG", jpeg, "PNG", others[0], float(threshold))
    compare("upright", others[1], "turned", others[2], float(threshold))


def compare(one, a, other, b, threshold):
    own = (a * b).sum(1)
    print(f"{one} and {other} of {len(a)} photos: cosine {np.median(own):.4f} (median), {own.min():.4f} (least)")
    first, second = np.triu_indices(len(a), 1)
    same = first // 2 == second // 2
    scores = [(rows @ rows.T)[first, second] for rows in (a, b)]
    for name, values in zip((one, other), scores):
        decided = values >= threshold
        print(
            f"{name}: {(decided == same).mean():.1%} right; same people accepted {decided[same].mean():.1%}, "
            f"different {decided[~same].mean():.1%}"
        )
    differing = ((scores[0] >= threshold) != (scores[1] >= threshold)).sum()
    apart = np.abs(scores[0] - scores[1])
    print(f"{differing} of {len(same)} decisions differ; scores by {apart.mean():.4f} on average, {apart.max():.3f} at most")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
