// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/bare/profiler.h"

#include "kvm/bare/layout.h"
#include "kvm/world/bits.h"

extern const char image[], image_end[];

void profiler_registers(void)
{
	sys_write(PMSFCR_EL1, 0x10000);		/* without FT and FE these filter nothing */
	sys_write(PMSEVFR_EL1, 0x8);
	sys_write(PMSNEVFR_EL1, 0x80);
	sys_write(PMSLATFR_EL1, 5);
}

void profiler_on(u64 bytes)
{
	profiler_registers();
	sys_write(PMBPTR_EL1, SHADOW);
	sys_write(PMBSR_EL1, 0);
	sys_write(PMSIRR_EL1, 0x100);
	sys_write(PMSICR_EL1, 0);
	sys_write(PMBLIMITR_EL1, (SHADOW + bytes) | PMBLIMITR_E);
	isb();
	sys_write(PMSCR_EL1, PMSCR_E0SPE | PMSCR_E1SPE | PMSCR_CX);
	isb();
}

u64 profiler_off(void)
{
	sys_write(PMSCR_EL1, 0);
	isb();
	psb_csync();
	dsb_nsh();
	sys_write(PMBLIMITR_EL1, 0);
	isb();
	return (sys_read(PMBPTR_EL1) - SHADOW) / PROFILER_RECORD;
}

static u64 take(const uint8_t *p, unsigned int bytes)
{
	u64 v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

bool record_parse(const uint8_t *p, struct record *r)
{
	const uint8_t *end = p + PROFILER_RECORD;
	unsigned int bytes;

	*r = (struct record){ 0 };
	if (*p != 0xb0)
		return false;
	/* Up to the END or TIMESTAMP packet; a header's bits 5:4 are its payload's size. */
	while (p < end && *p != 0x01 && *p != 0x71) {
		bytes = *p ? 1u << (*p >> 4 & 3) : 0;
		if (p + bytes >= end)
			break;
		switch (*p) {
		case 0xb0:
			r->pc = take(p + 1, 7);
			r->el = p[8] >> 5 & 3;
			break;
		case 0x64:
			r->has_el1 = true;
			r->context_el1 = (u32)take(p + 1, 4);
			break;
		case 0x65:
			r->has_el2 = true;
			r->context_el2 = (u32)take(p + 1, 4);
			break;
		case 0xb3:
			r->has_pa = true;
			break;
		}
		p += 1 + bytes;
	}
	return true;
}

bool record_is_host(const struct record *r, bool vhe)
{
	return r->el == (vhe ? 2 : 1) && r->pc >= (uintptr_t)image &&
	       r->pc < (uintptr_t)image_end;
}
