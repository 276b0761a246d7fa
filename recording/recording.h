/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDING_RECORDING_H
#define RECORDING_RECORDING_H

#include "recording/count.h"
#include "recording/guest_recording.h"
#include "recording/guest_slides.h"
#include "cmd/report_options.h"

/* A recording with its symbols, as the command line asks for it: ready to be counted. */

/* Behind a recording's name: its archive of symbol files. */
#define ARCHIVE_SUFFIX	".archive"

/* Sentences about missing symbols at the most. */
#define MISSING_MAX	8

struct missing {
	/* [0] how to get names, then who has none; borrowed from this and the recording */
	const char *sentence[MISSING_MAX + 3];
	size_t nr;
	char way[384], more[64], modules[96];
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
	bool bad_symbols;	/* a file of symbols is not of it; recording_open() failed, unless: */
	/* set before it is opened: */
	bool exits;		/* later keys may ask for exits */
	bool samples_optional;	/* it will do without SPE data */
	bool symbols_optional;	/* files of symbols may be another recording's: only warn */
	bool silent;		/* no warnings on standard error: screens are there */
	const atomic_bool *cancel;	/* set: opening it ends soon, with -ECANCELED; NULL: never */
	exit_site_fn *site_fn;	/* where guests were left is wanted, too, if .exits; NULL: not */
	void *site_arg;
};

/*
 * Files of symbols that the command line names.  Before recording_open().  0 or
 * -errno with a sentence in err: the command line is wrong.
 */
int recording_symbols(struct recording *r, const struct report_args *a, char *err, size_t errlen);
/*
 * Open a->input, and seal it.  command is for warnings.  0 or -errno with a sentence
 * in err; recording_close() in either case.
 */
int recording_open(struct recording *r, const struct report_args *a, const char *command,
		   char *err, size_t errlen);
void recording_close(struct recording *r);
/* What a command exits with after that failed. */
int recording_exit(const struct recording *r);

/* What a profile of the recording sees its samples against. */
struct profile_context recording_context(const struct recording *r);

/* Objects that were asked for names and have none, and the way to get them; or .nr is 0. */
void recording_missing(const struct recording *r, struct missing *out);

#endif
