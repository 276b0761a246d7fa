// SPDX-License-Identifier: GPL-2.0-only
/* Collects the symbol files of a recording in one file beside it, for use on another machine. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "cmd/cmd.h"
#include "cmd/options/report_options.h"
#include "cmd/run.h"
#include "symbolizer/files/archive.h"
#include "symbolizer/files/elf.h"

#define KALLSYMS_MAX	(64u << 20)

/* State of `spelunk archive`. */
struct archiver {
	struct run run;
	char *path, *temporary;		/* path of the archive, and its name while it is being
					 * written */
	FILE *out;
	struct archived { uint8_t id[20], part; } *done;	/* members written so far, to
								 * avoid duplicates */
	size_t nr_done;
	size_t objects, without;	/* sampled objects of the host; those without a file */
	uint64_t bytes;
};

static int fail(struct archiver *a, int code, const char *what)
{
	return run_fail(&a->run, code, "%s: %s", what, strerror(-code));
}

static const enum field keys[] = { FIELD_OBJECT };

/* Look up symbols for all samples, which finds the files. */
static int look_up(struct archiver *a, const struct profile_query *query)
{
	int err = recording_count(&a->run.rec, query, &a->run.profile, &a->run.summary);

	return err ? fail(a, err, "reading the samples") : 0;
}

/* Has that member been written?  Marks it as written.  1, 0 or -ENOMEM. */
static int seen(struct archiver *a, const struct object *o, enum archive_part part)
{
	struct archived *new;

	for (size_t i = 0; i < a->nr_done; i++)
		if (a->done[i].part == part && !memcmp(a->done[i].id, o->build_id, 20))
			return 1;
	new = array_add(a->done, a->nr_done);
	if (!new)
		return -ENOMEM;
	memcpy(new->id, o->build_id, 20);
	new->part = part;
	return 0;
}

static int put(struct archiver *a, const struct object *o, enum archive_part part, const void *p,
	       size_t size)
{
	int ret = seen(a, o, part);

	if (ret)
		return ret < 0 ? fail(a, ret, "out of memory") : 0;
	errno = 0;
	ret = archive_put(a->out, o->build_id, o->build_id_len, part, p, size);
	if (ret == -EFBIG) {
		cmd_error("archive", o->path, "larger than 8 GiB: it is left out");
		return 0;
	}
	a->bytes += size;
	return ret ? fail(a, ret, a->path) : 0;
}

static int put_elf(struct archiver *a, const struct object *o, enum archive_part part,
		   const struct elf_file *elf)
{
	size_t size = 0;
	const void *image = elf ? elf_file_image(elf, &size) : NULL;

	return image ? put(a, o, part, image, size) : 0;
}

/* This machine's kallsyms, if the recording has none because perf made it. */
static int put_kallsyms(struct archiver *a, const struct object *o)
{
	const char *path = symbolizer_file(a->run.rec.symbolizer, o);
	char *text = NULL;
	size_t len = 0;
	FILE *in;
	int ret = 0;

	if (!path || (!strstr(path, "kallsyms") && !strstr(path, "System.map")))
		return 0;
	in = fopen(path, "re");
	if (!in)
		return 0;
	text = malloc(KALLSYMS_MAX);
	len = text ? fread(text, 1, KALLSYMS_MAX, in) : 0;
	fclose(in);
	if (len && len < KALLSYMS_MAX)
		ret = put(a, o, ARCHIVE_KALLSYMS, text, len);
	free(text);
	return ret;
}

static int put_object(struct archiver *a, const struct object *o)
{
	struct found_files files;
	int ret;

	symbolizer_files(a->run.rec.symbolizer, o, &files);
	a->objects++;
	a->without += symbolizer_missing(a->run.rec.symbolizer, o) != NULL;
	if (o->build_id_len < 2)
		return 0;
	ret = put_elf(a, o, o->kind == OBJECT_VDSO ? ARCHIVE_VDSO : ARCHIVE_ELF, files.elf) ?:
	      put_elf(a, o, ARCHIVE_DEBUG, files.debug);
	return ret ?: o->kind == OBJECT_KERNEL ? put_kallsyms(a, o) : 0;
}

static bool is_wanted(const struct object *o)
{
	return o->vm < 0 && (o->kind == OBJECT_FILE || o->kind == OBJECT_VDSO ||
			     o->kind == OBJECT_KERNEL || o->kind == OBJECT_MODULE);
}

static int put_all(struct archiver *a)
{
	const struct object *const *objects;
	size_t nr = spaces_objects(a->run.rec.p.spaces, &objects);
	int ret = 0;

	for (size_t i = 0; i < nr && !ret; i++)
		if (is_wanted(objects[i]) && symbolizer_asked(a->run.rec.symbolizer, objects[i]))
			ret = put_object(a, objects[i]);
	errno = 0;
	ret = ret ?: archive_end(a->out);
	return ret && !*a->run.err ? fail(a, ret, a->path) : ret;
}

/* Replace the archive atomically, so that readers find the old one or the new one. */
static int write_file(struct archiver *a)
{
	int fd, ret;

	if (asprintf(&a->temporary, "%s.XXXXXX", a->path) < 0) {
		a->temporary = NULL;
		return fail(a, -ENOMEM, a->path);
	}
	fd = mkostemp(a->temporary, O_CLOEXEC);
	a->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!a->out) {
		ret = fail(a, -errno, a->path);
		if (fd < 0) {
			free(a->temporary);
			a->temporary = NULL;
		}
		return ret;
	}
	ret = put_all(a);
	if (fclose(a->out) && !ret)
		ret = fail(a, -errno, a->path);
	if (!ret && !a->nr_done)
		ret = run_fail(&a->run, -ENOENT, "found none of the files that have samples: run "
			       "this on the recorded machine, or add --symfs DIR");
	if (!ret && rename(a->temporary, a->path))
		ret = fail(a, -errno, a->path);
	if (ret)
		unlink(a->temporary);
	return ret;
}

static int archive(struct run *run)
{
	struct archiver *a = (struct archiver *)run;
	const struct profile_query query = { .keys = keys, .nr_keys = 1, .filter = run->args.filter };
	struct recording_config c = run->args.config;
	int ret;

	if (!strcmp(run->args.input, "-") && !run->args.output)
		return run_fail(run, -EINVAL, "a recording from a pipe has no file name: add "
				"--output FILE");
	ret = run->args.output ? (a->path = strdup(run->args.output)) ? 0 : -ENOMEM :
	      asprintf(&a->path, "%s" ARCHIVE_SUFFIX, run->args.input) < 0 ? -ENOMEM : 0;
	if (ret)
		return fail(a, ret, "out of memory");
	run_wants(&c, &query);
	ret = run_check_output(run, a->path, run->args.input) ?:
	      run_open(run, run->args.input, &c) ?: look_up(a, &query) ?: write_file(a);
	if (!ret && !run->args.quiet)
		fprintf(stderr, "spelunk archive: %zu files, %.1f MB in %s; %zu of %zu objects have "
			"no symbols\n", a->nr_done, (double)a->bytes / 1e6, a->path, a->without,
			a->objects);
	return ret;
}

static void release(struct run *run)
{
	struct archiver *a = (struct archiver *)run;

	free(a->path);
	free(a->temporary);
	free(a->done);
}

const struct command command_ARCHIVE = {
	.size = sizeof(struct archiver), .writes = WRITES_FOLDER, .work = archive, .release = release,
};
