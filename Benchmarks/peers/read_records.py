"""Times reading photos of an InsightFace .rec at random in Python, on request.

What arcface_torch's MXFaceDataset does in a DataLoader's worker: a record by its index,
its header taken off, OpenCV's imdecode, RGB, float, (v - 127.5) / 127.5. MXNet's reader
is replaced by the same seek and read in plain Python, since MXNet no longer installs; of
arcface_torch's transforms the detour through PIL and the random flip are left out, which
makes this side faster. Protocol, one line each way:

    (start)   ->  ready {"opencv": "4.14.0", "photos": 3000, ...}
    step      ->  0.3150 0.01834      processor seconds, and the mean of all numbers read
    (end of input ends the process)

One step: every photo once, in a new random order, through one worker, in batches.
"""

import argparse
import json
import struct
import sys
import time

import numpy
import torch
from torch.utils.data import DataLoader, Dataset, Sampler, default_collate

from stepping import need

cv2 = need("cv2")

MAGIC = 0xCED7230A


class Records(Dataset):
    """The photos of a .rec whose record 0 says which records are photos."""

    def __init__(self, path):
        self.path = path
        self.file = None
        self.offsets = {}
        with open(path[:-4] + ".idx") as index:
            for line in index:
                key, offset = line.split()
                self.offsets[int(key)] = int(offset)
        flag, _, _, _ = struct.unpack("<IfQQ", self.record(0)[:24])
        assert flag == 2, "record 0 holds no directory"
        self.count = int(struct.unpack("<2f", self.record(0)[24:32])[0]) - 1
        # A file is not shared with a worker that is forked.
        self.file = None

    def record(self, key):
        if self.file is None:
            self.file = open(self.path, "rb")
        self.file.seek(self.offsets[key])
        magic, length = struct.unpack("<II", self.file.read(8))
        assert magic == MAGIC and length >> 29 == 0
        return self.file.read(length)

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        record = self.record(index + 1)
        flag, label, _, _ = struct.unpack("<IfQQ", record[:24])
        picture = numpy.frombuffer(record, dtype=numpy.uint8, offset=24 + 4 * flag)
        photo = cv2.cvtColor(cv2.imdecode(picture, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        pixels = torch.from_numpy(photo).permute(2, 0, 1).float()
        return pixels.sub_(127.5).div_(127.5), int(label)


class Shuffled(Sampler):
    """Every photo once, in another order every time."""

    def __init__(self, count):
        self.count, self.round = count, 0

    def __len__(self):
        return self.count

    def __iter__(self):
        self.round += 1
        generator = torch.Generator().manual_seed(self.round)
        return iter(torch.randperm(self.count, generator=generator).tolist())


def collate(samples):
    """A batch, and the processor seconds that the worker has had."""
    return default_collate(samples), time.process_time()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", required=True)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--workers", type=int, default=1, choices=[0, 1], help="0 reads in this process")
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    records = Records(options.records)
    loader = DataLoader(
        records,
        options.batch,
        sampler=Shuffled(len(records)),
        num_workers=options.workers,
        persistent_workers=options.workers > 0,
        collate_fn=collate,
    )
    worker_before = 0.0
    print("ready", json.dumps({"opencv": cv2.__version__, "torch": torch.__version__, "count": len(records)}), flush=True)
    for line in sys.stdin:
        if line.strip() != "step":
            sys.exit(f"read_records: unknown request {line.strip()!r}; the only one is 'step'")
        start = time.process_time()
        batches = []
        for (photos, _), worker in loader:
            batches.append(photos)
        seconds = time.process_time() - start
        if options.workers:
            # What the worker does after its last batch counts for the next step.
            seconds += worker - worker_before
            worker_before = worker
        mean = sum(b.double().sum().item() for b in batches) / sum(b.numel() for b in batches)
        print(f"{seconds:.6f} {mean:.8f}", flush=True)


if __name__ == "__main__":
    main()
