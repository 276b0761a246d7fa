// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program of the lab's host: functions that load, store, branch, call, chase
 * pointers, fault and contend for memory, as often as requested.  The work is the same in
 * each run.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <asm/hwcap.h>

/* Compiled literally, in cache lines of its own. */
#define HOT __attribute__((noipa, aligned(64)))

#define ARRAY_ENTRIES	65536		/* 512 KiB */
#define FAULT_PAGES	16		/* of a mapping */
#define STEPS_PER_PAGE	64		/* a fault takes long */

static const char usage[] =
	"usage: work [--inner N] [--chase-mib N] [FUNCTION[=TIMES]]...\n"
	"  runs each function named (all, if none is) 10 times or TIMES, prints how often\n"
	"  --inner N       steps of a function each time [20000]\n"
	"  --chase-mib N   memory that chase goes through [64]\n"
	"functions:";

/* One per cache line. */
struct node {
	struct node *next;
	uint64_t pad[7];
};

static uint64_t array[ARRAY_ENTRIES];
static uint64_t words[2];		/* that the atomics change */
static struct node *nodes;
static size_t chase_mib = 64;
static volatile sig_atomic_t segvs;
static size_t page_size;

uint64_t hot_load(uint64_t n);
uint64_t hot_store(uint64_t n);
uint64_t hot_branch(uint64_t n);
uint64_t hot_call(uint64_t n);
uint64_t hot_call_direct(uint64_t x);
uint64_t hot_call_pointer(uint64_t x);
uint64_t chase(uint64_t n);
uint64_t fault(uint64_t n);
uint64_t atomics(uint64_t n);
uint64_t exclusives(uint64_t n);

HOT uint64_t hot_load(uint64_t n)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < n; i++)
		sum += array[i * 17 % ARRAY_ENTRIES];
	return sum;
}

HOT uint64_t hot_store(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		array[i * 17 % ARRAY_ENTRIES] = i;
	return n;
}

/* Prevents conditional selects, so that there are branches. */
#define keep_the_branch(x) asm volatile("" : "+r"(x))

HOT uint64_t hot_branch(uint64_t n)
{
	uint64_t x = 88172645463325252UL, odd = 0;

	for (uint64_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		if (x & 1) {
			odd += 3;
			keep_the_branch(odd);
		}
		if ((x & 0xf0) == 0x70) {
			odd ^= i;
			keep_the_branch(odd);
		}
	}
	return odd;
}

HOT uint64_t hot_call_direct(uint64_t x)
{
	return x + 1;
}

HOT uint64_t hot_call_pointer(uint64_t x)
{
	return x ^ 1;
}

static uint64_t (*volatile pointer)(uint64_t) = hot_call_pointer;

HOT uint64_t hot_call(uint64_t n)
{
	uint64_t x = 0;

	for (uint64_t i = 0; i < n; i++)
		x = pointer(hot_call_direct(x));
	return x;
}

HOT uint64_t chase(uint64_t n)
{
	const struct node *at = nodes;

	for (uint64_t i = 0; i < n; i++)
		at = at->next;
	return at - nodes;
}

/* Writes to fresh pages; the last one of each mapping requires a SIGSEGV handler. */
HOT uint64_t fault(uint64_t n)
{
	size_t size = FAULT_PAGES * page_size;

	for (uint64_t page = 0; page <= n / STEPS_PER_PAGE; page += FAULT_PAGES) {
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED ||
		    mprotect(p + size - page_size, page_size, PROT_NONE))
			err(1, "fault");
		for (size_t at = 0; at < size; at += page_size)
			*(volatile char *)(p + at) = 1;
		munmap(p, size);
	}
	return n;
}

/* With single instructions, available since ARMv8.1... */
HOT __attribute__((target("arch=armv8.1-a"))) uint64_t atomics(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		uint64_t seen = i;

		__atomic_fetch_add(&words[0], 1, __ATOMIC_RELAXED);
		__atomic_exchange_n(&words[1], i, __ATOMIC_ACQ_REL);
		__atomic_compare_exchange_n(&words[1], &seen, 1, 0, __ATOMIC_ACQ_REL,
					    __ATOMIC_ACQUIRE);
	}
	return words[0];
}

/* ... and with pairs of exclusive accesses. */
HOT uint64_t exclusives(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		__atomic_fetch_add(&words[0], 1, __ATOMIC_ACQ_REL);
	return words[0];
}

