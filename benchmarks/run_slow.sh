#!/usr/bin/env bash
# What takes minutes and needs real data: run before a release.
# Usage: SK_TEXTNN_DATA=/path/to/data bash benchmarks/run_slow.sh
set -euo pipefail
cd "$(dirname "$0")/.."
: "${SK_TEXTNN_DATA:?set it to the folder that holds isear.csv.gz}"
pytest -m slow
# The tables of docs/ and of benchmarks/README.md take hours, see the head of each file; here is
# only that they still run.
for benchmark in accuracy reference_models imbalance random_search search_strategies \
    compare_null planted_faults diagnose_published; do
    python "benchmarks/$benchmark.py" --quick
done
for benchmark in benchmarks/bench_*.py; do
    python "$benchmark" --quick
done
