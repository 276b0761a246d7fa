// SPDX-License-Identifier: GPL-2.0-only
/* Runs tests/vectors, whose language is described in the README there. */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "decoder/names.h"
#include "decoder/packet.h"
#include "decoder/record.h"
#include "tests/unit/assemble.h"

#ifndef TOP
#define TOP "."
#endif

#define BYTES_MAX	16384
#define RECORDS_MAX	512
#define GAPS_MAX	16
#define LINE_MAX_LEN	4096

/* A field of struct spe_record, with its name in vectors. */
static const struct field {
	const char *name;
	uint16_t offset, size;
	uint32_t has;
} fields[] = {
#define F(f, has) { #f, offsetof(struct spe_record, f), \
		sizeof(((struct spe_record *)0)->f), has }
	F(offset, 0), F(size, 0),
	F(pc, SPE_HAS_PC), F(pc_el, SPE_HAS_PC), F(pc_ns, SPE_HAS_PC),
	F(target, SPE_HAS_TARGET), F(target_el, SPE_HAS_TARGET),
	F(target_ns, SPE_HAS_TARGET),
	F(prev_target, SPE_HAS_PREV_TARGET), F(prev_el, SPE_HAS_PREV_TARGET),
	F(prev_ns, SPE_HAS_PREV_TARGET),
	F(va, SPE_HAS_VA), F(pa, SPE_HAS_PA), F(pa_attr, SPE_HAS_PA),
	F(events, SPE_HAS_EVENTS), F(op_class, SPE_HAS_OP), F(op, SPE_HAS_OP),
	F(total, SPE_HAS_TOTAL), F(issue, SPE_HAS_ISSUE), F(xlat, SPE_HAS_XLAT),
	F(alt_issue, SPE_HAS_ALT_ISSUE), F(source, SPE_HAS_SOURCE),
	F(ctx_el1, SPE_HAS_CTX_EL1), F(ctx_el2, SPE_HAS_CTX_EL2),
	F(ticks, SPE_HAS_TICKS), F(nr_extra, 0), F(has, 0),
#undef F
};
#define NR_FIELDS	(sizeof(fields) / sizeof(fields[0]))

static const struct counter {
	const char *name;
	uint16_t offset;
} counters[] = {
#define C(c) { #c, offsetof(struct spe_stats, c) }
	C(fed), C(record), C(pad), C(skipped), C(held), C(records), C(torn), C(unknown),
#undef C
};
#define NR_COUNTERS	(sizeof(counters) / sizeof(counters[0]))

struct expected {
	struct spe_record rec;
	unsigned int line;
	bool offset_given, size_given;
	const char *kind, *subclass;	/* NULL: not stated */
	int atomic, vector;		/* -1: not stated */
	char words[128];		/* storage for kind and subclass */
};

struct vector {
	const char *file;
	unsigned int line;		/* the one being read */
	unsigned int failures;
	char name[64];
	uint8_t bytes[BYTES_MAX];
	size_t len;
	size_t gaps[GAPS_MAX];		/* a gap before this byte */
	unsigned int nr_gaps;
	struct expected expected[RECORDS_MAX];
	unsigned int nr_expected;
	bool want_records;
	int64_t stats[NR_COUNTERS];	/* -1: not stated */
};

