import numpy as np

from sk_textnn._optional import import_heavy
from sk_textnn.training import progress_bar


def _train(bar, n_epochs):
    keras = import_heavy("keras")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(
        np.ones((6, 2)), np.ones(6), batch_size=2, epochs=n_epochs, verbose=0, callbacks=[bar]
    )


def test_a_training_that_stops_early_ends_with_a_full_bar(capfd):
    with progress_bar("Network", n_batches=3, epochs=10) as bar:
        _train(bar, 2)
    (line,) = capfd.readouterr().out.splitlines()
    assert "Network 2 epochs" in line
    assert "loss" in line
    assert "╸" not in line  # the end of a bar that is not full


def test_a_training_that_fails_says_how_far_it_came(capfd):
    try:
        with progress_bar("[b]Network", n_batches=6, epochs=10) as bar:
            _train(bar, 2)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert "[b]Network 2 epochs" in capfd.readouterr().out
