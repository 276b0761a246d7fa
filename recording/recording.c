// SPDX-License-Identifier: GPL-2.0-only
#include "recording/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "collector/perfdata/symbols.h"
#include "recording/recording_impl.h"
#include "symbolizer/files/debuginfod.h"

int recording_warn(struct recording *r, const char *option, const char *about,
		   const char *sentence)
{
	struct recording_warning *w = array_add(r->warnings, r->nr_warnings);

	if (!w)
		return -ENOMEM;
	*w = (struct recording_warning){
		.option = option, .about = about ? strdup(about) : NULL, .sentence = strdup(sentence),
	};
	return w->sentence && (w->about || !about) ? 0 : -ENOMEM;
}

/* The root of this machine's files: $SPELUNK_ROOT; NULL if set but empty: do not read them. */
static const char *machine_root(void)
{
	const char *root = getenv("SPELUNK_ROOT");

	if (!root || !strcmp(root, "/"))
		return "";
	return *root ? root : NULL;
}

static int add_guest(struct recording *r, const struct guest_word *g, int *file, char *err,
		     size_t errlen)
{
	*file = -1;
	if (guest_recording_is(g->word))
		return guest_recordings_add(&r->guests, g);
	*file = symbolizer_add_guest(r->symbolizer, g->word, g->vm.kind == VM_ANY, err, errlen);
	return *file < 0 ? *file : 0;
}

/* Open the config's files, before the recording. */
static int open_symbols(struct recording *r, const struct recording_config *c, char *err,
			size_t errlen)
{
	struct symbolizer_config cfg = {
		.symfs = c->symfs.word, .nr_symfs = c->symfs.nr,
		.kallsyms = c->kallsyms, .vmlinux = c->vmlinux,
		.machine = machine_root(), .local_files = c->local_files, .build_id_cache = c->build_id_cache,
		.debuginfod = c->debuginfod, .demangle = c->demangle,
	};
	int ret;

	ret = symbolizer_new(&r->symbolizer, &cfg);
	if (ret)
		snprintf(err, errlen, "symbols: %s", strerror(-ret));
	r->guest_files = calloc(c->guests.nr + 1, sizeof(*r->guest_files));
	if (!r->guest_files)
		return ret ?: -ENOMEM;
	for (size_t i = 0; !ret && i < c->guests.nr; i++)
		ret = add_guest(r, &c->guests.list[i], &r->guest_files[i], err, errlen);
	for (size_t i = 0; !ret && i < c->guest_symfs.nr; i++)
		ret = symbolizer_add_guest_symfs(r->symbolizer, c->guest_symfs.list[i].word,
						 c->guest_symfs.list[i].vm.kind == VM_ANY);
	return ret ?: symbol_files_check(r, c, err, errlen);
}

/* Tell the symbolizer about a VM and its files. */
static int introduce_vm(struct recording *r, const struct recording_config *c, int32_t vm,
			const char *name)
{
	const struct timeline *t = r->p.timeline;
	int err = symbolizer_set_vm(r->symbolizer, vm, name);

	for (size_t i = 0; !err && i < c->guests.nr; i++)
		if (r->guest_files[i] >= 0 && timeline_is_vm(t, vm, &c->guests.list[i].vm))
			err = symbolizer_give_guest(r->symbolizer, r->guest_files[i], vm);
	for (size_t i = 0; !err && i < c->guest_symfs.nr; i++)
		if (timeline_is_vm(t, vm, &c->guest_symfs.list[i].vm))
			err = symbolizer_give_guest_symfs(r->symbolizer, (int)i, vm);
	return err;
}

static int introduce_vms(struct recording *r, const struct recording_config *c)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(r->p.timeline, &vms);
	int err = 0;

	for (size_t i = 0; !err && i < n; i++)
		err = introduce_vm(r, c, (int32_t)i, vms[i].name);
	return err;
}

