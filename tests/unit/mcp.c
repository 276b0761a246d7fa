// SPDX-License-Identifier: GPL-2.0-only
/* What `spelunk mcp` may read: folders, and how a process is confined to them. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "cmd/mcp/confine.h"

/* A folder with file, dir/file, in -> file, out -> ../secret; beside it secret. */
static char top[] = "/tmp/spelunk-mcp-XXXXXX", root[64], err[512];

static void make(const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static int make_files(void **state)
{
	char path[128];

	assert_non_null(mkdtemp(top));
	snprintf(root, sizeof(root), "%s/root", top);
	snprintf(path, sizeof(path), "%s/dir", root);
	assert_int_equal(mkdir(root, 0700), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	make("secret");
	make("root/file");
	make("root/dir/file");
	snprintf(path, sizeof(path), "%s/in", root);
	assert_int_equal(symlink("file", path), 0);
	snprintf(path, sizeof(path), "%s/out", root);
	assert_int_equal(symlink("../secret", path), 0);
	snprintf(path, sizeof(path), "%s/up", root);
	assert_int_equal(symlink("..", path), 0);
	return 0;
}

static int remove_files(void **state)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", top);
	return system(command);
}

static void open_root(struct folders *f)
{
	*f = (struct folders){ 0 };
	assert_int_equal(folders_add(f, root, err, sizeof(err)), 0);
}

static int find(const char *path, bool directory)
{
	struct folders f;
	char *out;
	int ret;

	open_root(&f);
	ret = folders_find(&f, path, directory, &out, err, sizeof(err));
	assert_true(!ret == !!out);
	free(out);
	folders_clear(&f);
	return ret;
}

static void files_below(void **state)
{
	char path[128];

	assert_int_equal(find("file", false), 0);
	assert_int_equal(find("dir//file", false), 0);
	assert_int_equal(find("dir", true), 0);
	assert_int_equal(find("in", false), 0);
	snprintf(path, sizeof(path), "%s/file", root);
	assert_int_equal(find(path, false), 0);
	assert_int_equal(find(root, true), 0);
}

static void others_are_refused(void **state)
{
	char path[128];

	assert_int_equal(find("out", false), -EXDEV);
	assert_string_equal(err, "cannot open out: it leads out of the folders of --root");
	assert_int_equal(find("up/secret", false), -EXDEV);
	assert_int_equal(find("../secret", false), -EXDEV);
	assert_int_equal(find("dir/..", true), -EXDEV);
	assert_int_equal(find("/proc/self/root", true), -EXDEV);
	assert_int_equal(find("", false), -ENOENT);
	assert_int_equal(find("none", false), -ENOENT);
	assert_int_equal(find("file", true), -ENOTDIR);
	assert_int_equal(find("dir", false), -EINVAL);
	snprintf(path, sizeof(path), "%sx", root);
	assert_int_equal(find(path, true), -EXDEV);
}

/* Kernels without openat2() follow no link. */
static int walk(const char *path)
{
	int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd = folders_walk(folder, path);

	close(folder);
	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static void without_openat2(void **state)
{
	assert_int_equal(walk("file"), 0);
	assert_int_equal(walk("dir//file"), 0);
	assert_int_equal(walk("in"), -ELOOP);
	assert_int_equal(walk("out"), -ELOOP);
	assert_int_equal(walk("up/secret"), -ELOOP);
	assert_int_equal(walk("none/file"), -ENOENT);
}

/* Bits of what a confined process can do. */
enum { READ_BELOW = 1, READ_OUT = 2, WRITE_BELOW = 4, THROUGH_LINK = 8 };

static bool opens(const char *name, int flags)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return open(path, flags | O_CLOEXEC) >= 0;
}

static int confined_abilities(const struct folders *f)
{
	char *const argv[] = { "true", NULL };
	int can = 0;

	if (confine(f, false))
		return -1;
	can |= opens("root/dir/file", O_RDONLY) ? READ_BELOW : 0;
	can |= opens("secret", O_RDONLY) ? READ_OUT : 0;
	can |= opens("root/out", O_RDONLY) ? THROUGH_LINK : 0;
	can |= opens("root/file", O_WRONLY) ? WRITE_BELOW : 0;
	if (getenv("HOME") || getenv("DEBUGINFOD_URLS") || strcmp(getenv("SPELUNK_ROOT"), ""))
		return -1;
	/* what runs, exits with 0 */
	execv("/bin/true", argv);
	return can;
}

static void a_confined_process(void **state)
{
	struct folders f;
	int status;
	pid_t pid;

	if (!confine_works())
		skip();
	open_root(&f);
	pid = fork();
	if (!pid)
		_exit(confined_abilities(&f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), READ_BELOW);
	folders_clear(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_below),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(without_openat2),
		cmocka_unit_test(a_confined_process),
	};

	return cmocka_run_group_tests_name("mcp", tests, make_files, remove_files);
}
