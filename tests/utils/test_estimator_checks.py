"""The battery of text checks: our estimators pass it, wrong ones are caught."""

import pytest
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from sk_textnn import (
    AveragingClassifier,
    CNNClassifier,
    CNNLSTMClassifier,
    GRUClassifier,
    LSTMClassifier,
    NetworkClassifier,
    SequencePadder,
    TextTokenizer,
    Word2VecEmbedder,
    make_text_classifier,
    make_tfidf_baselines,
)
from sk_textnn.utils._failure import Failure
from sk_textnn.utils.estimator_checks import (
    _CHECKS,
    check_text_estimator,
    parametrize_with_text_checks,
)
from tests.custom_networks import first_and_mean
from tests.utils import right_estimators as right
from tests.utils import wrong_estimators as wrong

_SMALL = {"epochs": 1, "early_stopping": False, "embedding_dim": 4}
_BASELINES = make_tfidf_baselines()
ESTIMATORS = [
    TextTokenizer(),
    SequencePadder(),
    Word2VecEmbedder(vector_size=4, epochs=1),
    Word2VecEmbedder(vector_size=4, epochs=1, output="mean"),
    AveragingClassifier(n_buckets=20, **_SMALL),
    CNNClassifier(filters=4, kernel_sizes=(1, 2), **_SMALL),
    CNNLSTMClassifier(filters=4, kernel_sizes=(2,), units=4, **_SMALL),
    GRUClassifier(units=4, max_ngram=1, bidirectional=False, **_SMALL),
    LSTMClassifier(units=4, bidirectional=True, n_buckets=64, **_SMALL),
    NetworkClassifier(first_and_mean, **_SMALL),
    make_text_classifier("cnn").set_params(
        embed__vector_size=4,
        embed__epochs=1,
        clf__filters=4,
        clf__epochs=1,
        clf__early_stopping=False,
    ),
    _BASELINES["tfidf_logistic_regression"],
    _BASELINES["nb_svm"],
]


@parametrize_with_text_checks(ESTIMATORS)
def test_text_check(estimator, check):
    check(estimator)


