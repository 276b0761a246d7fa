/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_RECORD_OPTIONS_H
#define CMD_RECORD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd/options/values.h"
#include "collector/live/spe_event.h"

/* The command line of `spelunk record`.  Strings are borrowed from argv. */
struct record_args {
	bool all;
	const char *cpus;		/* a list; NULL: all */
	struct id_list pids, tids;	/* owned */
	const char *vm;
	const char *cgroup, *pod;	/* NULL: all */
	char **command;			/* NULL: none */

	struct spe_wish wish;
	const char *sources;		/* --data-source: resolved with the CPU's names */
	const char *cpu_table;		/* NULL: none; it was read already */
	bool physical, not_physical;
	bool spe, kvm, kvm_must, exits, cgroups, symbols;
	bool time;			/* record cycles and counters, as far as possible */
	uint64_t cycles_freq;		/* Hz */

	const char *output;
	uint64_t duration;		/* ms; 0: unlimited */
	uint64_t size;			/* bytes; 0: unlimited */
	uint64_t rotate_ms, rotate_size; /* ms, bytes; 0: no rotation by that */
	bool overwrite;
	uint64_t last;			/* ms; 0: not given */
	size_t data_size, aux_size;	/* bytes; 0: not given */
	uint64_t level;			/* zstd level; 0: do not compress */
	bool quiet, help;

	const char *on;			/* hosts to record on over ssh; NULL: here */
	struct word_list programs;	/* static programs to send; the list is owned */
	const char *ssh;
	bool sudo, archive;
	struct option_words given;	/* all options, as they were given; owned */
};

/* 0; -EINVAL with a sentence, or -ENOMEM.  Call record_args_free() in any case. */
int record_args_parse(struct record_args *a, int argc, char **argv, char *err, size_t errlen);
void record_args_free(struct record_args *a);

/* Like report_takes and so on. */
extern option_take_fn *const record_takes[NR_OPTION_OWN];
void record_args_defaults(struct record_args *a);
/* o->rest is the command. */
int record_args_complete(struct record_args *a, struct options *o);

/*
 * The mask of data sources, from a list of codes or of their names on the CPU with that MIDR_EL1.
 * 0 or -EINVAL with a sentence.
 */
int record_sources(uint64_t *mask, const char *list, uint64_t midr, char *err, size_t errlen);

#endif
