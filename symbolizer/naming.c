// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/naming.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longest name kept; what is longer is cut. */
#define TEXT_MAX	4096

struct entry {
	struct place place;
	struct place_names names;	/* .object NULL: free */
};

struct naming {
	pthread_mutex_t lock;		/* of all that follows, and the symbolizer */
	struct symbolizer *symbolizer;
	struct entry *entry;		/* open addressing */
	size_t nr, max;
	char **text;			/* open addressing */
	size_t nr_text, max_text;
	struct place_names *numbered;	/* by number */
	uint32_t nr_numbered, max_numbered;
	uint32_t *number;		/* open addressing: number + 1, 0 free */
	size_t max_number;
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15ull;
	return x ^ x >> 29;
}

static uint64_t hash_place(const struct place *p)
{
	return mix(p->offset ^ mix(p->object->id));
}

static uint64_t hash_text(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ull;

	while (len--)
		h = (h ^ (uint8_t)*s++) * 0x100000001b3ull;
	return mix(h);
}

struct naming *naming_new(struct symbolizer *symbolizer)
{
	struct naming *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	pthread_mutex_init(&n->lock, NULL);
	n->symbolizer = symbolizer;
	n->max = n->max_text = 1024;
	n->entry = calloc(n->max, sizeof(*n->entry));
	n->text = calloc(n->max_text, sizeof(*n->text));
	n->max_number = 1024;
	n->number = calloc(n->max_number, sizeof(*n->number));
	if (!n->entry || !n->text || !n->number) {
		naming_free(n);
		return NULL;
	}
	return n;
}

