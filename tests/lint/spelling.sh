#!/bin/sh
# Spelling of comments, texts and manuals.
. tests/lint/lib.sh
command -v codespell >/dev/null || skip "no codespell"

# shellcheck disable=SC2046
codespell -L "$(strip_comments tests/lint/words | paste -sd, -)" \
    $(tree | grep -E '\.(c|h|cpp|hpp|sh|py|md|[1-8]|tbl)$') || fault "spelling"
done_linting
