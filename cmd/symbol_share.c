// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/symbol_share.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "profile/filter/filter.h"
#include "report/write.h"
#include "symbolizer/naming.h"

/* Fewer samples do not allow a conclusion about a file. */
#define LEAST	30

struct share {
	struct named_share of;
	const char *what;		/* "samples", "exits" */
};

struct shares {
	struct run *run;
	struct share *kernel;		/* the host's, and those of the VMs */
	size_t nr;
};

/* The user's filter; that of a function selects names, so it cannot be used to judge them. */
static const struct filter *filter_of(const struct report_args *a)
{
	return a->function ? NULL : a->filter;
}

/* Does the filter select samples by place?  If so, the share of names proves nothing. */
static bool filters_places(const struct report_args *a)
{
	const uint64_t places = 1ull << FIELD_SYMBOL | 1ull << FIELD_OBJECT | 1ull << FIELD_LINE |
				1ull << FIELD_ADDRESS | 1ull << FIELD_OFFSET;

	return filter_of(a) && filter_fields(filter_of(a)) & places;
}

static bool gives_kernels(const struct report_args *a)
{
	return a->config.guests.nr || a->config.kallsyms || a->config.vmlinux;
}

static bool gives_folders(const struct report_args *a)
{
	return a->config.symfs.nr || a->config.guest_symfs.nr;
}

static bool is_little(const struct share *s)
{
	return s->of.all >= LEAST && s->of.named * 2 < s->of.all;
}

/* The first file used for a VM; false: none on the command line. */
static bool file_of(const struct shares *s, size_t vm, struct guest_symbols *out)
{
	size_t i = 0;

	while (symbolizer_guest_symbols(s->run->rec.symbolizer, (int32_t)vm, &i, out))
		if (!out->recorded)
			return true;
	return false;
}

static const char *guest_cause(const struct guest_symbols *f)
{
	if (!f->elf)
		return "it is from another boot of the guest (KASLR moves its kernel each time), "
			"or from another build";
	if (f->slide.state == SLIDE_UNKNOWN)
		return "KASLR moved the guest's kernel (give FILE@SLIDE, or the guest's "
		       "/proc/kallsyms), or the file is from another build";
	if (f->slide.state == SLIDE_GIVEN)
		return "the slide is another one, or the file is from another build";
	return "the rest is in modules, or the file is from another build";
}

/* "guest symbols F name 12 % of the 4,234 samples in the kernel of vm 0: why" */
static void say(char *out, size_t len, const struct share *of,
		const char *file, const char *where, const char *cause)
{
	char a[NUMBER_LEN], b[NUMBER_LEN];

	if (of->of.named)
		snprintf(out, len, "%.300s names %s %% of the %s %s in %s: %s", file,
			 number_fixed(a, 100.0 * (double)of->of.named / (double)of->of.all, 1),
			 number_grouped(b, of->of.all), of->what, where, cause);
	else
		snprintf(out, len, "%.300s names none of the %s %s in %s: %s", file,
			 number_grouped(b, of->of.all), of->what, where, cause);
}

static int refuse(const struct shares *s)
{
	s->run->exit = EXIT_USAGE;
	return -EBADMSG;
}

static int judge_host(const struct shares *s)
{
	const char *file = s->run->args.config.kallsyms ? s->run->args.config.kallsyms : s->run->args.config.vmlinux;
	char *err = s->run->err;

	if (!file || !is_little(&s->kernel[0]))
		return 0;
	say(err, sizeof(s->run->err), &s->kernel[0], file, "the host's kernel",
	    "it is from another build or, for kallsyms, from another boot");
	if (!s->kernel[0].of.named)
		return refuse(s);
	cmd_error(s->run->command, NULL, err);
	*err = '\0';
	return 0;
}

/* A file given for all VMs need not fit each of them. */
static bool names_any(const struct shares *s)
{
	for (size_t i = 1; i < s->nr; i++)
		if (s->kernel[i].of.named)
			return true;
	return false;
}

static int judge_guests(const struct shares *s)
{
	struct guest_symbols f;
	char text[1000], where[64];

	for (size_t i = 1; i < s->nr; i++) {
		if (!is_little(&s->kernel[i]) || !file_of(s, i - 1, &f))
			continue;
		snprintf(where, sizeof(where), "the kernel of vm %zu", i - 1);
		say(text, sizeof(text), &s->kernel[i], f.path, where, guest_cause(&f));
		snprintf(s->run->err, sizeof(s->run->err), "guest symbols %s", text);
		if (!names_any(s))
			return refuse(s);
		cmd_error(s->run->command, NULL, s->run->err);
		*s->run->err = '\0';
	}
	return 0;
}

/* Where a VM has enough exits from places in it, they count instead of its samples. */
static int add_sites(struct shares *s)
{
	const struct recording *rec = &s->run->rec;
	struct named_share *exits = calloc(s->nr, sizeof(*exits));

	if (!exits)
		return -ENOMEM;
	for (size_t i = 0; i < rec->sites.nr_functions; i++) {
		const struct kvm_site *site = &rec->sites.functions[i];

		if (site->vm < 0 || (size_t)site->vm + 1 >= s->nr)
			continue;
		exits[site->vm + 1].all += site->exits;
		exits[site->vm + 1].named += *site->symbol ? site->exits : 0;
	}
	for (size_t i = 1; i < s->nr; i++) {
		if (exits[i].all >= LEAST)
			s->kernel[i] = (struct share){ exits[i], "exits" };
	}
	free(exits);
	return 0;
}

