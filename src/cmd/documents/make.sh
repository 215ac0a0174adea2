#!/bin/sh
# Writes the manual pages, the completions and the table of options:
#   make.sh MAKE_DOCUMENTS SOURCES FOLDER
set -eu
program=$1 sources=$2 folder=$3
for page in $("$program" pages); do "$program" manual "$page" >"$folder/$page.1"; done
"$program" manual subscene-format "$sources/io/FORMATS.md" >"$folder/subscene-format.5"
"$program" manual subscene-cluster "$sources/config/CLUSTER.md" >"$folder/subscene-cluster.7"
for shell in bash zsh fish; do "$program" $shell >"$folder/subscene.$shell"; done
"$program" markdown >"$folder/options.md"
