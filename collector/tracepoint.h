/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_TRACEPOINT_H
#define COLLECTOR_TRACEPOINT_H

#include <stdbool.h>

#include "collector/event.h"

/* Where a field lies in a raw sample; size 0: not there. */
struct tracepoint_field {
	uint32_t offset;	/* bytes */
	uint8_t size;		/* 1, 2, 4 or 8 bytes */
};

/* kvm_entry or kvm_exit, as its format file describes it. */
struct tracepoint {
	uint64_t id;		/* attr.config of its perf event */
	struct tracepoint_field pc, ret, esr_ec;
};

/* A format file larger than this is none. */
#define TRACEPOINT_FORMAT_MAX 16384

/*
 * Read the text of a format file (events/kvm/kvm_exit/format); it need not be
 * NUL-terminated.  0; -EBADMSG if it is no format; -ENOMEM.
 */
int tracepoint_parse(struct tracepoint *tp, const char *text, size_t len);

/*
 * Fill ev->vcpu from a sample's raw bytes.  Returns false, with the fields
 * that are missing zero, if raw ends before one of them.
 */
bool tracepoint_read(const struct tracepoint *tp, const uint8_t *raw, size_t len,
		     struct event *ev);

#endif