/* Warn of a file for a VM that does not exist, and continue. */
static int warn_of_stranger(struct recording *r, const struct vm_ref *ref, const char *path)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(r->p.timeline, &vms);
	char text[256], vm[128];

	if (ref->text)
		snprintf(vm, sizeof(vm), "%.*s", ref->len < 100 ? (int)ref->len : 100, ref->text);
	snprintf(text, sizeof(text), "no such VM among the %zu of this recording: give a "
		 "number from 0, pid:N, or a name as the report shows it", n);
	return recording_warn(r, "--guest", ref->text ? vm : path, text);
}

static bool is_stranger(const struct recording *r, const struct vm_ref *ref)
{
	const struct timeline_vm *vms;
	size_t n = timeline_vms(r->p.timeline, &vms), i = 0;

	while (i < n && !timeline_is_vm(r->p.timeline, (int32_t)i, ref))
		i++;
	return i == n && ref->kind != VM_ANY;
}

static int warn_of_strangers(struct recording *r, const struct recording_config *c)
{
	int err = 0;

	for (size_t i = 0; !err && i < c->guests.nr; i++) {
		const struct guest_word *g = &c->guests.list[i];

		if (r->guest_files[i] >= 0 && is_stranger(r, &g->vm))
			err = warn_of_stranger(r, &g->vm, g->word);
	}
	for (size_t i = 0; !err && i < r->guests.nr; i++) {
		const struct guest_recording *g = &r->guests.list[i];

		if (g->trouble)
			err = recording_warn(r, NULL, NULL, g->trouble);
		else if (g->vm < 0)
			err = warn_of_stranger(r, &g->ref, g->shown);
	}
	return err;
}

static int warn_of_files(struct recording *r, const struct recording_config *c)
{
	const char *trouble = c->debuginfod ? debuginfod_trouble() : NULL;

	return (trouble ? recording_warn(r, NULL, "--debuginfod", trouble) : 0) ?:
	       (r->p.cycles.chains.full ? recording_warn(r, NULL, NULL, "there are too many different "
							 "call chains: the rest was left out") : 0) ?:
	       warn_of_strangers(r, c);
}

static int take_symbols(struct recording *r, int (*read)(const struct input *s, int *fd),
			int (*add)(struct symbolizer *s, int fd, const char *name))
{
	int fd, ret = read(r->p.input, &fd);

	if (!ret)
		ret = add(r->symbolizer, fd, "the recording's own symbols");
	if (fd >= 0)
		close(fd);
	return ret;
}

/* Use the symbols that the recording carries.  0 or -ENOMEM. */
static int take_recorded(struct recording *r)
{
	int ret = take_symbols(r, symbols_read, symbolizer_add_kallsyms);

	if (ret && ret != -ENOENT && ret != -ENOMEM)
		ret = recording_warn(r, NULL, NULL, "the kernel's symbols in this recording are "
				     "damaged: they are not used");
	if (ret != -ENOMEM)
		ret = take_symbols(r, symbols_read_vdso, symbolizer_add_vdso);
	return ret == -ENOMEM ? ret : 0;
}

/* Use the archive beside the recording.  Without it only names are missing. */
static int take_archive(struct recording *r, const char *recording)
{
	char path[4096];
	int ret;

	if (!strcmp(recording, "-") ||
	    snprintf(path, sizeof(path), "%s" ARCHIVE_SUFFIX, recording) >= (int)sizeof(path))
		return 0;
	ret = symbolizer_add_archive(r->symbolizer, path);
	if (!ret || ret == -ENOENT)
		return 0;
	return recording_warn(r, NULL, path, ret == -EINVAL ? "not a complete archive of symbols: "
			      "ignored" : strerror(-ret));
}

