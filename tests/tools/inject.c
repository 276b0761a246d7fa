/* SPDX-License-Identifier: GPL-2.0-only */

/*
 * inject [-o LOG] [-f FILE] CLASS:WHEN:WHAT COMMAND...: run a command and let a system call fail.
 *
 *	CLASS	write, read, sync, rename: of regular files; open; map: memory
 *	WHEN	5: the fifth such call of all its threads and children; 5+: and all later ones
 *	WHAT	an error, such as ENOSPC or EIO; short: half of its bytes; kill: the process is
 *		killed before the call; TERM, INT, HUP, WINCH, CHLD: a signal comes before the call;
 *		none: calls are only counted
 *
 * -f: no call counts before FILE is opened, by this path: those of the program's start are not its own.
 * LOG has the number of such calls, then a line for each that was chosen: its file.  Exits as the
 * command does, with 128 and the signal's number if it was killed.
 *
 * ptrace(2), because what stdio writes does not go through functions that a preloaded library could
 * replace, and because it also stops what runs in a sandbox.
 */

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define TASKS	256	/* at once */

enum class { WRITE, READ, SYNC, RENAME, OPEN, MAP, NR_CLASSES };
static const char *const classes[NR_CLASSES] = { "write", "read", "sync", "rename", "open", "map" };

static const struct { long nr; enum class class; } calls[] = {
	{ SYS_write, WRITE }, { SYS_pwrite64, WRITE }, { SYS_writev, WRITE }, { SYS_pwritev, WRITE },
	{ SYS_pwritev2, WRITE }, { SYS_read, READ }, { SYS_pread64, READ }, { SYS_readv, READ },
	{ SYS_preadv, READ }, { SYS_fsync, SYNC }, { SYS_fdatasync, SYNC }, { SYS_renameat, RENAME },
	{ SYS_renameat2, RENAME }, { SYS_openat, OPEN }, { SYS_mmap, MAP },
#ifdef SYS_rename
	{ SYS_rename, RENAME },
#endif
};

static const struct { const char *name; int number; } errors[] = {
	{ "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EINTR", EINTR }, { "ENOMEM", ENOMEM },
	{ "EMFILE", EMFILE }, { "EACCES", EACCES }, { "ENOENT", ENOENT }, { "EDQUOT", EDQUOT },
}, signals[] = {
	{ "TERM", SIGTERM }, { "INT", SIGINT }, { "HUP", SIGHUP }, { "WINCH", SIGWINCH },
	{ "CHLD", SIGCHLD },
};

static struct {
	enum class class;
	unsigned long when;
	bool later;
	bool none, shortly, kill;
	int error, signal;
} wish;

static struct task {
	pid_t pid;
	bool inside;		/* between a call's beginning and its end */
	int error;		/* that its call ends with; 0: its own */
} tasks[TASKS];

static unsigned long seen;
static const char *first;	/* NULL: no call comes before */
static FILE *chosen;		/* lines for LOG */

/* The registers of a stopped task. */
struct registers {
	struct user_regs_struct r;
};

static bool get_registers(pid_t pid, struct registers *out)
{
	struct iovec iov = { &out->r, sizeof(out->r) };

	return !ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
}

static void set_registers(pid_t pid, struct registers *in)
{
	struct iovec iov = { &in->r, sizeof(in->r) };

	ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov);
}

#ifdef __x86_64__
static long call_of(const struct registers *g)
{
	return (long)g->r.orig_rax;
}

static unsigned long argument(const struct registers *g, int i)
{
	return i == 0 ? g->r.rdi : i == 1 ? g->r.rsi : i == 2 ? g->r.rdx : i == 3 ? g->r.r10 : g->r.r8;
}

static void set_third(struct registers *g, unsigned long value)
{
	g->r.rdx = value;
}

static void no_call(pid_t pid, struct registers *g)
{
	g->r.orig_rax = (unsigned long)-1;
	set_registers(pid, g);
}

static void set_result(struct registers *g, long value)
{
	g->r.rax = (unsigned long)value;
}
#elif defined(__aarch64__)
static long call_of(const struct registers *g)
{
	return (long)g->r.regs[8];
}

static unsigned long argument(const struct registers *g, int i)
{
	return g->r.regs[i];
}

static void set_third(struct registers *g, unsigned long value)
{
	g->r.regs[2] = value;
}

static void no_call(pid_t pid, struct registers *g)
{
	int none = -1;
	struct iovec iov = { &none, sizeof(none) };

	(void)g;
	ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &iov);
}

static void set_result(struct registers *g, long value)
{
	g->r.regs[0] = (unsigned long)value;
}
#else
#error "inject: how are system calls changed on this architecture?"
#endif

static struct task *task_of(pid_t pid)
{
	struct task *free = NULL;

	for (size_t i = 0; i < TASKS; i++) {
		if (tasks[i].pid == pid)
			return &tasks[i];
		if (!tasks[i].pid && !free)
			free = &tasks[i];
	}
	if (!free) {
		fprintf(stderr, "inject: more than %d tasks\n", TASKS);
		exit(125);
	}
	*free = (struct task){ .pid = pid };
	return free;
}

/* What the descriptor is; "" if that is no file of a disk. */
static void name_of_fd(pid_t pid, unsigned long fd, char out[PATH_MAX])
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/fd/%lu", pid, fd);
	n = readlink(link, out, PATH_MAX - 1);
	out[n > 0 ? n : 0] = '\0';
	if (*out != '/' || !strncmp(out, "/dev/", 5) || !strncmp(out, "/proc/", 6) ||
	    !strncmp(out, "/sys/", 5))
		*out = '\0';
}

