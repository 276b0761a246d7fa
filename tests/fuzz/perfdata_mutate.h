/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_FUZZ_PERFDATA_MUTATE_H
#define TESTS_FUZZ_PERFDATA_MUTATE_H

#include <stddef.h>
#include <stdint.h>

#include "collector/perfdata/format.h"

/* The types of records that collector/perfdata reads. */
#define PERFDATA_TYPES								\
	PERF_REC_MMAP, PERF_REC_LOST, PERF_REC_COMM, PERF_REC_EXIT,		\
	PERF_REC_THROTTLE, PERF_REC_UNTHROTTLE, PERF_REC_FORK, PERF_REC_SAMPLE,	\
	PERF_REC_MMAP2, PERF_REC_AUX, PERF_REC_ITRACE_START,			\
	PERF_REC_LOST_SAMPLES, PERF_REC_SWITCH, PERF_REC_SWITCH_CPU_WIDE,	\
	PERF_REC_NAMESPACES, PERF_REC_KSYMBOL, PERF_REC_CGROUP,			\
	PERF_REC_TEXT_POKE, PERF_REC_HEADER_ATTR, PERF_REC_HEADER_TRACING_DATA,	\
	PERF_REC_HEADER_BUILD_ID, PERF_REC_FINISHED_ROUND, PERF_REC_ID_INDEX,	\
	PERF_REC_AUXTRACE_INFO, PERF_REC_AUXTRACE, PERF_REC_AUXTRACE_ERROR,	\
	PERF_REC_EVENT_UPDATE, PERF_REC_TIME_CONV, PERF_REC_HEADER_FEATURE,	\
	PERF_REC_COMPRESSED, PERF_REC_COMPRESSED2

/* Changes size bytes in place, to at most max of them.  Returns their new number. */
typedef size_t mutate_fn(uint8_t *data, size_t size, size_t max);

/*
 * Changes a perf.data file so that most of it stays readable: it changes, repeats, removes, moves
 * or adds one record, or changes an event or a header section, and corrects sizes and offsets.
 * Some inputs, and whatever is not a perf.data file, are changed by bytes() alone.  Parameters and
 * result as LLVMFuzzerCustomMutator().
 */
size_t perfdata_mutate(uint8_t *data, size_t size, size_t max, unsigned int seed,
		       mutate_fn *bytes);

#endif
