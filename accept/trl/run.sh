#!/bin/sh
# Do TRL's own trainers (SFT, DPO, KTO) train on what windrow exports? Builds an environment of its own (1.5 GB,
# minutes), exports rows of every sort, and takes two steps on the CPU with a tiny random model; then the same with the
# demo's file, if `make demo` was run.
#
#   accept/trl/run.sh [EXPORT]     EXPORT: a folder with train.jsonl (or train_<form>.jsonl), to be tried instead
#   ACCEPT_VENV                    where the environment lies (default: .venv-accept)
#   WINDROW_PYTHON                 the Python that has windrow (default: .venv/bin/python)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=${ACCEPT_VENV:-$root/.venv-accept}
windrow=${WINDROW_PYTHON:-$root/.venv/bin/python}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -f "$venv/ready" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/torch.txt"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --constraint "$here/torch.txt" --requirement "$here/requirements.txt"
    touch "$venv/ready"
fi

export HF_HOME="$work/hf" HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 CUDA_VISIBLE_DEVICES=""
export HF_DATASETS_DISABLE_PROGRESS_BARS=1 PYTHONWARNINGS=ignore

if [ $# -gt 0 ]; then
    set -- "$@"
else
    "$windrow" "$here/make_exports.py" "$work/exports"
    set -- "$work"/exports/*
    demo="$root/runs/support/exports/trl"
    [ ! -f "$demo/train.jsonl" ] || set -- "$@" "$demo"
fi
for export in "$@"; do
    "$venv/bin/python" "$here/accept_trl.py" "$export" "$work"
done
echo "accepted: $# exports"
