#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each register write, read and barrier of the world switch left out, and each barrier
# and control of SPE exchanged with its successor: the model must refuse all of them, but
# for those of which kvm/model/judged.c says why they are equal.  In two halves at once.

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
