/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BASE_VCPU_NAME_H
#define BASE_VCPU_NAME_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The vCPU number in the name of a thread, by the rows of vcpu_names.def; -1: not the name of a
 * vCPU's thread.  *alone (NULL is fine): no other kind of thread is known to have such a name.
 */
int32_t vcpu_name(const char *comm, bool *alone);

#endif
