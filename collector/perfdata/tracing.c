// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/bytes.h"
#include "collector/perfdata/perfdata_impl.h"

/*
 * The tracing data as linux tools/perf/util/trace-event-info.c writes them: magic, "tracing",
 * version string, endian byte, size of long, u32 page size, files header_page and header_event,
 * ftrace formats, then the formats of the events by system.  The rest is not used.
 */
static const uint8_t magic[10] = { 0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g' };

/* A NUL-terminated string; NULL: there is no NUL. */
static const char *text(struct cursor *c)
{
	const char *s = (const char *)c->p;
	const uint8_t *nul = c->left ? memchr(c->p, 0, c->left) : NULL;

	if (!nul) {
		c->bad = true;
		return NULL;
	}
	cursor_take(c, (size_t)(nul - c->p) + 1);
	return s;
}

static void skip_file(struct cursor *c)
{
	uint64_t size = cursor_u64(c);

	cursor_take(c, size);
}

/* Does the format begin with "name: <event>"? */
static bool names(const char *format, uint64_t len, const char *event)
{
	size_t want = strlen(event);

	return len > 6 + want && !memcmp(format, "name: ", 6) &&
	       !memcmp(format + 6, event, want) && format[6 + want] == '\n';
}

static void take_format(struct perfdata *pd, const char *format, uint64_t len)
{
	enum kvm_event k = KVM_NONE + 1;

	while (k < NR_KVM_EVENTS && !names(format, len, tracepoint_name(k)))
		k++;
	if (k == NR_KVM_EVENTS || pd->has_kvm[k] || pd->bad_kvm[k])
		return;
	pd->has_kvm[k] = !tracepoint_parse(&pd->kvm[k], k, format, (size_t)len);
	pd->bad_kvm[k] = !pd->has_kvm[k];
	if (pd->bad_kvm[k])
		notes_add(&pd->notes, "The format of %s in the recording cannot be read: its "
			  "fields are missing.", tracepoint_name(k));
}

static void read_systems(struct perfdata *pd, struct cursor *c)
{
	uint32_t systems = cursor_u32(c);

	for (uint32_t i = 0; i < systems && !c->bad; i++) {
		const char *system = text(c);
		uint32_t events = cursor_u32(c);

		for (uint32_t k = 0; k < events && !c->bad; k++) {
			uint64_t len = cursor_u64(c);
			const char *format = (const char *)cursor_take(c, len);

			if (format && !strcmp(system, "kvm"))
				take_format(pd, format, len);
		}
	}
}

void perfdata_mark_kvm(const struct perfdata *pd, struct perf_attr *attr)
{
	enum kvm_event k;

	if (attr->type != PERF_TYPE_TRACEPOINT_NR)
		return;
	for (k = KVM_NONE + 1; k < NR_KVM_EVENTS; k++) {
		if (pd->has_kvm[k] && attr->config == pd->kvm[k].id)
			attr->kvm = k;
	}
}

void perfdata_tracing(struct perfdata *pd, const uint8_t *buf, size_t len)
{
	struct cursor c = { .p = buf, .left = len };
	const uint8_t *p = cursor_take(&c, sizeof(magic));
	uint32_t ftrace;

	if (!p || memcmp(p, magic, sizeof(magic))) {
		notes_add(&pd->notes, "The tracing data cannot be read: it does not begin "
			  "as perf writes it.");
		return;
	}
	text(&c);
	p = cursor_take(&c, 6);		/* endian, long size, page size */
	if (p && p[0]) {
		notes_add(&pd->notes, "The tracing data is of a big-endian machine and "
			  "was not read.");
		return;
	}
	cursor_take(&c, sizeof("header_page"));
	skip_file(&c);
	cursor_take(&c, sizeof("header_event"));
	skip_file(&c);
	ftrace = cursor_u32(&c);
	for (uint32_t i = 0; i < ftrace && !c.bad; i++)
		skip_file(&c);
	read_systems(pd, &c);
	if (c.bad)
		notes_add(&pd->notes, "The tracing data is cut: formats of tracepoints "
			  "may be missing.");
	for (size_t i = 0; i < pd->attrs.nr; i++)
		perfdata_mark_kvm(pd, &pd->attrs.list[i]);
}
