// SPDX-License-Identifier: GPL-2.0-only
/* Which cgroup a thread is in: what two pieces of evidence agree on, and nothing else. */
#include "kvm/nspids.h"
#include "tests/unit/timeline_fixture.h"

#define WEB	"/system.slice/web.service"
#define DB	"/system.slice/db.service"

static struct cgroups *empty(void)
{
	struct cgroups *c = cgroups_new();

	assert_non_null(c);
	return c;
}

static const char *at_time(const struct cgroups *c, int32_t tid, uint64_t time)
{
	uint64_t until;
	const struct cgroup *g = cgroups_find(c, tid, time, &until);

	assert_true(until > time);
	return g ? g->path : "";
}

static void nothing_is_known_before_or_after_evidence(void **state)
{
	struct cgroups *c = empty();

	assert_int_equal(cgroups_at(c, 7, 100, WEB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 900, WEB, 0), 0);
	assert_int_equal(cgroups_at(c, 8, 100, WEB, 0), 0);
	assert_int_equal(cgroups_seal(c), 0);
	assert_string_equal(at_time(c, 7, 99), "");
	assert_string_equal(at_time(c, 7, 100), WEB);
	assert_string_equal(at_time(c, 7, 500), WEB);
	assert_string_equal(at_time(c, 7, 900), WEB);
	assert_string_equal(at_time(c, 7, 901), "");
	assert_string_equal(at_time(c, 8, 101), "");
	assert_string_equal(at_time(c, 9, 100), "");
	cgroups_free(c);
}

static void a_move_is_unknown_until_it_is_seen(void **state)
{
	struct cgroups *c = empty();

	/* in any order */
	assert_int_equal(cgroups_at(c, 7, 700, DB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 300, WEB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 800, DB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 100, WEB, 0), 0);
	assert_int_equal(cgroups_seal(c), 0);
	assert_string_equal(at_time(c, 7, 200), WEB);
	assert_string_equal(at_time(c, 7, 300), WEB);
	assert_string_equal(at_time(c, 7, 301), "");
	assert_string_equal(at_time(c, 7, 699), "");
	assert_string_equal(at_time(c, 7, 700), DB);
	cgroups_free(c);
}

static void a_new_thread_begins_where_its_parent_was(void **state)
{
	struct cgroups *c = empty();

	assert_int_equal(cgroups_at(c, 7, 100, WEB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 900, WEB, 0), 0);
	assert_int_equal(cgroups_fork(c, 20, 7, 200), 0);
	assert_int_equal(cgroups_at(c, 20, 800, WEB, 0), 0);
	assert_int_equal(cgroups_fork(c, 21, 20, 300), 0);	/* a child's child */
	assert_int_equal(cgroups_at(c, 21, 400, WEB, 0), 0);
	assert_int_equal(cgroups_fork(c, 22, 7, 200), 0);	/* put into another at once */
	assert_int_equal(cgroups_at(c, 22, 400, DB, 0), 0);
	assert_int_equal(cgroups_fork(c, 23, 7, 200), 0);	/* nothing is heard of it again */
	assert_int_equal(cgroups_seal(c), 0);
	assert_string_equal(at_time(c, 20, 199), "");
	assert_string_equal(at_time(c, 20, 500), WEB);
	assert_string_equal(at_time(c, 21, 350), WEB);
	assert_string_equal(at_time(c, 21, 401), "");
	assert_string_equal(at_time(c, 22, 300), "");
	assert_string_equal(at_time(c, 22, 400), DB);
	assert_string_equal(at_time(c, 23, 201), "");
	cgroups_free(c);
}

static void a_thread_id_that_is_used_again_is_another_thread(void **state)
{
	struct cgroups *c = empty();

	assert_int_equal(cgroups_at(c, 7, 100, WEB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 900, WEB, 0), 0);
	assert_int_equal(cgroups_fork(c, 7, 50, 500), 0);
	assert_int_equal(cgroups_seal(c), 0);
	assert_string_equal(at_time(c, 7, 100), WEB);
	assert_string_equal(at_time(c, 7, 499), "");
	assert_string_equal(at_time(c, 7, 600), "");
	assert_string_equal(at_time(c, 7, 900), WEB);
	cgroups_free(c);
}

static void samples_name_cgroups_by_ids(void **state)
{
	struct cgroups *c = empty();

	assert_int_equal(cgroups_at(c, 7, 100, WEB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 200, NULL, 42), 0);
	assert_int_equal(cgroups_at(c, 7, 300, NULL, 43), 0);
	assert_int_equal(cgroups_at(c, 8, 100, NULL, 44), 0);
	assert_int_equal(cgroups_path(c, 42, WEB), 0);	/* heard of later */
	assert_int_equal(cgroups_path(c, 44, WEB), 0);
	assert_int_equal(cgroups_path(c, 44, DB), 0);
	assert_int_equal(cgroups_seal(c), 0);
	assert_string_equal(at_time(c, 7, 150), WEB);
	assert_string_equal(at_time(c, 7, 200), WEB);
	assert_string_equal(at_time(c, 7, 250), "");
	assert_string_equal(at_time(c, 7, 300), "");	/* no record names 43 */
	assert_string_equal(at_time(c, 8, 100), "");	/* two name 44 */
	cgroups_free(c);
}

