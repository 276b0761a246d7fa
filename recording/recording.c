// SPDX-License-Identifier: GPL-2.0-only
#include "recording/recording.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/symbol_files.h"
#include "collector/perfdata/symbols.h"
#include "symbolizer/debuginfod.h"
#include "profile/filter.h"

/* Where this machine's files are: below $SPELUNK_ROOT; set, but empty: they are not read. */
static const char *machine_root(void)
{
	const char *root = getenv("SPELUNK_ROOT");

	if (!root || !strcmp(root, "/"))
		return "";
	return *root ? root : NULL;
}

int recording_symbols(struct recording *r, const struct report_args *a, char *err, size_t errlen)
{
	struct symbolizer_config cfg = {
		.symfs = a->symfs.word, .nr_symfs = a->symfs.nr,
		.kallsyms = a->kallsyms, .vmlinux = a->vmlinux,
		.machine = machine_root(), .local_files = a->local_files, .build_id_cache = a->build_id_cache,
		.debuginfod = a->debuginfod, .demangle = a->demangle,
	};
	size_t i;
	int ret;

	ret = symbolizer_new(&r->symbolizer, &cfg);
	if (ret)
		snprintf(err, errlen, "symbols: %s", strerror(-ret));
	for (i = 0; !ret && i < a->guests.nr; i++)
		ret = guest_recording_is(a->guests.word[i]) ?
		      guest_recordings_add(&r->guests, a->guests.word[i]) :
		      symbolizer_add_guest(r->symbolizer, a->guests.word[i], err, errlen);
	for (i = 0; !ret && i < a->guest_symfs.nr; i++)
		ret = symbolizer_add_guest_symfs(r->symbolizer, a->guest_symfs.word[i], err,
						 errlen);
	return ret ?: symbol_files_check(r, a, err, errlen);
}

/* Tell the symbolizer who the VMs are. */
static int introduce_vms(struct recording *r)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(r->p.timeline, &vms), i;
	int err = 0;

	for (i = 0; !err && i < n; i++)
		err = symbolizer_set_vm(r->symbolizer, i, vms[i].pid, vms[i].name);
	return err;
}

/* A guest file for a VM that is not there helps nobody: say so, and go on. */
static void warn_of_stranger(const struct recording *r, const char *command, const char *vm)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(r->p.timeline, &vms);
	char text[256], where[32];

	snprintf(where, sizeof(where), "%s --guest", command);
	snprintf(text, sizeof(text), "no such VM among the %zu of this recording: give a "
		 "number from 0, pid:N, or a name as the report shows it", n);
	cmd_error(where, vm, text);
}

static void warn_of_debuginfod(const struct report_args *a, const char *command)
{
	const char *trouble = a->debuginfod ? debuginfod_trouble() : NULL;

	if (trouble)
		cmd_error(command, "--debuginfod", trouble);
}

static void warn_of_strangers(const struct recording *r, const char *command)
{
	const char *vm;
	size_t i = 0;

	while ((vm = symbolizer_strange_guest(r->symbolizer, &i)))
		warn_of_stranger(r, command, vm);
	for (i = 0; i < r->guests.nr; i++) {
		const struct guest_recording *g = &r->guests.list[i];

		if (g->trouble)
			cmd_error(command, NULL, g->trouble);
		else if (g->vm < 0)
			warn_of_stranger(r, command, g->spec);
	}
}

/* The names that the recording carries itself.  0 or -ENOMEM. */
static int take_recorded(struct recording *r, const char *command)
{
	static const char name[] = "the recording's own symbols";
	int fd, ret;

	ret = symbols_read(r->p.source, &fd);
	if (!ret)
		ret = symbolizer_add_kallsyms(r->symbolizer, fd, name);
	if (fd >= 0)
		close(fd);
	if (ret == -ENOMEM)
		return ret;
	if (ret && ret != -ENOENT && !r->silent)
		cmd_error(command, NULL, "the kernel's symbols in this recording are damaged: they "
			  "are not used");
	ret = symbols_read_vdso(r->p.source, &fd);
	if (!ret)
		ret = symbolizer_add_vdso(r->symbolizer, fd, name);
	if (fd >= 0)
		close(fd);
	return ret == -ENOMEM ? ret : 0;
}

