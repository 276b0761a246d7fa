/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * measure [-n RUNS] [-o FILE] COMMAND...: run a command RUNS times, its output
 * to FILE (/dev/null without), and print the median wall, user and system
 * seconds, the largest resident set in KiB, and the exit status.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_RUNS 99

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

int main(int argc, char **argv)
{
	const char *output = "/dev/null";
	struct run runs[MAX_RUNS];
	int n = 1, o, status = 0;
	long rss = 0;

	while ((o = getopt(argc, argv, "+n:o:")) != -1) {
		if (o == 'n')
			n = atoi(optarg);
		else if (o == 'o')
			output = optarg;
		else
			return 2;
	}
	if (optind == argc || n < 1 || n > MAX_RUNS) {
		fprintf(stderr, "usage: measure [-n RUNS] [-o FILE] COMMAND...\n");
		return 2;
	}
	for (int i = 0; i < n; i++) {
		if (run(&runs[i], output, argv + optind)) {
			perror("measure");
			return 1;
		}
		if (runs[i].rss > rss)
			rss = runs[i].rss;
		if (runs[i].status)
			status = runs[i].status;
	}
	qsort(runs, n, sizeof(*runs), by_wall);
	printf("%.3f %.3f %.3f %ld %d\n", runs[n / 2].wall, runs[n / 2].user,
	       runs[n / 2].sys, rss, status);
	return status != 0;
}
