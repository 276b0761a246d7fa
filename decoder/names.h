/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_NAMES_H
#define DECODER_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decoder/record.h"

/*
 * Names of the codes in records, from the .def tables of this room and a user's rows (cpu_table.h).
 * All strings are static.
 */

/* SPE_EV_RETIRED and so on: bit numbers of an events packet. */
enum spe_event {
#define EVENT(bit, id, name, dump, what) SPE_EV_##id = bit,
#include "decoder/events.def"
#undef EVENT
};

/* "l1d-miss"; NULL: the architecture gives the bit no name. */
const char *spe_event_name(unsigned int bit);
/* Likewise, including the implementation-defined bits of the CPU with that MIDR_EL1. */
const char *spe_event_name_on(uint64_t midr, unsigned int bit);
/* The bit of an architected name or of "ev0" to "ev63"; -1: neither. */
int spe_event_find(const char *name, size_t len);

/* The kind of an operation, without its subclass. */
enum spe_kind {
	SPE_KIND_NONE,		/* no operation type, or a reserved class */
	SPE_KIND_OTHER,
	SPE_KIND_LOAD,
	SPE_KIND_STORE,
	SPE_KIND_BRANCH,
};
enum spe_kind spe_kind(const struct spe_record *rec);
/* "load", "store", "branch", "other", "" */
const char *spe_kind_name(enum spe_kind k);

/* What a load, store or atomic does to memory. */
enum spe_access {
	SPE_ACCESS_NONE,	/* not an access, or the record does not say */
	SPE_ACCESS_READ,
	SPE_ACCESS_WRITE,	/* also an exclusive store, which may have failed */
	SPE_ACCESS_UPDATE,	/* an atomic: reads and writes, with or without a result */
	NR_SPE_ACCESSES
};
enum spe_access spe_access(const struct spe_record *rec);
/* "read", "write", "update", "" */
const char *spe_access_name(enum spe_access a);

/* The subclass of an operation: a row of ops.def. */
enum spe_op {
	SPE_OP_RESERVED,	/* no row of ops.def matches the payload */
#define OP(id, class, mask, value, name, what) SPE_OP_##id,
#include "decoder/ops.def"
#undef OP
	NR_SPE_OPS
};
enum spe_op spe_op(uint8_t op_class, uint8_t payload);
/* "general", "simd-fp", "sve", "cond-branch"...; "reserved" */
const char *spe_op_name(enum spe_op op);
/* Is it an atomic, exclusive or acquire/release access (bits of EXTENDED)? */
bool spe_op_is_atomic(uint8_t op_class, uint8_t payload);
/*
 * Effective vector length in bits, or the effective tile size of an SME array operation; 4096
 * means more than 2048.  0: the operation has neither, or the value is reserved, or it is the
 * whole of ZA.
 */
unsigned int spe_op_vector_bits(uint8_t op_class, uint8_t payload);

/*
 * The name of a data-source code on the CPU with that MIDR_EL1: "L1D", "DRAM".  NULL: the CPU or
 * the code is unknown; show the number.
 */
const char *spe_source_name(uint64_t midr, uint16_t code);

/* How far away a data source is. */
enum spe_reach {
	SPE_REACH_UNKNOWN,	/* unknown CPU or code */
	SPE_REACH_L1D,
	SPE_REACH_NEAR,		/* beyond L1D in the same socket, but not SPE_REACH_PEER */
	SPE_REACH_PEER,		/* the cache of another core or cluster */
	SPE_REACH_FAR,		/* another socket or chip */
};
enum spe_reach spe_source_reach(uint64_t midr, uint16_t code);

/* The MIDR_EL1, revision 0, of row i of cpus.def, from 0.  0: no more. */
uint64_t spe_cpu_row(size_t i);
/* "Neoverse N1"; NULL: unknown. */
const char *spe_cpu_name(uint64_t midr);
/*
 * Where it is documented which data sources the codes of that CPU stand for: "perf 7.3".  NULL: it is
 * not known, and its codes have no names.
 */
const char *spe_sources_basis(uint64_t midr);
/* "Arm", "Ampere", "HiSilicon"; NULL: unknown. */
const char *spe_implementer_name(uint64_t midr);

/* An erratum that biases or falsifies a CPU's records: a row of errata.def. */
struct spe_erratum {
	const char *id;		/* the vendor's number */
	const char *what;	/* one sentence: which figures are wrong */
	bool branches;		/* counts of branches are among them */
};
/* Fills at most max errata of the CPU with that MIDR_EL1.  Returns how many apply to it. */
size_t spe_errata(uint64_t midr, struct spe_erratum *out, size_t max);

#endif
