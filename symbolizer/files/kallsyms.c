// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/files/kallsyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/intern.h"
#include "base/lines.h"
#include "base/pool.h"

#define FILE_MAX	(256u << 20)	/* an allyesconfig kernel has some 30 MB */
#define NAME_CUT	4096
#define MODULES_MAX	4096u

struct module {
	struct symtab *symbols;
	uint64_t text;		/* UINT64_MAX: no function yet */
};

struct kallsyms {
	struct pool texts;	/* names of symbols */
	struct symtab *kernel;
	struct intern names;	/* of modules */
	struct module *module;	/* by number in names */
	size_t lines, zero;	/* symbols, and those at address 0 */
	size_t bad;		/* lines with another format */
};

/* A parsed line. */
struct line {
	uint64_t addr;
	char type;
	const char *name, *module;	/* not terminated; module NULL: of the kernel */
	size_t name_len, module_len;
};

void kallsyms_free(struct kallsyms *k)
{
	if (!k)
		return;
	for (uint32_t i = 0; i < k->names.nr && k->module; i++)
		symtab_free(k->module[i].symbols);
	free(k->module);
	intern_clear(&k->names);
	symtab_free(k->kernel);
	pool_free(&k->texts);
	free(k);
}

const struct symtab *kallsyms_kernel(const struct kallsyms *k)
{
	return k->kernel;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t word_len(const char *at, const char *end)
{
	static const bool ends[256] = { ['\0'] = true, ['\t'] = true, ['\r'] = true, [' '] = true };
	const char *p = at;

	while (p < end && !ends[(unsigned char)*p])
		p++;
	return (size_t)(p - at);
}

/* False: not a line of this format. */
static bool take_apart(const char *at, const char *end, struct line *l)
{
	const char *begin = at, *most = end - at > 17 ? at + 17 : end;

	for (l->addr = 0; at < most && hex_digit(*at) >= 0; at++)
		l->addr = l->addr << 4 | (uint64_t)hex_digit(*at);
	if (at - begin < 8 || at - begin > 16 || end - at < 4 || at[0] != ' ' || !at[1] || at[2] != ' ' ||
	    at[3] <= ' ')
		return false;
	l->type = at[1];
	l->name = at + 3;
	l->name_len = word_len(l->name, end);
	l->module = NULL;
	for (at = l->name + l->name_len; at < end && is_blank(*at); at++)
		;
	if (at < end && *at == '[') {
		l->module = at;
		l->module_len = word_len(at, end);
	}
	return true;
}

/* The table that a line belongs to; NULL: out of memory. */
static struct symtab *table_of(struct kallsyms *k, const struct line *l)
{
	uint32_t old = k->names.nr, n;
	struct module *m;

	if (!l->module)
		return k->kernel;
	if (k->names.nr == MODULES_MAX)
		n = intern_find(&k->names, l->module, l->module_len);
	else
		n = intern_add(&k->names, l->module, l->module_len);
	if (n == INTERN_NONE)
		return NULL;
	m = &k->module[n];
	if (n == old)
		*m = (struct module){ .symbols = symtab_new(), .text = UINT64_MAX };
	if ((l->type == 't' || l->type == 'T') && l->addr < m->text)
		m->text = l->addr & ~4095ull;
	return m->symbols;
}

/* Types as in nm(1): upper case for global, 'w' and 'v' for weak. */
static int add(struct kallsyms *k, const struct line *l)
{
	struct symtab_symbol s = { .start = l->addr, .limit = UINT64_MAX };
	struct symtab *t;

	switch (l->type) {
	case 't': case 'T':
		s.type = SYMTAB_FUNCTION;
		break;
	case 'w': case 'W':
		s.type = SYMTAB_FUNCTION;
		s.bind = SYMTAB_WEAK;
		break;
	case 'v': case 'V':
		s.type = SYMTAB_DATA;
		s.bind = SYMTAB_WEAK;
		break;
	case 'd': case 'D': case 'b': case 'B': case 'r': case 'R': case 'g': case 'G':
	case 's': case 'S':
		s.type = SYMTAB_DATA;
		break;
	default:
		return 0;	/* absolute, undefined, debug */
	}
	if (s.bind != SYMTAB_WEAK)
		s.bind = l->type >= 'a' ? SYMTAB_LOCAL : SYMTAB_GLOBAL;
	k->lines++;
	k->zero += !l->addr;
	t = table_of(k, l);
	s.name = pool_bytes(&k->texts, l->name, l->name_len < NAME_CUT ? l->name_len : NAME_CUT);
	return t && s.name ? symtab_add(t, &s) : -ENOMEM;
}

static int take_line(void *arg, const char *at, const char *end, bool whole)
{
	struct kallsyms *k = arg;
	struct line l;

	(void)whole;	/* the last line may lack its end */
	if (take_apart(at, end, &l))
		return add(k, &l);
	/* A few odd lines are damage; many mean another format. */
	return ++k->bad > 16 + k->lines / 16 ? -EINVAL : 0;
}

static int seal(struct kallsyms *k)
{
	int err = symtab_seal(k->kernel);

	for (uint32_t i = 0; i < k->names.nr && !err; i++)
		err = symtab_seal(k->module[i].symbols);
	return err;
}

static int parse(struct kallsyms *k, int fd)
{
	int err = lines_read(fd, FILE_MAX, take_line, k);

	if (err || !k->lines)
		return err ?: -EINVAL;
	return k->zero == k->lines ? -EACCES : 0;
}

int kallsyms_open(struct kallsyms **out, int fd)
{
	struct kallsyms *k = calloc(1, sizeof(*k));
	int err = -ENOMEM;

	if (!k)
		return -ENOMEM;
	k->kernel = symtab_new();
	k->module = calloc(MODULES_MAX, sizeof(*k->module));
	if (!k->kernel || !k->module)
		goto fail;
	err = parse(k, fd) ?: seal(k);
fail:
	if (err)
		kallsyms_free(k);
	else
		*out = k;
	return err;
}

const struct symtab *kallsyms_module(const struct kallsyms *k, const char *name,
				     uint64_t *text)
{
	uint32_t n = intern_find(&k->names, name, strlen(name));

	if (n == INTERN_NONE || k->module[n].text == UINT64_MAX)
		return NULL;
	*text = k->module[n].text;
	return k->module[n].symbols;
}

const struct symtab_range *kallsyms_find(const struct kallsyms *k, uint64_t addr)
{
	for (uint32_t i = 0; i < k->names.nr; i++) {
		const struct symtab_range *s = symtab_find(k->module[i].symbols, addr);

		if (s)
			return s;
	}
	return symtab_find(k->kernel, addr);
}
