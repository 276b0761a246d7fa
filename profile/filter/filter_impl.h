/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_FILTER_FILTER_IMPL_H
#define PROFILE_FILTER_FILTER_IMPL_H

#include <regex.h>

#include "profile/filter/filter.h"

/*
 * The output of filter_parse.c, which filter.c runs: steps that compute one truth value.  Jumps
 * only go forward, so that it needs no stack and always ends.
 */
enum filter_code {
	STEP_NOT,		/* invert the truth value */
	STEP_UNLESS_FALSE,	/* if false: continue at .to */
	STEP_UNLESS_TRUE,	/* if true: continue at .to */
	STEP_NUMBER,		/* field cmp .num */
	STEP_NAME,		/* field = .text */
	STEP_NAME_REGEX,	/* field =~ .regex */
	STEP_WORLD,		/* bit of .num */
	STEP_BASIS,		/* bit of .num */
	STEP_REASON,		/* bit of .num */
	STEP_OP,		/* bit of .num (subclass) or of .kinds */
	STEP_ACCESS,		/* bit of .num */
	STEP_SOURCE,		/* .num, .text or .regex */
	STEP_EVENT,		/* event bit .num is set */
	STEP_TAKEN,		/* a branch that did not fail its condition */
	STEP_SATURATED,		/* some latency is "at least" */
};

enum filter_cmp { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_MATCH, CMP_NO_MATCH };

/* Flag in filter_step.kinds above the bits of enum spe_kind. */
#define FILTER_KIND_ATOMIC	(1u << 7)

struct filter_step {
	uint8_t code;		/* enum filter_code */
	uint8_t cmp;		/* enum filter_cmp; STEP_NUMBER */
	uint8_t field;		/* enum field */
	uint8_t kinds;
	bool negate;		/* != and !~ */
	bool is_num;		/* STEP_SOURCE: compare .num, not .text */
	bool since;		/* STEP_NUMBER: .num is ns since the first sample */
	uint32_t to;
	uint64_t num;
	char *text;		/* owned; NULL: none */
	regex_t *regex;		/* owned; NULL: none */
};

struct filter {
	struct filter_step *step;
	size_t nr;
	uint64_t fields;
};

#endif
