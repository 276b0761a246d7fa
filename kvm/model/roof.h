/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model's roof over kvm/world: what sys_read() and its like are there.  They have no
 * argument that says on which machine, so one machine at a time is bound to the roof.
 */
#ifndef KVM_MODEL_ROOF_H
#define KVM_MODEL_ROOF_H

#include "kvm/model/pe.h"

/* One fault in the code under test. */
enum mutant_kind {
	MUTANT_NONE,
	MUTANT_DROP,	/* the operation does nothing; a read gives 0 */
	MUTANT_LATE,	/* it changes places with the next write or barrier */
	MUTANT_KINDS
};

struct mutant {
	const struct site *at;
	enum mutant_kind kind;
};

/* Sites of kvm/world, by number; NULL past the last. */
const struct site *roof_site(size_t nr);

/* The fault to make from now on, in all machines; NULL for none. */
void roof_mutate(const struct mutant *mutant);

/* Bind; before any call into kvm/world.  Unbound it gives NULL. */
void roof_bind(struct explore *x, struct machine *m);
/*
 * From now on f is told of each operation as it is performed: "read", "write" and the
 * register, or a barrier, and then reg is SYS_COUNT.  NULL: no more.
 */
void roof_listen(void (*f)(void *arg, const char *what, enum sysreg reg, u64 val), void *arg);
/* The code under test has returned: what was put off happens. */
void roof_done(void);

#endif
