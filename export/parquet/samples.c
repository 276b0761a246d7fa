// SPDX-License-Identifier: GPL-2.0-only
#include "export/parquet/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decoder/names.h"
#include "export/parquet/batch.h"
#include "recording/ordered.h"
#include "report/write.h"

/* One export. */
struct table {
	struct sampler m;
	struct parquet_column *columns;
	char (*names)[PARQUET_NAME];
	struct parquet_file file;
};

/* One thread. */
struct worker {
	struct table *table;
	struct parquet_group *group;
	const struct stream *stream;
	struct batch batch;
};

static void fill_ops(struct op_texts ops[OPERATIONS])
{
	for (unsigned int i = 0; i < OPERATIONS; i++) {
		const struct spe_record rec = {
			.has = i < OPERATIONS - 1 ? SPE_HAS_OP : 0,
			.op_class = (uint8_t)(i >> 8), .op = (uint8_t)i,
		};

		ops[i] = (struct op_texts){
			.op = spe_kind_name(spe_kind(&rec)),
			.subclass = rec.has ? spe_op_name(spe_op(rec.op_class, rec.op)) : "",
			.access = spe_access_name(spe_access(&rec)),
		};
	}
}

static int fill_build_ids(struct sampler *m)
{
	const struct object *const *o;
	size_t nr = spaces_objects(m->rec->p.spaces, &o);

	m->build_id = calloc(nr + 1, sizeof(*m->build_id));
	for (size_t i = 0; m->build_id && i < nr; i++)
		for (unsigned int k = 0; k < o[i]->build_id_len; k++)
			sprintf(m->build_id[i] + 2 * k, "%02x", o[i]->build_id[k]);
	return m->build_id ? 0 : -ENOMEM;
}

/*
 * What a thread does
 */

static void *begin(void *arg)
{
	struct table *t = arg;
	struct worker *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->table = t;
	w->batch.m = &t->m;
	w->group = parquet_group_new(t->m.columns, t->m.nr_columns);
	if (!w->group) {
		free(w);
		return NULL;
	}
	return w;
}

static void end(void *worker)
{
	struct worker *w = worker;

	parquet_group_free(w->group);
	free(w);
}

/* A page of each column.  0 or -ENOMEM. */
static int flush(struct worker *w)
{
	struct batch *b = &w->batch;
	int err = 0;

	batch_locate(b);
	for (size_t i = 0; i < w->table->m.nr_columns && b->n && !err; i++) {
		batch_take(b, i);
		err = b->err ?: parquet_group_add(w->group, i, b->value, b->present, b->n);
	}
	parquet_group_rows(w->group, b->n);
	b->n = b->nr_owners = b->nr_streams = 0;
	return err;
}

static int stream(void *worker, const struct stream *s)
{
	struct worker *w = worker;

	w->stream = s;
	return 0;
}

/* The number of w->stream in the batch. */
static uint16_t stream_number(struct worker *w)
{
	struct batch *b = &w->batch;

	if (!b->nr_streams || b->stream[b->nr_streams - 1] != w->stream)
		b->stream[b->nr_streams++] = w->stream;
	return (uint16_t)(b->nr_streams - 1);
}

/* Would another batch of records overflow it? */
static bool is_full(const struct batch *b)
{
	const unsigned int most = PARQUET_PAGE - PROFILE_BATCH;

	return b->n > most || b->nr_owners > most || b->nr_streams > most;
}

static int take(void *worker, const struct samples *s)
{
	struct worker *w = worker;
	struct batch *b = &w->batch;
	int err = is_full(b) ? flush(w) : 0;
	uint16_t number = stream_number(w);
	uint16_t owner[PROFILE_BATCH] = { 0 };	/* numbers + 1 */

	for (unsigned int i = 0; i < s->n && !err; i++) {
		uint16_t *of = &owner[s->owner_of[i]];

		if (!s->all && !s->keep[i])
			continue;
		if (!*of) {
			b->owner[b->nr_owners] = s->owner[s->owner_of[i]];
			*of = (uint16_t)++b->nr_owners;
		}
		b->rec[b->n] = s->rec[i];
		b->owner_of[b->n] = *of - 1;
		b->stream_of[b->n++] = number;
	}
	return err;
}

static int close_group(void *worker)
{
	struct worker *w = worker;

	return flush(w) ?: parquet_group_close(w->group);
}

static int put(void *worker)
{
	struct worker *w = worker;

	return parquet_file_group(&w->table->file, w->group);
}

/*
 * All
 */

static int open_table(struct table *t, const struct export *x, FILE *out)
{
	size_t nr = batch_nr_columns();
	const struct input_info *info = x->rec->p.info;

	t->m = (struct sampler){
		.rec = x->rec, .timeline = x->rec->p.timeline, .nodes = info->nodes,
		.host = x->rec->host, .kernel = info->os_release, .nr_columns = nr,
	};
	t->m.nr_vms = timeline_vms(t->m.timeline, &t->m.vms);
	fill_ops(t->m.ops);
	t->columns = calloc(nr, sizeof(*t->columns));
	t->names = calloc(nr, sizeof(*t->names));
	if (!t->columns || !t->names || fill_build_ids(&t->m))
		return -ENOMEM;
	batch_columns(t->columns, t->names);
	t->m.columns = t->columns;
	t->file = (struct parquet_file){ .out = out, .columns = t->columns, .nr_columns = nr };
	return parquet_file_begin(&t->file);
}

int parquet_samples(const struct export *x, FILE *out)
{
	struct table t = { .columns = NULL };
	const struct ordered_query query = {
		.filter = x->filter, .arg = &t, .begin = begin, .end = end, .stream = stream,
		.take = take, .close = close_group, .put = put,
	};
	const struct parquet_note notes[] = { { "recording", x->file }, { NULL, NULL } };
	int err = open_table(&t, x, out) ?: recording_ordered(x->rec, &query) ?:
		  parquet_file_end(&t.file, notes);

	parquet_file_clear(&t.file);
	free(t.columns);
	free(t.names);
	free(t.m.build_id);
	return err;
}
