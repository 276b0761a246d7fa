#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each register write, read and barrier of the world switch is omitted, and each barrier and control
# of SPE is exchanged with its successor: the model must reject all of these, except those that
# kvm/model/judged.c explains to be equivalent. Runs in two halves in parallel.

cd "$(dirname "$0")/../.." || exit 1
model=${BUILD:-build}/kvm/model/model
half=$(mktemp)
trap 'rm -f "$half"' EXIT

"$model" mutants 1 2 >"$half" &
"$model" mutants 0 2
status=$?
wait $! || status=1
cat "$half"
exit $status
