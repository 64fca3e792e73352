"""Writes AgeDB-30's pairs from its authors' MATLAB file as text: a line ``PHOTO PHOTO 1`` or ``0`` for each pair.

    python scripts/agedb_pairs.py AgeDB/04_FINAL_protocol_30_years.mat AgeDB/agedb_30_pairs.txt

Needs scipy. Two photos are of one person when their names, without number, age and sex, are the same.
"""

import sys
from pathlib import Path


def person(photo):
    """MariaCallas of 12_MariaCallas_35_f, or of a name that begins with the person's."""
    parts = photo.split("_")
    return "_".join(parts[1:-2]) if len(parts) >= 4 and parts[0].isdigit() else parts[0]


def innermost(value):
    """What lies in MATLAB's nested cells and structures of one element."""
    import numpy

    while isinstance(value, (numpy.ndarray, numpy.void)) and value.size == 1:
        value = value[()][0] if isinstance(value, numpy.void) else value.reshape(-1)[0]
    return value


def pairs(splits):
    for fold in range(splits.shape[0]):
        rows = innermost(splits[fold])
        if rows.shape[0] != 2:
            raise SystemExit(f"fold {fold + 1} has {rows.shape[0]} rows of photos, not 2")
        for column in range(rows.shape[1]):
            # A structure of the photo's name and the person's age.
            yield [str(innermost(rows[row, column].reshape(-1)[0][0])) for row in range(2)]


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    from scipy.io import loadmat

    lines = [f"{a} {b} {int(person(a) == person(b))}" for a, b in pairs(loadmat(sys.argv[1])["splits"])]
    target = Path(sys.argv[2])
    partial = target.with_name(target.name + ".partial")
    partial.write_text("\n".join(lines) + "\n")
    partial.replace(target)
    print(f"{target}: {len(lines)} pairs")


if __name__ == "__main__":
    main()