static void complain(struct vector *v, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void complain(struct vector *v, unsigned int line, const char *fmt, ...)
{
	char text[ASSEMBLE_TEXT * 3];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print_error("%s:%u: %s: %s\n", v->file, line, v->name, text);
	v->failures++;
}

static uint64_t get_field(const struct spe_record *rec, const struct field *f)
{
	const uint8_t *p = (const uint8_t *)rec + f->offset;

	switch (f->size) {
	case 1:
		return *p;
	case 2:
		return *(const uint16_t *)p;
	case 4:
		return *(const uint32_t *)p;
	}
	return *(const uint64_t *)p;
}

static void set_field(struct spe_record *rec, const struct field *f, uint64_t value)
{
	uint8_t *p = (uint8_t *)rec + f->offset;

	switch (f->size) {
	case 1:
		*p = (uint8_t)value;
		break;
	case 2:
		*(uint16_t *)p = (uint16_t)value;
		break;
	case 4:
		*(uint32_t *)p = (uint32_t)value;
		break;
	default:
		*(uint64_t *)p = value;
	}
	rec->has |= f->has;
}

/* --- decoded records --- */

static void compare_names(struct vector *v, const struct expected *e,
			  const struct spe_record *rec)
{
	const char *kind = spe_kind_name(spe_kind(rec));
	const char *subclass = spe_op_name(spe_op(rec->op_class, rec->op));
	int atomic = spe_op_is_atomic(rec->op_class, rec->op);
	int bits = (int)spe_op_vector_bits(rec->op_class, rec->op);

	if (e->kind && strcmp(e->kind, kind))
		complain(v, e->line, "kind is %s, not %s", kind, e->kind);
	if (e->subclass && strcmp(e->subclass, subclass))
		complain(v, e->line, "subclass is %s, not %s", subclass, e->subclass);
	if (e->atomic >= 0 && e->atomic != atomic)
		complain(v, e->line, "atomic is %d, not %d", atomic, e->atomic);
	if (e->vector >= 0 && e->vector != bits)
		complain(v, e->line, "vector is %d, not %d", bits, e->vector);
}

static void compare_record(struct vector *v, const struct expected *e,
			   const struct spe_record *rec)
{
	uint64_t got, want;
	size_t i;

	for (i = 0; i < NR_FIELDS; i++) {
		if ((!strcmp(fields[i].name, "offset") && !e->offset_given) ||
		    (!strcmp(fields[i].name, "size") && !e->size_given))
			continue;
		got = get_field(rec, &fields[i]);
		want = get_field(&e->rec, &fields[i]);
		if (got != want)
			complain(v, e->line, "%s is 0x%" PRIx64 ", not 0x%" PRIx64,
				 fields[i].name, got, want);
	}
	for (i = 0; i < SPE_EXTRA_MAX; i++)
		if (rec->extra[i] != e->rec.extra[i] ||
		    rec->extra_header[i] != e->rec.extra_header[i])
			complain(v, e->line, "extra is 0x%x/0x%" PRIx64 ", not 0x%x/0x%" PRIx64,
				 rec->extra_header[i], rec->extra[i],
				 e->rec.extra_header[i], e->rec.extra[i]);
	compare_names(v, e, rec);
}

struct decoded {
	struct spe_record recs[RECORDS_MAX];
	size_t nr;
};

static void drain(struct vector *v, struct spe_decoder *d, struct decoded *out)
{
	struct spe_record rec;

	while (spe_decoder_next(d, &rec, 1)) {
		if (out->nr < RECORDS_MAX)
			out->recs[out->nr++] = rec;
		else
			complain(v, v->line, "more than %d records", RECORDS_MAX);
	}
	if (d->stats.fed != d->stats.record + d->stats.pad + d->stats.skipped + d->stats.held)
		complain(v, v->line, "the tally does not balance");
}

/* Feed all bytes in pieces of that size; gaps also end a piece. */
static void decode(struct vector *v, struct spe_decoder *d, struct decoded *out,
		   size_t piece)
{
	unsigned int gap = 0;
	size_t at = 0, n;

	out->nr = 0;
	spe_decoder_init(d);
	while (at < v->len) {
		for (; gap < v->nr_gaps && v->gaps[gap] == at; gap++) {
			spe_decoder_gap(d);
			drain(v, d, out);
		}
		n = v->len - at < piece ? v->len - at : piece;
		if (gap < v->nr_gaps && v->gaps[gap] - at < n)
			n = v->gaps[gap] - at;
		spe_decoder_feed(d, v->bytes + at, n, at);
		drain(v, d, out);
		at += n;
	}
	spe_decoder_gap(d);
	drain(v, d, out);
}

static void compare_tally(struct vector *v, const struct spe_stats *stats)
{
	uint64_t got;
	size_t i;

	for (i = 0; i < NR_COUNTERS; i++) {
		if (v->stats[i] < 0)
			continue;
		memcpy(&got, (const char *)stats + counters[i].offset, sizeof(got));
		if (got != (uint64_t)v->stats[i])
			complain(v, v->line, "tally: %s is %" PRIu64 ", not %" PRId64,
				 counters[i].name, got, v->stats[i]);
	}
}

static void check_records(struct vector *v)
{
	static const size_t pieces[] = { BYTES_MAX, 1, 3, 7, 64 };
	static struct decoded whole, again;
	struct spe_decoder d;
	size_t i;

	decode(v, &d, &whole, pieces[0]);
	if (whole.nr != v->nr_expected)
		complain(v, v->line, "%zu records, not %u", whole.nr, v->nr_expected);
	for (i = 0; i < whole.nr && i < v->nr_expected; i++)
		compare_record(v, &v->expected[i], &whole.recs[i]);
	compare_tally(v, &d.stats);
	for (i = 1; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		decode(v, &d, &again, pieces[i]);
		if (again.nr != whole.nr ||
		    memcmp(again.recs, whole.recs, whole.nr * sizeof(whole.recs[0])))
			complain(v, v->line, "other records when fed %zu bytes at a time",
				 pieces[i]);
		compare_tally(v, &d.stats);
	}
}

static void finish(struct vector *v)
{
	if (v->want_records)
		check_records(v);
}

static void begin(struct vector *v, const char *name)
{
	size_t i;

	snprintf(v->name, sizeof(v->name), "%s", name);
	v->len = 0;
	v->nr_gaps = v->nr_expected = 0;
	v->want_records = false;
	for (i = 0; i < NR_COUNTERS; i++)
		v->stats[i] = -1;
}

/* --- packets --- */

/* Parse bytes in hex; -1: not hex. */
static int parse_hex(const char *text, uint8_t *buf, size_t room)
{
	size_t n = 0;

	while (*(text += strspn(text, " "))) {
		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
		    (text[2] && text[2] != ' ') || n == room)
			return -1;
		buf[n++] = (uint8_t)strtoul((char[]){ text[0], text[1], 0 }, NULL, 16);
		text += 2;
	}
	return n ? (int)n : -1;
}

