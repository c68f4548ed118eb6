"""The contestant as people write it: Keras's tokenizer, rows of one width, plain SciKeras.

The networks are the published ones of `sk_textnn.reference`, repaired so that they learn: no
sigmoid follows the softmax, and the LSTM masks the padding, at some cost in each step, without
which it would predict one class. Nothing else slows them down. SciKeras is not given a seed, as
that would switch on TensorFlow's deterministic kernels; many texts are predicted in batches of
256, which is faster than its default of 32; and the table of word vectors has as many rows as the
texts of a fit have words, as ours has. Keras's Adam updates all of them in each step, which is
part of what is compared: ours updates those of the words in the batch.
"""

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.pipeline import Pipeline

from sk_textnn._optional import import_heavy

PREDICTED_AT_ONCE = 256
UNKNOWN_ID = 1  # what Keras's tokenizer gives to its oov_token


class KerasSequences(TransformerMixin, BaseEstimator):
    """Texts to rows of ids, by Keras's own functions."""

    def __init__(self, width: int | None = 179) -> None:
        self.width = width

    def fit(self, texts: list[str], y: Any = None) -> Self:
        text = import_heavy("tensorflow.keras.preprocessing.text")
        self.tokenizer_ = text.Tokenizer(oov_token="[UNK]")
        self.tokenizer_.fit_on_texts(texts)
        return self

    def transform(self, texts: list[str]) -> np.ndarray:
        rows = self.tokenizer_.texts_to_sequences(texts)
        return import_heavy("keras").utils.pad_sequences(rows, maxlen=self.width)


class SizedClassifier(ClassifierMixin, BaseEstimator):
    """SciKeras's classifier, told in each fit how many words its table is for."""

    def __init__(self, clf: Any) -> None:
        self.clf = clf

    def fit(self, X: np.ndarray, y: Any) -> Self:
        self.n_words_ = int(X.max()) + 1
        self.clf_ = clone(self.clf).set_params(model__n_words=self.n_words_).fit(X, y)
        self.classes_ = self.clf_.classes_
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        if X.max() >= self.n_words_:  # known to the tokenizer, but cut off in training
            X = np.where(self.n_words_ > X, X, UNKNOWN_ID)
        return self.clf_.predict(X)


def lstm(
    meta: dict[str, Any],
    *,
    n_words: int,
    embedding_dim: int = 300,
    units: int = 120,
    dense_units: int = 550,
    dropout: float = 0.5,
) -> Any:
    """Build `emotion_lstm`, its table of word vectors trainable."""
    keras = import_heavy("keras")
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((None,), dtype="int32"),
            layers.Embedding(n_words, embedding_dim, mask_zero=True),
            layers.LSTM(units),
            layers.Dropout(dropout),
            layers.Dense(dense_units, activation="elu"),
            layers.Dropout(dropout),
            layers.Dense(meta["n_classes_"], activation="softmax"),
        ]
    )


def cnn(
    meta: dict[str, Any],
    *,
    n_words: int,
    embedding_dim: int = 300,
    filters: int = 100,
    kernel_sizes: tuple[int, ...] = (2, 6),
    dense_units: int = 270,
    dropout: float = 0.6,
    shared_table: bool = False,
) -> Any:
    """Build `emotion_cnn`: each window size has a table of word vectors of its own."""
    keras = import_heavy("keras")
    layers = keras.layers
    ids = layers.Input((None,), dtype="int32")
    shared = layers.Embedding(n_words, embedding_dim) if shared_table else None
    maxima = []
    for size in kernel_sizes:
        vectors = (shared or layers.Embedding(n_words, embedding_dim))(ids)
        windows = layers.Conv1D(filters, size, padding="same", activation="relu")(vectors)
        maxima.append(layers.GlobalMaxPooling1D()(windows))
    features = layers.Concatenate()(maxima) if len(maxima) > 1 else maxima[0]
    hidden = layers.Dense(dense_units, activation="relu")(layers.Dropout(dropout)(features))
    hidden = layers.Dropout(dropout)(hidden)
    return keras.Model(ids, layers.Dense(meta["n_classes_"], activation="softmax")(hidden))


NETWORKS = {"lstm": lstm, "cnn": cnn}


def classifier(
    network: str,
    *,
    epochs: int = 1,
    batch_size: int = 64,
    optimizer: str = "adam",
    learning_rate: float = 0.001,
    callbacks: Any = None,
    **params: Any,
) -> Any:
    """Return SciKeras's classifier; other parameters are the network's."""
    clf = import_heavy("scikeras.wrappers").KerasClassifier(
        model=NETWORKS[network],
        loss="sparse_categorical_crossentropy",
        optimizer=optimizer,
        optimizer__learning_rate=learning_rate,
        metrics=["accuracy"],
        epochs=epochs,
        batch_size=batch_size,
        predict__batch_size=PREDICTED_AT_ONCE,
        callbacks=callbacks,
        verbose=0,
        **{f"model__{name}": value for name, value in params.items()},
    )
    return SizedClassifier(clf)


def pipeline(network: str, *, width: int | None = 179) -> Pipeline:
    """Return the pipeline from texts."""
    return Pipeline([("ids", KerasSequences(width)), ("clf", classifier(network))])
