"""The networks as they were published, for `NetworkClassifier`; `spec.masked` repairs the mask.

Each is a function ``network(spec, *, n_classes, multilabel, seed, dtype)``; some know repairs.
"""

from typing import Any

from ..networks import InputSpec
from ._published import LayerList, Published


def job_lstm_1(spec: InputSpec, **known: Any) -> Any:
    """Build an LSTM with dropout on words and states."""
    net = Published(spec, **known)
    return net.sequence(
        net.table(),
        net.spatial_dropout(0.2),
        net.lstm(100, dropout=0.2, recurrent_dropout=0.2),
        net.dense(net.n_classes, "softmax"),
    )


def job_lstm_2(spec: InputSpec, **known: Any) -> Any:
    """Build an LSTM with two hidden layers, and dropout around them."""
    net = Published(spec, **known)
    return net.sequence(
        net.table(),
        net.lstm(100),
        net.dropout(0.5),
        net.dense(128, "relu", "he_uniform"),
        net.dropout(0.5),
        net.dense(64, "relu", "he_uniform"),
        net.dropout(0.5),
        net.dense(net.n_classes, "softmax"),
    )


def job_lstm_3(spec: InputSpec, *, repair_table: bool = False, **known: Any) -> Any:
    """Build an LSTM over frozen random vectors, with three normalized hidden layers."""
    net = Published(spec, **known)
    hidden = []
    for units, stddev in ((128, 0.039), (64, 0.55), (32, 0.55)):
        hidden.append(net.dense(units, "sigmoid", net.random_normal(stddev)))
        hidden.append(net.layer("BatchNormalization"))
    return net.sequence(
        net.table(trainable=repair_table),
        net.spatial_dropout(0.4),
        net.lstm(100, dropout=0.4, recurrent_dropout=0.4),
        *hidden,
        net.dense(net.n_classes, "softmax"),
    )


def minimal_lstm(spec: InputSpec, **known: Any) -> Any:
    """Build a small LSTM and nothing else."""
    net = Published(spec, **known)
    return net.sequence(
        net.table(),
        net.lstm(max(1, net.n_classes // 4)),
        net.dense(net.n_classes, "softmax"),
    )


def emotion_cnn(
    spec: InputSpec, *, repair_head: bool = False, repair_table: bool = False, **known: Any
) -> Any:
    """Build a CNN with a table of word vectors for each of its two window sizes."""
    net = Published(spec, **known)
    return net.branches(
        [net.best_windows(100, size) for size in (2, 6)],
        [
            net.dropout(0.6),
            net.dense(270, "relu"),
            net.dropout(0.6),
            *_emotions(net, repaired=repair_head),
        ],
        shared_table=repair_table,
    )


def emotion_lstm(spec: InputSpec, *, repair_head: bool = False, **known: Any) -> Any:
    """Build an LSTM over frozen vectors with a wide hidden layer."""
    net = Published(spec, **known)
    return net.sequence(
        net.table(trainable=False),
        net.lstm(120),
        net.dropout(0.5),
        net.dense(550, "elu"),
        net.dropout(0.5),
        *_emotions(net, repaired=repair_head),
    )


def emotion_cnn_lstm(
    spec: InputSpec, *, repair_head: bool = False, repair_table: bool = False, **known: Any
) -> Any:
    """Build a CNN with a table and an LSTM for each of its three window sizes."""
    net = Published(spec, **known)
    return net.branches(
        [
            [net.convolution(100, size), net.max_pooling(2), net.dropout(0.6), net.lstm(80)]
            for size in (2, 3, 6)
        ],
        [
            net.dropout(0.6),
            net.dense(270, "relu"),
            net.dropout(0.6),
            *_emotions(net, repaired=repair_head),
        ],
        shared_table=repair_table,
    )


def _emotions(net: Published, *, repaired: bool) -> LayerList:
    """Make the head of the emotion networks: a softmax, and a sigmoid of it."""
    softmax = net.dense(net.n_classes, "softmax", "uniform")
    return [softmax] if repaired else [softmax, net.layer("Activation", "sigmoid")]
