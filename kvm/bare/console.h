/* SPDX-License-Identifier: GPL-2.0-only */
/* The serial port of QEMU's virt machine, and TAP on it. */
#ifndef KVM_BARE_CONSOLE_H
#define KVM_BARE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

void print(const char *s);
/* 0x and 16 digits. */
void print_hex(uint64_t v);
void print_number(uint64_t n);

/* A line of TAP. */
void result(const char *what, bool ok);
/* The same, and both values if they differ. */
void is(const char *what, uint64_t got, uint64_t want);
/* The plan; the machine goes off. */
void finish(void) __attribute__((noreturn));
/* The machine goes off with no plan, and why is TAP's "Bail out!". */
void bail_out(const char *why, uint64_t a, uint64_t b, uint64_t c) __attribute__((noreturn));

#endif
