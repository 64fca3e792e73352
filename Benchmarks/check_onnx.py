"""Runs exported networks in onnxruntime and compares them with what Facet computes.

    scripts/python-env.sh onnx                      once: .deps/python-onnx
    python Benchmarks/check_onnx.py models --data ../shared/data/cfp MODEL...
    python Benchmarks/check_onnx.py files [--json] MODEL.onnx TENSORS [MODEL.onnx TENSORS ...]

`models` exports each model file with `facet export`, lets `facet embed --tensors` run it on photos of CFP, evenly
chosen, and compares. `files` compares files that are there already: TENSORS is a safetensors file with `input`,
`embeddings` and, with a target layer, `activations`. Every network runs on the photos one by one and in batches, after
onnx's own checker has read it.

Exits with 1 when a cosine is not above 0.9999, or embeddings or activations differ by more than 1e-4 of the largest
number (of 1 if that is less).
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file


def run(session, images, size):
    """What the network gives for the images in batches of `size`, by output."""
    names = [output.name for output in session.get_outputs()]
    parts = [session.run(names, {"image": images[i:i + size]}) for i in range(0, len(images), size)]
    return {name: np.concatenate([part[k] for part in parts]) for k, name in enumerate(names)}


def compare(path, tensors, batch):
    """The smallest cosine and the largest differences, over one by one and batches."""
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    wanted = load_file(tensors)
    told = session.get_modelmeta().custom_metadata_map
    result = {"model": told["facet.model"], "backbone": told["facet.backbone"], "target": told["facet.target_layer"],
              "photos": len(wanted["input"]), "cosine": 1.0, "embedding": 0.0, "activations": None, "largest": None}
    for size in (1, batch):
        got = run(session, wanted["input"], size)
        if got.keys() - {"embedding"} != wanted.keys() & {"activations"}:
            sys.exit(f"{path} gives {', '.join(got)}")
        a, b = got["embedding"].astype(np.float64), wanted["embeddings"].astype(np.float64)
        if a.shape != b.shape:
            sys.exit(f"{path} gives embeddings of shape {a.shape}, not {b.shape}")
        lengths = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
        result["cosine"] = min(result["cosine"], ((a * b).sum(1) / (lengths[0] * lengths[1])).min())
        if told["facet.embedding"] == "unit length":
            b = b / lengths[1][:, None]
        result["embedding"] = max(result["embedding"], (np.abs(a - b) / max(1, np.abs(b).max())).max())
        if "activations" in wanted:
            largest = float(np.abs(wanted["activations"]).max())
            difference = float(np.abs(got["activations"] - wanted["activations"]).max())
            result["activations"] = max(result["activations"] or 0.0, difference)
            result["largest"] = largest
    return {key: float(value) if isinstance(value, np.floating) else value for key, value in result.items()}


def passes(result):
    """Not a number is no pass."""
    activations = result["activations"] is None or result["activations"] <= 1e-4 * max(1, result["largest"])
    return result["cosine"] > 0.9999 and result["embedding"] <= 1e-4 and activations


def check_models(options):
    photos = sorted(Path(options.data, "Data/Images").resolve().glob("*/*/*.jpg"))
    if not photos:
        sys.exit(f"there is no Data/Images/ID/{{frontal,profile}}/NN.jpg in {options.data}")
    chosen = [photos[i * len(photos) // options.photos] for i in range(options.photos)]
    for model in options.models:
        with tempfile.TemporaryDirectory() as folder:
            listed, exported, tensors = (f"{folder}/{name}" for name in ("list.txt", "x.onnx", "x.safetensors"))
            Path(listed).write_text("".join(f"{photo}\n" for photo in chosen))
            for arguments in (
                ["export", model, "--output", exported],
                ["embed", model, "--list", listed, "--output", f"{folder}/rows", "--tensors", tensors],
            ):
                subprocess.run([options.facet, *arguments], check=True, stdout=subprocess.DEVNULL)
            yield compare(exported, tensors, options.batch)


def check_files(options):
    if len(options.files) % 2:
        sys.exit("files go in pairs: MODEL.onnx TENSORS")
    for path, tensors in zip(options.files[::2], options.files[1::2]):
        yield compare(path, tensors, options.batch)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    models = kinds.add_parser("models")
    models.add_argument("models", nargs="+")
    models.add_argument("--data", required=True, help="CFP's folder")
    models.add_argument("--photos", type=int, default=100)
    models.add_argument("--facet", default=".build/release/facet", help="the program")
    models.set_defaults(check=check_models)
    files = kinds.add_parser("files")
    files.add_argument("files", nargs="+")
    files.set_defaults(check=check_files)
    for kind in (models, files):
        kind.add_argument("--batch", type=int, default=16)
        kind.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    results = list(options.check(options))
    if options.json:
        print(json.dumps(results))
    else:
        print("| model | backbone | target layer | photos | smallest cosine | embeddings | activations | largest |")
        print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |")
        for r in results:
            maps = "- | -" if r["activations"] is None else f"{r['activations']:.1e} | {r['largest']:.1f}"
            print(f"| {r['model']} | {r['backbone']} | {r['target'] or '-'} | {r['photos']} "
                  f"| 1 - {1 - r['cosine']:.1e} | {r['embedding']:.1e} | {maps} |")
    if not all(map(passes, results)):
        sys.exit("they differ by more than they may")


if __name__ == "__main__":
    main()
