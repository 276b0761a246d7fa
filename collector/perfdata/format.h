/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_PERFDATA_FORMAT_H
#define COLLECTOR_PERFDATA_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Numbers of the perf.data format: linux include/uapi/linux/perf_event.h,
 * tools/perf/Documentation/perf.data-file-format.txt and tools/lib/perf/include/perf/event.h.  They
 * are copied here because the kernel that recorded may be newer than the build machine's headers.
 */

enum perf_record_type {
	PERF_REC_MMAP		= 1,
	PERF_REC_LOST		= 2,
	PERF_REC_COMM		= 3,
	PERF_REC_EXIT		= 4,
	PERF_REC_THROTTLE	= 5,
	PERF_REC_UNTHROTTLE	= 6,
	PERF_REC_FORK		= 7,
	PERF_REC_SAMPLE		= 9,
	PERF_REC_MMAP2		= 10,
	PERF_REC_AUX		= 11,
	PERF_REC_ITRACE_START	= 12,
	PERF_REC_LOST_SAMPLES	= 13,
	PERF_REC_SWITCH		= 14,
	PERF_REC_SWITCH_CPU_WIDE = 15,
	PERF_REC_NAMESPACES	= 16,
	PERF_REC_KSYMBOL	= 17,
	PERF_REC_CGROUP		= 19,
	PERF_REC_TEXT_POKE	= 20,

	/* from here on: written by perf itself, without a sample_id trailer */
	PERF_REC_USER_FIRST	= 64,
	PERF_REC_HEADER_ATTR	= 64,
	PERF_REC_HEADER_TRACING_DATA = 66,
	PERF_REC_HEADER_BUILD_ID = 67,
	PERF_REC_FINISHED_ROUND	= 68,
	PERF_REC_ID_INDEX	= 69,
	PERF_REC_AUXTRACE_INFO	= 70,
	PERF_REC_AUXTRACE	= 71,
	PERF_REC_AUXTRACE_ERROR	= 72,
	PERF_REC_EVENT_UPDATE	= 78,
	PERF_REC_TIME_CONV	= 79,
	PERF_REC_HEADER_FEATURE	= 80,
	PERF_REC_COMPRESSED	= 81,
	PERF_REC_COMPRESSED2	= 83,
};

/* header.misc */
enum {
	PERF_MISC_CPUMODE	= 7,
	PERF_MISC_KERNEL	= 1,
	PERF_MISC_USER		= 2,
	PERF_MISC_GUEST_KERNEL	= 4,
	PERF_MISC_GUEST_USER	= 5,
	PERF_MISC_MMAP_DATA	= 1 << 13,
	PERF_MISC_COMM_EXEC	= 1 << 13,
	PERF_MISC_SWITCH_OUT	= 1 << 13,
	PERF_MISC_SWITCH_PREEMPT = 1 << 14,
	PERF_MISC_MMAP_BUILD_ID	= 1 << 14,
	PERF_MISC_BUILD_ID_SIZE	= 1 << 15,
	PERF_MISC_LOST_SAMPLES_BPF = 1 << 15,
};

/* attr.sample_type */
enum {
	PERF_ST_IP		= 1 << 0,
	PERF_ST_TID		= 1 << 1,
	PERF_ST_TIME		= 1 << 2,
	PERF_ST_ADDR		= 1 << 3,
	PERF_ST_READ		= 1 << 4,
	PERF_ST_CALLCHAIN	= 1 << 5,
	PERF_ST_ID		= 1 << 6,
	PERF_ST_CPU		= 1 << 7,
	PERF_ST_PERIOD		= 1 << 8,
	PERF_ST_STREAM_ID	= 1 << 9,
	PERF_ST_RAW		= 1 << 10,
	PERF_ST_WEIGHT		= 1 << 14,
	PERF_ST_IDENTIFIER	= 1 << 16,
	PERF_ST_AUX		= 1 << 20,
	PERF_ST_CGROUP		= 1 << 21,
	PERF_ST_DATA_PAGE_SIZE	= 1 << 22,
	PERF_ST_CODE_PAGE_SIZE	= 1 << 23,
	PERF_ST_TRAILER		= PERF_ST_TID | PERF_ST_TIME | PERF_ST_ID |
				  PERF_ST_STREAM_ID | PERF_ST_CPU | PERF_ST_IDENTIFIER,
};

