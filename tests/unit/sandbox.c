// SPDX-License-Identifier: GPL-2.0-only
/* What is forbidden in the sandbox is tried from inside, each in a process of its own. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sandbox_impl.h"

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

#define ENDED	1000		/* an outcome: the process was ended for a system call */

static char root[] = "/tmp/spelunk-sandbox-XXXXXX";

static char *below(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

static void write_file(const char *name)
{
	FILE *f = fopen(below(name), "w");

	assert_non_null(f);
	fputs("text\n", f);
	assert_int_equal(fclose(f), 0);
}

/* Enters nothing, the filter alone, or all of it with rules. */
typedef void enter_fn(void);

static void enter_nothing(void)
{
}

static void enter_calls(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!sandbox_calls_enter())
		_exit(200);
}

static void enter_all(void)
{
	char named[PATH_MAX], folder[PATH_MAX];
	struct sandbox_rule rules[] = {
		{ named, SANDBOX_READ, -1 }, { folder, SANDBOX_WRITE, -1 },
		{ "/nowhere", SANDBOX_READ, -1 },
	};
	struct sandbox_state state;

	snprintf(named, sizeof(named), "%s/named", root);
	snprintf(folder, sizeof(folder), "%s/out", root);
	sandbox_enter(rules, NR(rules), &state);
}

/* Returns 0 or errno, or an exit status of its own. */
typedef int try_fn(const void *arg);

/* The outcome of a try in a process that entered. */
static int outcome(enter_fn *enter, try_fn *fn, const void *arg)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		enter();
		_exit(fn(arg));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? ENDED : 2000 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static struct sandbox_state here;

static void require(bool has)
{
	if (!has)
		skip();
}

/*
 * System calls
 */

/* With arguments that no call accepts, so that nothing happens if it is not refused. */
static int call_with_nothing(const void *nr)
{
	errno = 0;
	return syscall(*(const long *)nr, -1L, -1L, -1L, -1L, -1L, -1L) < 0 ? errno : 0;
}

static void calls_are_refused(void **state)
{
	static const struct { const char *name; long nr; } calls[] = {
#define CALL(name) { #name, SYS_##name }
		CALL(execve), CALL(execveat), CALL(socket), CALL(socketpair), CALL(connect),
		CALL(bind), CALL(listen), CALL(accept), CALL(accept4), CALL(sendto), CALL(tkill),
		CALL(rt_sigqueueinfo), CALL(rt_tgsigqueueinfo), CALL(setpriority),
		CALL(migrate_pages), CALL(kcmp), CALL(msgget), CALL(semget), CALL(shmget),
		CALL(mq_open), CALL(fchmod), CALL(fchmodat), CALL(fchown), CALL(fchownat),
		CALL(mknodat), CALL(utimensat), CALL(setxattr), CALL(lsetxattr), CALL(fsetxattr),
		CALL(removexattr), CALL(lremovexattr), CALL(fremovexattr), CALL(open_by_handle_at),
		CALL(setuid), CALL(setgid), CALL(setreuid), CALL(setregid), CALL(setresuid),
		CALL(setresgid), CALL(setfsuid), CALL(setfsgid), CALL(setgroups), CALL(capset),
		CALL(personality), CALL(unshare), CALL(setns), CALL(chroot), CALL(perf_event_open),
		CALL(keyctl), CALL(add_key), CALL(request_key), CALL(userfaultfd), CALL(syslog),
		CALL(fanotify_init), CALL(acct), CALL(quotactl), CALL(io_setup), CALL(vmsplice),
#ifdef __x86_64__
		CALL(chmod), CALL(chown), CALL(lchown), CALL(mknod), CALL(utime), CALL(utimes),
		CALL(futimesat),
		{ "getpid of x32", 0x40000000 + SYS_getpid },
#endif
#undef CALL
		/* include/uapi/asm-generic/unistd.h; x86's numbers are the same */
		{ "pidfd_send_signal", 424 }, { "io_uring_setup", 425 }, { "io_uring_enter", 426 },
		{ "io_uring_register", 427 }, { "pidfd_open", 434 }, { "pidfd_getfd", 438 },
		{ "process_madvise", 440 }, { "process_mrelease", 448 }, { "fchmodat2", 452 },
		{ "setxattrat", 463 }, { "removexattrat", 466 },
	};

	require(here.seccomp);
	for (size_t i = 0; i < NR(calls); i++)
		if (outcome(enter_calls, call_with_nothing, &calls[i].nr) != EPERM)
			fail_msg("%s is not refused", calls[i].name);
}