static void append(struct vector *v, const uint8_t *buf, size_t n)
{
	if (v->len + n > BYTES_MAX) {
		complain(v, v->line, "too many bytes");
		return;
	}
	memcpy(v->bytes + v->len, buf, n);
	v->len += n;
}

/* Are the n bytes one packet, or only padding, with that text? */
static void check_packet(struct vector *v, const uint8_t *buf, int n, const char *want)
{
	uint8_t again[SPE_PACKET_MAX];
	char text[ASSEMBLE_TEXT];
	struct spe_packet pkt;
	int size = spe_packet_decode(&pkt, buf, (size_t)n);

	while (size > 0 && size < n && !buf[0] && !buf[size])
		size++;
	if (size != n) {
		complain(v, v->line, "%d bytes, but the packet has %d", n, size);
		return;
	}
	spe_packet_format(text, sizeof(text), &pkt);
	if (strcmp(text, want))
		complain(v, v->line, "text is '%s', not '%s'", text, want);
	if (spe_packet_encode(again, sizeof(again), &pkt) != pkt.size ||
	    memcmp(again, buf, pkt.size))
		complain(v, v->line, "does not encode to the same bytes");
}

/* "EV:8 RETIRED" is printed as "EV RETIRED", "PAD 6" as "PAD". */
static void canonical(char *out, size_t room, const char *mnemonic)
{
	struct mnemonic m;

	if (split_mnemonic(&m, mnemonic))
		m = (struct mnemonic){ .rest = mnemonic };
	snprintf(out, room, "%s%s", m.word, strcmp(m.word, "PAD") ? m.rest : "");
}

static void packet_line(struct vector *v, char *left, const char *right)
{
	char text[ASSEMBLE_TEXT];
	uint8_t buf[256];
	int n;

	n = parse_hex(left, buf, sizeof(buf));
	if (n > 0 && !right) {
		complain(v, v->line, "bytes need '=> text'");
	} else if (n < 0 && sscanf(left, "PAD %d", &n) == 1 && n > 0 && n <= 256) {
		memset(buf, 0, sizeof(buf));
	} else if (n < 0) {
		n = assemble(buf, sizeof(buf), left);
	}
	if (n <= 0) {
		complain(v, v->line, "no packet: '%s'", left);
		return;
	}
	canonical(text, sizeof(text), left);
	check_packet(v, buf, n, right ? right : text);
	append(v, buf, (size_t)n);
}

static void raw_line(struct vector *v, const char *text)
{
	uint8_t buf[512];
	int n = parse_hex(text, buf, sizeof(buf));

	if (n < 0)
		complain(v, v->line, "no bytes: '%s'", text);
	else
		append(v, buf, (size_t)n);
}

