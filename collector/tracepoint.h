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

/* Which tracepoint of KVM: collector/tracepoints.def. */
enum kvm_event {
	KVM_NONE,
#define TRACEPOINT(id, name, ...) KVM_##id,
#include "collector/tracepoints.def"
#undef TRACEPOINT
	NR_KVM_EVENTS
};

#define TRACEPOINT_FIELDS	6	/* most that are read of one */

/* A tracepoint of KVM, as its format file describes it. */
struct tracepoint {
	uint64_t id;		/* attr.config of its perf event */
	enum kvm_event event;
	struct tracepoint_field field[TRACEPOINT_FIELDS];	/* in the order of the row */
};

/* A format file larger than this is none. */
#define TRACEPOINT_FORMAT_MAX 16384

/* "kvm_entry" and so on; NULL of KVM_NONE. */
const char *tracepoint_name(enum kvm_event event);

/*
 * Read the text of event's format file (events/kvm/kvm_exit/format); it need not
 * be NUL-terminated.  0; -EBADMSG if it is no format; -ENOMEM.
 */
int tracepoint_parse(struct tracepoint *tp, enum kvm_event event, const char *text,
		     size_t len);

/*
 * Fill ev->type and what belongs to it from a sample's raw bytes.  Returns false,
 * with the fields that are missing zero, if raw ends before one of them.
 */
bool tracepoint_read(const struct tracepoint *tp, const uint8_t *raw, size_t len,
		     struct event *ev);

#endif