static void calls_into_the_kernel_end_the_process(void **state)
{
	static const struct { const char *name; long nr; } calls[] = {
#define CALL(name) { #name, SYS_##name }
#ifndef SANDBOX_PTRACE
		CALL(ptrace),
#endif
		CALL(process_vm_readv), CALL(process_vm_writev), CALL(bpf), CALL(init_module),
		CALL(finit_module), CALL(delete_module), CALL(kexec_load), CALL(kexec_file_load),
		CALL(reboot), CALL(mount), CALL(umount2), CALL(pivot_root), CALL(swapon),
		CALL(swapoff), CALL(sethostname), CALL(setdomainname), CALL(settimeofday),
		CALL(clock_settime), CALL(adjtimex), CALL(clock_adjtime),
#ifdef __x86_64__
		CALL(iopl), CALL(ioperm), CALL(modify_ldt),
#endif
#undef CALL
		{ "open_tree", 428 }, { "move_mount", 429 }, { "fsopen", 430 }, { "fsconfig", 431 },
		{ "fsmount", 432 }, { "fspick", 433 }, { "mount_setattr", 442 },
		{ "quotactl_fd", 443 },
	};

	require(here.seccomp);
	for (size_t i = 0; i < NR(calls); i++)
		if (outcome(enter_calls, call_with_nothing, &calls[i].nr) != ENDED)
			fail_msg("%s does not end the process", calls[i].name);
}

static int signal_the_parent(const void *arg)
{
	return kill(getppid(), 0) ? errno : 0;
}

static int signal_a_thread_of_the_parent(const void *arg)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0) ? errno : 0;
}

static int signal_the_group(const void *arg)
{
	return kill(0, 0) ? errno : 0;
}

static int signal_itself(const void *arg)
{
	return kill(getpid(), 0) || raise(0) ? errno : 0;
}

static int limit_the_parent(const void *arg)
{
	struct rlimit limit;

	return prlimit(getppid(), RLIMIT_NOFILE, NULL, &limit) ? errno : 0;
}

static int limit_itself(const void *arg)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) ? errno : 0;
}

static int make_a_namespace(const void *arg)
{
	/* with CLONE_FS, which the kernel rejects */
	return syscall(SYS_clone, *(const unsigned long *)arg | CLONE_FS, 0, 0, 0, 0) < 0 ? errno : 0;
}

static int use_clone3(const void *arg)
{
	return syscall(435, NULL, 0) < 0 ? errno : 0;
}

static int type_into_the_terminal(const void *arg)
{
	return ioctl(STDIN_FILENO, *(const unsigned long *)arg, "x") ? errno : 0;
}

static void arguments_decide(void **state)
{
	static const struct { const char *name; try_fn *fn; int free, confined; } tries[] = {
		{ "a signal to the parent", signal_the_parent, 0, EPERM },
		{ "to its thread", signal_a_thread_of_the_parent, 0, EPERM },
		{ "to the group", signal_the_group, 0, EPERM },
		{ "to itself", signal_itself, 0, 0 },
		{ "the parent's limits", limit_the_parent, 0, EPERM },
		{ "its own", limit_itself, 0, 0 },
		{ "clone3", use_clone3, EINVAL, ENOSYS },
	};
	static const unsigned long spaces[] = {
		CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER,
		CLONE_NEWPID, CLONE_NEWNET,
	};
	static const unsigned long typing[] = { TIOCSTI, 0x541c /* TIOCLINUX */, TIOCSETD };

	require(here.seccomp);
	for (size_t i = 0; i < NR(tries); i++) {
		assert_int_equal(outcome(enter_nothing, tries[i].fn, NULL), tries[i].free);
		if (outcome(enter_calls, tries[i].fn, NULL) != tries[i].confined)
			fail_msg("%s", tries[i].name);
	}
	for (size_t i = 0; i < NR(spaces); i++)
		assert_int_equal(outcome(enter_calls, make_a_namespace, &spaces[i]), EPERM);
	for (size_t i = 0; i < NR(typing); i++) {
		assert_int_not_equal(outcome(enter_nothing, type_into_the_terminal, &typing[i]), EPERM);
		assert_int_equal(outcome(enter_calls, type_into_the_terminal, &typing[i]), EPERM);
	}
}

/*
 * Files
 */

struct file_try {
	const char *path;		/* below the test's folder unless it begins with '/' */
	int flags;
	int free, confined;		/* 0 or errno: outside and inside */
};

static const char *full(const char *path)
{
	return *path == '/' ? path : below(path);
}

static int open_it(const void *arg)
{
	const struct file_try *t = arg;

	return open(full(t->path), t->flags | O_CLOEXEC, 0600) < 0 ? errno : 0;
}

