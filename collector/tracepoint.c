// SPDX-License-Identifier: GPL-2.0-only
#include "collector/tracepoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <traceevent/event-parse.h>

#include "collector/bytes.h"

/*
 * Only the layout is wanted.  The print format is a C expression that
 * libtraceevent would parse by recursion, so it never gets to see one.
 */
static const char no_print[] = "print fmt: \"\"\n";

/* The format's lines before "print fmt:", or 0 if they hold what no kernel writes. */
static size_t layout_len(const char *text, size_t len)
{
	const char *print;

	if (len > TRACEPOINT_FORMAT_MAX)
		return 0;
	print = memmem(text, len, "\nprint fmt:", 11);
	if (print)
		len = (size_t)(print + 1 - text);
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\t' && text[i] != '\n' && (text[i] < ' ' || text[i] > '~'))
			return 0;
	return len;
}

static void field_of(struct tracepoint_field *out, struct tep_event *event, const char *name)
{
	const struct tep_format_field *f = tep_find_field(event, name);

	if (!f || f->offset < 0 || f->flags & TEP_FIELD_IS_ARRAY)
		return;
	if (f->size != 1 && f->size != 2 && f->size != 4 && f->size != 8)
		return;
	out->offset = (uint32_t)f->offset;
	out->size = (uint8_t)f->size;
}

int tracepoint_parse(struct tracepoint *tp, const char *text, size_t len)
{
	struct tep_event *event = NULL;
	struct tep_handle *tep;
	int ret = -EBADMSG;
	char *layout;

	memset(tp, 0, sizeof(*tp));
	len = layout_len(text, len);
	if (!len)
		return -EBADMSG;
	tep_set_loglevel(TEP_LOG_NONE);
	tep = tep_alloc();
	layout = malloc(len + sizeof(no_print));
	if (!tep || !layout) {
		ret = -ENOMEM;
		goto out;
	}
	memcpy(layout, text, len);
	memcpy(layout + len, no_print, sizeof(no_print));
	tep_set_long_size(tep, 8);
	if (tep_parse_format(tep, &event, layout, len + sizeof(no_print) - 1, "kvm") || !event)
		goto out;
	tp->id = (uint32_t)event->id;
	if (!tp->id)		/* the kernel counts them from 1 */
		goto out;
	field_of(&tp->pc, event, "vcpu_pc");
	field_of(&tp->ret, event, "ret");
	if (!tp->ret.size)
		field_of(&tp->ret, event, "idx");	/* before linux 5.2 */
	field_of(&tp->esr_ec, event, "esr_ec");
	if (!tp->esr_ec.size)
		field_of(&tp->esr_ec, event, "exit_reason");
	ret = 0;
out:
	tep_free(tep);		/* and the event, which it owns */
	free(layout);
	return ret;
}

static bool read_field(const struct tracepoint_field *f, const uint8_t *raw, size_t len,
		       uint64_t *value)
{
	*value = 0;
	if (!f->size)
		return true;
	if (f->offset > len || f->size > len - f->offset)
		return false;
	raw += f->offset;
	switch (f->size) {
	case 1:
		*value = *raw;
		break;
	case 2:
		*value = le16(raw);
		break;
	case 4:
		*value = le32(raw);
		break;
	case 8:
		*value = le64(raw);
		break;
	}
	return true;
}

bool tracepoint_read(const struct tracepoint *tp, const uint8_t *raw, size_t len,
		     struct event *ev)
{
	uint64_t ret, esr_ec;
	bool whole;

	whole = read_field(&tp->pc, raw, len, &ev->vcpu.pc);
	whole &= read_field(&tp->ret, raw, len, &ret);
	whole &= read_field(&tp->esr_ec, raw, len, &esr_ec);
	ev->vcpu.ret = (uint32_t)ret;
	ev->vcpu.esr_ec = esr_ec & 0x3f;
	return whole;
}
