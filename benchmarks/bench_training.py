"""How much faster is a training epoch than in Keras as people write it, and than in PyTorch?

Question: does an epoch of LSTM(120) with a trainable table of 300-d vectors take a tenth of the
CPU seconds of plain SciKeras, on ISEAR at width 179 and on job advertisements at width 3000; less
than PyTorch's packed LSTM by 1.8 at batch 64 and by 2.2 at batch 256; and at most 1 / 0.6 of its
matrix products alone? Does the repaired `emotion_cnn` take an eighth of the published one?

Budget: 45 minutes on one core, 3 GB. Needs the extra `bench`.

The LSTM is `emotion_lstm` with a table that learns: behind the LSTM are a hidden layer of 550, and
dropout. Epochs are timed from the second on, as the first also traces the network: that is a row
of bench_fits.py. All sides train as many epochs at the same learning rate of Adam; only the
published CNN has its own RMSprop, which computes less. Accuracies are of other texts.

The job advertisements are all those to train on of the 30 industries, and, for want of time, 640
of a set with longer ones.

In favour of the contestants: see the heads of _plain_keras.py and _torch_lstm.py. In the longer
advertisements fewer words are padding at width 3000; and of only 640, ours has fewer to sort by
length, and plain Keras has a smaller table. The arithmetic leaves out the hidden layer and has
less padding than any training.

In favour of ours: the arithmetic multiplies every word of a batch by the kernel, and ours each
distinct word of it once, which is less work. A second one, for information, does as ours does: the
share against that is what ours reaches of its own arithmetic. Both loop over the words in
TensorFlow; the GFLOP/s that they reach so are told with them.

For information are what PyTorch does without packing, and the averaging network beside fastText,
which learns by plain gradient descent at a rate of 0.5; its clock also counts that it reads the
texts from a file.

    python benchmarks/bench_training.py [--data DIR] [--repetitions N] [--contests NAME ...]

DIR, or the environment variable SK_TEXTNN_DATA, holds isear.csv.gz and jobs_indeed18_dedup.csv.gz.
Exit code 0: all targets reached.
"""

import sys
from collections.abc import Sequence
from typing import Any

from _contest import OURS, Contest, Side, apart
from _contest_page import run
from _contest_texts import JOBS
from _epochs import arithmetic, fast_text, ours, plain_keras, pytorch

NAME = "bench_training"


def make_contests(quick: bool) -> list[Contest]:
    """Return the contests, with few texts for a quick try."""
    few = {"n_train": 200, "n_test": 50} if quick else {}
    work: dict[str, Any] = {"here": quick, "split": {"data": "isear", **few}}
    isear = {**work, "width": 179, "epochs": 2 if quick else 4}
    advertisements = {"n_train": 64, "n_test": 16} if quick else {"n_train": 640, "n_test": 200}
    jobs = {**work, "width": 300 if quick else 3000, "epochs": 2, "batch_size": 64}
    industries = {**jobs, "split": {"data": "jobs_linkedin_industry", **few}}
    longest = {**jobs, "split": {"data": JOBS, **advertisements}}
    at_64, at_256 = {**isear, "batch_size": 64}, {**isear, "batch_size": 256}
    products = {**work, "width": 179, "batch_size": 64}
    unit = "CPU s per 1,000 texts"

    def torch(name: str, reach: float | None, packed: bool = True, **settings: Any) -> Side:
        settings["here"] = False  # PyTorch crashes in a process that has loaded TensorFlow
        return Side(f"PyTorch, {name}", apart(pytorch, packed=packed, **settings), reach, "torch")

    return [
        Contest(
            "lstm",
            "epoch of LSTM(120), ISEAR, width 179, batch 64",
            unit,
            [
                Side(OURS, apart(ours, network="lstm", **at_64)),
                Side("plain SciKeras", apart(plain_keras, network="lstm", **at_64), 10),
                torch("packed", 1.8, **at_64),
                torch("padded in the batch", None, packed=False, **at_64),
                Side("its matrix products", apart(arithmetic, distinct=False, **products), 0.6),
                Side("its products, distinct words", apart(arithmetic, distinct=True, **products)),
            ],
        ),
        Contest(
            "lstm-256",
            "epoch of LSTM(120), ISEAR, width 179, batch 256",
            unit,
            [
                Side(OURS, apart(ours, network="lstm", **at_256)),
                torch("packed", 2.2, **at_256),
                torch("padded in the batch", None, packed=False, **at_256),
                torch("packed, batch 64", None, **at_64),
            ],
        ),
        *(
            Contest(
                key,
                f"epoch of LSTM(120), {told}, width 3000, batch 64",
                unit,
                [
                    Side(OURS, apart(ours, network="lstm", **settings)),
                    Side("plain SciKeras", apart(plain_keras, network="lstm", **settings), 10),
                ],
            )
            for key, told, settings in (
                ("jobs", "job advertisements of 30 industries", industries),
                ("jobs-long", "640 longer ones", longest),
            )
        ),
        Contest(
            "cnn",
            "epoch of emotion_cnn, repaired, against published; ISEAR, width 179, batch 64",
            unit,
            [
                Side(OURS, apart(ours, network="cnn", **at_64)),
                Side("plain SciKeras", apart(plain_keras, network="cnn", **at_64), 8),
            ],
        ),
        Contest(
            "averaging",
            "epoch of the averaging network, ISEAR, batch 64",
            unit,
            [
                Side(OURS, apart(ours, network="averaging", **at_64)),
                Side("fastText", apart(fast_text, **isear), None, "fasttext"),
            ],
        ),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the contests, and write what came out."""
    return run(NAME, __doc__, make_contests, argv)


if __name__ == "__main__":
    sys.exit(main())
