// SPDX-License-Identifier: GPL-2.0-only
#include "profile/annotation.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/intern.h"
#include "symbolizer/files/elf.h"
#include "symbolizer/files/source.h"

#define TEXTS_MAX	64	/* maximum source files opened per annotation */

/* A source file; text NULL: not available. */
struct text {
	const char *file, *path;
	struct source_text *text;
};

struct memory {
	struct intern words;	/* texts of instructions and targets */
	struct text text[TEXTS_MAX];
	size_t nr_texts;
};

/* A row and its place. */
struct sample_row {
	const struct row *row;
	const struct object *object;
	uint64_t start, size;	/* of its function */
};

struct maker {
	const struct rows *rows;
	struct symbolizer *symbolizer;
	struct disasm *disasm;
	const struct object *const *objects;
	size_t nr_objects;
	const atomic_bool *cancel;
	bool by_samples;
	struct annotation *a;
	struct memory *memory;
};

void annotation_free(struct annotation *a)
{
	struct memory *m = a ? a->memory : NULL;

	if (!a)
		return;
	for (size_t i = 0; m && i < m->nr_texts; i++)
		source_text_close(m->text[i].text);
	if (m)
		intern_clear(&m->words);
	for (size_t i = 0; i < a->nr; i++)
		free(a->function[i].insn);
	free(a->function);
	free(m);
	free(a);
}

static const char *keep(struct maker *mk, const char *text)
{
	return intern_text(&mk->memory->words, text, strlen(text));
}

/* Grouping rows into functions */

static uint64_t offset_of(const struct row *r)
{
	return r->keys[2].num;
}

/* The object of that name; *others: there are several. */
static const struct object *find_object(const struct maker *mk, const char *path, bool *others)
{
	const struct object *found = NULL;

	*others = false;
	for (size_t i = 1; i < mk->nr_objects; i++) {
		if (strcmp(mk->objects[i]->path, path))
			continue;
		*others |= found != NULL;
		found = found ? found : mk->objects[i];
	}
	return found;
}

/* False: in no known function. */
static bool place_row(struct maker *mk, const struct row *r, const struct sample_row *before,
		      struct sample_row *out)
{
	struct symbol sym;
	struct place p;
	bool others;

	if (!r->keys[0].known || !r->keys[1].known || !r->keys[2].known)
		return false;
	/* Names in rows are unique pointers. */
	p.object = before && before->row->keys[1].text == r->keys[1].text ? before->object :
		   find_object(mk, r->keys[1].text, &others);
	p.offset = offset_of(r);
	if (!p.object || symbolizer_name(mk->symbolizer, &p, &sym))
		return false;
	*out = (struct sample_row){ r, p.object, sym.start, sym.size };
	return true;
}

static int compare_places(const void *pa, const void *pb)
{
	const struct sample_row *a = pa, *b = pb;
	int order = strcmp(a->row->keys[1].text, b->row->keys[1].text);

	return order ?: array_order(a->start, b->start) ?:
	       array_order(offset_of(a->row), offset_of(b->row)) ?:
	       strcmp(a->row->keys[0].text, b->row->keys[0].text);
}

static bool same_function(const struct sample_row *a, const struct sample_row *b)
{
	return a->object == b->object && a->start == b->start &&
	       a->row->keys[0].text == b->row->keys[0].text;
}

/* The rows of a function, which are consecutive after sorting. */
struct run {
	const struct sample_row *row;
	size_t nr;
	struct metrics whole;
	uint64_t weight;
};

uint64_t annotation_weight(const struct metrics *m, const struct metrics *whole, bool by_samples)
{
	return by_samples || !whole->total.cycles ? m->samples : m->total.cycles;
}

static void add_latency(struct latency *to, const struct latency *from)
{
	to->n += from->n;
	to->sum += from->sum;
	to->cycles += from->cycles;
	to->saturated += from->saturated;
}

static void add_part(struct latency_part *to, const struct latency_part *from)
{
	to->n += from->n;
	to->operations += from->operations;
	to->cycles += from->cycles;
}

