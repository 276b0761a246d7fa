/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTOR_TRACEPOINT_H
#define COLLECTOR_TRACEPOINT_H

#include <stdbool.h>

#include "collector/event.h"

/* Location of a field in a raw sample; size 0: the tracepoint lacks it. */
struct tracepoint_field {
	uint32_t offset;	/* bytes */
	uint8_t size;		/* 1, 2, 4 or 8 bytes */
};

/* The tracepoints of KVM: collector/tracepoints.def. */
enum kvm_event {
	KVM_NONE,
#define TRACEPOINT(id, name, ...) KVM_##id,
#include "collector/tracepoints.def"
#undef TRACEPOINT
	NR_KVM_EVENTS
};

#define TRACEPOINT_FIELDS	6	/* maximum number of fields that we read from one */

/* A tracepoint of KVM, as its format file describes it. */
struct tracepoint {
	uint64_t id;		/* attr.config of its perf event */
	enum kvm_event event;
	struct tracepoint_field field[TRACEPOINT_FIELDS];	/* in the order of the .def row */
};

/* Maximum size of a format file, in bytes; larger ones are rejected. */
#define TRACEPOINT_FORMAT_MAX 16384

/* "kvm_entry" and so on; NULL for KVM_NONE. */
const char *tracepoint_name(enum kvm_event event);

/*
 * Parse the text of event's format file (events/kvm/kvm_exit/format), which need not be
 * NUL-terminated.  0; -EBADMSG: not a format; -ENOMEM.
 */
int tracepoint_parse(struct tracepoint *tp, enum kvm_event event, const char *text,
		     size_t len);

/*
 * Fill ev->type and its fields from a sample's raw bytes.  Returns false if raw is too short; the
 * missing fields are 0.
 */
bool tracepoint_read(const struct tracepoint *tp, const uint8_t *raw, size_t len,
		     struct event *ev);

#endif
