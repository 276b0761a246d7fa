// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/diff_half.h"
#include "cmd/screens.h"

/* A recording to compare with.  Results borrow from it and may outlive its use. */
struct other {
	atomic_uint users;
	struct recording rec;
	char path[FILTER_LEN];
};

/* What a result's tables borrow from. */
struct behind {
	struct other *other;
	struct diff_half half[2];
};

static void put_other(struct other *o)
{
	if (!o || atomic_fetch_sub(&o->users, 1) > 1)
		return;
	recording_close(&o->rec);
	free(o);
}

static int open_other(struct other **out, const struct screens *s, struct pass_watch *watch,
		      struct pass_result *r)
{
	struct other *o = calloc(1, sizeof(*o));
	struct recording_config c = s->args->config;
	int err;

	if (!o)
		return -ENOMEM;
	atomic_store(&o->users, 1);
	memcpy(o->path, r->query.other, sizeof(o->path));
	c.progress = false;
	c.exits = c.cgroups = c.samples_optional = c.symbols_optional = true;
	c.cancel = &watch->cancel;
	err = recording_open(&o->rec, o->path, &c, r->why, sizeof(r->why));
	if (err)
		put_other(o);
	else
		*out = o;
	return err;
}

/* Get the requested one; the caller returns it with put_other(). */
static int get_other(struct other **out, struct screens *s, struct pass_watch *watch,
		     struct pass_result *r)
{
	struct other *o = s->other;
	int err;

	if (!o || strcmp(o->path, r->query.other)) {
		err = open_other(&o, s, watch, r);
		if (err)
			return err;
		put_other(s->other);
		s->other = o;
	}
	atomic_fetch_add(&o->users, 1);
	*out = o;
	return 0;
}

static int count(struct screens *s, struct behind *b, const struct filter *filter,
		 struct pass_watch *watch, struct pass_result *out)
{
	const struct pass_query *q = &out->query;
	const struct diff_query query = {
		.keys = q->keys, .nr_keys = q->nr_keys, .filter = filter,
		.filter_text = *q->filter ? q->filter : NULL,
		.count = { .jobs = s->args->config.jobs, .done = &watch->done, .cancel = &watch->cancel },
	};
	struct diff_report r;
	int err;

	err = get_other(&b->other, s, watch, out);
	if (err)
		return err;
	atomic_store(&watch->more, b->other->rec.p.aux_bytes);
	err = diff_half_count(&b->half[0], &b->other->rec, &query) ?:
	      diff_half_count(&b->half[1], &s->rec, &query);
	if (err)
		return err;
	r = (struct diff_report){
		.a = diff_half_side(&b->half[0]), .b = diff_half_side(&b->half[1]),
		.filter = query.filter_text,
	};
	return diff_tables_new(&out->changes, &r);
}

int compared_make(struct screens *s, const struct filter *filter, struct pass_watch *watch,
		  struct pass_result *out)
{
	struct behind *b = calloc(1, sizeof(*b));
	int err;

	if (!b)
		return -ENOMEM;
	out->behind = b;
	err = count(s, b, filter, watch, out);
	if (err)
		return err;
	out->rows = b->half[1].rows;
	b->half[1].rows = NULL;
	return 0;
}

void compared_clear(struct pass_result *r)
{
	struct behind *b = r->behind;

	diff_tables_free(r->changes);
	for (size_t i = 0; b && i < 2; i++)
		diff_half_clear(&b->half[i]);
	if (b)
		put_other(b->other);
	free(b);
}

void compared_close(struct screens *s)
{
	put_other(s->other);
	s->other = NULL;
}