/* Sums for a function, from which shares are computed. */
static void add_metrics(struct metrics *to, const struct metrics *from)
{
	to->cycles.samples += from->cycles.samples;
	to->cycles.periods += from->cycles.periods;
	to->has_cycles |= from->has_cycles;
	to->clock |= from->clock;
	to->samples += from->samples;
	to->operations += from->operations;
	add_latency(&to->total, &from->total);
	add_latency(&to->issue, &from->issue);
	add_latency(&to->xlat, &from->xlat);
	add_part(&to->load, &from->load);
	add_part(&to->load_hit, &from->load_hit);
	to->walk_cycles += from->walk_cycles;
}

static int compare_runs(const void *pa, const void *pb)
{
	const struct run *a = pa, *b = pb;

	return array_order(b->weight, a->weight) ?: compare_places(a->row, b->row);
}

static size_t make_runs(const struct maker *mk, const struct sample_row *rows, size_t nr,
			struct run *runs)
{
	size_t n = 0;

	for (size_t i = 0; i < nr; i++) {
		if (!i || !same_function(&rows[i], &rows[i - 1]))
			runs[n++] = (struct run){ .row = &rows[i] };
		runs[n - 1].nr++;
		add_metrics(&runs[n - 1].whole, &rows[i].row->m);
	}
	for (size_t i = 0; i < n; i++)
		runs[i].weight = annotation_weight(&runs[i].whole, &mk->rows->sum, mk->by_samples);
	qsort(runs, n, sizeof(*runs), compare_runs);
	return n;
}

/*
 * Instructions
 */

/* Make a line for each word of the code, and for each sampled place that is not one. */
static int lay_out(struct annotated *f, const struct run *run, const uint8_t *code, size_t len,
		   uint64_t bias)
{
	size_t words = len / 4, r = 0, w = 0;

	f->insn = calloc(words + run->nr + 1, sizeof(*f->insn));
	if (!f->insn)
		return -ENOMEM;
	while (w < words || r < run->nr) {
		uint64_t here = f->start + w * 4;
		uint64_t sampled = r < run->nr ? offset_of(run->row[r].row) : UINT64_MAX;
		struct instruction *i = &f->insn[f->nr++];

		*i = (struct instruction){ .offset = sampled, .jump = -1 };
		if (w < words && here <= sampled) {
			i->offset = here;
			i->has_word = true;
			i->word = (uint32_t)code[w * 4] | (uint32_t)code[w * 4 + 1] << 8 |
				  (uint32_t)code[w * 4 + 2] << 16 |
				  (uint32_t)code[w * 4 + 3] << 24;
			w++;
		}
		i->address = i->offset + bias;
		if (r < run->nr && i->offset == sampled)
			i->m = &run->row[r++].row->m;
	}
	return 0;
}

/* The name of a place, "name+0x10". */
static const char *name_target(struct maker *mk, const struct object *o, uint64_t offset)
{
	struct place p = { .object = o, .offset = offset };
	struct symbol sym;
	char text[4200];

	if (symbolizer_name(mk->symbolizer, &p, &sym) || !sym.name)
		return NULL;
	if (offset == sym.start)
		return keep(mk, sym.name);
	snprintf(text, sizeof(text), "%s+0x%" PRIx64, sym.name, offset - sym.start);
	return keep(mk, text);
}

static int32_t index_of(const struct annotated *f, uint64_t offset)
{
	size_t low = array_first(f->nr, i, f->insn[i].offset >= offset);

	return low < f->nr && f->insn[low].offset == offset ? (int32_t)low : -1;
}

static void follow(struct maker *mk, const struct annotated *f, const struct object *o,
		   struct instruction *i)
{
	uint64_t target = 0;

	i->flow = disasm_flow(i->word, i->address, &target);
	if (i->flow != FLOW_JUMP && i->flow != FLOW_CALL)
		return;
	i->target = target - (i->address - i->offset);
	i->to = name_target(mk, o, i->target);
	if (i->flow == FLOW_JUMP)
		i->jump = index_of(f, i->target);
}