# A wrong estimator, the checks that must catch it, all others passing, and what they must say.
WRONG = [
    (wrong.AnyKeywords(alpha=2.0), {"constructor_is_explicit": r"Came: \*\*options\. Expected"}),
    (wrong.FittedClone(), {"clone_refits_the_same": "clone with .*'classes_'.* one not fitted"}),
    (
        wrong.WritesInParameter(options={}),
        {"fit_keeps_parameters": r"Came: options=\{'n_texts': 42\}. Expected: options=\{\}"},
    ),
    (wrong.ReplacesParameter(), {"fit_keeps_parameters": r"alpha=1\.0, the very object"}),
    (wrong.ReadsParameterLate(), {"set_params_waits_for_fit": r"set_params\(alpha=0.5"}),
    (wrong.KeepsWords(), {"second_fit_forgets_first": "second time.*predict_proba returned"}),
    (
        wrong.OtherFitTransform(),
        {"fit_transform_is_fit_and_transform": "fit_transform. Came: transform returned"},
    ),
    (
        wrong.LearnsInTransform(),
        {"answering_changes_nothing": r"unseen words.*other \['vocabulary_'\]"},
    ),
    (wrong.Prints(), {"quiet": "printed '100%.* Expected: nothing printed"}),
    (wrong.Warns(), {"quiet": "UserWarning: few texts. Expected: no warning"}),
    (wrong.ReadsLetters(), {"single_string_is_refused": "passed to fit. Came: no error"}),
    (
        wrong.NamesNoRow(),
        {"wrong_rows_are_named": "row 23 is None.*must be strings.*that names the row 23"},
    ),
    (wrong.NeedsWords(), {"empty_and_one_word_texts": "short texts. Came: ValueError: empty text"}),
    (wrong.Underflows(), {"long_texts": r"10,000 words.*\[nan nan nan\].*finite numbers"}),
    (wrong.Ascii(), {"unicode": "Came: UnicodeEncodeError"}),
    (wrong.NoMask(), {"padding_independence": r"X padded to 20, pre. Came: decision_function"}),
    (
        make_pipeline(TextTokenizer(), SequencePadder(), wrong.NoMask()),
        {"padding_independence": "more padding in the Pipeline. Came: decision_function"},
    ),
    (wrong.AsksForBatches(), {"padding_independence": "batch_by_length=False. Came: predict"}),
    (
        wrong.CountsRows(),
        {
            "row_order_independence": "rows reversed. Came: predict_proba",
            "batch_independence": r"rows \[1\] alone. Came: predict_proba",
            "padding_independence": r"rows \[1\] alone",
        },
    ),
    (
        wrong.NormsBatch(),
        {
            "batch_independence": r"rows \[0\] alone",
            "padding_independence": r"rows \[0\] alone",
        },
    ),
    (
        wrong.Unseeded(),
        {
            "determinism_in_one_process": "same random_state. Came: predict_proba.*bit for bit",
            "determinism_across_processes": "in another process. Came: predict_proba.*bit for bit",
        },
    ),
    (
        wrong.HashesWords(),
        {"determinism_across_processes": "in another process. Came: predict_proba.*bit for bit"},
    ),
    (wrong.KeepsLambda(), {"pickle_across_processes": "pickle after fit. Came: .*lambda"}),
    (
        right.Counts(lower=lambda text: text.lower()),
        {
            "pickle_across_processes": "pickle after fit. Came: .*lambda",
            "pipeline_memory": "Pipeline with memory. Came: PicklingError",
        },
    ),
    (right.NaiveBayes(), {"stratified_folds": "tag estimator_type. Came: None"}),
    (wrong.RoundsInPickle(), {"pickle_across_processes": "pickle after fit. Came: predict_proba"}),
    (
        wrong.CountsAllTexts(),
        {"second_fit_forgets_first": r"other \['n_texts_'\]. Expected: the values of a first fit"},
    ),
    (
        wrong.ChecksInPredictOnly(),
        {
            "single_string_is_refused": "string passed to predict_proba. Came: no error",
            "wrong_rows_are_named": "None passed to predict_proba. Came: no error",
        },
    ),
    (
        wrong.NamesLabels(),
        {"wrong_rows_are_named": "a Series .* passed to fit. Came: ValueError: row 1023 is no"},
    ),
    (wrong.ReadsByLabel(), {"pandas_series": "begins at 1000. Came: KeyError: 0"}),
    (wrong.Asserts(), {"empty_and_one_word_texts": "Came: AssertionError: no words"}),
    (
        wrong.SeedsAll(),
        {
            "global_state_is_left": (
                r"state of \['numpy.random', 'random', 'warnings.filters', 'os.environ'\]"
            )
        },
    ),
    (wrong.TakesTexts(), {"data_is_left": r"another \['X'\]"}),
    (
        wrong.PadsToBatch(),
        {
            "batch_independence": "maxlen=8. Expected: maxlen=11",
            "padding_independence": "maxlen=8. Expected: maxlen=11",
        },
    ),
    (wrong.TakesLeast(), {"predict_agrees_with_scores": "predict and predict_proba for row 0"}),
    (wrong.AnswersUnfitted(), {"not_fitted": "predict_proba before fit. Came: predict_proba"}),
    # The last two break a search, after which joblib starts its processes anew.
    (
        wrong.KnowsAllWords(),
        {
            "unseen_words": "unseen words. Came: KeyError: 'xylophone'",
            "empty_and_one_word_texts": "short texts. Came: KeyError",
            "answering_changes_nothing": "unseen words answered. Came: KeyError",
            "randomized_search": "n_jobs=2.* Came: KeyError",
        },
    ),
    (
        wrong.PicklesFittedOnly(),
        {
            "randomized_search": "n_jobs=2.* Came: .*PicklingError",
            "determinism_across_processes": "in another process. Came: ",
            "quiet": "in another process. Came: ",
        },
    ),
]


RIGHT = [
    right.Right(),
    right.Counts(),
    right.RefusesByType(),
    right.TwoClasses(),
    right.HoldsItself(),
    right.Cleaner(),
    right.Splitter(),
    right.Numbers(),
]


@pytest.mark.parametrize("estimator", RIGHT, ids=lambda one: type(one).__name__)
def test_a_right_estimator_passes(estimator):
    check_text_estimator(estimator)


def test_what_reads_texts_without_a_tag_is_told_how_to_say_so():
    check_text_estimator(right.Untagged(), reads="texts")
    results = check_text_estimator(right.Untagged(), on_fail=None)
    passed = {result["check_name"] for result in results if result["status"] == "passed"}
    assert passed == {"check_constructor_is_explicit", "check_not_fitted"}  # these never fit
    for message in (str(result["exception"]) for result in results if result["exception"]):
        assert message.startswith("Untagged: fit on TokenSequences. Came: TextInputError")
        assert "if it reads raw texts, pass reads='texts'" in message