/* One cycle through all nodes, in an order that defeats prefetchers. */
static void make_nodes(void)
{
	size_t nr = (chase_mib << 20) / sizeof(*nodes), at = 0, next;

	nodes = mmap(NULL, chase_mib << 20, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (nodes == MAP_FAILED)
		err(1, "%zu MiB for chase", chase_mib);
	for (size_t i = 0; i < nr; i++, at = next) {
		next = (at * 1664525 + 1013904223) % nr;
		nodes[at].next = &nodes[next];
	}
}

static void allow(int signal, siginfo_t *info, void *context)
{
	uintptr_t page = (uintptr_t)info->si_addr & -page_size;

	(void)signal;
	(void)context;
	if (info->si_code != SEGV_ACCERR ||
	    mprotect((void *)page, page_size, PROT_READ | PROT_WRITE))
		_exit(3);
	segvs++;
}

static struct function {
	const char *name;
	uint64_t (*run)(uint64_t n);
	unsigned long times, ran;
} functions[] = {
	{ "hot_load", hot_load, 0, 0 }, { "hot_store", hot_store, 0, 0 },
	{ "hot_branch", hot_branch, 0, 0 }, { "hot_call", hot_call, 0, 0 },
	{ "chase", chase, 0, 0 }, { "fault", fault, 0, 0 },
	{ "atomics", atomics, 0, 0 }, { "exclusives", exclusives, 0, 0 },
};

#define NR_FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

static void __attribute__((noreturn)) print_usage(FILE *f, int status)
{
	fputs(usage, f);
	for (size_t i = 0; i < NR_FUNCTIONS; i++)
		fprintf(f, " %s", functions[i].name);
	fputs("\n", f);
	exit(status);
}

static unsigned long number(const char *text)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		errx(2, "%s: not a number", text);
	return value;
}

static void choose(const char *text)
{
	size_t length = strcspn(text, "=");

	for (size_t i = 0; i < NR_FUNCTIONS; i++) {
		struct function *f = &functions[i];

		if (strlen(f->name) == length && !memcmp(f->name, text, length)) {
			f->times = text[length] ? number(text + length + 1) : 10;
			return;
		}
	}
	errx(2, "%s: no such function", text);
}

static uint64_t take_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "inner", required_argument, NULL, 'i' },
		{ "chase-mib", required_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	uint64_t inner = 20000;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'i': inner = number(optarg); break;
		case 'm': chase_mib = number(optarg); break;
		case 'h': print_usage(stdout, 0);
		default: print_usage(stderr, 2);
		}
	}
	/* A power of two, because only then is the order a full cycle. */
	if (!chase_mib || chase_mib > 4096 || chase_mib & (chase_mib - 1))
		errx(2, "--chase-mib: not a power of two from 1 to 4096");
	for (size_t i = 0; i < NR_FUNCTIONS && optind == argc; i++)
		functions[i].times = 10;
	while (optind < argc)
		choose(argv[optind++]);
	return inner;
}

/* Interleaved, so that each part of the run has some of everything. */
static uint64_t run_all(uint64_t inner)
{
	uint64_t sum = 0;
	int again = 1;

	while (again) {
		again = 0;
		for (size_t i = 0; i < NR_FUNCTIONS; i++) {
			struct function *f = &functions[i];

			if (f->ran == f->times)
				continue;
			sum += f->run(inner);
			f->ran++;
			again = 1;
		}
	}
	return sum;
}

static void leave_out_the_impossible(void)
{
	for (size_t i = 0; i < NR_FUNCTIONS; i++) {
		struct function *f = &functions[i];

		if (f->run == atomics && !(getauxval(AT_HWCAP) & HWCAP_ATOMICS))
			f->times = 0;
		if (f->run == chase && f->times)
			make_nodes();
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = allow, .sa_flags = SA_SIGINFO };
	uint64_t inner = take_options(argc, argv), sum;
	struct rusage usage_now;

	page_size = sysconf(_SC_PAGESIZE);
	sigaction(SIGSEGV, &action, NULL);
	leave_out_the_impossible();
	sum = run_all(inner);
	getrusage(RUSAGE_SELF, &usage_now);
	printf("work: inner=%lu", (unsigned long)inner);
	for (size_t i = 0; i < NR_FUNCTIONS; i++)
		printf(" %s=%lu", functions[i].name, functions[i].ran);
	printf(" page-faults=%ld segvs=%d sum=%016lx\n", usage_now.ru_minflt, (int)segvs,
	       (unsigned long)sum);
	return 0;
}
