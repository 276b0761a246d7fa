/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_NAMES_IMPL_H
#define DECODER_NAMES_IMPL_H

#include <stddef.h>
#include <stdint.h>

/* Rows of the tables of CPUs: those of cpus.def, sources.def and events.def, and a user's. */

enum source_table {
	SOURCES_NONE,
#define SOURCE_TABLE(id) SOURCES_##id,
#include "decoder/sources.def"
#undef SOURCE_TABLE
	NR_SOURCE_TABLES	/* a user's tables follow */
};

struct cpu {
	uint16_t part;		/* MIDR_EL1 bits 15:4 */
	uint8_t implementer;	/* bits 31:24 */
	uint8_t sources;	/* an enum source_table, or a user's table */
	const char *name;
	const char *basis;	/* where its table of sources is documented; NULL: it has none */
};

struct source {
	uint16_t code;
	uint8_t table;		/* as cpu.sources */
	uint8_t reach;		/* enum spe_reach */
	const char *name;
};

struct impdef_event {
	uint16_t part;
	uint8_t implementer;
	uint8_t bit;
	const char *name;
};

/* A user's row; NULL: there is none. */
const struct cpu *user_cpu(unsigned int implementer, unsigned int part);
const struct source *user_source(unsigned int table, uint16_t code);
const struct impdef_event *user_event(unsigned int implementer, unsigned int part,
				      unsigned int bit);

#endif
