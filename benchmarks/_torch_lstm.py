"""The contestant in PyTorch, as fast as it could be made: `emotion_lstm`, its table trainable.

Words are looked up after packing, so that no padding is; batches hold texts of similar length and
are as wide as their longest one; SparseAdam updates only the words of a batch, a fused Adam the
rest; denormal numbers count as zero, as in TensorFlow. Beside the packed form there is one that
pads within a batch: it is faster, as PyTorch hands only that to oneDNN.
"""

from typing import Any

import numpy as np
import torch
from _contest import Clock
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from sk_textnn import TokenSequences

POOL_BATCHES = 50  # rows are sorted by length within pools of so many batches
torch.set_num_threads(1)
torch.set_flush_denormal(True)


class TorchLSTM(nn.Module):
    """From ids, padded after the words, to logits."""

    def __init__(
        self,
        n_words: int,
        n_classes: int,
        embedding_dim: int = 300,
        units: int = 120,
        dense_units: int = 550,
        dropout: float = 0.5,
        packed: bool = True,
        sparse: bool = True,
    ) -> None:
        super().__init__()
        self.packed = packed
        self.embedding = nn.Embedding(n_words, embedding_dim, sparse=sparse)
        self.lstm = nn.LSTM(embedding_dim, units, batch_first=True)
        self.head = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(units, dense_units),
            nn.ELU(),
            nn.Dropout(dropout),
            nn.Linear(dense_units, n_classes),
        )

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        lengths = (ids != 0).sum(dim=1)
        ids = ids[:, : int(lengths.max())]
        if self.packed:
            words = pack_padded_sequence(ids, lengths, batch_first=True, enforce_sorted=False)
            vectors = PackedSequence(self.embedding(words.data), *words[1:])
            state = self.lstm(vectors)[1][0][0]
        else:
            states = self.lstm(self.embedding(ids))[0]
            state = states[torch.arange(len(ids)), lengths - 1]
        return self.head(state)


def train(
    sequences: TokenSequences, labels: np.ndarray, *, epochs: int, batch_size: int, packed: bool
) -> tuple[Any, list[Clock]]:
    """Return a trained network, and the seconds of each epoch."""
    torch.manual_seed(0)
    net = TorchLSTM(int(sequences.ids.max()) + 1, int(labels.max()) + 1, packed=packed)
    others = [p for name, p in net.named_parameters() if name != "embedding.weight"]
    optimizers = [
        torch.optim.SparseAdam([net.embedding.weight], lr=1e-3),
        torch.optim.Adam(others, lr=1e-3, fused=True),
    ]
    loss_of = nn.CrossEntropyLoss()
    rng = np.random.default_rng(0)
    targets = torch.from_numpy(labels)
    clocks = []
    for _ in range(epochs):
        with Clock() as clock:
            for rows in batches(sequences.lengths, batch_size, rng):
                for optimizer in optimizers:
                    optimizer.zero_grad()
                loss_of(net(to_tensor(sequences, rows)), targets[rows]).backward()
                for optimizer in optimizers:
                    optimizer.step()
        clocks.append(clock)
    return net.eval(), clocks


def batches(lengths: np.ndarray, size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Return the rows of each batch of an epoch, of similar length, in random order."""
    rows, pool = rng.permutation(len(lengths)), POOL_BATCHES * size
    pools = [rows[start : start + pool] for start in range(0, len(rows), pool)]
    rows = np.concatenate([part[np.argsort(-lengths[part])] for part in pools])
    parts = [rows[start : start + size] for start in range(0, len(rows), size)]
    rng.shuffle(parts)
    return parts


def to_tensor(sequences: TokenSequences, rows: np.ndarray) -> torch.Tensor:
    """Return ids padded to the longest text among the rows."""
    return torch.from_numpy(sequences.dense(rows).astype(np.int64))


def predict(net: Any, sequences: TokenSequences) -> np.ndarray:
    """Return the most probable classes."""
    with torch.inference_mode():
        parts = np.array_split(np.arange(len(sequences)), max(1, len(sequences) // 256))
        return np.concatenate([net(to_tensor(sequences, rows)).argmax(dim=1) for rows in parts])


def skorch_classifier(n_words: int, n_classes: int, *, batch_size: int) -> Any:
    """Return the same network in skorch, which trains one epoch with one optimizer."""
    from skorch import NeuralNetClassifier

    return NeuralNetClassifier(
        TorchLSTM,
        module__n_words=n_words,
        module__n_classes=n_classes,
        module__sparse=False,  # Adam does not take sparse gradients
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        max_epochs=1,
        batch_size=batch_size,
        train_split=None,
        verbose=0,
    )
