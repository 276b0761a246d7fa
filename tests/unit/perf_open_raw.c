// SPDX-License-Identifier: GPL-2.0-only
/* The same without libperf: only the system call. */
#define WITHOUT_LIBPERF
#include "collector/live/perf_open.c"
#include "tests/unit/perf_open.c"
