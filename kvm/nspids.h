/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KVM_NSPIDS_H
#define KVM_NSPIDS_H

#include <stdint.h>

/* The ids that processes have in their own PID namespaces, which never change. */
struct nspids;

struct nspids *nspids_new(void);	/* NULL: out of memory */
void nspids_free(struct nspids *n);	/* NULL is fine */

/* Call these in any order, before nspids_seal().  0 or -ENOMEM. */
int nspids_add(struct nspids *n, int32_t pid, uint64_t time, int32_t nspid);
/* A process with that id began; time 0: before the recording. */
int nspids_fork(struct nspids *n, int32_t pid, uint64_t time);
void nspids_seal(struct nspids *n);

/* 0: unknown, also if several processes had the id in turn. */
int32_t nspids_find(const struct nspids *n, int32_t pid);

#endif