static void files_open_by_the_rules(void **state)
{
	static const struct file_try tries[] = {
		/* this machine's */
		{ "/usr/bin", O_RDONLY | O_DIRECTORY, 0, 0 },
		{ "/", O_RDONLY | O_DIRECTORY, 0, EACCES },
		{ "/etc/passwd", O_RDONLY, 0, EACCES },
		{ "/etc/passwd", O_WRONLY, 0, EACCES },
		{ "/proc/1/status", O_RDONLY, 0, EACCES },
		{ "/proc/sys/kernel/ostype", O_RDONLY, 0, EACCES },
		{ "/dev/zero", O_RDONLY, 0, EACCES },
		{ "/run", O_RDONLY | O_DIRECTORY, 0, EACCES },
		{ "/dev/null", O_RDWR, 0, 0 },
		{ "/dev/urandom", O_RDONLY, 0, 0 },
		{ "/etc/ld.so.cache", O_RDONLY, 0, 0 },
		{ "/proc/cpuinfo", O_RDONLY, 0, 0 },
		{ "/proc/meminfo", O_RDONLY, 0, 0 },
		{ "/proc/modules", O_RDONLY, 0, 0 },
		{ "/proc/sys/kernel/osrelease", O_RDONLY, 0, 0 },
		{ "/proc/sys/vm/overcommit_memory", O_RDONLY, 0, 0 },
		{ "/sys/devices/system/cpu/online", O_RDONLY, 0, 0 },
		{ "/sys/devices/system/node", O_RDONLY | O_DIRECTORY, 0, 0 },
		{ "/sys/module", O_RDONLY | O_DIRECTORY, 0, 0 },
		{ "/sys/kernel/notes", O_RDONLY, 0, 0 },
		{ "/sys/kernel", O_RDONLY | O_DIRECTORY, 0, EACCES },
		{ "/proc/kallsyms", O_RDONLY, 0, 0 },
		{ "/proc/self/maps", O_RDONLY, 0, 0 },
		{ "/proc/self/comm", O_WRONLY, 0, EACCES },
		/* what is named on the command line */
		{ "named", O_RDONLY, 0, 0 },
		{ "named", O_WRONLY, 0, EACCES },
		{ "named", O_RDONLY | O_TRUNC, 0, EACCES },
		{ "other", O_RDONLY, 0, 0 },
		{ "other", O_RDWR, 0, EACCES },
		{ "new", O_WRONLY | O_CREAT | O_EXCL, 0, EACCES },
		/* the folder for the output */
		{ "out/old", O_WRONLY | O_TRUNC, 0, 0 },
		{ "out/new", O_WRONLY | O_CREAT | O_EXCL, 0, 0 },
		{ "out/link", O_WRONLY, 0, EACCES },
	};

	require(here.landlock >= 3 && !geteuid());
	for (size_t i = 0; i < NR(tries); i++) {
		int outside = outcome(enter_nothing, open_it, &tries[i]);

		if (outside == ENOENT || outside == EROFS)	/* of this machine or kernel */
			continue;
		assert_int_equal(outside, tries[i].free);
		write_file("named");
		unlink(below("new"));
		unlink(below("out/new"));
		if (outcome(enter_all, open_it, &tries[i]) != tries[i].confined)
			fail_msg("%s, with flags %#x", tries[i].path, (unsigned int)tries[i].flags);
		unlink(below("out/new"));
	}
}

/* As `spelunk mcp` confines a request, whose command then enters the sandbox. */
static void enter_files(void)
{
	char folder[PATH_MAX];
	int fd = open(below("named"), O_PATH);
	struct sandbox_rule rules[] = {
		{ NULL, SANDBOX_READ, fd }, { folder, SANDBOX_WRITE, -1 },
		{ "/usr/lib", SANDBOX_READ, -1 },
	};

	snprintf(folder, sizeof(folder), "%s/out", root);
	if (fd < 0 || sandbox_enter_files(rules, NR(rules)))
		_exit(200);
}

static void enter_twice(void)
{
	enter_files();
	enter_all();
}

static void an_outer_sandbox_decides(void **state)
{
	static const struct file_try tries[] = {
		{ "/usr/lib", O_RDONLY | O_DIRECTORY, 0, 0 },
		{ "named", O_RDONLY, 0, 0 },
		{ "out/old", O_WRONLY, 0, 0 },
		/* of these sandbox_enter() alone allows the first three */
		{ "/usr/bin", O_RDONLY | O_DIRECTORY, 0, EACCES },
		{ "/proc/self/maps", O_RDONLY, 0, EACCES },
		{ "other", O_RDONLY, 0, EACCES },
		{ "/etc/passwd", O_RDONLY, 0, EACCES },
		{ "named", O_WRONLY, 0, EACCES },
	};

	require(here.landlock);
	for (size_t i = 0; i < NR(tries); i++) {
		const struct file_try *t = &tries[i];

		assert_int_equal(outcome(enter_nothing, open_it, t), t->free);
		if (outcome(enter_files, open_it, t) != t->confined ||
		    outcome(enter_twice, open_it, t) != t->confined)
			fail_msg("%s", t->path);
	}
}