/* --- expectations --- */

static int parse_number(const char *text, uint64_t *value)
{
	char *end;

	*value = strtoull(text, &end, 0);
	return end == text || *end ? -1 : 0;
}

static int parse_events(const char *text, uint64_t *value)
{
	size_t n;
	int bit;

	if (!parse_number(text, value))
		return 0;
	*value = 0;
	for (;; text += n + 1) {
		n = strcspn(text, ",");
		bit = spe_event_find(text, n);
		if (bit < 0)
			return -1;
		*value |= 1ull << bit;
		if (!text[n])
			return 0;
	}
}

/* Parse "a/b" for op and extra. */
static int parse_pair(const char *text, uint64_t *a, uint64_t *b)
{
	char first[32];
	size_t n = strcspn(text, "/");

	if (!text[n] || n >= sizeof(first))
		return -1;
	memcpy(first, text, n);
	first[n] = '\0';
	return parse_number(first, a) || parse_number(text + n + 1, b) ? -1 : 0;
}

static int expect_extra(struct expected *e, const char *value)
{
	unsigned int i = e->rec.nr_extra;
	uint64_t header;

	if (i >= SPE_EXTRA_MAX || parse_pair(value, &header, &e->rec.extra[i]))
		return -1;
	e->rec.extra_header[i] = (uint16_t)header;
	e->rec.nr_extra++;
	return 0;
}

static int expect_op(struct expected *e, const char *value)
{
	uint64_t class, op;

	if (parse_pair(value, &class, &op))
		return -1;
	e->rec.op_class = (uint8_t)class;
	e->rec.op = (uint8_t)op;
	e->rec.has |= SPE_HAS_OP;
	return 0;
}

static const char *keep_word(struct expected *e, const char *word)
{
	size_t used = e->words[0] ? strlen(e->words) + 1 : 0;

	snprintf(e->words + used, sizeof(e->words) - used, "%s", word);
	return e->words + used;
}

static int expect_field(struct expected *e, const char *name, const char *value)
{
	uint64_t number;
	size_t i;

	if (!strcmp(name, "kind"))
		return e->kind = keep_word(e, value), 0;
	if (!strcmp(name, "subclass"))
		return e->subclass = keep_word(e, value), 0;
	if (!strcmp(name, "op"))
		return expect_op(e, value);
	if (!strcmp(name, "extra"))
		return expect_extra(e, value);
	if (strcmp(name, "events") ? parse_number(value, &number) : parse_events(value, &number))
		return -1;
	if (!strcmp(name, "atomic"))
		return e->atomic = (int)number, 0;
	if (!strcmp(name, "vector"))
		return e->vector = (int)number, 0;
	e->offset_given |= !strcmp(name, "offset");
	e->size_given |= !strcmp(name, "size");
	for (i = 0; i < NR_FIELDS; i++)
		if (!strcmp(fields[i].name, name))
			return set_field(&e->rec, &fields[i], number), 0;
	return -1;
}

static void record_line(struct vector *v, char *text)
{
	struct expected *e = &v->expected[v->nr_expected];
	char *save = NULL, *word, *value;

	v->want_records = true;
	if (v->nr_expected == RECORDS_MAX) {
		complain(v, v->line, "too many records");
		return;
	}
	v->nr_expected++;
	*e = (struct expected){ .line = v->line, .atomic = -1, .vector = -1 };
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		value = strchr(word, '=');
		if (value)
			*value++ = '\0';
		if (!value || expect_field(e, word, value))
			complain(v, v->line, "no field: '%s'", word);
	}
}

static void tally_line(struct vector *v, char *text)
{
	char *save = NULL, *word, *value;
	uint64_t number;
	size_t i;

	v->want_records = true;
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		value = strchr(word, '=');
		if (value)
			*value++ = '\0';
		for (i = 0; i < NR_COUNTERS && strcmp(counters[i].name, word); i++)
			;
		if (i == NR_COUNTERS || !value || parse_number(value, &number))
			complain(v, v->line, "no counter: '%s'", word);
		else
			v->stats[i] = (int64_t)number;
	}
}

/* --- names --- */

