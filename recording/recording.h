/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_RECORDING_H
#define RECORDING_RECORDING_H

#include "recording/count.h"
#include "recording/exit_sites.h"
#include "recording/guest_recording.h"
#include "recording/guest_slides.h"
#include "recording/words.h"

/* A recording with its symbols: ready to be counted. */

/* Behind a recording's name: its archive of symbol files. */
#define ARCHIVE_SUFFIX	".archive"

struct vm_name {
	int32_t pid;
	const char *name;
};

/*
 * How a recording is to be opened; all zeros is fine.  Words and lists are borrowed until
 * recording_close().
 */
struct recording_config {
	/* Symbols, as of symbolizer_config and symbolizer_add_guest(). */
	struct word_list symfs, guests, guest_symfs;	/* guests: recordings made in them, too */
	const char *kallsyms, *vmlinux;		/* NULL: none */
	bool local_files, build_id_cache, debuginfod, demangle;
	bool symbols_optional;		/* they may be another recording's: that is a warning */

	/* VMs */
	struct word_list clock_offsets;		/* "[VM=]TICKS" */
	struct vm_name *vm_names;
	size_t nr_vm_names;
	enum host_mode host_mode;		/* HOST_UNKNOWN: find out */

	bool exits;			/* FIELD_REASON will be asked for, or the ledger */
	bool sites;			/* and the places in guests that exits came from: .sites */
	bool samples_optional;		/* a recording without SPE data will do */
	uint64_t slice;			/* ns; 0: a good length */

	unsigned int jobs;		/* threads at the most; 0: one */
	bool progress;			/* say on standard error how far it is */
	const atomic_bool *cancel;	/* set: opening it ends soon, with -ECANCELED; NULL: never */
};

/* What it can be used without, and its user should know. */
struct recording_warning {
	const char *option;	/* that it is of, "--guest"; NULL: of none */
	char *about;		/* a file or a word, not escaped; NULL: nothing but the recording */
	char *sentence;
};

/* Why recording_open() failed. */
enum recording_fault {
	FAULT_RECORDING,	/* the recording cannot be used */
	FAULT_CONFIG,		/* a file that the config names cannot: nothing else was opened */
	FAULT_SYMBOLS,		/* one that it names is not of this recording */
};

struct recording {
	struct pipeline p;
	struct symbolizer *symbolizer;
	struct naming *naming;
	uint64_t slice;		/* ns: what `slice` is a start of; 0: no clock */
	enum field line;	/* of a data address: FIELD_PA_LINE where records seem to have
				 * physical ones, else FIELD_CACHE_LINE */
	struct guest_recordings guests;
	struct guest_slides slides;
	struct exit_sites sites;
	bool mode_given;	/* the host's mode is the config's */
	bool progress;		/* the config's */
	struct recording_warning *warnings;
	size_t nr_warnings;
	enum recording_fault fault;	/* FAULT_SYMBOLS also where symbols are optional */
};

/*
 * Open the recording of that path, "-" is standard input, and seal it.  0 or -errno with a
 * sentence in err; recording_close() in either case.  There may be warnings in either case.
 */
int recording_open(struct recording *r, const char *path, const struct recording_config *c,
		   char *err, size_t errlen);
void recording_close(struct recording *r);	/* also one that is all zeros */

/* What a profile of the recording sees its samples against. */
struct profile_context recording_context(const struct recording *r);

/*
 * count_all() of it, with the threads that the config has.  *profile is the caller's, and
 * *summary is to be given to summary_clear().  0 or -errno.
 */
int recording_count(const struct recording *r, const struct profile_query *query,
		    struct profile **profile, struct summary *summary);

#endif
