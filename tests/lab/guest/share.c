// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two threads, on CPU 0 and CPU 1, that share cache lines in known ways: adjacent counters, a
 * common counter, numbers that both only read, and counters in separate lines.  Prints the
 * addresses of the lines.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lab/guest/pagemap.h"

/* Compiled literally, in cache lines of its own. */
#define HOT	__attribute__((noipa, aligned(64)))
#define LINE	__attribute__((aligned(64)))

#define PAGE		4096
#define OTHERS_WORD	5	/* of the second thread; the first has word 0 */
#define ALL_WORD	3

static const char usage[] =
	"usage: share [--rounds N] [--inner N] [--processes] FILE\n"
	"  FILE holds the lines: on a tmpfs, 4096 bytes that were written before, so that\n"
	"  no kernel clears them in the meantime.  Prints, when done, of each line its name,\n"
	"  its virtual address in either thread, and its physical address, for which it has\n"
	"  to be root\n"
	"  --rounds N    [10]\n"
	"  --inner N     steps of a function each round [20000]\n"
	"  --processes   a process each, not a thread: each has the lines elsewhere\n";

/* The contents of the file.  The test uses the field names. */
struct lines {
	LINE uint64_t start;		/* looked at by the first thread alone */
	LINE uint64_t near[8];
	LINE uint64_t all[8];
	LINE uint64_t limits[8];
	LINE uint64_t far0[8];
	LINE uint64_t far1[8];
};

static const struct { const char *name; size_t offset; } names[] = {
	{ "near", offsetof(struct lines, near) },
	{ "all", offsetof(struct lines, all) },
	{ "limits", offsetof(struct lines, limits) },
	{ "far0", offsetof(struct lines, far0) },
	{ "far1", offsetof(struct lines, far1) },
};

#define NR_LINES (sizeof(names) / sizeof(names[0]))

static unsigned long rounds = 10, inner = 20000;
static int fd;

void count_near(volatile uint64_t *mine, uint64_t n);
void count_far(volatile uint64_t *mine, uint64_t n);
void count_all(uint64_t *all, uint64_t n);
uint64_t read_limits(const volatile uint64_t *limits, uint64_t n);

HOT void count_near(volatile uint64_t *mine, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		*mine = *mine + 1;
}

HOT void count_far(volatile uint64_t *mine, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		*mine = *mine + 1;
}

/* A single instruction, available since ARMv8.1. */
HOT __attribute__((target("arch=armv8.1-a"))) void count_all(uint64_t *all, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		__atomic_fetch_add(all, 1, __ATOMIC_RELAXED);
}

HOT uint64_t read_limits(const volatile uint64_t *limits, uint64_t n)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < n; i++)
		sum += limits[i % 8];
	return sum;
}

static struct lines *map_lines(void)
{
	void *at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		err(1, "the lines cannot be mapped");
	return at;
}

static void run(struct lines *l, int nr)
{
	char name[16];
	cpu_set_t set;

	snprintf(name, sizeof(name), "share-%d", nr);
	prctl(PR_SET_NAME, name);
	CPU_ZERO(&set);
	CPU_SET(nr, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "there is no CPU %d", nr);
	for (unsigned long i = 0; i < rounds; i++) {
		count_near(&l->near[nr * OTHERS_WORD], inner);
		count_all(&l->all[ALL_WORD], inner);
		read_limits(l->limits, inner);
		count_far(nr ? l->far1 : l->far0, inner);
	}
}

static void *run_second(void *lines)
{
	run(lines, 1);
	return NULL;
}

/* Touches only the first thread's own data. */
static uint64_t physical(const struct lines *l)
{
	if (*(const volatile uint64_t *)&l->start)
		errx(1, "the file is to be zero");
	return pagemap_physical(l);
}

static void threads(struct lines *first)
{
	pthread_t second;

	if (pthread_create(&second, NULL, run_second, first))
		errx(1, "no second thread");
	run(first, 0);
	pthread_join(second, NULL);
}

/* The second process maps them first, so that its addresses differ. */
static void processes(struct lines *first, struct lines *second)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		err(1, "no second process");
	if (!child) {
		munmap(first, PAGE);
		run(second, 1);
		_exit(0);
	}
	munmap(second, PAGE);
	run(first, 0);
	if (waitpid(child, &status, 0) != child || status)
		errx(1, "the second process failed");
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

static void __attribute__((noreturn)) print_usage(FILE *f, int status)
{
	fputs(usage, f);
	exit(status);
}

/* Returns whether to use processes instead of threads. */
static int take_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "rounds", required_argument, NULL, 'r' },
		{ "inner", required_argument, NULL, 'i' },
		{ "processes", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option, apart = 0;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'r': rounds = number(optarg); break;
		case 'i': inner = number(optarg); break;
		case 'p': apart = 1; break;
		case 'h': print_usage(stdout, 0);
		default: print_usage(stderr, 2);
		}
	}
	if (optind != argc - 1)
		print_usage(stderr, 2);
	return apart;
}

int main(int argc, char **argv)
{
	int apart = take_options(argc, argv);
	struct lines *first, *second;
	uint64_t at;

	fd = open(argv[optind], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", argv[optind]);
	first = map_lines();
	second = apart ? map_lines() : first;
	at = physical(first);
	if (apart)
		processes(first, second);
	else
		threads(first);
	if (physical(first) != at)
		errx(1, "the lines were moved meanwhile: run it again");
	for (size_t i = 0; i < NR_LINES; i++)
		printf("%s %#lx %#lx %#lx\n", names[i].name,
		       (unsigned long)((uintptr_t)first + names[i].offset),
		       (unsigned long)((uintptr_t)second + names[i].offset),
		       (unsigned long)(at + names[i].offset));
	return 0;
}
