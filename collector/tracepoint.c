// SPDX-License-Identifier: GPL-2.0-only
#include "collector/tracepoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <traceevent/event-parse.h>

#include "base/bytes.h"

/*
 * Only the layout is needed.  libtraceevent would parse the print format, a C expression, by
 * recursion, so it never gets to see one.
 */
static const char no_print[] = "print fmt: \"\"\n";

static const struct {
	const char *name;
	const char *field[TRACEPOINT_FIELDS];
} rows[NR_KVM_EVENTS] = {
#define TRACEPOINT(id, name, ...) [KVM_##id] = { name, { __VA_ARGS__ } },
#include "collector/tracepoints.def"
#undef TRACEPOINT
};

const char *tracepoint_name(enum kvm_event event)
{
	return rows[event].name;
}

/* s after the word that it begins with; NULL: another word, or s is NULL. */
static const char *after(const char *s, const char *end, const char *word)
{
	size_t len = strlen(word);

	return s && (size_t)(end - s) >= len && !memcmp(s, word, len) ? s + len : NULL;
}

/* s after 1 to 9 digits and a semicolon; NULL: others. */
static const char *after_number(const char *s, const char *end)
{
	int digits = 0;

	while (s && s < end && *s >= '0' && *s <= '9' && digits < 9) {
		s++;
		digits++;
	}
	return digits ? after(s, end, ";") : NULL;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* "unsigned long args[6];": words, stars, brackets with one word or none. */
static const char *after_declaration(const char *s, const char *end)
{
	const char *begin = s;

	while (s && s < end && *s != ';') {
		if (*s == '[') {
			while (++s < end && is_word(*s))
				;
			if (s == end || *s != ']')
				return NULL;
		} else if (!is_word(*s) && *s != ' ' && *s != '*') {
			return NULL;
		}
		s++;
	}
	return s != begin ? after(s, end, ";") : NULL;
}

/*
 * Is this a line as f_show() of linux kernel/trace/trace_events.c prints it?  libtraceevent leaks
 * memory on any other line.
 */
static bool good_line(const char *s, const char *end)
{
	const char *p;

	if (s == end || (after(s, end, "format:") == end))
		return true;
	p = after(s, end, "name: ");
	if (!p)
		p = after(s, end, "ID: ");
	if (p) {
		while (p < end && is_word(*p))
			p++;
		return p == end;
	}
	p = after_declaration(after(s, end, "\tfield:"), end);
	p = after_number(after(p, end, "\toffset:"), end);
	p = after_number(after(p, end, "\tsize:"), end);
	return p && (p == end || after_number(after(p, end, "\tsigned:"), end) == end);
}

/* Length of the format before "print fmt:"; 0: it has lines that no kernel prints. */
static size_t layout_len(const char *text, size_t len)
{
	const char *print, *line, *end;

	if (!len || len > TRACEPOINT_FORMAT_MAX)
		return 0;
	print = memmem(text, len, "\nprint fmt:", 11);
	if (print)
		len = (size_t)(print + 1 - text);
	for (line = text; line < text + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(text + len - line));
		if (!end || !good_line(line, end))
			return 0;
	}
	return len;
}

/* names: "new/old". */
static void field_of(struct tracepoint_field *out, struct tep_event *event,
		     const char *names)
{
	const char *old = strchr(names, '/');
	const struct tep_format_field *f;
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(names, "/"), names);
	f = tep_find_field(event, name);
	if (!f && old)
		f = tep_find_field(event, old + 1);
	if (!f || f->offset < 0 || f->flags & TEP_FIELD_IS_ARRAY)
		return;
	if (f->size != 1 && f->size != 2 && f->size != 4 && f->size != 8)
		return;
	out->offset = (uint32_t)f->offset;
	out->size = (uint8_t)f->size;
}

int tracepoint_parse(struct tracepoint *tp, enum kvm_event kvm, const char *text,
		     size_t len)
{
	struct tep_event *event = NULL;
	struct tep_handle *tep;
	int ret = -EBADMSG;
	unsigned int i;
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
	len += sizeof(no_print) - 1;
	if (tep_parse_format(tep, &event, layout, len, "kvm") || !event)
		goto out;
	tp->id = (uint32_t)event->id;
	if (!tp->id)		/* the kernel's ids begin at 1 */
		goto out;
	tp->event = kvm;
	for (i = 0; i < TRACEPOINT_FIELDS && rows[kvm].field[i]; i++)
		field_of(&tp->field[i], event, rows[kvm].field[i]);
	ret = 0;
out:
	tep_free(tep);		/* frees the event, too */
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

static void fill_exit(struct event *ev, const uint64_t *v)
{
	ev->type = EVENT_VCPU_EXIT;
	ev->vcpu.pc = v[0];
	ev->vcpu.ret = (uint32_t)v[1];
	ev->vcpu.esr_ec = v[2] & 0x3f;
}

static void fill_why(struct event *ev, enum event_why kind, uint64_t value)
{
	ev->type = EVENT_VCPU_WHY;
	ev->why.kind = kind;
	ev->why.value = value;
}

/* kvm_mmio's types: 0 unsatisfied read, 1 read, 2 write. */
#define KVM_TRACE_MMIO_WRITE	2

static void fill(struct event *ev, enum kvm_event event, const uint64_t *v)
{
	switch (event) {
	case KVM_ENTRY:
		ev->type = EVENT_VCPU_ENTER;
		ev->vcpu.pc = v[0];
		break;
	case KVM_EXIT:
		fill_exit(ev, v);
		break;
	case KVM_USER:
		ev->type = EVENT_VCPU_USER;
		ev->user.reason = (uint32_t)v[0];
		ev->user.error = (int32_t)v[1];
		break;
	case KVM_WFX:
		fill_why(ev, WHY_WFX, !!v[0]);
		break;
	case KVM_HVC:
		fill_why(ev, WHY_HVC, v[0]);
		break;
	case KVM_SYSREG:
		fill_why(ev, WHY_SYSREG, SYSREG(v[1] & 3, v[2] & 7, v[3] & 15, v[4] & 15,
						v[5] & 7));
		ev->why.write = !!v[0];
		break;
	case KVM_FAULT:
	case KVM_NISV:
		fill_why(ev, event == KVM_FAULT ? WHY_FAULT : WHY_NISV, v[1]);
		ev->why.esr = (uint32_t)v[0];
		break;
	case KVM_MMIO:
		fill_why(ev, WHY_MMIO, v[1]);
		ev->why.write = v[0] == KVM_TRACE_MMIO_WRITE;
		break;
	case KVM_IRQ:
		ev->type = EVENT_VCPU_IRQ;
		ev->irq.vcpu = (uint32_t)v[0];
		ev->irq.irq = (uint32_t)v[1];
		ev->irq.level = !!v[2];
		break;
	case KVM_NONE:
	case NR_KVM_EVENTS:
		break;
	}
}

bool tracepoint_read(const struct tracepoint *tp, const uint8_t *raw, size_t len,
		     struct event *ev)
{
	uint64_t v[TRACEPOINT_FIELDS];
	bool whole = true;
	unsigned int i;

	for (i = 0; i < TRACEPOINT_FIELDS; i++)
		whole &= read_field(&tp->field[i], raw, len, &v[i]);
	fill(ev, tp->event, v);
	return whole;
}
