"""Times JPEG bytes in memory becoming a normalized float array in Pillow, OpenCV or torchvision, one thread, on request.

TENSORS has Facet's own `images` [N, 3, S, S] of the same files; the mean absolute difference is in the first line.
"""

import argparse
import io

from stepping import jpegs, need, serve

np, safetensors = need("numpy", "safetensors.numpy")


def normalized(pixels):
    """[S, S, 3] bytes as [3, S, S] in [-1, 1]."""
    return ((pixels.astype(np.float32) - 127.5) / 127.5).transpose(2, 0, 1)


def pillow():
    Image = need("PIL.Image")

    def decode(data, size):
        image = Image.open(io.BytesIO(data)).convert("RGB").resize((size, size), Image.BILINEAR)
        return normalized(np.asarray(image))

    return decode


def opencv():
    cv2 = need("cv2")
    cv2.setNumThreads(1)

    def decode(data, size):
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        image = cv2.resize(image, (size, size), interpolation=cv2.INTER_LINEAR)
        return normalized(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))

    return decode


def torchvision():
    import torch

    torch.set_num_threads(1)
    io, functional = need("torchvision.io", "torchvision.transforms.v2.functional")

    def decode(data, size):
        image = io.decode_jpeg(torch.frombuffer(bytearray(data), dtype=torch.uint8), mode=io.ImageReadMode.RGB)
        image = functional.resize(image, [size, size], antialias=True)
        return image.float().sub_(127.5).div_(127.5).numpy()

    return decode


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("library", choices=["pillow", "opencv", "torchvision"])
    parser.add_argument("--folder", required=True)
    parser.add_argument("--count", type=int, required=True, help="files, the first of the folder")
    parser.add_argument("--tensors", required=True)
    parser.add_argument("--size", type=int, default=112)
    options = parser.parse_args()
    decode = {"pillow": pillow, "opencv": opencv, "torchvision": torchvision}[options.library]()
    files = [open(path, "rb").read() for path in jpegs(options.folder, options.count)]

    def step():
        for data in files:
            decode(data, options.size)

    expected = safetensors.load_file(options.tensors)["images"]
    serve(step, difference=float(np.abs(np.stack([decode(data, options.size) for data in files]) - expected).mean()))


if __name__ == "__main__":
    main()
