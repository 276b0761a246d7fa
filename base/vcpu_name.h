/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_VCPU_NAME_H
#define BASE_VCPU_NAME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The number of the vCPU that a thread of that name runs, by the rows of vcpu_names.def; -1: it
 * is the name of none.  *alone (NULL is fine) is whether only a vCPU's thread is called so.
 */
int32_t vcpu_name(const char *comm, bool *alone);

#endif
