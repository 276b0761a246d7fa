/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef DECODER_NAMES_H
#define DECODER_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decoder/record.h"

/* Words for codes, from the .def tables of this room.  All strings are static. */

/* SPE_EV_RETIRED and so on: bit numbers of an events packet. */
enum spe_event {
#define EVENT(bit, id, name, dump, what) SPE_EV_##id = bit,
#include "decoder/events.def"
#undef EVENT
};

/* "l1d-miss"; NULL where bit has no architected name. */
const char *spe_event_name(unsigned int bit);
/* Likewise, with the names that the CPU with that MIDR_EL1 gives its own bits. */
const char *spe_event_name_on(uint64_t midr, unsigned int bit);
/* The bit of that architected name, or of "ev0" to "ev63"; -1: neither. */
int spe_event_find(const char *name, size_t len);

/* What an operation is, whatever its subclass. */
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
	SPE_ACCESS_NONE,	/* no access, or nothing tells */
	SPE_ACCESS_READ,
	SPE_ACCESS_WRITE,	/* also an exclusive store, which may have failed */
	SPE_ACCESS_UPDATE,	/* an atomic: reads and writes, whether data is returned or not */
	NR_SPE_ACCESSES
};
enum spe_access spe_access(const struct spe_record *rec);
/* "read", "write", "update", "" */
const char *spe_access_name(enum spe_access a);

/* Subclass: a row of ops.def. */
enum spe_op {
	SPE_OP_RESERVED,	/* a payload no row of ops.def matches */
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
 * Effective vector length in bits (4096 stands for "more than 2048"), of an SME
 * array operation the effective tile size.  0 if the operation has none, or it
 * is reserved or the whole of ZA.
 */
unsigned int spe_op_vector_bits(uint8_t op_class, uint8_t payload);

/*
 * Name of a data-source code on the CPU with that MIDR_EL1: "L1D", "DRAM".
 * NULL: unknown CPU or code; show the number.
 */
const char *spe_source_name(uint64_t midr, uint16_t code);

/* Where that data source is. */
enum spe_reach {
	SPE_REACH_UNKNOWN,	/* unknown CPU or code */
	SPE_REACH_L1D,
	SPE_REACH_NEAR,		/* behind L1D, of the same socket, and not: */
	SPE_REACH_PEER,		/* another core's or cluster's cache */
	SPE_REACH_FAR,		/* another socket or chip */
};
enum spe_reach spe_source_reach(uint64_t midr, uint16_t code);

/* "Neoverse N1"; NULL: unknown. */
const char *spe_cpu_name(uint64_t midr);
/* "Arm", "Ampere", "HiSilicon"; NULL: unknown. */
const char *spe_implementer_name(uint64_t midr);

/* What biases or falsifies the records of a CPU: a row of errata.def. */
struct spe_erratum {
	const char *id;		/* as the vendor names it */
	const char *what;	/* one sentence: what to distrust */
};
/* Returns how many apply to the CPU with that MIDR_EL1; fills at most max. */
size_t spe_errata(uint64_t midr, struct spe_erratum *out, size_t max);

#endif
