// SPDX-License-Identifier: GPL-2.0-only
/* The process that does what the sandbox forbids, and what it refuses. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
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

#include "base/create.h"
#include "base/helper.h"
#include "tui/new_file.h"
#include "tui/terminal/terminal.h"

static char root[] = "/tmp/spelunk-helper-XXXXXX";

static char *below(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", root, name);
	return path;
}

/* The result is the number plus the length; the text is the bytes, the file a pipe with them. */
static void echo(const struct helper_ask *ask, struct helper_answer *answer)
{
	int ends[2];

	answer->result = ask->number + (int32_t)ask->len;
	snprintf(answer->text, sizeof(answer->text), "%s", (const char *)ask->bytes);
	if (ask->fd >= 0)
		assert_int_equal(write(ask->fd, "handed over", 11), 11);
	if (ask->len < 100 && !pipe(ends) &&
	    write(ends[1], ask->bytes, ask->len) == (ssize_t)ask->len) {
		answer->fd = ends[0];
		close(ends[1]);
	}
}

static void process(const struct helper_ask *ask, struct helper_answer *answer)
{
	answer->result = getpid();
}

static void die(const struct helper_ask *ask, struct helper_answer *answer)
{
	raise(SIGKILL);
}

static const struct helper_service echo_service = { .serve = echo };
static const struct helper_service process_service = { .serve = process };
static const struct helper_service die_service = { .serve = die };
static const struct helper_service other_service = { .serve = process };

static const struct helper_ask nothing = { .fd = -1, .bytes = "" };

static void bytes_and_files_go_both_ways(void **state)
{
	struct helper_ask ask = { .number = 1000, .fd = -1, .bytes = "twelve bytes", .len = 12 };
	struct helper_answer answer;
	char got[16] = "";
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	ask.fd = ends[1];
	assert_int_equal(helper_call(&echo_service, &ask, &answer), 1012);
	assert_string_equal(answer.text, "twelve bytes");
	assert_int_equal(read(answer.fd, got, sizeof(got)), 12);
	assert_string_equal(got, "twelve bytes");
	assert_int_equal(fcntl(answer.fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(read(ends[0], got, sizeof(got)), 11);
	close(answer.fd);
	close(ends[0]);
	close(ends[1]);
}

static void a_question_has_a_bound(void **state)
{
	char *bytes = calloc(1, HELPER_BYTES + 2);
	struct helper_ask ask = { .fd = -1, .bytes = bytes, .len = HELPER_BYTES };
	struct helper_answer answer;

	memset(bytes, 'x', HELPER_BYTES);
	assert_int_equal(helper_call(&echo_service, &ask, &answer), HELPER_BYTES);
	assert_int_equal(strlen(answer.text), PATH_MAX - 1);
	ask.len++;
	assert_int_equal(helper_call(&echo_service, &ask, &answer), -E2BIG);
	free(bytes);
}

static void it_is_another_process_and_only_one(void **state)
{
	static const struct helper_service *const again[] = { &echo_service };
	struct helper_answer answer;
	int pid = helper_call(&process_service, &nothing, &answer);

	assert_true(pid > 0 && pid != getpid());
	assert_int_equal(helper_start(again, 1), 0);
	assert_int_equal(helper_call(&process_service, &nothing, &answer), pid);
	/* what no helper offers is done here */
	assert_false(helper_offers(&other_service));
	assert_int_equal(helper_call(&other_service, &nothing, &answer), getpid());
}

static void *ask_often(void *arg)
{
	for (int i = 0; i < 200; i++) {
		struct helper_ask ask = { .number = i, .fd = -1, .bytes = arg, .len = strlen(arg) };
		struct helper_answer answer;

		if (helper_call(&echo_service, &ask, &answer) != i + (int)ask.len ||
		    strcmp(answer.text, arg) != 0)
			return arg;
		close(answer.fd);
	}
	return NULL;
}

static void threads_get_their_own_answers(void **state)
{
	static char *const words[] = { "one", "three", "eleven", "fourteen!" };
	pthread_t thread[4];
	void *wrong;

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, ask_often, words[i]), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], &wrong), 0);
		assert_null(wrong);
	}
}

