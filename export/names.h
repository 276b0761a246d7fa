/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_NAMES_H
#define EXPORT_NAMES_H

#include "export/export.h"

/* What things are called in formats that have names alone. */

/* Bytes of a name, with its NUL: a longer one is cut. */
#define EXPORT_NAME	4096

/* "vm 0 web"; "vm [unknown]".  False, and nothing: no VM is in that world. */
bool export_vm(const struct export *x, enum world world, int32_t vm, char out[EXPORT_NAME]);

/* What the weight is: "latency, cycles". */
const char *export_weight_name(const struct export *x);

#endif