static void what_contradicts_itself_is_unknown(void **state)
{
	struct cgroups *c = empty();

	assert_int_equal(cgroups_at(c, 7, 100, WEB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 500, WEB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 300, DB, 0), 0);
	assert_int_equal(cgroups_at(c, 7, 900, DB, 0), 0);
	assert_int_equal(cgroups_seal(c), 0);
	assert_string_equal(at_time(c, 7, 200), "");
	assert_string_equal(at_time(c, 7, 300), "");
	assert_string_equal(at_time(c, 7, 400), "");
	cgroups_free(c);
}

static void names_are_those_of_the_path(void **state)
{
	struct cgroups *c = empty();
	const struct cgroup *g;
	uint64_t until;

	assert_int_equal(cgroups_at(c, 7, 100, WEB, 0), 0);
	assert_int_equal(cgroups_seal(c), 0);
	g = cgroups_find(c, 7, 100, &until);
	assert_non_null(g);
	assert_int_equal(until, 101);
	assert_string_equal(g->names[CGROUP_UNIT], "web.service");
	assert_string_equal(g->names[CGROUP_POD], "");
	/* idle tasks cannot be moved */
	assert_string_equal(at_time(c, 0, 5), "/");
	cgroups_free(c);
}

/* An event of a thread, as the pid of its own process. */
static void was_in(struct timeline *t, uint64_t time, int32_t tid, const char *path, int32_t nspid)
{
	apply(t, &(struct event){ .type = EVENT_TASK_PLACE, .cpu = -1, .time = time, .pid = tid,
				  .tid = tid, .place = { .path = path, .nspid = nspid } });
}

/* A busy thread never leaves its CPU: its move lies within one span. */
static void a_sample_has_the_cgroup_of_its_time(void **state)
{
	struct timeline *t = timeline_new();
	const struct cgroup *g;

	assert_int_equal(timeline_want_cgroups(t), 0);
	called(t, 0, SHELL, SHELL, "bash");
	came(t, 0, 10, SHELL, SHELL);
	was_in(t, 100, SHELL, WEB, 7);
	was_in(t, 300, SHELL, WEB, 7);
	was_in(t, 500, SHELL, DB, 7);
	was_in(t, 600, SHELL, DB, 7);
	timeline_set_mode(t, HOST_VHE);
	assert_int_equal(timeline_seal(t, &clock_1ghz, true), 0);
	assert_null(timeline_cgroup(t, whose(t, at(2, 50)).task));
	g = timeline_cgroup(t, whose(t, at(2, 200)).task);
	assert_string_equal(g ? g->path : "", WEB);
	assert_null(timeline_cgroup(t, whose(t, at(2, 400)).task));
	g = timeline_cgroup(t, whose(t, at(2, 550)).task);
	assert_string_equal(g ? g->path : "", DB);
	assert_null(timeline_cgroup(t, whose(t, at(2, 700)).task));
	assert_string_equal(timeline_comm(t, whose(t, at(2, 700)).task), "bash");
	assert_int_equal(timeline_nspid(t, whose(t, at(2, 700)).task), 7);
	timeline_free(t);
}

static void a_pid_namespace_is_known_of_one_process(void **state)
{
	struct nspids *n = nspids_new();

	assert_non_null(n);
	assert_int_equal(nspids_add(n, 10, 100, 1), 0);
	assert_int_equal(nspids_add(n, 10, 900, 1), 0);
	assert_int_equal(nspids_add(n, 11, 100, 2), 0);		/* used again */
	assert_int_equal(nspids_fork(n, 11, 500), 0);
	assert_int_equal(nspids_add(n, 11, 900, 2), 0);
	assert_int_equal(nspids_add(n, 12, 100, 3), 0);
	assert_int_equal(nspids_add(n, 12, 200, 4), 0);
	assert_int_equal(nspids_fork(n, 13, 500), 0);
	assert_int_equal(nspids_add(n, 13, 500, 13), 0);
	assert_int_equal(nspids_fork(n, 14, 500), 0);
	nspids_seal(n);
	assert_int_equal(nspids_find(n, 10), 1);
	assert_int_equal(nspids_find(n, 11), 0);
	assert_int_equal(nspids_find(n, 12), 0);
	assert_int_equal(nspids_find(n, 13), 13);
	assert_int_equal(nspids_find(n, 14), 0);
	assert_int_equal(nspids_find(n, 15), 0);
	nspids_free(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_known_before_or_after_evidence),
		cmocka_unit_test(a_move_is_unknown_until_it_is_seen),
		cmocka_unit_test(a_new_thread_begins_where_its_parent_was),
		cmocka_unit_test(a_thread_id_that_is_used_again_is_another_thread),
		cmocka_unit_test(samples_name_cgroups_by_ids),
		cmocka_unit_test(what_contradicts_itself_is_unknown),
		cmocka_unit_test(names_are_those_of_the_path),
		cmocka_unit_test(a_sample_has_the_cgroup_of_its_time),
		cmocka_unit_test(a_pid_namespace_is_known_of_one_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
