// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/cpu_table.h"

#include <stdbool.h>
#include <string.h>

#include "decoder/names.h"
#include "decoder/names_impl.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define WORDS_MAX	5
#define NAME_MAX_LEN	31

static struct {
	struct cpu cpus[128];
	struct source sources[512];
	struct impdef_event events[256];
	const char *tables[32];		/* the file's new ones: NR_SOURCE_TABLES + i */
	char names[32 << 10];		/* NUL-terminated, one after the other */
	size_t nr_cpus, nr_sources, nr_events, nr_tables, names_len;
} user;

const struct cpu *user_cpu(unsigned int implementer, unsigned int part)
{
	for (size_t i = 0; i < user.nr_cpus; i++)
		if (user.cpus[i].part == part && user.cpus[i].implementer == implementer)
			return &user.cpus[i];
	return NULL;
}

const struct source *user_source(unsigned int table, uint16_t code)
{
	for (size_t i = 0; i < user.nr_sources; i++)
		if (user.sources[i].table == table && user.sources[i].code == code)
			return &user.sources[i];
	return NULL;
}

const struct impdef_event *user_event(unsigned int implementer, unsigned int part,
				      unsigned int bit)
{
	for (size_t i = 0; i < user.nr_events; i++)
		if (user.events[i].bit == bit && user.events[i].part == part &&
		    user.events[i].implementer == implementer)
			return &user.events[i];
	return NULL;
}

/* A word of the text, without its quotes. */
struct word {
	const char *at;
	size_t len;
};

static bool is(const struct word *w, const char *text)
{
	return w->len == strlen(text) && !memcmp(w->at, text, w->len);
}

/* Like is(), where text is in capitals and the word is not. */
static bool is_lower(const struct word *w, const char *text)
{
	for (size_t i = 0; i < w->len; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!c || c != w->at[i])
			return false;
	}
	return !text[w->len];
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Decimal, or hex after 0x; false: not a number from 0 to most. */
static bool number(const struct word *w, unsigned int most, unsigned int *out)
{
	bool hex = w->len > 2 && w->at[0] == '0' && (w->at[1] | 0x20) == 'x';
	int base = hex ? 16 : 10;

	*out = 0;
	for (size_t i = hex ? 2 : 0; i < w->len; i++) {
		if (digit(w->at[i]) >= base)
			return false;
		*out = *out * (unsigned int)base + (unsigned int)digit(w->at[i]);
		if (*out > most)
			return false;
	}
	return w->len > 0;
}

/* The line's words.  Returns their number; WORDS_MAX + 1: there are more; 0 and *e: a bad quote. */
static size_t split(const char *at, const char *end, struct word *words, struct cpu_table_error *e)
{
	size_t nr = 0;

	for (;;) {
		bool quoted;

		while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
			at++;
		if (at == end || *at == '#')
			return nr;
		if (nr == WORDS_MAX)
			return nr + 1;
		quoted = *at == '"';
		at += quoted;
		words[nr].at = at;
		while (at < end && (quoted ? *at != '"' : !strchr(" \t\r#", *at)))
			at++;
		words[nr].len = (size_t)(at - words[nr].at);
		if (quoted && at++ == end) {
			e->what = "a double quote is missing";
			return 0;
		}
		nr++;
	}
}

/* A copy of a printable name; NULL and *e: it is none, or too long. */
static const char *keep(const struct word *w, struct cpu_table_error *e)
{
	char *name = user.names + user.names_len;

	e->what = "a name has 1 to 31 printable ASCII characters";
	if (!w->len || w->len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < w->len; i++)
		if (w->at[i] < ' ' || w->at[i] > '~' || w->at[i] == '"' || w->at[i] == '\\')
			return NULL;
	e->what = "the names are too many: 32 KiB is the most";
	if (w->len + 1 > sizeof(user.names) - user.names_len)
		return NULL;
	memcpy(name, w->at, w->len);
	name[w->len] = '\0';
	user.names_len += w->len + 1;
	e->what = NULL;
	return name;
}

/* The number of a table, a new one if the word names none; -1 and *e. */
static int table_of(const struct word *w, struct cpu_table_error *e)
{
	static const char *const built_in[NR_SOURCE_TABLES] = {
#define SOURCE_TABLE(id) [SOURCES_##id] = #id,
#include "decoder/sources.def"
#undef SOURCE_TABLE
	};
	size_t i;

	for (i = SOURCES_NONE + 1; i < NR_SOURCE_TABLES; i++)
		if (is_lower(w, built_in[i]))
			return (int)i;
	for (i = 0; i < user.nr_tables; i++)
		if (is(w, user.tables[i]))
			return (int)(NR_SOURCE_TABLES + i);
	e->what = "there are more than 32 tables";
	if (i == ARRAY_SIZE(user.tables))
		return -1;
	user.tables[i] = keep(w, e);
	if (!user.tables[i])
		return -1;
	user.nr_tables++;
	return (int)(NR_SOURCE_TABLES + i);
}

