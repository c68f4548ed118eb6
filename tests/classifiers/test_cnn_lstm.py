import pytest

from sk_textnn import CNNLSTMClassifier
from tests.classifiers.word_order import ORDERED, ORDERS

ROWS, Y = [[2, 3, 4], [5, 3], [4], [2, 2]] * 6, [0, 1, 2, 3] * 6
FAST = {"embedding_dim": 3, "early_stopping": False, "epochs": 1, "random_state": 0}


def _layers(clf, kind):
    return [layer for layer in clf.model_.layers if type(layer).__name__ == kind]


def test_parameters_reach_the_network():
    clf = CNNLSTMClassifier(
        filters=7, kernel_sizes=[2], pool_size=3, units=0.5, branch_dropout=0.2, **FAST
    ).set_params(bidirectional=True, pooling="mean", recurrent_dropout=0.1)
    clf.fit(ROWS, Y)
    windows = [(layer.filters, layer.kernel_size) for layer in _layers(clf, "MaskedConv1D")]
    assert windows == [(7, 2)]
    assert [layer.pool_size for layer in _layers(clf, "MaskedMaxPooling1D")] == [3]
    states = [(way.units, way.recurrent_dropout, way.go_backwards) for way in _layers(clf, "LSTM")]
    assert states == [(2, 0.1, False), (2, 0.1, True)]  # half of the 4 classes
    rates = {layer.name: layer.rate for layer in _layers(clf, "Dropout")}
    assert rates == {"branch_dropout_1": 0.2, "dropout": 0.5}
    assert len(_layers(clf, "MaskedGlobalAveragePooling1D")) == 1


def test_one_lstm_may_read_all_branches():
    clf = CNNLSTMClassifier(filters=3, kernel_sizes=(1, 2), pool_size=1, units=2, **FAST)
    clf.set_params(shared_lstm=True).fit(ROWS, Y)
    assert [layer.kernel_size for layer in _layers(clf, "MaskedConv1D")] == [1, 2]
    (lstm,) = _layers(clf, "LSTM")
    assert lstm.kernel.shape[0] == 2 * 3
    assert not _layers(clf, "MaskedMaxPooling1D")


def test_learns_word_order():
    clf = CNNLSTMClassifier(filters=8, kernel_sizes=(2,), units=4, **{**FAST, "epochs": 15})
    clf.set_params(learning_rate=0.05).fit(ORDERED, ORDERS)
    assert clf.score(ORDERED, ORDERS) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"filters": 1.5},
        {"kernel_sizes": 3},
        {"pool_size": 0},
        {"units": 0},
        {"shared_lstm": None},
        {"pooling": "k_max"},
        {"branch_dropout": 1},
    ],
)
def test_wrong_parameters(wrong):
    message = f"The '{next(iter(wrong))}' parameter of CNNLSTMClassifier"
    with pytest.raises(ValueError, match=message):
        CNNLSTMClassifier(**wrong).fit(ROWS, Y)


def test_wrong_kernel_sizes():
    with pytest.raises(ValueError, match=r"kernel_sizes must be integers of at least 1.*\(2, 0\)"):
        CNNLSTMClassifier(kernel_sizes=(2, 0)).fit(ROWS, Y)
