#!/bin/sh
# What became of a list of products, from the status files of `subscene run --status DIR`: subscene-report.sh --help.
# Needs python3 (its own library only), and Slurm's squeue where jobs are to be looked up.
exec python3 "$(dirname -- "$0")/subscene_report.py" "$@"