static int seal(struct recording *r, const char *path, const struct recording_config *c, char *err,
		size_t errlen)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < c->nr_vm_names; i++)
		ret = timeline_name_vm(r->p.timeline, c->vm_names[i].pid,
				       c->vm_names[i].name);
	ret = ret ?: pipeline_seal_timeline(&r->p) ?: introduce_vms(r, c) ?: take_recorded(r) ?:
	      guest_recordings_take_merged(&r->guests, r->p.input, err, errlen) ?:
	      guest_recordings_join(&r->guests, &r->p, r->symbolizer, &c->clock_offsets, err,
				    errlen) ?:
	      jit_files_take(r, &c->jit, err, errlen) ?: pipeline_seal_spaces(&r->p) ?:
	      symbol_files_fit(r, path, c, err, errlen) ?: jit_files_fit(r, &c->jit) ?:
	      warn_of_files(r, c);
	if (ret)
		return ret;
	r->naming = naming_new(r->symbolizer);
	if (!r->naming)
		return -ENOMEM;
	return pipeline_seal_exits(&r->p) ?: c->sites ? exit_sites_list(&r->sites, r->naming) : 0;
}

/* ns on the perf clock; 0: unknown. */
static uint64_t first_sample(const struct pipeline *p)
{
	return p->clock && p->first_ticks ? input_clock_ns(p->clock, p->first_ticks) : 0;
}

/* As in the config; by default a few dozen slices per recording. */
static uint64_t slice_of(const struct pipeline *p, const struct recording_config *c)
{
	uint64_t first = first_sample(p);

	if (!p->clock || c->slice)
		return p->clock ? c->slice : 0;
	return slice_length(p->info->last_time > first ? p->info->last_time - first : 0);
}

int recording_open(struct recording *r, const char *path, const struct recording_config *c,
		   char *err, size_t errlen)
{
	const struct pipeline_options opt = {
		.host_mode = c->host_mode, .exits = c->exits, .cgroups = c->cgroups,
		.samples_optional = c->samples_optional,
		.site_fn = c->sites ? exit_sites_take : NULL, .site_arg = &r->sites, .stays = c->stays,
		.cancel = c->cancel, .jobs = c->jobs, .progress = c->progress,
	};
	int ret;

	r->fault = FAULT_CONFIG;
	ret = open_symbols(r, c, err, errlen);
	if (ret)
		return ret;
	r->fault = FAULT_RECORDING;
	r->sites.p = &r->p;
	r->mode_given = c->host_mode != HOST_UNKNOWN;
	r->progress = c->progress;
	ret = pipeline_open(&r->p, path, &opt, err, errlen);
	if (ret)
		return ret;
	*err = '\0';
	ret = take_archive(r, path) ?: seal(r, path, c, err, errlen);
	if (ret && !*err)
		snprintf(err, errlen, "%s", strerror(-ret));
	r->host = c->host ? c->host : input_host(r->p.info);
	r->slice = slice_of(&r->p, c);
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
	exit_sites_free(&r->sites);
	free(r->guest_files);
	for (size_t i = 0; i < r->nr_warnings; i++) {
		free(r->warnings[i].about);
		free(r->warnings[i].sentence);
	}
	free(r->warnings);
}

struct profile_context recording_context(const struct recording *r)
{
	return (struct profile_context){
		.timeline = r->p.timeline, .spaces = r->p.spaces, .clock = r->p.clock,
		.naming = r->naming, .count_size = r->p.count_size,
		.begin = first_sample(&r->p), .slice = r->slice, .host = r->host,
		.nodes = r->p.info->nodes,
	};
}

int recording_count(const struct recording *r, const struct profile_query *query,
		    struct profile **profile, struct summary *summary)
{
	const struct profile_context ctx = recording_context(r);
	const struct count_options opt = { .jobs = r->p.jobs, .progress = r->progress };

	return count_all(&r->p, query, &ctx, &opt, profile, summary);
}

int recording_cycles(const struct recording *r, cycles_fn *fn, void *arg)
{
	return cycles_each(&r->p, fn, arg);
}
