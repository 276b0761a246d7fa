// SPDX-License-Identifier: GPL-2.0-only
/* The fields of a record, one per line, with their meaning. */
#include <stdio.h>
#include <string.h>

#include "cmd/dump/dump.h"
#include "decoder/names.h"

#define NAME_WIDTH	13
#define VALUE_WIDTH	19

static void pad(struct line *l, int used, int width)
{
	for (; used < width; used++)
		line_char(l, ' ');
}

/* Begin a line; the meaning follows. */
static void begin(struct line *l, const char *name, const char *value)
{
	line_char(l, ' ');
	line_text(l, name);
	pad(l, (int)strlen(name), NAME_WIDTH);
	line_char(l, ' ');
	line_text(l, value);
	pad(l, (int)strlen(value), VALUE_WIDTH);
	line_char(l, ' ');
}

static void end(struct line *l, const char *what)
{
	line_text(l, what);
	line_char(l, '\n');
}

static void say_number(struct line *l, const char *name, bool hex, uint64_t v, const char *what)
{
	char value[24];

	snprintf(value, sizeof(value), hex ? "0x%llx" : "%llu", (unsigned long long)v);
	begin(l, name, value);
	end(l, what);
}

static void say_list(struct line *l, const char *name, const uint64_t *payload,
		     const uint16_t *header, const struct spe_record *rec, const char *what)
{
	for (unsigned int i = 0; i < rec->nr_extra && i < SPE_EXTRA_MAX; i++)
		say_number(l, name, true, header ? header[i] : payload[i], what);
}

/* A line for each bit. */
static void say_events(struct line *l, uint64_t midr, uint64_t events)
{
	static const char *const whats[64] = {
#define EVENT(bit, id, name, dump, what) [bit] = what,
#include "decoder/events.def"
#undef EVENT
	};
	char value[24];

	for (unsigned int bit = 0; bit < 64; bit++) {
		const char *name = spe_event_name_on(midr, bit), *what = whats[bit];

		if (!(events >> bit & 1))
			continue;
		snprintf(value, sizeof(value), "bit %u", bit);
		begin(l, "events", value);
		line_text(l, name ? name : "no name is known");
		/* CPU-specific names are not in that table */
		if (name && what && name == spe_event_name(bit))
			line_text(l, ": ");
		end(l, name && what && name == spe_event_name(bit) ? what : "");
	}
}

static void say_op(struct line *l, const struct spe_record *rec)
{
	static const char *const whats[NR_SPE_OPS] = {
		[SPE_OP_RESERVED] = "a reserved payload",
#define OP(id, class, mask, value, name, what) [SPE_OP_##id] = what,
#include "decoder/ops.def"
#undef OP
	};
	enum spe_op op = spe_op(rec->op_class, rec->op);
	unsigned int bits = spe_op_vector_bits(rec->op_class, rec->op);
	const char *kind = spe_kind_name(spe_kind(rec));
	char value[24];

	begin(l, "op", *kind ? kind : "no known class");
	line_text(l, spe_op_name(op));
	line_text(l, ": ");
	end(l, whats[op]);
	if (bits) {
		snprintf(value, sizeof(value), "%u bits", bits);
		begin(l, "op", value);
		end(l, "effective length of its vectors");
	}
}

static const char *const basis_what[NR_BASES] = {
	[BASIS_NONE] = "why: nothing proves the owner",
	[BASIS_EL] = "why: the exception level alone decides",
	[BASIS_CONTEXT] = "why: a CONTEXT packet decides",
	[BASIS_INTERVAL] = "why: the time lies inside or outside of a guest's entry and exit",
	[BASIS_CONTRADICTION] = "why: the evidence contradicts itself",
};

static void say_natural(struct line *l, const char *name, int64_t v, const char *what)
{
	if (v >= 0)
		say_number(l, name, false, (uint64_t)v, what);
}

static void say_owner(struct line *l, const struct owner *o, uint64_t time)
{
	if (time)
		say_number(l, "time", false, time, "ns on the perf clock");
	begin(l, "world", world_name(o->world));
	end(l, "whose operation it was");
	begin(l, "basis", basis_name(o->basis));
	end(l, basis_what[o->basis]);
	say_natural(l, "vm", o->vm, "number of the virtual machine");
	say_natural(l, "vcpu", o->vcpu, "and of its vCPU");
	say_natural(l, "pid", o->pid, "host process; in a guest, the vCPU's");
	say_natural(l, "tid", o->tid, "host thread; in a guest, the vCPU's");
}

/* Explain the codes among the record's values. */
static void say_words(struct line *l, const struct stream *s, const struct spe_record *rec)
{
	const char *source = spe_source_name(s->midr, rec->source);

	if (rec->has & SPE_HAS_EVENTS)
		say_events(l, s->midr, rec->events);
	if (rec->has & SPE_HAS_OP)
		say_op(l, rec);
	if (rec->has & SPE_HAS_SOURCE) {
		begin(l, "source", source ? source : "");
		end(l, source ? "the level or place that gave the data" :
		    "this CPU's code has no known name");
	}
}

int dump_record_fields(struct dump *d, const struct stream *s, const struct spe_record *rec,
		       const struct owner *o, uint64_t time)
{
	struct line *l = &d->line;

	line_text(l, "# fields\n");
#define FIELD(name, given, form, what) FIELD_##form(name, given, what)
#define FIELD_DEC(name, given, what) if (given) say_number(l, #name, false, rec->name, what);
#define FIELD_HEX(name, given, what) if (given) say_number(l, #name, true, rec->name, what);
#define FIELD_PAYLOADS(name, given, what) say_list(l, #name, rec->extra, NULL, rec, what);
#define FIELD_HEADERS(name, given, what) say_list(l, #name, NULL, rec->extra_header, rec, what);
#include "cmd/dump/record_fields.def"
#undef FIELD
	line_text(l, "# meaning\n");
	say_words(l, s, rec);
	line_text(l, "# owner\n");
	say_owner(l, o, time);
	return l->err;
}
