// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of the Linux guest: runs known functions and system calls, and powers off.  If
 * there is an /agent, it records meanwhile, /work also runs, and the recording is left in the box
 * (linux.h).  If there is a /calls, it runs instead of /work, and the agent samples its call
 * chains.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lab/guest/device.h"
#include "tests/lab/guest/linux.h"

#define RECORDED "/guest.data"

#define HOT __attribute__((noipa, section(".text.hot_init")))

static uint32_t data[4096];

uint32_t guest_sum(uint32_t n);
void guest_fill(uint32_t n);

HOT uint32_t guest_sum(uint32_t n)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += data[i % 4096];
	return sum;
}

HOT void guest_fill(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		data[i % 4096] = i;
}

/* The kernel's part: fill and empty a pipe. */
static void use_kernel(int *ends, uint32_t n)
{
	while (n--)
		if (write(ends[1], data, 4096) != 4096 || read(ends[0], data, 4096) != 4096)
			_exit(1);
}

static void need(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	reboot(RB_POWER_OFF);
}

/* err: where its messages go; 0: unchanged. */
static pid_t start(const char *path, char *const *argv, int err)
{
	pid_t pid = fork();

	need(pid >= 0, "fork");
	if (pid)
		return pid;
	if (err)
		dup2(err, STDERR_FILENO);
	execv(path, argv);
	_exit(127);
}

static int has_calls(void)
{
	return !access("/calls", X_OK);
}

/* Returns when recording has begun, which the agent announces. */
static pid_t start_agent(void)
{
	char *const argv[] = { "agent", "-o", RECORDED, has_calls() ? "--cycles-freq" : NULL, "997", NULL };
	char said[256];
	int ends[2];
	pid_t pid;
	ssize_t n;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	need(!mount("proc", "/proc", "proc", 0, NULL), "/proc");
	need(!mount("sys", "/sys", "sysfs", 0, NULL), "/sys");
	need(!pipe(ends), "pipe");
	pid = start("/agent", argv, ends[1]);
	close(ends[1]);
	n = read(ends[0], said, sizeof(said) - 1);
	said[n > 0 ? n : 0] = '\0';
	printf("guest: %s", n > 0 ? said : "the agent says nothing\n");
	return pid;
}

static void run_work(void)
{
	char *const argv[] = { "work", "--inner", "20000", "hot_load=40", "hot_branch=40", NULL };

	for (int i = 0; i < 2; i++)
		waitpid(start("/work", argv, 0), NULL, 0);
}

static void run_calls(void)
{
	char *const argv[] = { "calls", "4000", NULL };

	need(!mknod("/dev/zero", S_IFCHR | 0600, makedev(1, 5)), "/dev/zero");
	waitpid(start("/calls", argv, 0), NULL, 0);
}

/* The box is not Linux' memory: uncached, so only aligned accesses work. */
static void leave_in_box(void)
{
	int fd = open(RECORDED, O_RDONLY), mem;
	volatile uint64_t *box;
	struct stat st;
	uint64_t word;

	need(fd >= 0 && !fstat(fd, &st), RECORDED);
	need(!mknod("/mem", S_IFCHR | 0600, makedev(1, 1)), "mknod");
	mem = open("/mem", O_RDWR | O_SYNC);
	need(mem >= 0, "/dev/mem");
	box = mmap(NULL, LINUX_BOX_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, mem,
		   GUEST_RAM + LINUX_BOX);
	need(box != MAP_FAILED, "the box");
	need(st.st_size + sizeof(word) <= LINUX_BOX_SIZE, "the box is too small");
	for (off_t at = 0; at < st.st_size; at += sizeof(word)) {
		word = 0;
		need(read(fd, &word, sizeof(word)) > 0, RECORDED);
		*++box = word;
	}
	*(box - (st.st_size + sizeof(word) - 1) / sizeof(word)) = st.st_size;
	asm volatile("dsb sy" : : : "memory");
}

static void end_agent(pid_t pid)
{
	int status = 0;

	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	printf("guest: the agent ended with %d\n", status);
	leave_in_box();
}

int main(void)
{
	pid_t agent = access("/agent", X_OK) ? 0 : start_agent();
	int ends[2];
	uint32_t sum = 0;

	if (pipe(ends))
		return 1;
	if (agent && has_calls())
		run_calls();
	else if (agent)
		run_work();
	for (int round = 0; round < 40; round++) {
		guest_fill(20000);
		sum += guest_sum(20000);
		use_kernel(ends, 50);
	}
	if (agent)
		end_agent(agent);
	printf("guest: done %u\n", sum);
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 0;
}
