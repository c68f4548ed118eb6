"""The comparison, with pipelines that fit in milliseconds."""

import re

import joblib
import numpy as np
import pytest

from sk_textnn.cli import main
from sk_textnn.cli._compare_work import compare
from sk_textnn.cli._inputs import CompareOptions
from sk_textnn.cli._screen import Screen
from sk_textnn.evaluation import Finding
from tests.cli.conftest import make_fake_classifier
from tests.cli.pages import read_page, words_of


def run(data, out, *more):
    options = ["--out", str(out), "--cv", "3", "--n-jobs", "1", *map(str, more)]
    return main(["compare", str(data), *options])


def test_a_report_is_written_and_the_verdict_printed(fake_networks, pets, tmp_path, capsys):
    out = tmp_path / "new" / "page.html"
    assert run(pets, out, "--scoring", "f1_macro,accuracy") == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "best baseline" in printed.out
    assert "tfidf_linear_svm" in printed.out
    assert f"Open {out}" in printed.out
    assert [path.name for path in out.parent.iterdir()] == ["page.html"]
    page = read_page(out)
    assert (page.faults, page.open) == ([], [])
    assert page.ids == [
        *("verdict", "comparison", "folds", "learning", "findings", "confusion", "classes"),
        *("mistakes", "data", "words", "run"),
    ]
    assert page.names.count("svg") == 3  # folds, loss, accuracy
    told = words_of(page)
    assert told.index("best baseline") < told.index("The most important findings")
    assert told.index("The most important findings") < told.index("p Holm")
    assert "f1_macro 1.000" in told or re.search(r"f1_macro 0\.\d{3} against", told)
    assert {"script", "link", "img"}.isdisjoint(page.names)


def test_the_report_opens_with_three_findings_at_most(fake_networks, pets, tmp_path, monkeypatch):
    found = [Finding(f"cause{place}", "warning", "Bad.", 0.5, 0.1) for place in range(5)]
    monkeypatch.setattr("sk_textnn.evaluation.diagnose", lambda *args, **more: found)
    out = tmp_path / "page.html"
    assert run(pets, out) == 0
    source = out.read_text(encoding="utf-8")
    verdict = source[source.index('id="verdict"') : source.index('id="comparison"')]
    details = source[source.index('id="findings"') : source.index('id="confusion"')]
    assert details.count('<li class="finding') == 5
    assert verdict.count('<li class="finding') == 3
    assert "All 5 findings" in verdict
    assert "threshold" in details


def test_all_candidates_are_fitted_on_folds_that_copies_do_not_cross(
    fake_networks, pets, tmp_path, monkeypatch
):
    from sk_textnn import evaluation

    seen = {}

    def remember(candidates, X, y, *, cv, **more):
        seen.update(texts=X, folds=cv, candidates=list(candidates))
        return evaluation.Comparison.from_scores(
            {"lstm": [0.5] * len(cv)}, roles={"lstm": "baseline"}, test_to_train_ratio=0.5
        )

    monkeypatch.setattr("sk_textnn.cli._compare_work.evaluation.compare", remember)
    assert run(pets, tmp_path / "page.html", "--repeats", 2) == 2  # no candidate has a score
    assert not (tmp_path / "page.html").exists()
    assert seen["candidates"] == ["lstm", "cnn"]
    assert len(seen["folds"]) == 6
    assert not np.array_equal(seen["folds"][0][1], seen["folds"][3][1])
    for train, test in seen["folds"]:
        assert {seen["texts"][i] for i in train}.isdisjoint(seen["texts"][i] for i in test)


def test_a_saved_pipeline_is_fitted_anew(fake_networks, pets, tmp_path, capsys):
    texts, labels = ["a dog", "a cat", "a cow"] * 3, ["x", "y", "z"] * 3
    for name in ("mine.joblib", "cnn.joblib"):
        joblib.dump(make_fake_classifier("cnn").fit(texts, labels), tmp_path / name)
    saved = ("--pipeline", tmp_path / "mine.joblib", "--pipeline", tmp_path / "cnn.joblib")
    assert run(pets, tmp_path / "page.html", *saved, "--network", "cnn") == 0
    printed = capsys.readouterr().out
    assert "mine, cnn-2, cnn and TF-IDF baselines" in printed
    assert run(pets, tmp_path / "other.html", *saved[:2]) == 0
    assert "mine and TF-IDF baselines" in capsys.readouterr().out