def test_fit_must_return_the_estimator():
    with pytest.raises(AssertionError, match=r"NoneType returned\. Expected: the estimator itself"):
        check_text_estimator(wrong.ReturnsNothing())


@pytest.mark.parametrize(
    ("estimator", "kind"), [(wrong.Mean(), "regressor"), (wrong.Groups(), "clusterer")]
)
def test_what_is_neither_transformer_nor_classifier_is_refused(estimator, kind):
    with pytest.raises(TypeError, match=f"is a {kind}. These checks are for transformers and cl"):
        check_text_estimator(estimator)


@pytest.mark.filterwarnings("ignore:few texts")
@pytest.mark.parametrize(
    ("estimator", "caught"), WRONG, ids=[type(estimator).__name__ for estimator, _ in WRONG]
)
def test_a_wrong_estimator_is_caught_by_the_check_meant_for_it(estimator, caught):
    results = check_text_estimator(estimator, on_fail=None)
    failed = {
        result["check_name"].removeprefix("check_"): result["exception"]
        for result in results
        if result["status"] == "failed"
    }
    assert failed.keys() == caught.keys()
    for name, message in caught.items():
        assert type(failed[name]) is Failure
        with pytest.raises(AssertionError, match=message):
            raise failed[name]


def test_every_check_catches_something():
    caught = {f"check_{name}" for _, checks in WRONG for name in checks}
    assert caught == {check.__name__ for check in _CHECKS}


def test_the_first_failure_is_raised():
    with pytest.raises(AssertionError, match=r"^Prints: fit and answer in another process\. Came"):
        check_text_estimator(wrong.Prints())


def test_failures_that_are_expected_are_marked():
    def expected(estimator):
        return {"check_quiet": "it prints"} if isinstance(estimator, wrong.Prints) else {}

    decorator = parametrize_with_text_checks(
        [wrong.Prints(), right.Right()], expected_failed_checks=expected
    )
    marked = [case for case in decorator.mark.args[1] if case.marks]
    assert [(type(case.values[0]), case.marks[0].name) for case in marked] == [
        (wrong.Prints, "xfail")
    ]
    assert marked[0].marks[0].kwargs == {"reason": "it prints"}
    assert marked[0].id == "Prints()-check_quiet"


def test_ids_are_the_same_in_every_process():
    """A set of strings is shown in another order by each."""
    estimators = [right.Right(), right.Counts(lower={"a", "b"}), right.Counts(lower=[{"a"}])]
    ids = [case.id for case in parametrize_with_text_checks(estimators).mark.args[1]]
    assert len(set(ids)) == len(ids)
    shown = list(dict.fromkeys(one.partition("-")[0] for one in ids))
    assert shown == ["Right()", "Counts1", "Counts2"]


def test_what_is_no_instance_is_refused():
    with pytest.raises(TypeError, match=r"Pass an instance, such as Right\(\)"):
        check_text_estimator(right.Right)
    with pytest.raises(ValueError, match="reads must be 'texts', 'sequences' or None, not 'text'"):
        parametrize_with_text_checks([right.Right()], reads="text")


def test_reads_overrides_the_tags():
    """A TextTokenizer that gets sequences fails, and says why."""
    with pytest.raises(AssertionError, match=r"A TokenSequences of shape \(42, 11\) came"):
        check_text_estimator(TextTokenizer(), reads="sequences")


@pytest.mark.parametrize(
    ("estimator", "reads"),
    [
        (TextTokenizer(), "texts"),
        (CNNClassifier(), "sequences"),
        (make_text_classifier("cnn"), "texts"),
        (make_pipeline("passthrough", SequencePadder(), CNNClassifier()), "sequences"),
        (FeatureUnion([("counts", right.Counts()), ("none", "drop")]), "texts"),
        (Pipeline([("union", FeatureUnion([("pad", SequencePadder())]))]), "sequences"),
        *((baseline, "texts") for name, baseline in _BASELINES.items() if name != "majority"),
    ],
)
def test_tags_tell_what_is_read(estimator, reads):
    mark = parametrize_with_text_checks([estimator]).mark
    assert {case.values[1].keywords["reads"] for case in mark.args[1]} == {reads}
