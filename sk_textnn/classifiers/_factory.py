"""The whole pipeline from texts to classes."""

import difflib
from typing import Any

from sklearn.pipeline import Pipeline

from ..text import SequencePadder, TextTokenizer, Word2VecEmbedder
from ._averaging import AveragingClassifier
from ._cnn import CNNClassifier
from ._cnn_lstm import CNNLSTMClassifier
from ._gru import GRUClassifier
from ._lstm import LSTMClassifier

NETWORKS = {
    "averaging": AveragingClassifier,
    "cnn": CNNClassifier,
    "cnn_lstm": CNNLSTMClassifier,
    "gru": GRUClassifier,
    "lstm": LSTMClassifier,
}


def make_text_classifier(
    network: str = "cnn",
    *,
    vectors: Any = None,
    memory: Any = None,
    random_state: Any = None,
) -> Pipeline:
    """Make the pipeline that classifies raw texts with a network.

    Parameters
    ----------
    network : {"averaging", "cnn", "cnn_lstm", "gru", "lstm"}, default="cnn"
        The classifier at its end.
    vectors : path, KeyedVectors or None, default=None
        Pretrained word vectors, see :class:`Word2VecEmbedder`. None: word2vec is trained on
        the texts passed to `fit`.
    memory : str, joblib.Memory or None, default=None
        Where the pipeline caches its fitted steps; a search then fits the tokenizer and the
        word vectors once for all candidates that differ in ``clf__`` parameters only.
    random_state : int or None, default=None
        Of the word vectors and of the network.

    Returns
    -------
    Pipeline
        With the steps ``tokens`` (:class:`TextTokenizer`), ``pad`` (:class:`SequencePadder`),
        ``embed`` (:class:`Word2VecEmbedder`) and ``clf``.

    Raises
    ------
    ValueError
        If there is no such network.

    Examples
    --------
    >>> from sk_textnn import make_text_classifier
    >>> texts = ["what a joy", "so sad today", "joy and joy", "a sad sad end"] * 5
    >>> labels = ["joy", "sadness", "joy", "sadness"] * 5
    >>> pipeline = make_text_classifier("cnn", random_state=0)
    >>> _ = pipeline.set_params(embed__vector_size=16, clf__filters=8)
    >>> pipeline.fit(texts, labels).predict(["joy", "sad"])
    array(['joy', 'sadness'], dtype='<U7')
    """
    if not isinstance(network, str) or network not in NETWORKS:
        close = difflib.get_close_matches(str(network).lower(), NETWORKS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"network must be one of {sorted(NETWORKS)}, not {network!r}.{hint}")
    return Pipeline(
        [
            ("tokens", TextTokenizer()),
            ("pad", SequencePadder()),
            ("embed", Word2VecEmbedder(vectors=vectors, random_state=random_state)),
            ("clf", NETWORKS[network](random_state=random_state)),
        ],
        memory=memory,
    )
