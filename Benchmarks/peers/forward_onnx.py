"""Times forward passes of an exported network in onnxruntime on the processor, on request (stepping.py).

TENSORS is a safetensors file with `input` [N, 3, S, S] and what Facet made of it, `embeddings` [N, D]: the smallest
cosine between them and onnxruntime's is in the first line.
"""

import argparse

from stepping import need, serve, smallest_cosine

onnxruntime, safetensors = need("onnxruntime", "safetensors.numpy")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--tensors", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=1, help="passes in a step")
    options = parser.parse_args()
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.inter_op_num_threads = 1
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(options.model, settings, providers=["CPUExecutionProvider"])
    tensors = safetensors.load_file(options.tensors)

    def step():
        return session.run(["embedding"], {"image": tensors["input"]})[0]

    serve(
        step, options.repeats, onnxruntime=onnxruntime.__version__,
        cosine=smallest_cosine(step(), tensors["embeddings"]))


if __name__ == "__main__":
    main()
