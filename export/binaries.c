// SPDX-License-Identifier: GPL-2.0-only
#include "export/binaries.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/create.h"
#include "decoder/names.h"
#include "export/exporter.h"
#include "recording/branches.h"
#include "report/report.h"
#include "report/write.h"
#include "symbolizer/files/elf.h"

#define SHOWN_MAX	5	/* binaries listed in a message */
#define ID_SHORT	12	/* hex digits of a build-id in a file's name */
#define ERRATA_MAX	8

struct binaries {
	struct binary *list;
	size_t nr;
	struct binary_edge *edge;
	size_t nr_edges;
	uint32_t *last;			/* by object: the binary that its last address was in, + 1 */
	const struct binary *chosen;	/* NULL: all */
	uint64_t no_file;		/* count of edges in objects whose file is not known */
	const char *why;		/* that is, of the first one; NULL: none */
};

/* An address in a binary. */
struct spot {
	uint32_t binary;
	uint64_t addr;
};

#define NOWHERE	UINT32_MAX

static bool same_file(const struct elf_file *a, const struct elf_file *b)
{
	uint8_t len, other;
	const uint8_t *id = elf_file_build_id(a, &len), *of = elf_file_build_id(b, &other);

	return a == b || (len && len == other && !memcmp(id, of, len));
}

/* The place's address in its file; .binary is NOWHERE if there is no file.  0 or -ENOMEM. */
static int find_spot(struct binaries *b, const struct export *x, uint32_t object, uint64_t offset,
		     struct spot *out)
{
	const struct object *const *objects;
	struct code_place code;
	struct place place = { .offset = offset };
	uint32_t last = b->last[object];
	struct binary *new;

	*out = (struct spot){ .binary = NOWHERE };
	if (!object)
		return 0;
	spaces_objects(x->rec->p.spaces, &objects);
	place.object = objects[object];
	symbolizer_code(x->rec->symbolizer, &place, &code);
	if (!code.elf) {
		b->why = b->why ? b->why : code.why;
		return 0;
	}
	out->addr = code.addr;
	if (!last || b->list[last - 1].elf != code.elf) {
		for (last = 1; last <= b->nr && !same_file(b->list[last - 1].elf, code.elf); last++)
			;
		b->last[object] = last;
	}
	out->binary = last - 1;
	if (last <= b->nr)
		return 0;
	new = array_add(b->list, b->nr);
	if (!new)
		return -ENOMEM;
	*new = (struct binary){ .elf = code.elf, .path = place.object->path };
	return 0;
}

static int add_edge(struct binaries *b, const struct edge *e, enum binary_edge_kind kind,
		    const struct spot *from, const struct spot *to, enum binary_outside outside)
{
	struct binary_edge *new = array_add(b->edge, b->nr_edges);

	if (!new)
		return -ENOMEM;
	*new = (struct binary_edge){
		.from = outside == BINARY_FROM_OUTSIDE ? 0 : from->addr,
		.to = outside == BINARY_TO_OUTSIDE ? 0 : to->addr,
		.binary = outside == BINARY_FROM_OUTSIDE ? to->binary : from->binary,
		.kind = (uint8_t)kind, .outside = (uint8_t)outside,
		.count = e->count, .mispredicted = e->mispredicted,
	};
	if (kind == BINARY_SINGLE)
		new->mispredicted = 0;
	return 0;
}

static int add_taken(struct binaries *b, const struct edge *e, const struct spot *from,
		     const struct spot *to)
{
	int err = 0;

	if (from->binary == to->binary)
		return add_edge(b, e, BINARY_TAKEN, from, to, BINARY_INSIDE);
	if (from->binary != NOWHERE)
		err = add_edge(b, e, BINARY_TAKEN, from, to, BINARY_TO_OUTSIDE);
	if (!err && to->binary != NOWHERE)
		err = add_edge(b, e, BINARY_TAKEN, from, to, BINARY_FROM_OUTSIDE);
	return err;
}

static int convert_edge(struct binaries *b, const struct export *x, const struct branches *all,
			const struct edge *e)
{
	bool straight = all->straight[e->cpus];
	struct spot from, to;
	int err = find_spot(b, x, e->from_object, e->from, &from) ?:
		  find_spot(b, x, e->to_object, e->to, &to);

	if (err)
		return err;
	if (e->kind != EDGE_STRAIGHT && from.binary == NOWHERE)
		b->no_file += e->count;
	if (from.binary == NOWHERE && (e->kind != EDGE_TAKEN || to.binary == NOWHERE))
		return 0;
	if (e->kind != EDGE_STRAIGHT && from.binary != NOWHERE)
		b->list[from.binary].count += e->count;
	switch ((enum edge_kind)e->kind) {
	case EDGE_STRAIGHT:
		/* offsets ascend, but its two ends may lie in different segments */
		if (from.binary == to.binary && from.addr <= to.addr)
			err = add_edge(b, e, BINARY_STRAIGHT, &from, &to, BINARY_INSIDE);
		break;
	case EDGE_TAKEN:
		err = add_taken(b, e, &from, &to);
		break;
	case EDGE_NOT_TAKEN:
		if (!straight)
			err = add_edge(b, e, BINARY_NOT_TAKEN, &from, &from, BINARY_INSIDE);
		break;
	}
	if (!err && e->kind != EDGE_STRAIGHT && !straight && from.binary != NOWHERE)
		err = add_edge(b, e, BINARY_SINGLE, &from, &from, BINARY_INSIDE);
	return err;
}