static int save_to(const char *path)
{
	const struct helper_ask ask = { .fd = -1, .bytes = path, .len = strlen(path) };
	struct helper_answer answer;
	int ret = helper_call(&new_file_service, &ask, &answer);

	if (answer.fd >= 0)
		close(answer.fd);
	return ret;
}

static void screens_save_only_new_files_of_the_user(void **state)
{
	assert_int_equal(save_to(below("new")), 0);
	assert_int_equal(save_to(below("new")), -EEXIST);
	assert_int_equal(save_to(below(".hidden")), -EACCES);
	assert_int_equal(mkdir(below(".config"), 0700), 0);
	assert_int_equal(save_to(below(".config/new")), -EACCES);
	assert_int_equal(symlink("/etc", below("link")), 0);
	assert_int_equal(save_to(below("link/spelunk-test")), -EACCES);
	assert_int_equal(save_to("/etc/spelunk-test"), -EACCES);
	assert_int_equal(save_to("/spelunk-test"), -EACCES);
	assert_int_equal(save_to(below("../../etc/spelunk-test")), -EACCES);
	assert_int_equal(save_to(below("nowhere/new")), -ENOENT);
}

static int edit(int32_t line, const char *path)
{
	const struct helper_ask ask = { .number = line, .fd = -1, .bytes = path, .len = strlen(path) };
	struct helper_answer answer;

	return helper_call(&editor_service, &ask, &answer);
}

static void the_editor_opens_only_files(void **state)
{
	char file[PATH_MAX], memory[64];
	FILE *f;

	snprintf(file, sizeof(file), "%s", below("source.c"));
	f = fopen(file, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(edit(1, file), 1);	/* the status of false(1) */
	assert_int_equal(edit(1, "-c!id"), -ENOENT);
	assert_int_equal(edit(1, root), -ENOENT);
	assert_int_equal(edit(1, below("nothing")), -ENOENT);
	assert_int_equal(edit(-2, file), -ENOENT);
	snprintf(memory, sizeof(memory), "/proc/%d/cmdline", getpid());
	assert_int_equal(edit(1, memory), -ENOENT);
}

static int create(const char *path, bool fresh)
{
	int fd = create_file(path, fresh);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static void a_created_file_is_private_and_where_it_was_named(void **state)
{
	struct stat st;

	umask(0);
	assert_int_equal(create(below("private"), false), 0);
	assert_int_equal(stat(below("private"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(create(below("private"), true), -EEXIST);
	assert_int_equal(mkdir(below("shared"), 0777), 0);
	assert_int_equal(symlink("../private", below("shared/link")), 0);
	assert_int_equal(symlink("private", below("own")), 0);
	assert_int_equal(create(below("own"), false), 0);
	assert_int_equal(create(below("shared/link"), false), -ELOOP);
	assert_int_equal(create(below("shared/file"), false), 0);
	if (geteuid())
		return;
	assert_int_equal(chown(below("shared/file"), 65534, 65534), 0);
	assert_int_equal(create(below("shared/file"), false), -EPERM);
	assert_int_equal(chmod(below("shared"), 0770), 0);
	assert_int_equal(create(below("shared/link"), false), 0);
	assert_int_equal(chown(below("shared"), 0, 65534), 0);
	assert_int_equal(create(below("shared/link"), false), -ELOOP);
}

static void a_helper_that_died_is_an_error(void **state)
{
	struct helper_answer answer;

	assert_int_equal(helper_call(&die_service, &nothing, &answer), -EPIPE);
	assert_int_equal(helper_call(&echo_service, &nothing, &answer), -EPIPE);
}

static int set_up(void **state)
{
	static const struct helper_service *const services[] = {
		&echo_service, &process_service, &die_service, &new_file_service, &editor_service,
	};

	setenv("VISUAL", "false", 1);
	unsetenv("HOME");
	return mkdtemp(root) ? helper_start(services, 5) : -1;
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
		cmocka_unit_test(bytes_and_files_go_both_ways),
		cmocka_unit_test(a_question_has_a_bound),
		cmocka_unit_test(it_is_another_process_and_only_one),
		cmocka_unit_test(threads_get_their_own_answers),
		cmocka_unit_test(screens_save_only_new_files_of_the_user),
		cmocka_unit_test(the_editor_opens_only_files),
		cmocka_unit_test(a_created_file_is_private_and_where_it_was_named),
		cmocka_unit_test(a_helper_that_died_is_an_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