static int judge_kernels(struct run *run, const struct named_share *of, size_t nr)
{
	struct shares s = { .run = run, .kernel = calloc(nr, sizeof(*s.kernel)), .nr = nr };
	int ret = s.kernel ? 0 : -ENOMEM;

	for (size_t i = 0; i < nr && !ret; i++)
		s.kernel[i] = (struct share){ of[i], "samples" };
	if (!ret && run->args.command == COMMAND_KVM)
		ret = add_sites(&s);
	ret = ret ?: judge_host(&s) ?: judge_guests(&s);
	free(s.kernel);
	return ret;
}

/* The folders of one option. */
struct folders {
	const char *option;
	bool guests;			/* of guests' files, not of the host's */
	size_t nr;
	/*
	 * asked: for the name of any file, or of a kernel that nothing else named; missing: one of
	 * them has no names.
	 */
	bool asked, missing;
};

static const char *folder_of(const struct report_args *a, const struct folders *f, size_t i)
{
	return f->guests ? a->config.guest_symfs.list[i].word : a->config.symfs.word[i];
}

static bool is_used(const struct run *run, const struct folders *f, size_t i)
{
	const char *folder = folder_of(&run->args, f, i), *file;
	const struct object *const *objects;
	size_t n = spaces_objects(run->rec.p.spaces, &objects);

	for (size_t o = 0; o < n; o++) {
		file = symbolizer_file(run->rec.symbolizer, objects[o]);
		if ((objects[o]->vm >= 0) == f->guests && file && !strncmp(file, folder, strlen(folder)))
			return true;
	}
	return false;
}

static void find_missing(const struct run *run, struct folders *f)
{
	const struct object *const *objects;
	size_t n = spaces_objects(run->rec.p.spaces, &objects);
	bool missing;

	for (size_t o = 0; o < n; o++) {
		if ((objects[o]->vm >= 0) != f->guests)
			continue;
		missing = symbolizer_missing(run->rec.symbolizer, objects[o]);
		f->missing |= missing;
		f->asked |= missing || (objects[o]->kind == OBJECT_FILE &&
					symbolizer_file(run->rec.symbolizer, objects[o]));
	}
}

static int judge_folders(struct run *run, struct folders f)
{
	char shown[600];
	size_t used = 0;

	find_missing(run, &f);
	for (size_t i = 0; i < f.nr; i++)
		used += is_used(run, &f, i);
	for (size_t i = 0; f.asked && i < f.nr; i++) {
		if (is_used(run, &f, i))
			continue;
		report_escape(shown, sizeof(shown), folder_of(&run->args, &f, i));
		snprintf(run->err, sizeof(run->err), "%s %s: no file below it matches a recorded "
			 "one",
			 f.option, shown);
		if (!used && f.missing) {
			run->exit = EXIT_USAGE;
			return -EBADMSG;
		}
		cmd_error(run->command, NULL, run->err);
		*run->err = '\0';
	}
	return 0;
}

static int judge_all_folders(struct run *run)
{
	const struct recording_config *c = &run->args.config;

	return judge_folders(run, (struct folders){ .option = "--symfs", .nr = c->symfs.nr }) ?:
	       judge_folders(run, (struct folders){ .option = "--guest-symfs",
				    .guests = true, .nr = c->guest_symfs.nr });
}

/* Count samples by name in a pass of its own.  0 or -errno. */
static int count_names(struct run *run, struct named_share *of, size_t nr_vms)
{
	static const enum field keys[] = { FIELD_SYMBOL };
	const struct profile_query query = {
		.keys = keys, .nr_keys = 1, .filter = filter_of(&run->args),
		.max_cells = run->args.max_rows, .brief = true, .by_vm = true,
	};
	struct summary summary = { .nr_cpus = 0 };
	struct profile *profile = NULL;
	int ret = recording_count(&run->rec, &query, &profile, &summary);

	ret = ret ?: profile_named(profile, run->rec.naming, of, nr_vms);
	profile_free(profile);
	summary_clear(&summary);
	return ret < 0 ? ret : 0;
}

static int check_kernels(struct run *run, bool counted)
{
	const struct report_args *a = &run->args;
	const struct timeline_vm *vms;
	size_t nr_vms = a->config.guests.nr ? timeline_vms(run->rec.p.timeline, &vms) : 0;
	struct named_share *of = calloc(1 + nr_vms, sizeof(*of));
	int ret = of ? 0 : -ENOMEM;

	/* a profile of one function says nothing about the others */
	if (!ret && counted && !a->function)
		ret = profile_named(run->profile, run->rec.naming, of, nr_vms);
	if (!ret)
		ret = count_names(run, of, nr_vms);
	ret = run_errno(run, ret < 0 ? ret : 0);
	if (!ret && gives_kernels(a))
		ret = judge_kernels(run, of, 1 + nr_vms);
	free(of);
	return ret;
}

int symbol_share_check(struct run *run, const struct profile_query *counted)
{
	const struct report_args *a = &run->args;
	bool named = !counted || field_among(FIELD_SYMBOL, counted->keys, counted->nr_keys);
	int err = 0;

	if (filters_places(a))
		return 0;
	if ((gives_kernels(a) && named) || (gives_folders(a) && !counted))
		err = check_kernels(run, counted);
	return err ?: judge_all_folders(run);
}