/* What `spelunk archive` wrote beside the recording.  Without it names are missing, no more. */
static void take_archive(struct recording *r, const struct report_args *a, const char *command)
{
	char path[4096];
	int ret;

	if (!strcmp(a->input, "-") ||
	    snprintf(path, sizeof(path), "%s" ARCHIVE_SUFFIX, a->input) >= (int)sizeof(path))
		return;
	ret = symbolizer_add_archive(r->symbolizer, path);
	if (ret && ret != -ENOENT && !r->silent)
		cmd_error(command, path, ret == -EINVAL ? "this is no archive of symbols, or a part "
			  "of one: it is not used" : strerror(-ret));
}

static int seal(struct recording *r, const struct report_args *a, const char *command, char *err,
		size_t errlen)
{
	const struct guest_offsets offsets = { a->clock_offsets.word, a->clock_offsets.nr };
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < a->nr_vm_names; i++)
		ret = timeline_name_vm(r->p.timeline, a->vm_names[i].pid,
				       a->vm_names[i].name);
	ret = ret ?: pipeline_seal_timeline(&r->p) ?: introduce_vms(r) ?: take_recorded(r, command) ?:
	      guest_recordings_take_merged(&r->guests, r->p.source, err, errlen) ?:
	      guest_recordings_join(&r->guests, &r->p, r->symbolizer, &offsets, err, errlen) ?:
	      pipeline_seal_spaces(&r->p) ?: symbol_files_fit(r, a, command, err, errlen);
	if (!ret) {
		if (!r->silent) {
			warn_of_debuginfod(a, command);
			warn_of_strangers(r, command);
		}
		r->naming = naming_new(r->symbolizer);
		ret = r->naming ? pipeline_seal_exits(&r->p) : -ENOMEM;
	}
	if (ret && !*err)
		snprintf(err, errlen, "%s", strerror(-ret));
	return ret;
}

/* Does a key or the filter ask for the exit a sample lies in? */
static bool wants_exits(const struct report_args *a)
{
	size_t i;

	for (i = 0; i < a->nr_by; i++) {
		if (a->by[i] == FIELD_REASON)
			return true;
	}
	return a->filter && filter_fields(a->filter) & 1ull << FIELD_REASON;
}

/* As the command line says, else some dozens make the recording. */
static uint64_t slice_of(const struct pipeline *p, const struct report_args *a)
{
	uint64_t first = p->clock ? input_clock_ns(p->clock, p->first_ticks) : 0;

	if (!p->clock || a->slice)
		return p->clock ? a->slice : 0;
	return slice_length(p->info->last_time > first ? p->info->last_time - first : 0);
}

int recording_open(struct recording *r, const struct report_args *a, const char *command,
		   char *err, size_t errlen)
{
	struct pipeline_options opt = { .host_mode = a->host_mode,
					.exits = r->exits || wants_exits(a),
					.samples_optional = r->samples_optional,
					.site_fn = r->site_fn, .site_arg = r->site_arg,
					.cancel = r->cancel, .jobs = a->jobs,
					.progress = a->progress && !a->quiet };
	int ret = pipeline_open(&r->p, a->input, &opt, err, errlen);

	if (ret)
		return ret;
	*err = '\0';
	take_archive(r, a, command);
	ret = seal(r, a, command, err, errlen);
	r->slice = slice_of(&r->p, a);
	r->line = r->p.has & SPE_HAS_PA ? FIELD_PA_LINE : FIELD_CACHE_LINE;
	return ret;
}

void recording_close(struct recording *r)
{
	naming_free(r->naming);
	symbolizer_free(r->symbolizer);
	pipeline_close(&r->p);
	guest_recordings_free(&r->guests);
	guest_slides_free(&r->slides);
}

int recording_exit(const struct recording *r)
{
	return r->bad_symbols && !r->symbols_optional ? EXIT_USAGE : EXIT_UNUSABLE;
}

struct profile_context recording_context(const struct recording *r)
{
	return (struct profile_context){
		.timeline = r->p.timeline, .spaces = r->p.spaces, .clock = r->p.clock,
		.naming = r->naming, .count_size = r->p.count_size,
		.slice = r->slice,
	};
}

