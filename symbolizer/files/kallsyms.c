// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/files/kallsyms.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/intern.h"

#define FILE_MAX	(256u << 20)	/* an all-yes kernel has some 30 MB */
#define NAME_CUT	4096
#define MODULES_MAX	4096u

struct module {
	struct symtab *symbols;
	uint64_t text;		/* UINT64_MAX: no function seen */
};

struct kallsyms {
	char *text;		/* names are borrowed from it */
	struct symtab *kernel;
	struct intern names;	/* of modules */
	struct module *module;	/* by number of the name */
	size_t lines, zero;	/* symbols, and those at address 0 */
};

/* One line, taken apart in place. */
struct line {
	uint64_t addr;
	char type;
	char *name, *module;	/* module NULL: the kernel's */
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
	free(k->text);
	free(k);
}

const struct symtab *kallsyms_kernel(const struct kallsyms *k)
{
	return k->kernel;
}

/* at is NUL-terminated; false: no line of this format. */
static bool take_apart(char *at, struct line *l)
{
	int digits = 0;
	char *end;

	for (l->addr = 0; digits < 17 && hex_digit(at[digits]) >= 0; digits++)
		l->addr = l->addr << 4 | hex_digit(at[digits]);
	at += digits;
	if (digits < 8 || digits > 16 || at[0] != ' ' || !at[1] || at[2] != ' ' || at[3] <= ' ')
		return false;
	l->type = at[1];
	l->name = at + 3;
	l->module = NULL;
	end = l->name + strcspn(l->name, " \t\r");
	if (*end && *end != '\r') {
		l->module = end + strspn(end, " \t");
		l->module[strcspn(l->module, " \t\r")] = '\0';
		if (l->module[0] != '[')
			l->module = NULL;
	}
	*end = '\0';
	if (end - l->name > NAME_CUT)
		l->name[NAME_CUT] = '\0';
	return true;
}

/* The table a line belongs to; NULL: out of memory. */
static struct symtab *table_of(struct kallsyms *k, const struct line *l)
{
	uint32_t old = k->names.nr, n;
	struct module *m;

	if (!l->module)
		return k->kernel;
	if (k->names.nr == MODULES_MAX)
		n = intern_find(&k->names, l->module, strlen(l->module));
	else
		n = intern_add(&k->names, l->module, strlen(l->module));
	if (n == INTERN_NONE)
		return NULL;
	m = &k->module[n];
	if (n == old)
		*m = (struct module){ .symbols = symtab_new(), .text = UINT64_MAX };
	if ((l->type == 't' || l->type == 'T') && l->addr < m->text)
		m->text = l->addr & ~4095ull;
	return m->symbols;
}

/* Types of nm(1): kallsyms has upper case for global, 'w' and 'v' for weak. */
static int add(struct kallsyms *k, const struct line *l)
{
	struct symtab_symbol s = { .start = l->addr, .limit = UINT64_MAX, .name = l->name };
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
	return t ? symtab_add(t, &s) : -ENOMEM;
}

static int parse(struct kallsyms *k, size_t len)
{
	char *at = k->text, *end = k->text + len, *next;
	size_t bad = 0;
	struct line l;
	int err;

	for (; at < end; at = next + 1) {
		next = memchr(at, '\n', end - at);
		if (!next)
			next = end;
		*next = '\0';
		if (!take_apart(at, &l)) {
			/* A few odd lines are damage, many are another format. */
			if (++bad > 16 + k->lines / 16)
				return -EINVAL;
			continue;
		}
		err = add(k, &l);
		if (err)
			return err;
	}
	if (!k->lines)
		return -EINVAL;
	return k->zero == k->lines ? -EACCES : 0;
}

static int seal(struct kallsyms *k)
{
	int err = symtab_seal(k->kernel);

	for (uint32_t i = 0; i < k->names.nr && !err; i++)
		err = symtab_seal(k->module[i].symbols);
	return err;
}

/* /proc files say size 0: read until nothing comes. */
static int read_all(int fd, char **out, size_t *len)
{
	size_t cap = 1u << 20, used = 0;
	struct stat st;
	char *text;
	ssize_t n;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_size > FILE_MAX)
		return -EFBIG;
	if ((size_t)st.st_size >= cap)
		cap = st.st_size + 2;
	text = malloc(cap);
	if (!text)
		return -ENOMEM;
	while ((n = pread(fd, text + used, cap - 1 - used, used)) > 0) {
		used += n;
		if (used == cap - 1 && cap <= FILE_MAX) {
			char *more = realloc(text, cap *= 2);

			if (!more) {
				free(text);
				return -ENOMEM;
			}
			text = more;
		} else if (used == cap - 1) {
			free(text);
			return -EFBIG;
		}
	}
	if (n < 0) {
		free(text);
		return -errno;
	}
	text[used] = '\0';
	*out = text;
	*len = used;
	return 0;
}

int kallsyms_open(struct kallsyms **out, int fd)
{
	struct kallsyms *k = calloc(1, sizeof(*k));
	int err = -ENOMEM;
	size_t len = 0;

	if (!k)
		return -ENOMEM;
	k->kernel = symtab_new();
	k->module = calloc(MODULES_MAX, sizeof(*k->module));
	if (!k->kernel || !k->module)
		goto fail;
	err = read_all(fd, &k->text, &len);
	if (!err)
		err = parse(k, len);
	if (!err)
		err = seal(k);
	if (err)
		goto fail;
	*out = k;
	return 0;
fail:
	kallsyms_free(k);
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

const struct symtab_symbol *kallsyms_find(const struct kallsyms *k, uint64_t addr)
{
	for (uint32_t i = 0; i < k->names.nr; i++) {
		const struct symtab_symbol *s = symtab_find(k->module[i].symbols, addr);

		if (s)
			return s;
	}
	return symtab_find(k->kernel, addr);
}