/* Implementer and part of a row, from words 1 and 2. */
static bool midr_of(const struct word *words, unsigned int *implementer, unsigned int *part,
		    struct cpu_table_error *e)
{
	if (number(&words[1], 0xff, implementer) && number(&words[2], 0xfff, part))
		return true;
	e->what = "IMPLEMENTER is a number from 0 to 0xff, PART from 0 to 0xfff";
	return false;
}

static int add_cpu(const struct word *words, size_t nr, struct cpu_table_error *e)
{
	struct cpu *row = &user.cpus[user.nr_cpus];
	unsigned int implementer, part;
	int table = SOURCES_NONE;

	e->what = "write: cpu IMPLEMENTER PART NAME [TABLE]";
	if (nr < 4 || nr > 5)
		return -1;
	e->what = "there are more than 128 CPUs";
	if (user.nr_cpus == ARRAY_SIZE(user.cpus))
		return -1;
	if (!midr_of(words, &implementer, &part, e))
		return -1;
	e->what = "the CPU is in the file twice";
	if (user_cpu(implementer, part))
		return -1;
	if (nr == 5)
		table = table_of(&words[4], e);
	if (table < 0)
		return -1;
	*row = (struct cpu){ .part = (uint16_t)part, .implementer = (uint8_t)implementer,
			     .sources = (uint8_t)table, .name = keep(&words[3], e),
			     .basis = nr == 5 ? "--cpu-table" : NULL };
	if (!row->name)
		return -1;
	user.nr_cpus++;
	return 0;
}

static int add_source(const struct word *words, size_t nr, struct cpu_table_error *e)
{
	static const char *const reaches[] = {
		[SPE_REACH_L1D] = "l1d", [SPE_REACH_NEAR] = "near", [SPE_REACH_PEER] = "peer",
		[SPE_REACH_FAR] = "far",
	};
	struct source *row = &user.sources[user.nr_sources];
	unsigned int code, reach = SPE_REACH_L1D;
	int table;

	e->what = "write: source TABLE CODE NAME REACH";
	if (nr != 5)
		return -1;
	e->what = "CODE is a number from 0 to 0xffff";
	if (!number(&words[2], 0xffff, &code))
		return -1;
	while (reach < ARRAY_SIZE(reaches) && !is(&words[4], reaches[reach]))
		reach++;
	e->what = "REACH is l1d, near, peer (another core's cache) or far (another socket)";
	if (reach == ARRAY_SIZE(reaches))
		return -1;
	e->what = "there are more than 512 sources";
	if (user.nr_sources == ARRAY_SIZE(user.sources))
		return -1;
	table = table_of(&words[1], e);
	if (table < 0)
		return -1;
	e->what = "the code is in this table twice";
	if (user_source((unsigned int)table, (uint16_t)code))
		return -1;
	*row = (struct source){ .code = (uint16_t)code, .table = (uint8_t)table,
				.reach = (uint8_t)reach, .name = keep(&words[3], e) };
	if (!row->name)
		return -1;
	user.nr_sources++;
	return 0;
}

static int add_event(const struct word *words, size_t nr, struct cpu_table_error *e)
{
	struct impdef_event *row = &user.events[user.nr_events];
	unsigned int implementer, part, bit;

	e->what = "write: event IMPLEMENTER PART BIT NAME";
	if (nr != 5 || !midr_of(words, &implementer, &part, e))
		return -1;
	e->what = "BIT is a number from 0 to 63";
	if (!number(&words[3], 63, &bit))
		return -1;
	e->what = "the architecture defines this event: its name stays";
	if (spe_event_name(bit))
		return -1;
	e->what = "the event is in the file twice, or there are more than 256";
	if (user.nr_events == ARRAY_SIZE(user.events) || user_event(implementer, part, bit))
		return -1;
	*row = (struct impdef_event){ .part = (uint16_t)part, .bit = (uint8_t)bit,
				      .implementer = (uint8_t)implementer,
				      .name = keep(&words[4], e) };
	if (!row->name)
		return -1;
	user.nr_events++;
	return 0;
}

static int read_line(const char *at, const char *end, struct cpu_table_error *e)
{
	struct word words[WORDS_MAX];
	size_t nr = split(at, end, words, e);

	if (!nr)
		return e->what ? -1 : 0;
	if (is(&words[0], "cpu"))
		return add_cpu(words, nr, e);
	if (is(&words[0], "source"))
		return add_source(words, nr, e);
	if (is(&words[0], "event"))
		return add_event(words, nr, e);
	e->what = "a line begins with cpu, source or event";
	return -1;
}

int cpu_table_read(const char *text, size_t len, struct cpu_table_error *e)
{
	const char *end = text + len, *next;

	memset(&user, 0, sizeof(user));
	*e = (struct cpu_table_error){ .line = 1 };
	for (; text < end; text = next + (next < end), e->line++) {
		next = memchr(text, '\n', (size_t)(end - text));
		if (!next)
			next = end;
		if (read_line(text, next, e)) {
			memset(&user, 0, sizeof(user));
			return -1;
		}
	}
	return 0;
}