static void join_errata(char *out, size_t room, uint64_t midr)
{
	struct spe_erratum errata[8];
	size_t i, n = spe_errata(midr, errata, 8);

	out[0] = '\0';
	for (i = 0; i < n && i < 8; i++)
		snprintf(out + strlen(out), room - strlen(out), "%s%s",
			 i ? " " : "", errata[i].id);
}

/* 0: word is not a statement about names. */
static int name_line(struct vector *v, const char *word, const char *args, const char *right)
{
	unsigned long long midr = 0;
	unsigned int number = 0;
	const char *got = NULL;
	char errata[128];

	sscanf(args, " %llx %u", &midr, &number);
	if (!strcmp(word, "cpu")) {
		got = spe_cpu_name(midr);
	} else if (!strcmp(word, "implementer")) {
		got = spe_implementer_name(midr);
	} else if (!strcmp(word, "source")) {
		got = spe_source_name(midr, (uint16_t)number);
	} else if (!strcmp(word, "event")) {
		got = spe_event_name_on(midr, number);
	} else if (!strcmp(word, "errata")) {
		join_errata(errata, sizeof(errata), midr);
		got = errata[0] ? errata : NULL;
	} else {
		return 0;
	}
	if (!right || strcmp(got ? got : "-", right))
		complain(v, v->line, "%s is '%s', not '%s'", word, got ? got : "-",
			 right ? right : "");
	return 1;
}

/* --- lines --- */

static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	n = strlen(s);
	while (n && strchr(" \t\r\n", s[n - 1]))
		s[--n] = '\0';
	return s;
}

static void run_line(struct vector *v, char *line)
{
	char *right = strstr(line, "=>"), word[16] = "";
	const char *args;

	if (right) {
		*right = '\0';
		right = trim(right + 2);
		line = trim(line);
	}
	sscanf(line, "%15s", word);
	args = line + strlen(word);
	if (!strcmp(word, "vector")) {
		finish(v);
		begin(v, trim((char *)args));
	} else if (!strcmp(word, "record")) {
		record_line(v, (char *)args);
	} else if (!strcmp(word, "tally")) {
		tally_line(v, (char *)args);
	} else if (!strcmp(word, "raw")) {
		raw_line(v, args);
	} else if (!strcmp(word, "gap") && v->nr_gaps < GAPS_MAX) {
		v->gaps[v->nr_gaps++] = v->len;
	} else if (!name_line(v, word, args, right)) {
		packet_line(v, line, right);
	}
}

/* A line with its continuations, without comment. */
static int read_line(struct vector *v, FILE *f, char *line, size_t room)
{
	size_t n = 0;

	line[0] = '\0';
	while (fgets(line + n, (int)(room - n), f)) {
		v->line++;
		line[n + strcspn(line + n, "#\n")] = '\0';
		n = strlen(line);
		while (n && strchr(" \t\r", line[n - 1]))
			line[--n] = '\0';
		if (!n || line[n - 1] != '\\')
			return 1;
		line[n - 1] = ' ';
	}
	return n > 0;
}

static void run_file(void **state)
{
	char path[512], line[LINE_MAX_LEN], *text;
	struct vector *v = calloc(1, sizeof(*v));
	unsigned int failures;
	FILE *f;

	assert_non_null(v);
	v->file = *state;
	snprintf(path, sizeof(path), "%s/tests/vectors/%s", TOP, v->file);
	f = fopen(path, "r");
	assert_non_null(f);
	begin(v, "-");
	while (read_line(v, f, line, sizeof(line))) {
		text = trim(line);
		if (*text)
			run_line(v, text);
	}
	finish(v);
	fclose(f);
	failures = v->failures;
	free(v);
	assert_int_equal(failures, 0);
}

static int is_vector_file(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 4 && !strcmp(d->d_name + n - 4, ".txt");
}

int main(void)
{
	struct CMUnitTest tests[64];
	struct dirent **names;
	int n = scandir(TOP "/tests/vectors", &names, is_vector_file, alphasort), i, ret;

	if (n <= 0 || n > 64) {
		fprintf(stderr, "%s/tests/vectors: no files, or too many\n", TOP);
		return 1;
	}
	for (i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){
			.name = names[i]->d_name,
			.test_func = run_file,
			.initial_state = names[i]->d_name,
		};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	ret = _cmocka_run_group_tests("vectors", tests, (size_t)n, NULL, NULL);
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return ret;
}
