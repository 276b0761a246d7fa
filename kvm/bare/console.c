// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/bare/console.h"

/* PL011: data register [hw/arm/virt.c]. */
#define UART ((volatile uint32_t *)0x09000000)

static unsigned int results;

void print(const char *s)
{
	while (*s)
		*UART = (uint8_t)*s++;
}

void print_hex(uint64_t v)
{
	print("0x");
	for (int i = 60; i >= 0; i -= 4)
		*UART = (uint8_t)"0123456789abcdef"[v >> i & 15];
}

void print_number(uint64_t n)
{
	if (n > 9)
		print_number(n / 10);
	*UART = '0' + (uint32_t)(n % 10);
}

void result(const char *what, bool ok)
{
	print(ok ? "ok " : "not ok ");
	print_number(++results);
	print(" - ");
	print(what);
	print("\n");
}

void is(const char *what, uint64_t got, uint64_t want)
{
	result(what, got == want);
	if (got == want)
		return;
	print("#   got ");
	print_hex(got);
	print(", want ");
	print_hex(want);
	print("\n");
}

/* PSCI SYSTEM_OFF, by SMC: the emulator's. */
static void __attribute__((noreturn)) power_off(void)
{
	__asm__ volatile("mov x0, %0\n smc #0" : : "r"(0x84000008ull) : "x0", "memory");
	for (;;)
		;
}

void finish(void)
{
	print("1..");
	print_number(results);
	print("\n");
	power_off();
}

void bail_out(const char *why, uint64_t a, uint64_t b, uint64_t c)
{
	print("Bail out! ");
	print(why);
	print(" ");
	print_hex(a);
	print(" ");
	print_hex(b);
	print(" ");
	print_hex(c);
	print("\n");
	power_off();
}