static int order(const void *x, const void *y)
{
	const struct binary_edge *a = x, *b = y;

	return array_order(a->binary, b->binary) ?: array_order(a->kind, b->kind) ?:
	       array_order(a->from, b->from) ?: array_order(a->to, b->to) ?:
	       array_order(a->outside, b->outside);
}

/* Sort edges, add up equal ones, and hand them to their binaries. */
static void sort_edges(struct binaries *b)
{
	size_t n = 0;

	if (b->nr_edges)
		qsort(b->edge, b->nr_edges, sizeof(*b->edge), order);
	for (size_t i = 0; i < b->nr_edges; i++) {
		if (!n || order(&b->edge[n - 1], &b->edge[i])) {
			b->edge[n++] = b->edge[i];
			continue;
		}
		b->edge[n - 1].count += b->edge[i].count;
		b->edge[n - 1].mispredicted += b->edge[i].mispredicted;
	}
	b->nr_edges = n;
	for (size_t i = 0; i < n; i++) {
		struct binary *to = &b->list[b->edge[i].binary];

		to->edge = to->nr ? to->edge : &b->edge[i];
		to->nr++;
	}
}

/* "e5f0c1", as much as fits; "" if it has none. */
static void build_id(const struct binary *b, char *out, size_t len)
{
	uint8_t bytes;
	const uint8_t *id = elf_file_build_id(b->elf, &bytes);

	*out = '\0';
	for (unsigned int i = 0; i < bytes && 2 * i + 2 < len; i++)
		sprintf(out + 2 * i, "%02x", id[i]);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* By path, name of the file, or at least 4 digits of the build-id. */
static bool is_meant(const struct binary *b, const char *object)
{
	char id[41];

	build_id(b, id, sizeof(id));
	return !strcmp(object, b->path) || !strcmp(object, base_name(b->path)) ||
	       (strlen(object) >= 4 && !strncmp(object, id, strlen(object)));
}

static int by_count(const void *x, const void *y)
{
	const struct binary *const *a = x, *const *b = y;

	return array_order((*b)->count, (*a)->count);
}

/* Put a list of binaries behind the text in err: "/bin/a (e5f0c1...), /bin/b". */
static int list_binaries(const struct binaries *b, char *err, size_t errlen)
{
	const struct binary **list = calloc(b->nr + 1, sizeof(*list));
	char id[ID_SHORT + 1], path[128];
	size_t len = strlen(err);

	for (size_t i = 0; list && i < b->nr; i++)
		list[i] = &b->list[i];
	if (list && b->nr)
		qsort(list, b->nr, sizeof(*list), by_count);
	for (size_t i = 0; list && i < b->nr && i < SHOWN_MAX && len < errlen; i++) {
		build_id(list[i], id, sizeof(id));
		report_escape(path, sizeof(path), list[i]->path);
		len += (size_t)snprintf(err + len, errlen - len, "%s%s%s%s%s", i ? ", " : " ", path,
					*id ? " (" : "", id, *id ? ")" : "");
	}
	if (b->nr > SHOWN_MAX && len < errlen)
		snprintf(err + len, errlen - len, " and %zu more", b->nr - SHOWN_MAX);
	free(list);
	return -EINVAL;
}

static int choose(struct binaries *b, const struct export *x, char *err, size_t errlen)
{
	size_t nr = 0;

	if (x->folder && !x->object)
		return 0;
	for (size_t i = 0; i < b->nr; i++) {
		if (x->object && !is_meant(&b->list[i], x->object))
			continue;
		b->chosen = &b->list[i];
		nr++;
	}
	if (nr == 1)
		return 0;
	if (!nr)
		export_fail(err, errlen, -EINVAL, "no sampled branches in '%.100s'; there are some in",
			    x->object);
	else if (x->object)
		export_fail(err, errlen, -EINVAL, "%zu files are '%.100s': give its path or its build-id "
			    "to --object; branches were sampled in", nr, x->object);
	else
		export_fail(err, errlen, -EINVAL, "branches of %zu files were sampled: choose one with "
			    "--object, or give a folder to --output for all:", nr);
	return list_binaries(b, err, errlen);
}

/* The numbers of the errata for which CPUs were left out: " (1694299)". */
static void name_errata(const struct recording *r, char *out, size_t len)
{
	struct spe_erratum errata[ERRATA_MAX];

	*out = '\0';
	for (size_t s = 0; s < r->p.nr_streams; s++) {
		size_t nr = spe_errata(r->p.streams[s].midr, errata, ERRATA_MAX);

		for (size_t i = 0; i < nr && i < ERRATA_MAX && !*out; i++)
			if (errata[i].branches)
				snprintf(out, len, " (%s)", errata[i].id);
	}
}

/* ": 12 on CPUs with ..., 3 that ...": samples of branches that are not in the output; "": none. */
static void say_lost(const struct export *x, const struct branches *all, const struct binaries *b,
		     char *out, size_t len)
{
	const char *sep = ": ";
	char errata[32];
	size_t at = 0;

	*out = '\0';
	name_errata(x->rec, errata, sizeof(errata));
	for (unsigned int l = 0; l < NR_BRANCH_LOSSES && at < len; l++) {
		if (!all->lost[l])
			continue;
		at += (size_t)snprintf(out + at, len - at, "%s%" PRIu64 " %s%s", sep, all->lost[l],
				       branch_loss_what(l), l == BRANCH_ERRATUM ? errata : "");
		sep = ", ";
	}
	/* the one that was asked for is none of these */
	if (b->no_file && !(x->object && b->nr_edges) && at < len)
		snprintf(out + at, len - at, "%s%" PRIu64 " in objects without a file here", sep,
			 b->no_file);
}

static int check(struct export *x, const struct branches *all, const struct binaries *b, char *err,
		 size_t errlen)
{
	char lost[512];

	say_lost(x, all, b, lost, sizeof(lost));
	if (!b->nr_edges)
		return export_fail(err, errlen, -ENODATA, "no sampled branch is usable%s%s%s", lost,
				   b->why ? "; " : "", b->why ? b->why : "");
	if (*lost)
		snprintf(x->note, sizeof(x->note), "samples of branches left out%s", lost);
	return 0;
}

int binaries_count(struct export *x, char *err, size_t errlen)
{
	struct binaries *b = calloc(1, sizeof(*b));
	const struct object *const *objects;
	struct branches all = { 0 };
	int ret;

	if (!b)
		return -ENOMEM;
	x->own = b;
	b->last = calloc(spaces_objects(x->rec->p.spaces, &objects) + 1, sizeof(*b->last));
	ret = b->last ? 0 : -ENOMEM;
	ret = ret ?: recording_branches(x->rec, x->filter, &all);
	for (size_t i = 0; i < all.nr && !ret; i++)
		ret = convert_edge(b, x, &all, &all.edge[i]);
	if (!ret) {
		sort_edges(b);
		ret = check(x, &all, b, err, errlen) ?: choose(b, x, err, errlen);
	}
	branches_clear(&all);
	return ret;
}

void binaries_clear(struct export *x)
{
	struct binaries *b = x->own;

	free(b->list);
	free(b->edge);
	free(b->last);
	free(b);
}

int binaries_write(const struct export *x, FILE *out)
{
	const struct binaries *b = x->own;

	return exporter_of(x->kind)->write_binary(b->chosen, out);
}

/* The name of a binary's file: what is no letter, digit or harmless sign of its name becomes _. */
static void file_name(const struct export *x, const struct binary *b, size_t number, char *out,
		      size_t len)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_.";
	char name[65], id[24];
	size_t at;

	snprintf(name, sizeof(name), "%s", base_name(b->path));
	for (at = strspn(name, fine); name[at]; at += strspn(name + at, fine))
		name[at] = '_';
	build_id(b, id, ID_SHORT + 1);
	if (!*id)
		snprintf(id, sizeof(id), "%zu", number);
	snprintf(out, len, "%s/%s%s-%s.%s", x->folder, *name == '.' ? "_" : "", name, id,
		 export_name(x->kind));
}

int binaries_write_all(const struct export *x, char *err, size_t errlen)
{
	const struct binaries *b = x->own;
	char path[4096];
	FILE *out;
	int fd, ret;

	for (size_t i = 0; i < b->nr; i++) {
		if (!b->list[i].nr || (b->chosen && b->chosen != &b->list[i]))
			continue;
		file_name(x, &b->list[i], i, path, sizeof(path));
		fd = create_file(path, false);
		errno = fd < 0 ? -fd : 0;
		out = fd < 0 ? NULL : fdopen(fd, "w");
		ret = out ? exporter_of(x->kind)->write_binary(&b->list[i], out) ?: report_end(out) :
			    -errno;
		if (out && fclose(out) && !ret)
			ret = -errno;
		if (ret)
			return export_fail(err, errlen, ret, "cannot write %s: %s", path,
					   strerror(-ret));
	}
	return 0;
}
