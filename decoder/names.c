// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/names.h"

#include "decoder/names_impl.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static bool same(const char *name, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!name[i] || name[i] != text[i])
			return false;
	return !name[len];
}

static const char *const event_names[64] = {
#define EVENT(bit, id, name, dump, what) [bit] = name,
#include "decoder/events.def"
#undef EVENT
};

const char *spe_event_name(unsigned int bit)
{
	return bit < ARRAY_SIZE(event_names) ? event_names[bit] : NULL;
}

/* "ev26": the number of a bit without a name. */
static int event_number(const char *text, size_t len)
{
	unsigned int n = 0, i;

	if (len < 3 || len > 4 || text[0] != 'e' || text[1] != 'v')
		return -1;
	for (i = 2; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n = n * 10 + (unsigned int)(text[i] - '0');
	}
	return n < 64 ? (int)n : -1;
}

int spe_event_find(const char *name, size_t len)
{
	unsigned int bit;

	for (bit = 0; bit < ARRAY_SIZE(event_names); bit++)
		if (event_names[bit] && same(event_names[bit], name, len))
			return (int)bit;
	return event_number(name, len);
}

/* Implementer in the rows of cpus.def and related tables: MIDR_EL1 bits 31:24; part: bits 15:4. */
static unsigned int implementer_of(uint64_t midr)
{
	return (midr >> 24) & 0xff;
}

static unsigned int part_of(uint64_t midr)
{
	return (midr >> 4) & 0xfff;
}

const char *spe_event_name_on(uint64_t midr, unsigned int bit)
{
	static const struct impdef_event rows[] = {
#define IMPDEF_EVENT(implementer, part, bit, name, what) \
		{ part, implementer, bit, name },
#include "decoder/events.def"
#undef IMPDEF_EVENT
	};
	const struct impdef_event *given = user_event(implementer_of(midr), part_of(midr), bit);
	size_t i;

	if (given)
		return given->name;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].bit == bit && rows[i].part == part_of(midr) &&
		    rows[i].implementer == implementer_of(midr))
			return rows[i].name;
	return spe_event_name(bit);
}

enum spe_kind spe_kind(const struct spe_record *rec)
{
	if (!(rec->has & SPE_HAS_OP))
		return SPE_KIND_NONE;
	switch (rec->op_class) {
	case 0:
		return SPE_KIND_OTHER;
	case 1:
		return rec->op & 1 ? SPE_KIND_STORE : SPE_KIND_LOAD;
	case 2:
		return SPE_KIND_BRANCH;
	}
	return SPE_KIND_NONE;
}

const char *spe_kind_name(enum spe_kind k)
{
	switch (k) {
	case SPE_KIND_NONE:
		return "";
	case SPE_KIND_OTHER:
		return "other";
	case SPE_KIND_LOAD:
		return "load";
	case SPE_KIND_STORE:
		return "store";
	case SPE_KIND_BRANCH:
		return "branch";
	}
	return "";
}

