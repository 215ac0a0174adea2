#!/usr/bin/env bash
# What each option of config does. What it prints is in documents.sh.
. "${BASH_SOURCE[0]%/*}/lib_options.sh" || exit 1

options_of config
changes --help "said #size = 512" yes no
changes --help "said usage: subscene config" no yes
changes --version "said #size = 512" yes no
finish_options