static int disassemble(struct maker *mk, struct annotated *f, const struct object *o,
		       const char *const *relocated)
{
	char text[DISASM_LEN];
	size_t word = 0;

	for (size_t n = 0; n < f->nr; n++) {
		struct instruction *i = &f->insn[n];

		if (!i->has_word)
			continue;
		f->unread += !disasm_text(mk->disasm, i->word, i->address, text);
		i->text = keep(mk, text);
		if (!i->text)
			return -ENOMEM;
		i->to = relocated[word++];
		i->is_relocated = i->to;
		if (!i->is_relocated)
			follow(mk, f, o, i);
		else if (!*i->to)
			i->to = NULL;
	}
	f->readers = keep(mk, disasm_libraries(mk->disasm));
	f->advice = disasm_advice(mk->disasm);
	return f->readers ? 0 : -ENOMEM;
}

/*
 * Source
 */

/* The path of an open file; NULL: unknown. */
static const char *path_of(struct maker *mk, int fd)
{
	char link[32], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path));
	if (n <= 0 || (size_t)n == sizeof(path) || path[0] != '/')
		return NULL;
	path[n] = '\0';
	return keep(mk, path);
}

/* NULL: not available, or too many files are open. */
static const struct text *text_of(struct maker *mk, const struct object *o, const char *file)
{
	struct memory *m = mk->memory;
	struct text *t = &m->text[m->nr_texts];
	int fd;

	for (size_t i = 0; i < m->nr_texts; i++)
		if (!strcmp(m->text[i].file, file))
			return m->text[i].text ? &m->text[i] : NULL;
	if (m->nr_texts == TEXTS_MAX)
		return NULL;
	fd = symbolizer_open_source(mk->symbolizer, o, file);
	t->file = file;
	t->path = fd < 0 ? NULL : path_of(mk, fd);
	t->text = source_text_open(fd);
	m->nr_texts++;
	return t->text ? t : NULL;
}

static void add_source(struct maker *mk, struct annotated *f, const struct object *o)
{
	for (size_t n = 0; n < f->nr; n++) {
		struct instruction *i = &f->insn[n];
		struct place p = { .object = o, .offset = i->offset };
		const struct text *t;
		struct source_line line;

		if (!symbolizer_line(mk->symbolizer, &p, &line) || !line.file)
			continue;
		i->file = line.file;
		i->line = line.line;
		t = text_of(mk, o, line.file);
		i->source = t ? source_text_line(t->text, line.line) : NULL;
		i->path = t ? t->path : NULL;
		if (!t && !f->no_source)
			f->no_source = line.file;
	}
}

/*
 * A function
 */

/* Bytes of code to read.  A symbol's size comes from a file and may be wrong. */
static size_t bytes_wanted(struct annotated *f, const struct run *run)
{
	uint64_t last = offset_of(run->row[run->nr - 1].row) + 4 - f->start;
	uint64_t want = f->size > last ? f->size : last, most = ANNOTATION_INSNS * 4ull;

	if (want > most && f->size > most)
		f->cut = (unsigned int)(f->size - most < UINT32_MAX ? f->size - most : UINT32_MAX);
	return (size_t)(want < most ? want : most) & ~(size_t)3;
}

static int fill(struct maker *mk, struct annotated *f, const struct run *run, uint8_t *code,
		const char **relocated)
{
	const struct object *o = run->row->object;
	struct place p = { .object = o, .offset = f->start };
	struct code_place at;
	size_t len = 0;
	int err;

	symbolizer_code(mk->symbolizer, &p, &at);
	f->why = at.why;
	if (at.elf) {
		len = elf_file_code(at.elf, at.addr, code, bytes_wanted(f, run));
		elf_file_relocated(at.elf, at.addr, relocated, len / 4);
		f->code_file = at.path;
	}
	err = lay_out(f, run, code, len, at.elf && o->kind != OBJECT_KERNEL ?
		      at.addr - f->start : 0);
	if (!err)
		err = disassemble(mk, f, o, relocated);
	if (!err)
		add_source(mk, f, o);
	return err;
}