static const struct {
	uint8_t class, mask, value;
	const char *name;
} ops[NR_SPE_OPS] = {
	[SPE_OP_RESERVED] = { 0, 0, 0, "reserved" },
#define OP(id, class, mask, value, name, what) \
	[SPE_OP_##id] = { class, mask, value, name },
#include "decoder/ops.def"
#undef OP
};

enum spe_op spe_op(uint8_t op_class, uint8_t payload)
{
	unsigned int op;

	for (op = SPE_OP_RESERVED + 1; op < NR_SPE_OPS; op++)
		if (ops[op].class == op_class && (payload & ops[op].mask) == ops[op].value)
			return op;
	return SPE_OP_RESERVED;
}

const char *spe_op_name(enum spe_op op)
{
	return (unsigned int)op < NR_SPE_OPS ? ops[op].name : "reserved";
}

bool spe_op_is_atomic(uint8_t op_class, uint8_t payload)
{
	return spe_op(op_class, payload) == SPE_OP_EXTENDED && (payload & 0x1c);
}

enum spe_access spe_access(const struct spe_record *rec)
{
	enum spe_kind kind = spe_kind(rec);

	if (kind != SPE_KIND_LOAD && kind != SPE_KIND_STORE)
		return SPE_ACCESS_NONE;
	/* AT [D18.2.7]; includes a compare-and-swap that found another value */
	if (spe_op(rec->op_class, rec->op) == SPE_OP_EXTENDED && rec->op & 1 << 2)
		return SPE_ACCESS_UPDATE;
	return kind == SPE_KIND_LOAD ? SPE_ACCESS_READ : SPE_ACCESS_WRITE;
}

const char *spe_access_name(enum spe_access a)
{
	static const char *const names[NR_SPE_ACCESSES] = {
		[SPE_ACCESS_NONE] = "", [SPE_ACCESS_READ] = "read",
		[SPE_ACCESS_WRITE] = "write", [SPE_ACCESS_UPDATE] = "update",
	};

	return names[a];
}

/* D18.2.7: ETS is bits 6:4, then bit 2; 12 to 14 are reserved, 15 means all of ZA. */
static unsigned int tile_bits(uint8_t payload)
{
	unsigned int ets = ((payload >> 4) & 7) << 1 | ((payload >> 2) & 1);

	return ets < 12 ? 128u << ets : 0;
}

unsigned int spe_op_vector_bits(uint8_t op_class, uint8_t payload)
{
	switch ((int)spe_op(op_class, payload)) {
	case SPE_OP_SVE_OTHER:
	case SPE_OP_SVE:
		return 32u << ((payload >> 4) & 7);
	case SPE_OP_SME_OTHER:
		return tile_bits(payload);
	}
	return 0;
}

static const struct cpu cpus[] = {
#define CPU(implementer, part, name, sources, basis) \
	{ part, implementer, SOURCES_##sources, name, basis },
#include "decoder/cpus.def"
#undef CPU
};

static const struct cpu *cpu_of(uint64_t midr)
{
	const struct cpu *given = user_cpu(implementer_of(midr), part_of(midr));
	size_t i;

	if (given)
		return given;
	for (i = 0; i < ARRAY_SIZE(cpus); i++)
		if (cpus[i].part == part_of(midr) &&
		    cpus[i].implementer == implementer_of(midr))
			return &cpus[i];
	return NULL;
}

uint64_t spe_cpu_row(size_t i)
{
	/* Bits 19:16, the architecture, are 0xf in all of them. */
	return i < ARRAY_SIZE(cpus) ? (uint64_t)cpus[i].implementer << 24 | 0xf0000 |
				      (uint64_t)cpus[i].part << 4 : 0;
}

const char *spe_cpu_name(uint64_t midr)
{
	const struct cpu *cpu = cpu_of(midr);

	return cpu ? cpu->name : NULL;
}

const char *spe_sources_basis(uint64_t midr)
{
	const struct cpu *cpu = cpu_of(midr);

	return cpu ? cpu->basis : NULL;
}

const char *spe_implementer_name(uint64_t midr)
{
	switch (implementer_of(midr)) {
#define IMPLEMENTER(code, name) case code: return name;
#include "decoder/cpus.def"
#undef IMPLEMENTER
	}
	return NULL;
}

static const struct source *source_of(uint64_t midr, uint16_t code)
{
	static const struct source rows[] = {
#define SOURCE(table, code, name, what, reach) { code, SOURCES_##table, SPE_REACH_##reach, name },
#include "decoder/sources.def"
#undef SOURCE
	};
	const struct cpu *cpu = cpu_of(midr);
	const struct source *given = cpu && cpu->sources ? user_source(cpu->sources, code) : NULL;
	size_t i;

	if (!cpu || given)
		return given;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].table == cpu->sources && rows[i].code == code)
			return &rows[i];
	return NULL;
}

const char *spe_source_name(uint64_t midr, uint16_t code)
{
	const struct source *row = source_of(midr, code);

	return row ? row->name : NULL;
}

enum spe_reach spe_source_reach(uint64_t midr, uint16_t code)
{
	const struct source *row = source_of(midr, code);

	return row ? (enum spe_reach)row->reach : SPE_REACH_UNKNOWN;
}

/* MIDR_EL1.Variant (23:20) and Revision (3:0): n and m of rnpm. */
#define REV(n, m)	((n) << 4 | (m))
#define ANY_REV		0xff

size_t spe_errata(uint64_t midr, struct spe_erratum *out, size_t max)
{
	static const struct {
		uint16_t part;
		uint8_t implementer;
		uint8_t last;
		struct spe_erratum erratum;
	} rows[] = {
#define OTHERS		false
#define BRANCHES	true
#define ERRATUM(implementer, part, last, wrong, id, what) \
		{ part, implementer, last, { id, what, wrong } },
#include "decoder/errata.def"
#undef ERRATUM
	};
	unsigned int rev = REV((midr >> 20) & 15, midr & 15);
	size_t i, n = 0;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].part != part_of(midr) || rev > rows[i].last ||
		    rows[i].implementer != implementer_of(midr))
			continue;
		if (n < max)
			out[n] = rows[i].erratum;
		n++;
	}
	return n;
}