/* attr.read_format */
enum {
	PERF_RF_TIME_ENABLED	= 1 << 0,
	PERF_RF_TIME_RUNNING	= 1 << 1,
	PERF_RF_ID		= 1 << 2,
	PERF_RF_GROUP		= 1 << 3,
	PERF_RF_LOST		= 1 << 4,
};

/* The bit field of perf_event_attr. */
enum {
	PERF_ATTR_EXCLUDE_USER	= 1 << 4,
	PERF_ATTR_EXCLUDE_KERNEL = 1 << 5,
	PERF_ATTR_EXCLUDE_HV	= 1 << 6,
	PERF_ATTR_COMM		= 1 << 9,
	PERF_ATTR_FREQ		= 1 << 10,
	PERF_ATTR_TASK		= 1 << 13,
	PERF_ATTR_SAMPLE_ID_ALL	= 1 << 18,
	PERF_ATTR_EXCLUDE_HOST	= 1 << 19,
	PERF_ATTR_EXCLUDE_GUEST	= 1 << 20,
	PERF_ATTR_USE_CLOCKID	= 1 << 25,
	PERF_ATTR_CONTEXT_SWITCH = 1 << 26,
};

#define PERF_ATTR_SIZE_VER0	64
/* attr.type: fixed numbers of perf; PMUs get dynamic ones above them */
#define PERF_TYPE_HARDWARE_NR	0
#define PERF_TYPE_SOFTWARE_NR	1
#define PERF_TYPE_TRACEPOINT_NR	2
#define PERF_TYPE_FIRST_PMU	6

/* Feature sections. */
enum {
	PERF_FEAT_TRACING_DATA	= 1,
	PERF_FEAT_BUILD_ID	= 2,
	PERF_FEAT_HOSTNAME	= 3,
	PERF_FEAT_OSRELEASE	= 4,
	PERF_FEAT_VERSION	= 5,
	PERF_FEAT_ARCH		= 6,
	PERF_FEAT_NRCPUS	= 7,
	PERF_FEAT_CPUDESC	= 8,
	PERF_FEAT_CPUID		= 9,
	PERF_FEAT_TOTAL_MEM	= 10,
	PERF_FEAT_CMDLINE	= 11,
	PERF_FEAT_EVENT_DESC	= 12,
	PERF_FEAT_NUMA_TOPOLOGY	= 14,
	PERF_FEAT_PMU_MAPPINGS	= 16,
	PERF_FEAT_AUXTRACE	= 18,
	PERF_FEAT_SAMPLE_TIME	= 21,
	PERF_FEAT_MEM_TOPOLOGY	= 22,
	PERF_FEAT_DIR_FORMAT	= 24,
	PERF_FEAT_COMPRESSED	= 27,
	PERF_FEAT_CPU_PMU_CAPS	= 28,
	PERF_FEAT_PMU_CAPS	= 31,
	/* our former section, far above perf's numbers; replaced by OWN_HOST records */
	PERF_FEAT_SPELUNK	= 255,
	PERF_FEAT_BITS		= 256,
};

#define MEM_TOPOLOGY_VERSION	1

/* header.size: of a pipe stream, and of a file without and with feature bits */
enum { PERF_HEADER_PIPE = 16, PERF_HEADER_OLD = 72, PERF_HEADER_FILE = 104 };

/* PERF_RECORD_AUXTRACE_INFO's type: tools/perf/util/auxtrace.h */
#define PERF_AUXTRACE_ARM_SPE	4

#define PERF_EVENT_UPDATE_NAME	2
/*
 * EVENT_UPDATE records of this type are spelunk's; perf ignores types that it does not know.  The
 * low byte is an enum perfdata_own.
 */
#define PERF_EVENT_UPDATE_SPELUNK	0x7370656c756e6b00ULL

/*
 * Are the last 8 bytes of the data from start to end the header of a round?  If so, `spelunk
 * record` was killed, and the table of nr sections follows as the round's body (write_impl.h).
 */
bool perf_ends_in_round(int fd, uint64_t start, uint64_t end, size_t nr);

/* The number of sections in a file with these feature bits. */
size_t perf_nr_sections(const uint64_t features[4]);

/* A perf record in a buffer. */
struct perf_rec {
	const unsigned char *p;		/* its header */
	unsigned int type, misc, size;	/* size in bytes, at least 8 */
};

#endif