static int add_function(struct maker *mk, const struct run *run, uint8_t *code,
			const char **relocated)
{
	struct annotated *f = &mk->a->function[mk->a->nr++];
	uint64_t hottest = 0;
	int err;

	*f = (struct annotated){
		.symbol = run->row->row->keys[0].text, .object = run->row->row->keys[1].text,
		.start = run->row->start, .size = run->row->size,
		.whole = run->whole,
	};
	find_object(mk, f->object, &f->ambiguous);
	err = fill(mk, f, run, code, relocated);
	for (size_t i = 0; !err && i < f->nr; i++) {
		const struct metrics *m = f->insn[i].m;
		uint64_t weight = m ? annotation_weight(m, &f->whole, mk->by_samples) : 0;

		if (weight <= hottest)
			continue;
		hottest = weight;
		f->hottest = (int32_t)i;
	}
	return err;
}

static int add_functions(struct maker *mk, const struct run *runs, size_t nr, size_t limit)
{
	uint8_t *code = malloc(ANNOTATION_INSNS * 4);
	const char **relocated = calloc(ANNOTATION_INSNS, sizeof(*relocated));
	size_t shown = limit && limit < nr ? limit : nr;
	int err = code && relocated ? 0 : -ENOMEM;

	mk->a->function = calloc(shown + 1, sizeof(*mk->a->function));
	if (!mk->a->function)
		err = -ENOMEM;
	for (size_t i = 0; !err && i < shown; i++) {
		if (mk->cancel && atomic_load(mk->cancel))
			err = -ECANCELED;
		else
			err = add_function(mk, &runs[i], code, relocated);
	}
	for (size_t i = shown; i < nr; i++) {
		mk->a->left_out++;
		mk->a->left_samples += runs[i].whole.samples;
	}
	free(code);
	free(relocated);
	return err;
}

static int make(struct maker *mk, size_t limit)
{
	size_t nr = mk->rows->nr, placed = 0;
	struct sample_row *rows = calloc(nr + 1, sizeof(*rows));
	struct run *runs = calloc(nr + 1, sizeof(*runs));
	int err = rows && runs ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < nr; i++) {
		const struct row *r = &mk->rows->row[i];

		if (place_row(mk, r, placed ? &rows[placed - 1] : NULL, &rows[placed]))
			placed++;
		else
			mk->a->nameless += r->m.samples;
	}
	if (!err) {
		qsort(rows, placed, sizeof(*rows), compare_places);
		err = add_functions(mk, runs, make_runs(mk, rows, placed, runs), limit);
	}
	free(rows);
	free(runs);
	return err;
}

static bool has_keys(const struct rows *r)
{
	static const enum field keys[] = { ANNOTATION_KEYS };

	return r->nr_keys == NR_ANNOTATION_KEYS && !memcmp(r->keys, keys, sizeof(keys));
}

int annotation_new(struct annotation **out, const struct rows *rows, struct symbolizer *s,
		   const struct spaces *spaces, size_t limit, bool by_samples,
		   const atomic_bool *cancel)
{
	struct maker mk = { .rows = rows, .symbolizer = s, .cancel = cancel,
			    .by_samples = by_samples };
	int err;

	*out = NULL;
	if (!has_keys(rows))
		return -EINVAL;
	mk.nr_objects = spaces_objects(spaces, &mk.objects);
	mk.a = calloc(1, sizeof(*mk.a));
	if (!mk.a)
		return -ENOMEM;
	mk.a->memory = mk.memory = calloc(1, sizeof(*mk.memory));
	err = mk.memory ? disasm_new(&mk.disasm) : -ENOMEM;
	if (!err)
		err = make(&mk, limit);
	disasm_free(mk.disasm);
	if (err) {
		annotation_free(mk.a);
		return err;
	}
	*out = mk.a;
	return 0;
}