static void name_at(pid_t pid, unsigned long address, char out[PATH_MAX])
{
	struct iovec to = { out, PATH_MAX - 1 }, from = { (void *)address, PATH_MAX - 1 };
	ssize_t n = process_vm_readv(pid, &to, 1, &from, 1, 0);

	/* it may end at a page that is not there */
	if (n < 0) {
		from.iov_len = 4096 - address % 4096;
		n = process_vm_readv(pid, &to, 1, &from, 1, 0);
	}
	out[n > 0 ? n : 0] = '\0';
}

/* Has the first file been opened? */
static bool has_begun(pid_t pid, const struct registers *g)
{
	char name[PATH_MAX];

	if (first && call_of(g) == SYS_openat) {
		name_at(pid, argument(g, 1), name);
		if (!strcmp(name, first))
			first = NULL;
	}
	return !first;
}

/* Is it a call of the class?  With its file. */
static bool is_wished(pid_t pid, const struct registers *g, char name[PATH_MAX])
{
	size_t i = 0;

	while (i < sizeof(calls) / sizeof(calls[0]) && calls[i].nr != call_of(g))
		i++;
	if (i == sizeof(calls) / sizeof(calls[0]) || calls[i].class != wish.class)
		return false;
	*name = '\0';
	if (wish.class == OPEN)
		name_at(pid, argument(g, 1), name);
	else if (wish.class < RENAME)
		name_of_fd(pid, argument(g, 0), name);
	else if (wish.class == MAP)	/* not of files */
		return (int)argument(g, 4) < 0;
	/* messages are not judged */
	return wish.class >= RENAME || (*name && argument(g, 0) != STDERR_FILENO);
}

static void begin_call(struct task *t)
{
	char name[PATH_MAX];
	struct registers g;

	if (!get_registers(t->pid, &g) || !has_begun(t->pid, &g) || !is_wished(t->pid, &g, name))
		return;
	seen++;
	if (wish.none || seen < wish.when || (seen > wish.when && !wish.later))
		return;
	if (chosen)
		fprintf(chosen, "%s\n", name);
	if (wish.kill) {
		kill(t->pid, SIGKILL);
	} else if (wish.signal) {
		kill(t->pid, wish.signal);
	} else if (wish.shortly) {
		/* bytes, or blocks of them */
		set_third(&g, argument(&g, 2) / 2 ?: argument(&g, 2));
		set_registers(t->pid, &g);
	} else {
		t->error = wish.error;
		no_call(t->pid, &g);
	}
}

static void end_call(struct task *t)
{
	struct registers g;

	if (!t->error || !get_registers(t->pid, &g))
		return;
	set_result(&g, -t->error);
	set_registers(t->pid, &g);
	t->error = 0;
}

/* A stop of one task: what is passed on to it. */
static int signal_for(pid_t pid, int status)
{
	struct task *t = task_of(pid);
	int signal = WSTOPSIG(status);

	if (signal == (SIGTRAP | 0x80)) {
		t->inside = !t->inside;
		if (t->inside)
			begin_call(t);
		else
			end_call(t);
		return 0;
	}
	/* new tasks begin stopped, and events are no signals */
	return signal == SIGSTOP || status >> 16 ? 0 : signal;
}

static int follow(pid_t command)
{
	int status, result = 125;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status)) {
			int signal = signal_for(pid, status);

			ptrace(PTRACE_SYSCALL, pid, 0, (void *)(long)signal);
			continue;
		}
		*task_of(pid) = (struct task){ .pid = 0 };
		if (pid == command)
			result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	}
	return result;
}

static bool parse_what(const char *what)
{
	wish.none = !strcmp(what, "none");
	wish.shortly = !strcmp(what, "short");
	wish.kill = !strcmp(what, "kill");
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (!strcmp(errors[i].name, what))
			wish.error = errors[i].number;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!strcmp(signals[i].name, what))
			wish.signal = signals[i].number;
	return wish.none || wish.shortly || wish.kill || wish.error || wish.signal;
}

static bool parse(const char *word)
{
	char class[16], when[24], what[16], *end;

	if (sscanf(word, "%15[a-z]:%23[0-9+]:%15[A-Za-z]", class, when, what) != 3)
		return false;
	wish.class = 0;
	while (wish.class < NR_CLASSES && strcmp(classes[wish.class], class))
		wish.class++;
	wish.when = strtoul(when, &end, 10);
	wish.later = *end == '+';
	return wish.class < NR_CLASSES && parse_what(what);
}

static void write_log(const char *path, const char *lines)
{
	FILE *log = fopen(path, "w");

	if (!log || fprintf(log, "%lu\n%s", seen, lines) < 0 || fclose(log)) {
		perror(path);
		exit(125);
	}
}

static pid_t start(char **argv)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) || raise(SIGSTOP))
			_exit(125);
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
		   PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
		   PTRACE_O_EXITKILL)) {
		perror("inject");
		exit(125);
	}
	task_of(pid);
	ptrace(PTRACE_SYSCALL, pid, 0, 0);
	return pid;
}

int main(int argc, char **argv)
{
	const char *log = NULL;
	char *lines = NULL;
	int result, option;
	size_t len;

	while ((option = getopt(argc, argv, "+o:f:")) > 0) {
		if (option == 'o')
			log = optarg;
		else if (option == 'f')
			first = optarg;
	}
	if (optind + 2 > argc || !parse(argv[optind])) {
		fprintf(stderr, "inject [-o LOG] [-f FILE] CLASS:WHEN:WHAT COMMAND...\n");
		return 125;
	}
	chosen = open_memstream(&lines, &len);
	result = follow(start(argv + optind + 1));
	if (!chosen || fclose(chosen))
		return 125;
	if (log)
		write_log(log, lines);
	free(lines);
	return result;
}
