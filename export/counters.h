/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_COUNTERS_H
#define EXPORT_COUNTERS_H

#include "export/binaries.h"

/*
 * Counters of ranges and branches as lists, each behind its length, with addresses less base in
 * hex: "FROM-TO:COUNT", from the first to the last instruction that ran, and "FROM->TO:COUNT".
 * Branches from or to elsewhere are left out.  between is written between the lists.
 */
void counters_write(const struct binary *b, uint64_t base, const char *between, FILE *out);

#endif
