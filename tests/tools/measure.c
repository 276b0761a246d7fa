/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * measure [-n RUNS] [-o FILE] COMMAND... [::: COMMAND...]: run each command RUNS times, in turns,
 * with its output to FILE (default: /dev/null).  Prints a line per command: the run of median wall
 * seconds with its user and system seconds, the maximum resident set in KiB, and the exit status.
 * Each further command has a second line: the ratio of the first command's CPU time to its own, run
 * by run: median, lower and upper quartile, and the same for wall time.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_RUNS 99
#define MAX_COMMANDS 8

struct run {
	double wall, user, sys;
	long rss; /* KiB */
	int status;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void child(const char *output, char **argv)
{
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
		perror(output);
		_exit(126);
	}
	execvp(argv[0], argv);
	perror(argv[0]);
	_exit(127);
}

static int run(struct run *r, const char *output, char **argv)
{
	double began = now();
	struct rusage use;
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -1;
	if (!pid)
		child(output, argv);
	if (wait4(pid, &status, 0, &use) != pid)
		return -1;
	r->wall = now() - began;
	r->user = seconds(use.ru_utime);
	r->sys = seconds(use.ru_stime);
	r->rss = use.ru_maxrss;
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return 0;
}

static int by_wall(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	return (x->wall > y->wall) - (x->wall < y->wall);
}

static int by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double cpu_of(const struct run *r)
{
	return r->user + r->sys;
}

static double wall_of(const struct run *r)
{
	return r->wall;
}

static void print_ratio(const struct run *first, const struct run *r, int n,
			double (*of)(const struct run *), char end)
{
	double ratio[MAX_RUNS];

	for (int i = 0; i < n; i++)
		ratio[i] = of(&first[i]) / of(&r[i]);
	qsort(ratio, (size_t)n, sizeof(*ratio), by_number);
	printf("%.2f %.2f %.2f%c", ratio[n / 2], ratio[n / 4], ratio[n - 1 - n / 4], end);
}

/* The runs are sorted.  Their status: the last that is not 0. */
static int print_runs(struct run *r, int n)
{
	int status = 0;
	long rss = 0;

	for (int i = 0; i < n; i++) {
		if (r[i].rss > rss)
			rss = r[i].rss;
		if (r[i].status)
			status = r[i].status;
	}
	qsort(r, (size_t)n, sizeof(*r), by_wall);
	printf("%.3f %.3f %.3f %ld %d\n", r[n / 2].wall, r[n / 2].user, r[n / 2].sys, rss,
	       status);
	return status;
}

/* Each command ends at a NULL in argv. */
static int split(char **argv, char ***command)
{
	int nr = 0;

	command[nr++] = argv;
	for (; *argv; argv++) {
		if (strcmp(*argv, ":::"))
			continue;
		*argv = NULL;
		if (nr == MAX_COMMANDS)
			return nr;
		command[nr++] = argv + 1;
	}
	return nr;
}

int main(int argc, char **argv)
{
	static struct run runs[MAX_COMMANDS][MAX_RUNS];
	const char *output = "/dev/null";
	char **command[MAX_COMMANDS];
	int n = 1, o, status = 0, nr;

	while ((o = getopt(argc, argv, "+n:o:")) != -1) {
		if (o == 'n')
			n = atoi(optarg);
		else if (o == 'o')
			output = optarg;
		else
			return 2;
	}
	if (optind == argc || n < 1 || n > MAX_RUNS) {
		fprintf(stderr, "usage: measure [-n RUNS] [-o FILE] COMMAND... [::: COMMAND...]\n");
		return 2;
	}
	nr = split(argv + optind, command);
	for (int i = 0; i < n * nr; i++) {
		if (run(&runs[i % nr][i / nr], output, command[i % nr])) {
			perror("measure");
			return 1;
		}
	}
	for (int i = 0; i < nr; i++) {
		struct run r[MAX_RUNS];

		memcpy(r, runs[i], sizeof(r));
		status |= print_runs(r, n);
		if (!i)
			continue;
		print_ratio(runs[0], runs[i], n, cpu_of, ' ');
		print_ratio(runs[0], runs[i], n, wall_of, '\n');
	}
	return status != 0;
}
