# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# . tests/find-perf.sh: sets perf to the one that benches compare with: $PERF, or 6.12 of make
# perfs, or the one in $PATH; empty: none.

perf=${PERF:-}
cached=${XDG_CACHE_HOME:-$HOME/.cache}/spelunk/perf-6.12/perf
[ -n "$perf" ] || { [ ! -x "$cached" ] || perf=$cached; }
[ -n "$perf" ] || perf=$(command -v perf || true)
