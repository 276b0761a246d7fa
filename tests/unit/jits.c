// SPDX-License-Identifier: GPL-2.0-only
/* Which files of runtimes a recording collects, and that they come back from it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "collector/input.h"
#include "collector/live/jits.h"
#include "collector/perfdata/symbols.h"
#include "tests/unit/tree_fixture.h"

#define SINCE	1000000		/* s */

struct fixture {
	char *root;
	char path[PATH_MAX];
	struct input *input;
	struct jits_roots *roots;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->root = tree_new();
	snprintf(f->path, sizeof(f->path), "%s/perf.data", f->root);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	input_close(f->input);
	jits_roots_free(f->roots);
	tree_remove(f->root);
	free(f->root);
	free(f);
	return 0;
}

/* Set the time of a file's last change. */
static void changed(const struct fixture *f, const char *name, time_t when)
{
	const struct timespec times[2] = { { when, 0 }, { when, 0 } };
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", f->root, name);
	assert_int_equal(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
}

static void collect(struct fixture *f, const int32_t *pids, size_t nr_pids)
{
	static const uint64_t id = 1;
	static union perf_attr_room attr;
	const struct perfdata_event event = { &attr, "dummy:u", &id, 1 };
	const struct perfdata_head head = { .events = &event, .nr_events = 1 };
	const struct jits_wish wish = { f->roots, f->root, pids, nr_pids, SINCE };
	struct perfdata_writer *w;
	struct event ev;
	char err[256];
	int ret;

	attr.attr.type = PERF_TYPE_SOFTWARE;
	attr.attr.config = PERF_COUNT_SW_DUMMY;
	attr.attr.size = PERF_ATTR_SIZE_CONFIG2;
	attr.attr.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU |
				PERF_SAMPLE_IDENTIFIER;
	attr.attr.sample_id_all = 1;
	assert_int_equal(perfdata_writer_open(&w, f->path, &head), 0);
	assert_int_equal(jits_put(w, &wish), 0);
	assert_int_equal(perfdata_writer_close(w), 0);
	assert_int_equal(input_open_sideband(&f->input, f->path, err, sizeof(err)), 0);
	while ((ret = input_next(f->input, &ev)) > 0)
		;
	assert_int_equal(ret, -ENODATA);
}

/* "PID:text" of the files in the recording, with a blank behind each. */
static const char *collected(const struct fixture *f)
{
	static char all[1024];
	char text[256];
	size_t at = 0;
	int32_t pid;
	int fd, ret;

	for (all[0] = '\0'; !(ret = symbols_read_jit(f->input, &at, &pid, &fd)); close(fd)) {
		ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

		assert_true(n >= 0);
		sprintf(all + strlen(all), "%d:%.*s ", pid, (int)n, text);
	}
	assert_int_equal(ret, -ENOENT);
	return all;
}

static const struct tree_file machine[] = {
	/* on the host */
	{ "/proc/11/status", "Name:\tnode\nTgid:\t11\nNSpid:\t11\n" },
	{ "/proc/11/maps", "00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/node\n" },
	{ "/proc/11/root", "->../.." },
	{ "/tmp/perf-11.map", "host" },
	/* in a container: another root, another pid */
	{ "/proc/12/status", "Name:\tnode\nTgid:\t12\nNSpid:\t12\t1\n" },
	{ "/proc/12/maps", "" },
	{ "/proc/12/root/tmp/perf-1.map", "container" },
	{ "/proc/12/root/tmp/perf-12.map", "not its number there" },
	/* a jitdump, somewhere; it is better than a perf map */
	{ "/proc/13/status", "Name:\tjava\nTgid:\t13\nNSpid:\t13\n" },
	{ "/proc/13/maps", "7f00-7f01 r-xp 00000000 08:02 1 /srv/jit/java-jit/jit-13.dump\n" },
	{ "/proc/13/root/srv/jit/java-jit/jit-13.dump", "dump" },
	{ "/proc/13/root/tmp/perf-13.map", "map" },
	/* links out of the container */
	{ "/proc/14/status", "Name:\tevil\nTgid:\t14\nNSpid:\t14\t1\n" },
	{ "/proc/14/maps", "7f00-7f01 r-xp 00000000 08:02 1 /link/jit-9.dump\n" },
	{ "/proc/14/root/tmp/perf-1.map", "->../../../../secret" },
	{ "/proc/14/root/link", "->../../../secrets" },
	{ "/secrets/jit-9.dump", "secret" },
	{ "/secret", "secret" },
	/* ended */
	{ "/tmp/perf-21.map", "ended" },
	{ "/tmp/perf-22.map", "long ago" },
	{ "/tmp/perf-023.map", "not a name" },
	{ "/tmp/perf-24.map.old", "not a name" },
	{ "/tmp/perf-25.map", "->../secret" },
	{ "/tmp/perf-26.map", "/" },
	TREE_END,
};

static void of_every_process(void **state)
{
	struct fixture *f = *state;

	tree_put(f->root, machine);
	changed(f, "/tmp/perf-11.map", SINCE - 1);
	changed(f, "/tmp/perf-22.map", SINCE - 1);
	collect(f, NULL, 0);
	assert_string_equal(collected(f), "11:host 12:container 13:dump 21:ended ");
}

/* A recording of some processes has their files, and those that changed meanwhile. */
static void of_some_processes(void **state)
{
	static const int32_t pids[] = { 12 };
	struct fixture *f = *state;

	tree_put(f->root, machine);
	changed(f, "/tmp/perf-11.map", SINCE - 1);
	changed(f, "/proc/12/root/tmp/perf-1.map", SINCE - 1);
	changed(f, "/tmp/perf-22.map", SINCE - 1);
	collect(f, pids, 1);
	assert_string_equal(collected(f), "12:container 13:dump 21:ended ");
}

/*
 * The recorder drops its capabilities: other processes' roots cannot be opened any more, but those
 * of other mount namespaces are open, and others share our own.
 */
static void without_capabilities(void **state)
{
	static const struct tree_file before[] = {
		{ "/proc/self/ns/mnt", "->mnt:[4026531841]" },
		{ "/proc/11/ns/mnt", "->mnt:[4026531841]" },
		{ "/proc/12/ns/mnt", "->mnt:[4026532299]" },
		{ "/proc/12/root", "->../../container" },
		{ "/container/tmp/perf-1.map", "in a container" },
		{ "/container/tmp/perf-2.map", "its child" },
		{ "/proc/15/ns/mnt", "->mnt:[4026532299]" },
		{ "/proc/15/status", "Name:\tnode\nTgid:\t15\nNSpid:\t15\t2\n" },
		{ "/proc/15/root", "->../../container" },
		TREE_END,
	};
	static const struct tree_file after[] = {
		{ "/proc/11/root", NULL }, { "/proc/12/root", NULL }, { "/proc/13/root", NULL },
		{ "/proc/14/root", NULL }, { "/proc/15/root", NULL },
		/* it began later, in a container that nobody knows */
		{ "/proc/16/status", "Name:\tnode\nTgid:\t16\nNSpid:\t16\t1\n" },
		{ "/tmp/perf-1.map", "another's" },
		TREE_END,
	};
	struct fixture *f = *state;

	tree_put(f->root, machine);
	tree_put(f->root, (struct tree_file[]){ { "/proc/12/root", NULL }, TREE_END });
	tree_put(f->root, before);
	f->roots = jits_look(f->root);
	assert_non_null(f->roots);
	tree_put(f->root, after);
	changed(f, "/tmp/perf-22.map", SINCE - 1);
	changed(f, "/tmp/perf-1.map", SINCE - 1);
	collect(f, NULL, 0);
	assert_string_equal(collected(f), "11:host 12:in a container 15:its child 21:ended ");
}

/* The file must belong to the user whose process it is. */
static void of_their_own_users(void **state)
{
	struct fixture *f = *state;
	char path[PATH_MAX];

	if (geteuid())
		skip();
	tree_put(f->root, machine);
	snprintf(path, sizeof(path), "%s/proc/12/root/tmp/perf-1.map", f->root);
	assert_int_equal(chown(path, 4711, 0), 0);
	snprintf(path, sizeof(path), "%s/tmp/perf-21.map", f->root);
	assert_int_equal(chown(path, 4711, 0), 0);
	changed(f, "/tmp/perf-22.map", SINCE - 1);
	collect(f, NULL, 0);
	assert_string_equal(collected(f), "11:host 13:dump ");
}

/* More than fits into a record. */
static void a_large_file(void **state)
{
	static char text[400000];
	struct fixture *f = *state;
	uint64_t seed = 1;
	char got[sizeof(text)];
	size_t at = 0;
	int32_t pid;
	int fd;

	for (size_t i = 0; i < sizeof(text); i++) {
		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		text[i] = (char)(seed >> 56);
	}
	tree_put(f->root, machine);
	tree_write(f->root, "/tmp/perf-11.map", text, sizeof(text));
	collect(f, NULL, 0);
	assert_true(input_get_info(f->input)->nr_jits > 7);
	assert_int_equal(symbols_read_jit(f->input, &at, &pid, &fd), 0);
	assert_int_equal(pid, 11);
	assert_int_equal(pread(fd, got, sizeof(got), 0), sizeof(text));
	assert_memory_equal(got, text, sizeof(text));
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(of_every_process, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_some_processes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_capabilities, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_their_own_users, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_large_file, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