/* How much is missing, by what helps. */
struct lack {
	size_t host, guests, programs, made;	/* objects */
	size_t stripped;			/* of .host: their files were found */
	int32_t vm;				/* of the first of guests */
};

static void count_lack(const struct recording *r, struct lack *l)
{
	const struct object *const *objects;
	size_t n = spaces_objects(r->p.spaces, &objects), i;

	*l = (struct lack){ .vm = -1 };
	for (i = 0; i < n; i++) {
		const struct object *o = objects[i];

		if (!symbolizer_missing(r->symbolizer, o))
			continue;
		if (o->kind == OBJECT_ANON) {
			l->made++;
		} else if (o->kind == OBJECT_GUEST) {
			l->vm = l->guests++ ? l->vm : o->vm;
		} else {
			++*(o->vm >= 0 ? &l->programs : &l->host);
			l->stripped += o->vm < 0 && symbolizer_file(r->symbolizer, o);
		}
	}
}

__attribute__((format(printf, 3, 4)))
static void add(char *text, size_t room, const char *fmt, ...)
{
	size_t len = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + len, room - len, fmt, ap);
	va_end(ap);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* "no symbols for 3 objects of the host, 1 guest" */
static void tell_lack(const struct lack *l, char *way, size_t room)
{
	strcpy(way, "no symbols for ");
	if (l->host)
		add(way, room, "%zu object%s of the host", l->host, plural(l->host));
	if (l->guests)
		add(way, room, "%s%zu guest%s", l->host ? ", " : "", l->guests, plural(l->guests));
	if (l->programs)
		add(way, room, "%s%zu program%s of guests", l->host || l->guests ? ", " : "",
		    l->programs, plural(l->programs));
	if (!l->host && !l->guests && !l->programs)
		add(way, room, "code that was made at run time");
}

static void tell_way(const struct lack *l, struct missing *out)
{
	const char *before = ": ";
	char *way = out->way;
	const size_t room = sizeof(out->way);

	tell_lack(l, way, room);
	if (l->host > l->stripped) {
		add(way, room, "%srun `spelunk archive` on the recorded machine, or give --symfs DIR with "
		    "its files", before);
		before = "; ";
	}
	if (l->stripped) {
		add(way, room, "%sinstall debug symbols of what is stripped, or give --debuginfod", before);
		before = "; ";
	}
	if (l->guests && l->vm >= 0) {
		add(way, room, "%sgive --guest %d=FILE with a guest's kernel", before, l->vm);
		before = "; ";
	} else if (l->guests) {
		add(way, room, "%sgive --guest FILE with a guest's kernel", before);
		before = "; ";
	}
	if (l->programs)
		add(way, room, "%sgive --guest-symfs VM=DIR with a guest's files", before);
	out->sentence[0] = way;
	out->nr = 1;
}

/* What helps the kernel helps its modules: one sentence for all. */
static void tell_each(const struct recording *r, struct missing *out)
{
	const struct object *const *objects;
	size_t n = spaces_objects(r->p.spaces, &objects), i, more = 0, modules = 0;
	bool kernel = false;

	for (i = 0; i < n; i++) {
		const char *why = symbolizer_missing(r->symbolizer, objects[i]);

		if (!why)
			continue;
		kernel |= objects[i]->kind == OBJECT_KERNEL;
		if (kernel && objects[i]->kind == OBJECT_MODULE)
			modules++;
		else if (out->nr <= MISSING_MAX)
			out->sentence[out->nr++] = why;
		else
			more++;
	}
	if (modules) {
		snprintf(out->modules, sizeof(out->modules),
			 "no symbols for %zu host kernel modules", modules);
		out->sentence[out->nr++] = out->modules;
	}
	if (more) {
		snprintf(out->more, sizeof(out->more),
			 "%zu more objects have no symbols", more);
		out->sentence[out->nr++] = out->more;
	}
}

void recording_missing(const struct recording *r, struct missing *out)
{
	struct lack l;

	out->nr = 0;
	count_lack(r, &l);
	if (!l.host && !l.guests && !l.programs && !l.made)
		return;
	tell_way(&l, out);
	tell_each(r, out);
}
