/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_RECORDING_H
#define RECORDING_RECORDING_H

#include "recording/count.h"
#include "recording/exit_sites.h"
#include "recording/guest_recording.h"
#include "recording/words.h"

/* A recording and its symbols, opened and ready to be counted. */

/* Suffix of the archive of symbol files beside a recording. */
#define ARCHIVE_SUFFIX	".archive"

struct vm_name {
	int32_t pid;
	const char *name;
};

/*
 * How to open a recording.  All zeros is a valid config.  Strings and lists are borrowed
 * until recording_close().
 */
struct recording_config {
	/* Symbols: see symbolizer_config and symbolizer_add_guest(). */
	struct word_list symfs;
	struct guest_words guests, guest_symfs;	/* guests: also recordings of theirs */
	struct word_list jit;	/* folders with files of runtimes: symbolizer_add_jit() */
	const char *kallsyms, *vmlinux;		/* NULL: none */
	bool local_files, build_id_cache, debuginfod, demangle;
	bool symbols_optional;		/* warn if a file is of another build, do not fail */

	const char *host;	/* FIELD_HOST; NULL: as the recording says */

	/* VMs */
	struct guest_words clock_offsets;
	struct vm_name *vm_names;
	size_t nr_vm_names;
	enum host_mode host_mode;		/* HOST_UNKNOWN: find out */

	bool exits;			/* required for FIELD_REASON and for the ledger */
	bool cgroups;			/* required for fields of cgroups (field_is_of_cgroup()) */
	bool sites;			/* also fill recording.sites; requires .exits */
	bool stays;			/* also keep what each vCPU did when, for kvm/exits_stays.h;
					 * requires .exits */
	bool samples_optional;		/* accept a recording without SPE data */
	uint64_t slice;			/* ns; 0: choose a length */

	unsigned int jobs;		/* maximum number of threads; 0: one */
	bool progress;			/* show progress on standard error */
	const atomic_bool *cancel;	/* once set, opening fails with -ECANCELED; NULL: never */
};

/* A problem that does not keep the recording from being used, for the user to know. */
struct recording_warning {
	const char *option;	/* the option that causes it, "--guest"; NULL: none */
	char *about;		/* the file or word it is about, not escaped; NULL: the recording */
	char *sentence;
};

/* Why recording_open() failed. */
enum recording_fault {
	FAULT_RECORDING,	/* the recording cannot be used */
	FAULT_CONFIG,		/* a file in the config cannot be used; the recording was not opened */
	FAULT_SYMBOLS,		/* a file in the config is of another build */
};

struct recording {
	struct pipeline p;
	struct symbolizer *symbolizer;
	struct naming *naming;
	const char *host;	/* FIELD_HOST; NULL: unknown */
	uint64_t slice;		/* ns: length of the slices that FIELD_SLICE counts by; 0: no clock */
	enum field line;	/* of a data address: FIELD_PA_LINE where records seem to have
				 * physical ones, else FIELD_CACHE_LINE */
	struct guest_recordings guests;
	int *guest_files;	/* by the config's .guests: as of symbolizer_add_guest(); -1: a
				 * recording */
	struct guest_slides slides;
	struct exit_sites sites;
	bool mode_given;	/* the config gave the host's mode */
	bool progress;		/* from the config */
	struct recording_warning *warnings;
	size_t nr_warnings;
	enum recording_fault fault;	/* FAULT_SYMBOLS also if symbols are optional */
};

/*
 * Open the recording at path ("-": standard input), read its sideband and seal it.  *r is all
 * zeros.  Returns 0, or -errno with a sentence in err and the cause in r->fault.  Call
 * recording_close() in either case; r->warnings may be filled in either case.
 */
int recording_open(struct recording *r, const char *path, const struct recording_config *c,
		   char *err, size_t errlen);
void recording_close(struct recording *r);	/* all zeros is fine */

/* The context in which a profile counts samples of this recording. */
struct profile_context recording_context(const struct recording *r);

/*
 * Count all records, on as many threads as the config says.  *profile is owned by the caller;
 * free *summary with summary_clear().  0 or -errno.
 */
int recording_count(const struct recording *r, const struct profile_query *query,
		    struct profile **profile, struct summary *summary);

/*
 * Iterate over all samples of CPU cycles, or of a clock: see recording/cycles.h, also for their
 * call chains (r->p.cycles.chains).  0 or -errno.
 */
int recording_cycles(const struct recording *r, cycles_fn *fn, void *arg);

/* Maximum number of sentences about objects. */
#define MISSING_MAX	8

struct missing {
	/* [0]: how to get names; then the objects without.  Borrowed from this and the recording */
	const char *sentence[MISSING_MAX + 3];
	size_t nr;
	char way[384], more[64], modules[96];
};

/* List the objects whose names were needed and not found.  .nr is 0 if there are none. */
void recording_missing(const struct recording *r, struct missing *out);

#endif