static int remove_it(const void *path)
{
	return unlink(full(path)) ? errno : 0;
}

static int make_folder(const void *path)
{
	return mkdir(full(path), 0700) ? errno : 0;
}

static int make_link(const void *path)
{
	return symlink("/etc/shadow", full(path)) ? errno : 0;
}

static int make_pipe(const void *path)
{
	return mkfifo(full(path), 0600) ? errno : 0;
}

static int replace_named(const void *path)
{
	char from[PATH_MAX];

	snprintf(from, sizeof(from), "%s", full(path));
	return rename(from, below("named")) ? errno : 0;
}

static int shorten(const void *path)
{
	return truncate(full(path), 0) ? errno : 0;
}

static void folders_change_by_the_rules(void **state)
{
	static const struct { const char *name; try_fn *fn; const char *path; int confined; } tries[] = {
		{ "removing", remove_it, "other", EACCES },
		{ "removing in the output's folder", remove_it, "out/gone", 0 },
		{ "a folder", make_folder, "folder", EACCES },
		{ "a folder in the output's", make_folder, "out/folder", 0 },
		{ "a link", make_link, "out/made", EACCES },
		{ "a pipe", make_pipe, "out/pipe", EPERM },
		{ "replacing the recording", replace_named, "third", EACCES },
		{ "by a file of the output's folder", replace_named, "out/old", EACCES },
		{ "shortening", shorten, "named", EACCES },
		{ "removing the recording", remove_it, "named", EACCES },
	};

	require(here.landlock >= 3);
	for (size_t i = 0; i < NR(tries); i++)
		if (outcome(enter_all, tries[i].fn, tries[i].path) != tries[i].confined)
			fail_msg("%s", tries[i].name);
	for (size_t i = 0; i < NR(tries); i++)
		if (tries[i].confined)
			assert_int_equal(outcome(enter_nothing, tries[i].fn, tries[i].path), 0);
}

/*
 * What must work
 */

static void *try_in_thread(void *arg)
{
	*(int *)arg = open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES &&
		      syscall(SYS_socket, -1, -1, -1) < 0 && errno == EPERM ? 0 : 1;
	return NULL;
}

static int run_a_thread(const void *arg)
{
	int result = 2;
	pthread_t thread;

	if (pthread_create(&thread, NULL, try_in_thread, &result) || pthread_join(thread, NULL))
		return 3;
	return result;
}

static void threads_run_and_are_confined(void **state)
{
	require(here.landlock && here.seccomp);
	assert_int_equal(outcome(enter_all, run_a_thread, NULL), 0);
}

static int use_what_parsers_use(const void *arg)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd < 0 || write(fd, "x", 1) != 1 || open(path, O_RDONLY | O_CLOEXEC) < 0)
		return 1;
	if (mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED)
		return 2;
	return dlopen("libm.so.6", RTLD_LAZY) ? 0 : 3;
}

static void what_parsers_need_works(void **state)
{
	assert_int_equal(outcome(enter_all, use_what_parsers_use, NULL), 0);
}

/* Bits 2 and 34 of capabilities(7): CAP_DAC_READ_SEARCH and CAP_SYSLOG. */
static int look_at_capabilities(const void *arg)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		return 1;
	return (data[0].permitted | data[0].effective) & ~(1u << 2) ? 2 :
	       (data[1].permitted | data[1].effective) & ~(1u << (34 - 32)) ? 3 :
	       data[0].inheritable | data[1].inheritable ? 4 :
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ? 5 : 0;
}

static void root_keeps_reading_only(void **state)
{
	assert_int_equal(outcome(enter_all, look_at_capabilities, NULL), 0);
}

static int set_up(void **state)
{
	sandbox_probe(&here);
	if (!mkdtemp(root) || mkdir(below("out"), 0700))
		return -1;
	write_file("named");
	write_file("other");
	write_file("third");
	write_file("out/old");
	write_file("out/gone");
	return symlink("../other", below("out/link"));
}

static int tear_down(void **state)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_refused),
		cmocka_unit_test(calls_into_the_kernel_end_the_process),
		cmocka_unit_test(arguments_decide),
		cmocka_unit_test(files_open_by_the_rules),
		cmocka_unit_test(an_outer_sandbox_decides),
		cmocka_unit_test(folders_change_by_the_rules),
		cmocka_unit_test(threads_run_and_are_confined),
		cmocka_unit_test(what_parsers_need_works),
		cmocka_unit_test(root_keeps_reading_only),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
