// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/event.h"
#include "collector/live/live.h"

/* Record this machine without SPE: tasks and maps.  Skipped if this user may not record. */

#define TASKS	10000

struct fixture {
	char dir[64], path[2][80];
	struct host *host;
	struct live *live;
	pid_t child;
	int go;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/spelunk-live.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	for (int i = 0; i < 2; i++)
		snprintf(f->path[i], sizeof(f->path[i]), "%s/%d", f->dir, i);
	f->host = host_new("");
	assert_non_null(f->host);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char cmd[100];

	live_free(f->live);
	host_free(f->host);
	snprintf(cmd, sizeof(cmd), "rm -r %s", f->dir);
	assert_int_equal(system(cmd), 0);
	free(f);
	return 0;
}

/* Start a child that waits and then executes argv. */
static void start_child(struct fixture *f, const char *const *argv)
{
	int go[2];
	char byte;

	assert_int_equal(pipe(go), 0);
	f->child = fork();
	if (!f->child) {
		close(go[1]);
		if (read(go[0], &byte, 1) == 1)
			execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(go[0]);
	f->go = go[1];
}

static void let_go(struct fixture *f)
{
	int status;

	assert_int_equal(write(f->go, "", 1), 1);
	assert_int_equal(waitpid(f->child, &status, 0), f->child);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	close(f->go);
}

/* This user may not open events, or an emulator without perf_event_open(2) runs this. */
static bool impossible(int err)
{
	return err == -EACCES || err == -EPERM || err == -ENOSYS;
}

static void open_live(struct fixture *f, const int32_t *tid, bool on_exec)
{
	struct live_config cfg = { .host = f->host, .tids = tid, .nr_tids = 1,
				   .on_exec = on_exec, .time = true, .cycles_freq = 499 };
	char err[512];
	int ret;

	cfg.cpus.cpu = calloc(f->host->nr_cpus, sizeof(*cfg.cpus.cpu));
	for (size_t i = 0; i < f->host->nr_cpus; i++)
		cfg.cpus.cpu[cfg.cpus.nr++] = f->host->cpus[i].cpu;
	ret = live_open(&f->live, &cfg, err, sizeof(err));
	free(cfg.cpus.cpu);
	if (impossible(ret))
		skip();
	if (ret)
		fail_msg("%s", err);
}

static struct perfdata_writer *begin_file(struct fixture *f, int nr)
{
	static char *const argv[] = { "record" };
	struct perfdata_writer *w;

	assert_int_equal(live_writer(f->live, &w, f->path[nr], 1, argv), 0);
	return w;
}

static uint64_t lost(struct fixture *f)
{
	const struct input_loss *loss;
	size_t nr = live_losses(f->live, &loss);
	uint64_t n = 0;

	for (size_t i = 0; i < nr; i++)
		n += loss[i].lost_events;
	return n;
}

struct seen {
	int exec, map, fork, exit, comm, sw, kernel;
	int named_before;	/* COMM without a time */
};

static struct seen look(const char *path, int32_t pid)
{
	struct seen n = { 0 };
	struct input *s;
	struct event ev;
	char err[512] = "";

	if (input_open_sideband(&s, path, err, sizeof(err)))
		fail_msg("%s: %s", path, err);
	while (input_next(s, &ev) > 0) {
		n.kernel += ev.type == EVENT_MMAP && ev.mmap.kind == MAP_KERNEL;
		n.fork += ev.type == EVENT_FORK && ev.fork.ppid == pid && ev.pid != pid;
		if (ev.pid != pid)
			continue;
		n.exec += ev.type == EVENT_COMM && ev.comm.exec;
		n.comm += ev.type == EVENT_COMM;
		n.named_before += ev.type == EVENT_COMM && !ev.time;
		n.map += ev.type == EVENT_MMAP && ev.mmap.build_id_len;
		n.exit += ev.type == EVENT_TASK_EXIT;
		n.sw += ev.type == EVENT_SWITCH;
	}
	for (size_t i = 0; i < input_get_info(s)->nr_notes; i++) {
		const char *note = input_get_info(s)->notes[i];

		/* expected, and not every machine provides a clock conversion */
		if (!strstr(note, "no trace data") && !strstr(note, "no clock conversion"))
			fail_msg("%s", note);
	}
	assert_string_equal(input_get_info(s)->cmdline, "spelunk record");
	input_close(s);
	return n;
}

static void a_command_is_recorded(void **state)
{
	static const char *const argv[] = { "sh", "-c", "sleep 0.05 & wait; :", NULL };
	struct fixture *f = *state;
	const struct input_loss *loss;
	struct perfdata_writer *w;
	bool hidden;
	struct seen n;

	start_child(f, argv);
	open_live(f, &f->child, true);
	w = begin_file(f, 0);
	assert_int_equal(live_note_running(f->live, w, &hidden), 0);
	assert_int_equal(live_start(f->live, w), 0);
	let_go(f);
	assert_int_equal(live_round(f->live), 0);
	live_disable(f->live);
	assert_int_equal(live_stop(f->live), 0);
	assert_int_equal(perfdata_writer_close(w), 0);
	n = look(f->path[0], f->child);
	assert_int_equal(n.exec, 1);
	assert_int_equal(n.fork, 1);
	assert_int_equal(n.exit, 1);
	assert_true(n.map >= 2);	/* the shell and its loader, with build-ids */
	assert_true(n.sw >= 2);		/* it waited */
	assert_int_equal(n.kernel, !hidden);
	assert_true(live_losses(f->live, &loss) > 0);
	assert_int_equal(loss[0].lost_events, 0);
	assert_true(live_record_bytes(f->live) > 0);
}

/*
 * A machine whose PMU has one row of counters.def: here a software event that exists everywhere and
 * has the same number (PERF_COUNT_SW_EMULATION_FAULTS is 8, like INST_RETIRED).
 */
static void give_a_pmu(struct fixture *f)
{
	struct host_core *c = calloc(2, sizeof(*c));

	for (int i = 0; i < 2; i++) {
		strcpy(c[i].name, "armv8_pmuv3_0");
		c[i].type = PERF_TYPE_SOFTWARE;
		c[i].cpus.cpu = calloc(f->host->nr_cpus, sizeof(*c[i].cpus.cpu));
	}
	for (size_t i = 0; i < f->host->nr_cpus; i++)
		c[0].cpus.cpu[c[0].cpus.nr++] = f->host->cpus[i].cpu;
	c[0].counters = 1u << COUNTER_INSTRUCTIONS_HOST;
	f->host->cores = c;
	f->host->nr_cores = 2;	/* so that cycles are requested of it, too, which it lacks */
}

/* The readings of a counter: their number, CPUs and times. */
struct readings {
	int nr, of_cpus;
	uint64_t first_enabled, enabled, running;
};

static struct readings read_counts(const char *path)
{
	struct readings r = { 0 };
	struct input *s;
	struct event ev;
	char err[512] = "";

	assert_int_equal(input_open_sideband(&s, path, err, sizeof(err)), 0);
	while (input_next(s, &ev) > 0) {
		if (ev.type != EVENT_COUNT)
			continue;
		assert_int_equal(ev.count.what, COUNTER_INSTRUCTIONS_HOST);
		if (!r.nr++)
			r.first_enabled = ev.count.enabled;
		r.of_cpus += ev.cpu >= 0;
		r.enabled = ev.count.enabled;
		r.running = ev.count.running;
	}
	input_close(s);
	return r;
}

/* Read at the start, at each round and at the end; missing counters are reported. */
static void counters_of_a_command(void **state)
{
	static const char *const argv[] = { "sh", "-c", ":", NULL };
	struct fixture *f = *state;
	struct live_facts facts;
	struct perfdata_writer *w;
	struct readings r;
	bool hidden;

	give_a_pmu(f);
	start_child(f, argv);
	open_live(f, &f->child, true);
	live_facts(f->live, &facts);
	assert_int_equal(facts.counters, 1u << COUNTER_INSTRUCTIONS_HOST);
	assert_int_equal(facts.cycles_freq, 0);
	assert_string_equal(facts.no_time, "no samples of cycles: the CPUs' PMU does not provide "
			    "them");
	w = begin_file(f, 0);
	assert_int_equal(live_note_running(f->live, w, &hidden), 0);
	assert_int_equal(live_start(f->live, w), 0);
	let_go(f);
	assert_int_equal(live_round(f->live), 0);
	live_disable(f->live);
	assert_int_equal(live_stop(f->live), 0);
	assert_int_equal(perfdata_writer_close(w), 0);
	r = read_counts(f->path[0]);
	assert_int_equal(r.nr, 3);
	assert_int_equal(r.of_cpus, 0);		/* a task's: on any CPU */
	assert_int_equal(r.first_enabled, 0);
	assert_true(r.enabled > 0 && r.enabled == r.running);
}

/* With few file descriptors the essential events open, but counters do not. */
static void counters_need_files(void **state)
{
	struct fixture *f = *state;
	struct live_facts facts;
	int32_t self = (int32_t)gettid();
	struct rlimit few = { 64 + f->host->nr_cpus, 64 + f->host->nr_cpus };
	int status;

	give_a_pmu(f);
	open_live(f, &self, false);	/* or skip the test, here and not in the child */
	live_free(f->live);
	f->live = NULL;
	/* in a child, because a lowered limit cannot be raised again */
	f->child = fork();
	if (!f->child) {
		setrlimit(RLIMIT_NOFILE, &few);
		open_live(f, &self, false);
		live_facts(f->live, &facts);
		_exit(facts.counters || !strstr(facts.no_time, "ulimit -n"));
	}
	assert_int_equal(waitpid(f->child, &status, 0), f->child);
	assert_int_equal(status, 0);
}

/* Each file of a rotation ends with the readings that the next one begins with. */
static void counters_of_all_cpus(void **state)
{
	struct fixture *f = *state;
	struct perfdata_writer *w[2];
	struct readings r[2];
	int nr = (int)f->host->nr_cpus;

	give_a_pmu(f);
	open_live(f, NULL, false);
	w[0] = begin_file(f, 0);
	assert_int_equal(live_start(f->live, w[0]), 0);
	assert_int_equal(live_enable_samples(f->live), 0);
	w[1] = begin_file(f, 1);
	assert_int_equal(live_switch(f->live, w[1]), 0);
	assert_int_equal(perfdata_writer_close(w[0]), 0);
	live_disable(f->live);
	assert_int_equal(live_stop(f->live), 0);
	assert_int_equal(perfdata_writer_close(w[1]), 0);
	for (int i = 0; i < 2; i++) {
		r[i] = read_counts(f->path[i]);
		assert_int_equal(r[i].nr, 2 * nr);
		assert_int_equal(r[i].of_cpus, 2 * nr);
	}
	assert_int_equal(r[0].first_enabled, 0);
	assert_true(r[1].first_enabled > 0);
	assert_true(r[1].enabled > r[0].enabled);
}

/* Each file of a rotation lists the running tasks, and every event is in one of them. */
static void files_of_a_rotation_are_complete(void **state)
{
	struct fixture *f = *state;
	int32_t self = (int32_t)gettid();
	struct perfdata_writer *w[2];
	struct seen n[2];
	bool hidden;

	open_live(f, &self, false);
	w[0] = begin_file(f, 0);
	assert_int_equal(live_enable_sideband(f->live), 0);
	assert_int_equal(live_note_running(f->live, w[0], &hidden), 0);
	assert_int_equal(live_start(f->live, w[0]), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(system("true"), 0);
	w[1] = begin_file(f, 1);
	assert_int_equal(live_switch(f->live, w[1]), 0);
	assert_int_equal(perfdata_writer_close(w[0]), 0);
	assert_int_equal(live_note_running(f->live, w[1], &hidden), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(system("true"), 0);
	live_disable(f->live);
	assert_int_equal(live_stop(f->live), 0);
	assert_int_equal(perfdata_writer_close(w[1]), 0);
	for (int i = 0; i < 2; i++) {
		n[i] = look(f->path[i], getpid());
		/* this process, the 16 threads of the writer, and the drainer */
		assert_int_equal(n[i].named_before, 1 + 16 + i);
		assert_true(n[i].map >= 2);
	}
	assert_int_equal(n[0].fork, 3);
	assert_int_equal(n[1].fork, 2);
}

/* Short-lived tasks: each is recorded, or reported as lost. */
static void ten_thousand_tasks_are_seen_or_reported(void **state)
{
	static const char *const argv[] = { "/proc/self/exe", "tasks", NULL };
	struct fixture *f = *state;
	struct perfdata_writer *w;
	struct seen n;
	bool hidden;

	start_child(f, argv);
	open_live(f, &f->child, true);
	w = begin_file(f, 0);
	assert_int_equal(live_note_running(f->live, w, &hidden), 0);
	assert_int_equal(live_start(f->live, w), 0);
	let_go(f);
	live_disable(f->live);
	assert_int_equal(live_stop(f->live), 0);
	assert_int_equal(perfdata_writer_close(w), 0);
	n = look(f->path[0], f->child);
	assert_true(n.fork <= TASKS);
	assert_true(n.fork + (int)lost(f) >= TASKS);
	/* 2 MiB per CPU, and a second until the next round */
	assert_true(n.fork > TASKS / 2);
}

static void what_cannot_be_opened_is_said(void **state)
{
	struct fixture *f = *state;
	uint32_t cpus[] = { 2000 };
	struct live_config cfg = { .host = f->host, .cpus = { cpus, 1 } };
	char err[512] = "";
	int ret = live_open(&f->live, &cfg, err, sizeof(err));

	if (impossible(ret))
		skip();
	assert_true(ret == -ENODEV || ret == -EINVAL);
	assert_null(f->live);
	assert_non_null(strstr(err, "CPU 2000"));
}

/* The recorded workload, in a program of its own. */
static int make_tasks(void)
{
	for (int i = 0; i < TASKS; i++) {
		pid_t pid = vfork();

		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_command_is_recorded),
		TEST(counters_of_a_command),
		TEST(counters_of_all_cpus),
		TEST(counters_need_files),
		TEST(files_of_a_rotation_are_complete),
		TEST(ten_thousand_tasks_are_seen_or_reported),
		TEST(what_cannot_be_opened_is_said),
	};

	/* not exit(): a sanitizer's leak check would be another task */
	if (argc == 2 && !strcmp(argv[1], "tasks"))
		_exit(make_tasks());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