def test_a_directory_gets_a_page_and_earlier_pages_are_kept(
    fake_networks, pets, tmp_path, capsys, monkeypatch
):
    out = tmp_path / "results"
    assert run(pets, out) == 0
    first = (out / "compare.html").read_text(encoding="utf-8")
    assert run(pets, out) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert (out / "compare.html").read_text(encoding="utf-8") == first
    assert run(pets, out, "--overwrite", "--seed", 3) == 0
    assert (out / "compare.html").read_text(encoding="utf-8") != first
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["compare", str(pets), "--cv", "3", "--n-jobs", "1", "--quiet"]) == 0
    assert {path.name for path in tmp_path.glob("*.html")} == {
        *("sk-textnn-compare.html", "sk-textnn-compare-2.html")
    }


def test_quiet_prints_the_verdict_only(fake_networks, pets, tmp_path, capsys):
    assert run(pets, tmp_path / "page.html", "--quiet") == 0
    printed = capsys.readouterr().out.strip()
    assert "\n" not in printed
    assert "best baseline" in printed


def test_a_page_that_is_not_ours_is_never_replaced(fake_networks, pets, tmp_path, capsys):
    thesis = tmp_path / "thesis.html"
    thesis.write_text("years of work")
    assert run(pets, thesis, "--overwrite") == 2
    assert "is no report of sk-textnn" in capsys.readouterr().err
    assert thesis.read_text() == "years of work"


def test_ctrl_c_leaves_nothing_behind(fake_networks, pets, tmp_path, capsys, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("sk_textnn.cli._compare_work.make_report", interrupt)
    assert run(pets, tmp_path / "new" / "page.html") == 130
    assert [path.name for path in tmp_path.iterdir()] == ["pets.csv"]


def test_a_diagnosis_that_fails_does_not_lose_the_comparison(
    fake_networks, pets, tmp_path, monkeypatch
):
    def fail(*args, **kwargs):
        raise RuntimeError("told to <fail>")

    monkeypatch.setattr("sk_textnn.evaluation.diagnose", fail)
    assert run(pets, tmp_path / "page.html") == 0
    page = read_page(tmp_path / "page.html")
    assert "could not be diagnosed: RuntimeError: told to <fail>" in words_of(page)
    assert "learning" not in page.ids


def test_where_every_candidate_fails_nothing_is_written(
    fake_networks, pets, tmp_path, capsys, monkeypatch
):
    pipeline = make_fake_classifier("cnn").set_params(clf__fail=True)
    monkeypatch.setattr("sk_textnn.classifiers.make_text_classifier", lambda *a, **k: pipeline)
    assert run(pets, tmp_path / "page.html") == 2
    assert "told to <fail>" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["pets.csv"]


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        (["--repeats", "0"], "--repeats must be 1 or more"),
        (["--cv", "1"], "--cv must be 2 or more"),
        (["--network", ","], "names none"),
        (["--scoring", ","], "names none"),
        (["--scoring", "accuracy,accuracy"], "twice"),
        (["--scoring", "accuracy,acuracy"], "Did you mean accuracy?"),
        (["--pipeline", "nowhere"], "There is no nowhere"),
        (["--pipeline", "."], "holds no best_pipeline.joblib"),
        (["--pipeline", "x.joblib", "--vectors", "pets.csv"], "--vectors is for the networks"),
    ],
)
def test_bad_options(options, phrase, pets, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(pets, tmp_path / "page.html", *options) == 2
    error = capsys.readouterr().err
    assert phrase in error
    assert error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["pets.csv"]


def test_the_work_knows_no_arguments(fake_networks, pets, tmp_path):
    options = CompareOptions(
        data=str(pets), networks=("cnn",), cv=2, out=str(tmp_path), seed=1, overwrite=False
    )
    assert compare(options, Screen(quiet=True)) == tmp_path / "compare.html"
