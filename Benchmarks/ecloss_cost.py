#!/usr/bin/env python3
"""What ECLoss computes and moves in a training step, term by term: docs/ecloss-cost.md in numbers.

    python3 Benchmarks/ecloss_cost.py --batch 32 --features 256 --channels 256 --side 14 --input 112 --gflops 60 --gbytes 8
"""

import argparse

FLOAT = 4  # bytes


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default, text in [
        ("batch", 32, "B, images a step"), ("features", 256, "F, channels that feed the target layer"),
        ("channels", 256, "C, channels of the target layer"), ("side", 14, "H = W, side of the target map"),
        ("input", 112, "S, side of the input"), ("parts", 16, "K, templates"),
        ("embedding", 512, "D, size of the embedding"), ("identities", 1000, "I, identities of the auxiliary head"),
        ("auxiliary", 16, "A, numbers a part in the auxiliary head"),
    ]:
        parser.add_argument(f"--{name}", type=int, default=default, help=text)
    for name in ["layout", "crowding"]:
        parser.add_argument(f"--{name}", action="store_true", help=f"with the term {name}")
    parser.add_argument("--gflops", type=float, required=True, help="the machine's matrix products, GFLOP/s")
    parser.add_argument("--gbytes", type=float, required=True, help="the machine's copies, GB/s read and written")
    return parser.parse_args()


def terms(a):
    """(name, operations, numbers moved) of a step, forward and backward."""
    places = a.side * a.side
    target, features, templates = (a.batch * n * places for n in (a.channels, a.features, a.parts))
    assigned = a.batch * (a.parts + 1) * places
    pooled = a.batch * a.parts * a.features
    # The auxiliary head's weights: moved by the products, the norm, the step.
    weights = a.parts * a.features + a.auxiliary * a.features + a.parts * a.auxiliary * a.embedding
    identities = a.identities * a.embedding
    window = max(1, a.side // 6) * 2 + 1
    # Terms that are off by default. Centroids are those of concentration; of layout the fit of each image's face is the rest.
    asked = [
        ("layout", 5 * templates + 400 * a.batch * a.parts, 5 * templates),
        ("crowding", 5 * templates + 30 * a.batch * a.parts ** 2, 5 * templates + 40 * a.batch * a.parts ** 2),
    ]
    # A product costs its operations once forward and twice backward.
    return [
        ("assignments", 6 * (a.parts + 1) * a.features * a.batch * places + 8 * assigned, 6 * features + 6 * assigned),
        ("pooled features", 6 * templates * a.features, 6 * features + 9 * templates + 6 * pooled),
        ("match", 9 * target, 15 * target + 12 * templates),
        ("silence", 4 * target, 5 * target + templates),
        ("concentration", 12 * templates, 12 * templates),
        ("distinctness", 6 * a.batch * a.parts ** 2 * a.features + 8 * pooled, 12 * pooled),
        ("presence", 4 * templates, 10 * templates),
        # The closing takes two maxima over windows of a sixth of the side, each down and across, at twice the map's side.
        ("structure", 9 * templates + 4 * a.batch * a.input ** 2 + 16 * window * a.batch * places,
         11 * templates + 4 * a.batch * a.input ** 2),
        *(term for term in asked if getattr(a, term[0])),
        ("background", 6 * a.batch * places, 10 * a.batch * places),
        ("balance", 3 * templates, 7 * templates),
        # Each of the K parts goes through the layer that all share.
        ("auxiliary", 6 * a.batch * (weights + (a.parts - 1) * a.auxiliary * a.features + identities),
         6 * pooled + 8 * weights + 16 * identities + 12 * a.batch * a.identities),
    ]


def main():
    a = arguments()
    rows = terms(a)
    total = ("all", sum(r[1] for r in rows), sum(r[2] for r in rows))
    print(f"{'term':18} {'MFLOP':>9} {'MB':>9} {'floor, ms':>9}")
    for name, operations, numbers in rows + [total]:
        moved = numbers * FLOAT
        floor = operations / (a.gflops * 1e9) + moved / (a.gbytes * 1e9)
        print(f"{name:18} {operations / 1e6:9.1f} {moved / 1e6:9.1f} {floor * 1e3:9.2f}")


if __name__ == "__main__":
    main()
