"""Models that practitioners asked about, as they were published and repaired.

Two questions were asked in public: why LSTMs on job descriptions, of 30 industries, over-fit; and
why recurrent networks on self-reports of emotions predict one class only, where a CNN was
reported not to. Each of the models can be built here with its faults, with single faults
repaired, or repaired altogether; beside them is the advice that came with the first question, to
begin with the smallest LSTM and to search at random from there.
"""

from ._emotions import emotion_cnn, emotion_cnn_lstm, emotion_lstm
from ._experiment import Experiment, run_experiment
from ._jobs import job_lstm_1, job_lstm_2, job_lstm_3, minimal_lstm
from ._space import experiment_space

__all__ = [
    "Experiment",
    "emotion_cnn",
    "emotion_cnn_lstm",
    "emotion_lstm",
    "experiment_space",
    "job_lstm_1",
    "job_lstm_2",
    "job_lstm_3",
    "minimal_lstm",
    "run_experiment",
]
