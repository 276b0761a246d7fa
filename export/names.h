/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_NAMES_H
#define EXPORT_NAMES_H

#include "export/export.h"

/* Names for VMs and weights, in formats that have nothing but names for them. */

/* Size of a name with its NUL; longer ones are cut. */
#define EXPORT_NAME	4096

/* "vm 0 web"; "vm [unknown]".  False, and out is not set: that world has no VMs. */
bool export_vm(const struct export *x, enum world world, int32_t vm, char out[EXPORT_NAME]);

/* The name of the weight, such as "latency, cycles". */
const char *export_weight_name(const struct export *x);

#endif
