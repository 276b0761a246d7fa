// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests SPE against the architecture without a kernel: runs at EL2 (and EL1) of the emulated
 * machine and prints TAP on its serial port.  Names in brackets are from the Arm ARM.
 */
#include "tests/lab/bare/bare.h"

#define GICR_ISPENDR0	((volatile uint32_t *)(0x080a0000 + 0x10000 + 0x200))
#define SPE_PPI		21

#define PMBSR_S		(1ull << 17)
#define PMBSR_EC(r)	((r) >> 26 & 0x3f)
#define PMBSR_MSS(r)	((r) & 0xffff)

uint64_t at_el1(uint64_t (*f)(void));
void loop(uint64_t n);
extern char loop_end[];
extern uint64_t taken_esr;
void bare_main(void);

static uint8_t buffer[4 * 4096] __attribute__((aligned(4096)));
static uint64_t stage2[512] __attribute__((aligned(4096)));

#define SAY(reg)							\
	do {								\
		print("# " #reg " ");					\
		print_hex(read(reg));					\
		print("\n");						\
	} while (0)

/* Most fields are UNKNOWN after reset: the command line chooses them. */
static void after_reset(void)
{
	is("PMBLIMITR.E is 0 after reset", read(PMBLIMITR) & 1, 0);
	SAY(PMSCR_EL1);
	SAY(PMSCR_EL2);
	SAY(PMSICR);
	SAY(PMSIRR);
	SAY(PMSFCR);
	SAY(PMSEVFR);
	SAY(PMSNEVFR);
	SAY(PMSLATFR);
	SAY(PMBLIMITR);
	SAY(PMBPTR);
	SAY(PMBSR);
}

/* [PMSIDR_EL1, PMBIDR_EL1, ID_AA64DFR0_EL1] */
static void identification(void)
{
	uint64_t id = read(PMSIDR);

	is("PMSVer is v1p2", read("id_aa64dfr0_el1") >> 32 & 15, 3);
	is("filters by event, type, latency and inverse event", id & 0x47, 0x47);
	is("the least interval is 256", id >> 8 & 15, 0);
	is("records have at most 64 bytes", id >> 12 & 15, 6);
	is("counters have 12 bits", id >> 16 & 15, 2);
	is("records are aligned to 64 bytes", read(PMBIDR) & 15, 6);
	is("at EL2 the buffer is ours", read(PMBIDR) >> 4 & 1, 0);
}

#define KEEPS(reg, mask)						\
	do {								\
		write(reg, ~0ull);					\
		is(#reg " keeps its fields, no more", read(reg), mask);	\
		write(reg, 0);						\
		is(#reg " can be cleared", read(reg), 0);		\
	} while (0)

static void masks(void)
{
	KEEPS(PMSCR_EL1, 0xfb);
	KEEPS(PMSCR_EL2, 0xfb);
	KEEPS(PMSIRR, 0xffffff01);
	KEEPS(PMSFCR, 0x7000f);
	KEEPS(PMSEVFR, 0x608e8);
	KEEPS(PMSNEVFR, 0x608e8);
	KEEPS(PMSLATFR, 0xfff);
	KEEPS(PMBPTR, ~0ull);
	KEEPS(PMBSR, 0x00fffffffc0fffff);
	write(PMBLIMITR, ~1ull);
	is("PMBLIMITR keeps its fields, no more", read(PMBLIMITR), 0xfffffffffffff006);
	write(PMBLIMITR, 0);
}

void enable(uint64_t size, uint64_t mode)
{
	unsigned int i;

	for (i = 0; i < sizeof(buffer); i++)
		buffer[i] = 0;
	write(PMBSR, 0);
	write(PMSFCR, 0);
	write(PMSIRR, 256);
	write(PMSICR, 0);
	write(PMBPTR, (uintptr_t)buffer);
	write(PMBLIMITR, ((uintptr_t)buffer + size) | mode | 1);
	isb();
}

void disable(void)
{
	write(PMSCR_EL2, 0);
	write(PMSCR_EL1, 0);
	isb();
	psb_csync();
	dsb();
	isb();
}

uint64_t records(void)
{
	return (read(PMBPTR) - (uintptr_t)buffer) / RECORD;
}

const uint8_t *first_record(void)
{
	return buffer;
}

static uint64_t packet(const uint8_t *p, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

/* The number of records whose PC is not in loop(), or not at that EL. */
static unsigned int strangers(uint64_t n, unsigned int el)
{
	unsigned int strange = 0;
	uint64_t i, pc;

	for (i = 0; i < n; i++) {
		pc = packet(buffer + i * RECORD + 1, 8);
		strange += buffer[i * RECORD] != 0xb0 || (pc >> 61 & 3) != el ||
			   (pc & 0xffffffffffffff) < (uintptr_t)loop ||
			   (pc & 0xffffffffffffff) >= (uintptr_t)loop_end;
	}
	return strange;
}

/* [SPEToCollectSample]: one sample in INTERVAL + 1 operations. */
static void sampling(void)
{
	uint64_t n;

	enable(sizeof(buffer), 0);
	write(PMSCR_EL2, 2);
	isb();
	loop(257 * 10);
	disable();
	n = records();
	result("one in 257 operations is sampled", n == 20);
	is("all in the loop, at EL2", strangers(20, 2), 0);
	is("no event", read(PMBSR), 0);
	loop(257 * 10);
	psb_csync();
	dsb();
	is("none once it is off", records(), n);
	enable(sizeof(buffer), 0);
	write(PMSCR_EL1, 3);
	isb();
	loop(257 * 10);
	disable();
	is("E1SPE samples nothing at EL2", records(), 0);
}

/* [SPEBufferIsFull, ReportSPEEvent] */
static void full(void)
{
	uint64_t status;

	enable(4096, 0);
	write(PMSCR_EL2, 2);
	isb();
	loop(257 * 100);
	disable();
	status = read(PMBSR);
	is("a full buffer ends at its limit", read(PMBPTR), (uintptr_t)buffer + 4096);
	is("nothing is written beyond", packet(buffer + 4096, 8), 0);
	is("and says that it is full", status & (PMBSR_S | 0xfc00ffff), PMBSR_S | 1);
	is("nothing was lost", status >> 19 & 1, 0);
	is("its interrupt is pending", *GICR_ISPENDR0 >> SPE_PPI & 1, 1);
	write(PMBSR, 0);
	is("until PMBSR.S is cleared", *GICR_ISPENDR0 >> SPE_PPI & 1, 0);
	write(PMBSR, PMBSR_S);
	is("software can raise it", *GICR_ISPENDR0 >> SPE_PPI & 1, 1);
	write(PMBSR, 0);
}

/* [D17.5.5, SPECollectRecord] */
static void filters(void)
{
	enable(4096, 2 << 1);
	write(PMSCR_EL2, 2);
	isb();
	loop(257 * 100);
	disable();
	is("discard mode writes nothing", records(), 0);
	is("and has no event", read(PMBSR), 0);
	enable(sizeof(buffer), 0);
	write(PMSFCR, 4);
	write(PMSLATFR, 0xfff);
	write(PMSCR_EL2, 2);
	isb();
	loop(257 * 10);
	disable();
	is("nothing is that late", records(), 0);
	enable(sizeof(buffer), 0);
	write(PMSFCR, 2 | 1 << 17);
	write(PMSCR_EL2, 2);
	isb();
	loop(257 * 10);
	disable();
	is("the loop has no loads", records(), 0);
}

/*
 * [D17.3.7]: the next sample is due while a load from far away is in flight.  Each round has four
 * operations, which are sampled in turn.
 */
static void collisions(void)
{
	uint64_t at = 0x44000000, n = 257 * 4;

	enable(sizeof(buffer), 0);
	write(PMSCR_EL2, 2);
	isb();
	asm volatile("1: ldr x1, [%0]\n add %0, %0, #4032\n subs %1, %1, #1\n b.ne 1b"
		     : "+r"(at), "+r"(n) : : "x1", "cc", "memory");
	disable();
	is("a sample in flight: the next one collides", read(PMBSR), 1 << 16);
	result("and is not there", records() >= 8 && records() < 16);
	write(PMBSR, 0);
}

/* [D17.8]: addresses that are not writable. */
static void faults(void)
{
	uint64_t status;

	enable(4096, 0);
	write(PMBPTR, 1ull << 54);
	write(PMBLIMITR, ((1ull << 54) + 4096) | 1);
	write(PMSCR_EL2, 2);
	isb();
	loop(257 * 2);
	disable();
	status = read(PMBSR);
	is("an address too large: stage 1 fault", PMBSR_EC(status), 0x24);
	is("of size, level 0", PMBSR_MSS(status), 0);
	is("PMBPTR is where it was", read(PMBPTR), 1ull << 54);
	write(PMBSR, 0);
}

static uint64_t read_pms(void)
{
	return read(PMSIRR);
}

static uint64_t read_pmb(void)
{
	return read(PMBPTR);
}

static uint64_t read_pmbidr(void)
{
	return read(PMBIDR);
}

static uint64_t loop_at_el1(void)
{
	isb();
	loop(257 * 10);
	psb_csync();
	dsb();
	return 0;
}

/* The exception class with which EL1's f was trapped; 0: not trapped. */
static uint64_t trapped(uint64_t (*f)(void))
{
	taken_esr = 0;
	at_el1(f);
	return taken_esr >> 26;
}

static void set_mdcr(uint64_t e2pb, uint64_t tpms)
{
	write("mdcr_el2", (read("mdcr_el2") & ~0x7000ull) | e2pb << 12 | tpms << 14);
	isb();
}

/* [MDCR_EL2.TPMS, MDCR_EL2.E2PB] */
static void traps(void)
{
	set_mdcr(0, 0);
	is("EL1 may read PMSIRR", trapped(read_pms), 0);
	is("not PMBPTR of EL2's buffer", trapped(read_pmb), 0x18);
	is("PMBIDR it may, and is told whose it is", at_el1(read_pmbidr) >> 4 & 1, 1);
	set_mdcr(2, 1);
	is("TPMS traps PMSIRR", trapped(read_pms), 0x18);
	is("E2PB 2 traps PMBPTR", trapped(read_pmb), 0x18);
	set_mdcr(3, 0);
	is("E2PB 3 does not", trapped(read_pmb), 0);
	is("and the buffer is EL1's", at_el1(read_pmbidr) >> 4 & 1, 0);
	set_mdcr(0, 0);
}

/* Stage 2: an identity map of the first gigabyte of memory and the devices. */
static void enable_stage2(void)
{
	stage2[0] = 0x0 | 0x4c5;	/* block, device-nGnRE by attribute 1 */
	stage2[1] = 0x40000000 | 0x7fd;	/* block, normal, read and write */
	write("vttbr_el2", (uintptr_t)stage2);
	/* 39 bits from level 1, 4K, inner shareable, write back, 40 bits */
	write("vtcr_el2", 0x80000000 | 2 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 1 << 6 | 25);
	write("hcr_el2", read("hcr_el2") | 1);
	isb();
	asm volatile("tlbi vmalls12e1; dsb sy; isb" : : : "memory");
}

/* Table D17-1, and the regimes of [D17.7.5]. */
static void worlds(void)
{
	uint64_t status;

	enable_stage2();
	set_mdcr(0, 0);
	enable(sizeof(buffer), 0);
	write(PMSCR_EL1, 2);
	at_el1(loop_at_el1);
	disable();
	result("EL1 is sampled into EL2's buffer", records() == 20);
	is("all in the loop, at EL1", strangers(20, 1), 0);
	set_mdcr(3, 0);
	enable(sizeof(buffer), 0);
	write(PMSCR_EL2, 2);
	isb();
	loop(257 * 10);
	disable();
	is("EL2 is never sampled into EL1's buffer", records(), 0);
	enable(sizeof(buffer), 0);
	write(PMSCR_EL1, 2);
	at_el1(loop_at_el1);
	disable();
	result("EL1 is", records() == 20);
	enable(4096, 0);
	write(PMBPTR, 0x80000000);
	write(PMBLIMITR, 0x80001000 | 1);
	write(PMSCR_EL1, 2);
	at_el1(loop_at_el1);
	status = read(PMBSR);
	disable();
	is("a page that stage 2 lacks: stage 2 fault", PMBSR_EC(status), 0x25);
	is("of translation, level 1", PMBSR_MSS(status), 5);
	write(PMBSR, 0);
	set_mdcr(0, 0);
}

void bare_main(void)
{
	write("hcr_el2", 1ull << 31);	/* RW: EL1 is AArch64 */
	isb();
	after_reset();
	identification();
	masks();
	sampling();
	full();
	filters();
	operations();
	collisions();
	faults();
	traps();
	worlds();
	finish();
}