void naming_free(struct naming *n)
{
	size_t i;

	if (!n)
		return;
	for (i = 0; n->text && i < n->max_text; i++)
		free(n->text[i]);
	free(n->text);
	free(n->entry);
	free(n->numbered);
	free(n->number);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

static int grow_text(struct naming *n)
{
	size_t max = n->max_text * 2, i, k;
	char **text;

	if (n->nr_text * 2 < n->max_text)
		return 0;
	text = calloc(max, sizeof(*text));
	if (!text)
		return -ENOMEM;
	for (i = 0; i < n->max_text; i++) {
		if (!n->text[i])
			continue;
		for (k = hash_text(n->text[i], strlen(n->text[i])); text[k & (max - 1)]; k++)
			;
		text[k & (max - 1)] = n->text[i];
	}
	free(n->text);
	n->text = text;
	n->max_text = max;
	return 0;
}

/* With the lock held. */
static const char *intern(struct naming *n, const char *text)
{
	size_t len = strnlen(text, TEXT_MAX), k;
	char **slot;

	if (!len)
		return "";
	if (grow_text(n))
		return NULL;
	for (k = hash_text(text, len); ; k++) {
		slot = &n->text[k & (n->max_text - 1)];
		if (!*slot)
			break;
		if (!strncmp(*slot, text, len) && !(*slot)[len])
			return *slot;
	}
	*slot = strndup(text, len);
	n->nr_text += *slot != NULL;
	return *slot;
}

const char *naming_intern(struct naming *n, const char *text)
{
	const char *s;

	pthread_mutex_lock(&n->lock);
	s = intern(n, text);
	pthread_mutex_unlock(&n->lock);
	return s;
}

static int grow(struct naming *n)
{
	size_t max = n->max * 2, i, k;
	struct entry *entry;

	if (n->nr * 2 < n->max)
		return 0;
	entry = calloc(max, sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	for (i = 0; i < n->max; i++) {
		const struct entry *e = &n->entry[i];

		if (!e->names.object)
			continue;
		for (k = hash_place(&e->place); entry[k & (max - 1)].names.object; k++)
			;
		entry[k & (max - 1)] = *e;
	}
	free(n->entry);
	n->entry = entry;
	n->max = max;
	return 0;
}

static int ask_line(struct naming *n, struct entry *e, const struct place *p)
{
	struct source_line frame;
	char text[TEXT_MAX];

	e->names.has_line = true;
	e->names.line = "";
	if (!symbolizer_line(n->symbolizer, p, &frame) || !frame.file)
		return 0;
	snprintf(text, sizeof(text), "%s:%u", frame.file, frame.line);
	e->names.line = intern(n, text);
	return e->names.line ? 0 : -ENOMEM;
}

static int ask(struct naming *n, struct entry *e, const struct place *p)
{
	struct symbol sym;

	e->names.symbol = "";
	e->names.line = "";
	if (!symbolizer_name(n->symbolizer, p, &sym) && sym.name)
		e->names.symbol = intern(n, sym.name);
	if (!e->names.symbol)
		return -ENOMEM;
	e->names.object = p->object->kind == OBJECT_UNKNOWN ? "" :
			  intern(n, p->object->path);
	return e->names.object ? 0 : -ENOMEM;
}

/* With the lock held. */
static int get(struct naming *n, const struct place *p, bool line, struct place_names *out)
{
	struct entry *e;
	size_t k;
	int err;

	err = grow(n);
	if (err)
		return err;
	for (k = hash_place(p); ; k++) {
		e = &n->entry[k & (n->max - 1)];
		if (!e->names.object ||
		    (e->place.offset == p->offset && e->place.object == p->object))
			break;
	}
	if (!e->names.object) {
		e->place = *p;
		err = ask(n, e, p);
		if (err)
			return err;
		n->nr++;
	}
	if (line && !e->names.has_line)
		err = ask_line(n, e, p);
	*out = e->names;
	return err;
}

int naming_get(struct naming *n, const struct place *place, bool line,
	       struct place_names *out)
{
	int err;

	pthread_mutex_lock(&n->lock);
	err = get(n, place, line, out);
	pthread_mutex_unlock(&n->lock);
	return err;
}

static uint64_t hash_names(const struct place_names *p)
{
	return mix((uintptr_t)p->object ^ mix((uintptr_t)p->symbol ^ mix((uintptr_t)p->line)));
}

/* Room for one number more. */
static int grow_numbers(struct naming *n)
{
	uint32_t max = n->max_numbered ? n->max_numbered * 2 : 256, i;
	size_t slots = n->max_number * 2, k;
	struct place_names *more;
	uint32_t *number;

	if (n->nr_numbered == n->max_numbered) {
		more = realloc(n->numbered, max * sizeof(*more));
		if (!more || max > INT32_MAX)
			return -ENOMEM;
		n->numbered = more;
		n->max_numbered = max;
	}
	if (n->nr_numbered * 2 < n->max_number)
		return 0;
	number = calloc(slots, sizeof(*number));
	if (!number)
		return -ENOMEM;
	for (i = 0; i < n->nr_numbered; i++) {
		for (k = hash_names(&n->numbered[i]); number[k & (slots - 1)]; k++)
			;
		number[k & (slots - 1)] = i + 1;
	}
	free(n->number);
	n->number = number;
	n->max_number = slots;
	return 0;
}

/* With the lock held. */
static int number_of(struct naming *n, const struct place_names *names, uint32_t *out)
{
	uint32_t *slot;
	size_t k;
	int err = grow_numbers(n);

	if (err)
		return err;
	for (k = hash_names(names); ; k++) {
		const struct place_names *p;

		slot = &n->number[k & (n->max_number - 1)];
		if (!*slot)
			break;
		p = &n->numbered[*slot - 1];
		if (p->object == names->object && p->symbol == names->symbol &&
		    p->line == names->line) {
			*out = *slot - 1;
			return 0;
		}
	}
	n->numbered[n->nr_numbered] = *names;
	*out = n->nr_numbered++;
	*slot = n->nr_numbered;
	return 0;
}

int naming_number(struct naming *n, const struct place *place, bool line, uint32_t *out)
{
	struct place_names names;
	int err;

	pthread_mutex_lock(&n->lock);
	err = get(n, place, line, &names);
	if (!err && !line)
		names.line = "";
	if (!err)
		err = number_of(n, &names, out);
	pthread_mutex_unlock(&n->lock);
	return err;
}

const struct place_names *naming_of(const struct naming *n, uint32_t number)
{
	return &n->numbered[number];
}

void naming_copy(struct naming *n, uint32_t number, struct place_names *out)
{
	pthread_mutex_lock(&n->lock);
	*out = *naming_of(n, number);
	pthread_mutex_unlock(&n->lock);
}
