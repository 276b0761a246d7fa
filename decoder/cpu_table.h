/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_CPU_TABLE_H
#define DECODER_CPU_TABLE_H

#include <stddef.h>

/*
 * A user's rows about CPUs that the tables of this room do not have, or have otherwise.  Text, one
 * row a line, # begins a comment, a name with spaces stands in double quotes:
 *
 *	cpu IMPLEMENTER PART NAME [TABLE]	MIDR_EL1 bits 31:24 and 15:4, 0x for hex
 *	source TABLE CODE NAME REACH		REACH: l1d, near, peer or far (enum spe_reach)
 *	event IMPLEMENTER PART BIT NAME		a bit of the events packet, 0 to 63
 *
 * TABLE is common, ampereone, hip12 (sources.def) or a new name.  A row of the file
 * comes before the built-in row for the same CPU, code or bit.
 */

struct cpu_table_error {
	unsigned int line;	/* from 1 */
	const char *what;	/* static: a sentence without a full stop */
};

/*
 * Read such a text, which may be hostile and need not end with NUL, in place of the one read
 * before.  Later calls of names.h return its names; there may be no other thread yet.  0; -1: *e
 * says what is wrong, and there are no rows of a user.
 */
int cpu_table_read(const char *text, size_t len, struct cpu_table_error *e);

#endif
