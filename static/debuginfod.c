// SPDX-License-Identifier: GPL-2.0-only
/*
 * Implements libdebuginfod with debuginfod-find(1) of elfutils: "debuginfod-find debuginfo BUILDID"
 * prints the path of the file in the user's cache, or fails.  The functions have the prototypes of
 * elfutils/debuginfod.h.
 */
#include "static/library.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"

#define ID_MAX		64	/* maximum bytes of a build-id; SHA-1 has 20 */

/*
 * Run it with its standard output to out, or discarded; it inherits no other file.  0 or an errno.
 */
static int spawn(char *const argv[], int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int err = posix_spawn_file_actions_init(&files);

	if (err)
		return err;
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	else
		posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	err = posix_spawnp(pid, argv[0], &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	return err;
}

static bool succeeded(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

bool debuginfod_runs(void)
{
	char *argv[] = { "debuginfod-find", "--version", NULL };
	pid_t pid;

	return !spawn(argv, -1, &pid) && succeeded(pid);
}

/* Get the line that it prints, without the line feed.  False: it failed. */
static bool printed(char *const argv[], char line[PATH_MAX])
{
	int pipes[2];
	long len = -1;
	pid_t pid;
	int err;

	if (pipe2(pipes, O_CLOEXEC))
		return false;
	err = spawn(argv, pipes[1], &pid);
	close(pipes[1]);
	if (!err)
		len = read_full(pipes[0], line, PATH_MAX - 1);
	close(pipes[0]);
	if (err || !succeeded(pid) || len <= 0)
		return false;
	line[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return true;
}

/* Returns an open file and its path, which the caller frees; or -errno. */
static int find(const char *kind, const unsigned char *id, int len, char **path)
{
	char hex[2 * ID_MAX + 1], line[PATH_MAX];
	char *argv[] = { "debuginfod-find", (char *)kind, hex, NULL };
	int fd;

	if (len <= 0 || len > ID_MAX)
		return -EINVAL;
	for (int i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", id[i]);
	if (!printed(argv, line))
		return -ENOENT;
	fd = open(line, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*path = strdup(line);
	if (*path)
		return fd;
	close(fd);
	return -ENOMEM;
}

/* A client has no state. */
static void *begin(void)
{
	return (void *)debuginfod_functions;
}

static void end(void *client)
{
	(void)client;
}

static int find_debuginfo(void *client, const unsigned char *id, int len, char **path)
{
	(void)client;
	return find("debuginfo", id, len, path);
}

static int find_executable(void *client, const unsigned char *id, int len, char **path)
{
	(void)client;
	return find("executable", id, len, path);
}

const struct library_function debuginfod_functions[] = {
	{ "debuginfod_begin", begin },
	{ "debuginfod_end", end },
	{ "debuginfod_find_debuginfo", find_debuginfo },
	{ "debuginfod_find_executable", find_executable },
	{ NULL, NULL },
};
