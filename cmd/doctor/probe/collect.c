// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/doctor/probe/probe.h"

#include <errno.h>

#ifdef __aarch64__

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/doctor/probe/guest.h"
#include "cmd/doctor/probe/machine.h"
#include "collector/live/live.h"

#define PERIOD		4096		/* operations */
/* A recording lasts at least this long, and this many turns. */
#define RUN_NS		100000000ull
#define TURNS_MIN	200
/* Timeout, in case the guest is caught in exceptions. */
#define PATIENCE_S	30
/* A measurement of calls lasts about this long, within bounds. */
#define CALLS_NS	20000000ull
#define CALLS_TRIAL	200
#define CALLS_MAX	20000

/* Exits per turn: a hypercall, and an access to our device. */
#define WORK_EXITS	2
#define WORK_OPERATIONS	(2 * LOOP_OPERATIONS)
#define LOOP_OPERATIONS	((uint64_t)LOOP_TURNS * LOOP_LENGTH)

struct session {
	const struct host *host;
	struct probe_evidence *out;
	struct machine machine;
	char folder[64];		/* for recordings */
	char *err;
	size_t errlen;
};

/* What a thread executes while it is recorded. */
struct task {
	struct session *s;
	enum probe_run run;
	int (*work)(struct task *t);
	struct live *live;
	sem_t ready, go;		/* ready: waits to be recorded; go: recording has begun
					 * or was abandoned */
	bool recorded;
	int32_t tid;
	int ret;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static const struct {
	bool guests, no_host;
} runs[NR_PROBE_RUNS] = {
#define RUN(id, name, guests, no_host, what) { guests, no_host },
#include "cmd/doctor/probe/runs.def"
#undef RUN
};

/* Recorded tasks */

/*
 * Average number of operations between records: with a random interval and PMSIDR_EL1.ERnd the
 * period + 1, without ERnd the period + 128 [Arm ARM D17.3.4].
 */
static uint64_t interval(const struct session *s)
{
	uint64_t ernd;

	for (size_t i = 0; i < s->host->nr_spe; i++)
		if (cpu_list_has(&s->host->spe[i].cpus, (uint32_t)s->out->cpu) &&
		    host_pmu_cap(&s->host->spe[i], "ernd", &ernd) && ernd)
			return s->out->period + 1;
	return s->out->period + 128;
}

/* Alternate the host's loop and the guest's, or run only the host's, for long enough. */
static int work_turns(struct task *t)
{
	struct session *s = t->s;
	struct probe_records *r = &s->out->run[t->run];
	uint64_t until = now_ns() + RUN_NS;
	int ret = 0;

	while (!ret && (r->turns < TURNS_MIN || now_ns() < until)) {
		probe_loop();
		if (t->run != PROBE_HOST)
			ret = machine_work(&s->machine, 1, s->err, s->errlen);
		r->turns++;
	}
	r->loop_due = r->turns * LOOP_OPERATIONS / interval(s);
	if (t->run != PROBE_HOST) {
		r->exits = r->turns * WORK_EXITS;
		r->due = r->turns * WORK_OPERATIONS / interval(s);
	}
	return ret;
}

/* A guest that tries SPE's registers, while SPE is on for the first time with a guest. */
static int work_traps(struct task *t)
{
	struct session *s = t->s;

	if (t->run != PROBE_EXCLUDED)
		return 0;
	return machine_traps(&s->machine, &s->out->traps, s->err, s->errlen);
}

/* One recording: COMM records give its start and end on perf's clock. */
static int work_recorded(struct task *t)
{
	int ret, err;

	prctl(PR_SET_NAME, PROBE_BEGIN);
	ret = live_enable_samples(t->live);
	ret = ret ?: work_traps(t) ?: work_turns(t);
	err = live_disable_samples(t->live);
	prctl(PR_SET_NAME, PROBE_END);
	return ret ?: err;
}

static int time_calls(struct session *s, uint64_t calls, double *ns)
{
	uint64_t began = now_ns();
	int ret = machine_calls(&s->machine, calls, s->err, s->errlen);

	*ns = (double)(now_ns() - began) / (double)calls;
	return ret;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Alternate between off and on, so that gradual changes affect both. */
static int work_cost(struct task *t)
{
	struct session *s = t->s;
	struct probe_cost *c = &s->out->cost;
	double each;
	int ret = time_calls(s, CALLS_TRIAL, &each);

	c->calls = (uint64_t)(CALLS_NS / (each > 1 ? each : 1));
	if (c->calls < CALLS_TRIAL)
		c->calls = CALLS_TRIAL;
	if (c->calls > CALLS_MAX)
		c->calls = CALLS_MAX;
	for (int i = 0; !ret && i < PROBE_COST_RUNS; i++)
		ret = time_calls(s, c->calls, &c->off[i]) ?: live_enable_samples(t->live) ?:
		      time_calls(s, c->calls, &c->on[i]) ?: live_disable_samples(t->live);
	qsort(c->off, PROBE_COST_RUNS, sizeof(c->off[0]), by_size);
	qsort(c->on, PROBE_COST_RUNS, sizeof(c->on[0]), by_size);
	c->done = !ret;
	return ret;
}

/* Recording */

static void pin(int32_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void *run_task(void *argument)
{
	struct task *t = argument;

	pin(t->s->out->cpu);
	t->tid = gettid();
	sem_post(&t->ready);
	sem_wait(&t->go);
	if (t->recorded)
		t->ret = t->work(t);
	return NULL;
}

static int open_live(struct task *t)
{
	struct session *s = t->s;
	uint32_t cpu = (uint32_t)s->out->cpu;
	struct live_config cfg = {
		.host = s->host, .cpus = { .cpu = &cpu, .nr = 1 }, .tids = &t->tid, .nr_tids = 1,
		.spe = true,
		.wish = {
			.period = s->out->period, .guests = runs[t->run].guests,
			.no_host = runs[t->run].no_host, .unproven = true,
			.value[SPE_KNOB_TIMESTAMPS] = 1, .value[SPE_KNOB_PHYSICAL_TIME] = 1,
			.value[SPE_KNOB_JITTER] = 1,
		},
	};

	return live_open(&t->live, &cfg, s->err, s->errlen);
}

/* Begin recording the waiting task; 0, or -errno. */
static int begin(struct task *t, struct perfdata_writer **w, const char *path)
{
	char *argv[] = { "spelunk", "doctor", "--probe" };
	int ret = open_live(t) ?: live_enable_sideband(t->live) ?:
		  live_writer(t->live, w, path, 3, argv);

	return ret ?: live_start(t->live, *w);
}

static int end(struct task *t, struct perfdata_writer *w)
{
	int ret = 0, err;

	if (t->live) {
		live_disable(t->live);
		ret = live_stop(t->live);
	}
	err = perfdata_writer_close(w);
	live_free(t->live);
	return ret ?: err;
}

static void wait_for(struct session *s, pthread_t thread)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	if (!pthread_timedjoin_np(thread, NULL, &until))
		return;
	vm_stop(&s->machine.cpu, thread);
	pthread_join(thread, NULL);
	snprintf(s->err, s->errlen, "the guest did not exit within %d s", PATIENCE_S);
}

/* Run a task in a thread, recorded into a file with that name.  0 or -errno. */
static int record(struct session *s, enum probe_run run, int (*work)(struct task *t),
		  const char *path)
{
	struct task t = { .s = s, .run = run, .work = work };
	struct perfdata_writer *w = NULL;
	pthread_t thread;
	int ret, err;

	sem_init(&t.ready, 0, 0);
	sem_init(&t.go, 0, 0);
	ret = -pthread_create(&thread, NULL, run_task, &t);
	if (!ret) {
		sem_wait(&t.ready);
		ret = begin(&t, &w, path);
		t.recorded = !ret;
		sem_post(&t.go);
		wait_for(s, thread);
		err = end(&t, w);
		ret = ret ?: t.ret ?: err;
	}
	sem_destroy(&t.ready);
	sem_destroy(&t.go);
	if (ret && !*s->err)
		snprintf(s->err, s->errlen, "the guest could not be recorded: %s", strerror(-ret));
	return ret;
}

/* Settings that linux drivers/perf/arm_spe_pmu.c and its successors may refuse. */
static bool refuses(const struct session *s, enum probe_run run, int err)
{
	return runs[run].guests && (err == -EOPNOTSUPP || err == -EINVAL) &&
	       s->out->run[PROBE_EXCLUDED].regions;
}

static int record_run(struct session *s, enum probe_run run)
{
	const struct probe_code code = machine_code();
	struct probe_records *r = &s->out->run[run];
	char path[sizeof(s->folder) + 16];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", s->folder, probe_run_name(run));
	ret = record(s, run, work_recorded, path);
	if (refuses(s, run, ret)) {
		r->refused = ret;
		*s->err = '\0';
		return 0;
	}
	ret = ret ?: probe_read(r, path, &code, s->host, s->err, s->errlen);
	unlink(path);
	return ret;
}

static int record_cost(struct session *s)
{
	char path[sizeof(s->folder) + 16];
	int ret;

	snprintf(path, sizeof(path), "%s/cost", s->folder);
	ret = record(s, PROBE_EXCLUDED, work_cost, path);
	unlink(path);
	return ret;
}

/* A CPU with SPE where this process may run, preferably the present one. */
static int32_t find_cpu(const struct host *h)
{
	cpu_set_t set;
	int now = sched_getcpu(), found = -1;

	if (sched_getaffinity(0, sizeof(set), &set))
		return -1;
	for (size_t p = 0; p < h->nr_spe; p++)
		for (size_t i = 0; i < h->spe[p].cpus.nr; i++) {
			int cpu = (int)h->spe[p].cpus.cpu[i];

			if (cpu < CPU_SETSIZE && CPU_ISSET(cpu, &set) && (found < 0 || cpu == now))
				found = cpu;
		}
	return found;
}

static int make_folder(struct session *s)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(s->folder, sizeof(s->folder), "%s/spelunk-probe-XXXXXX",
		 tmp && strlen(tmp) < sizeof(s->folder) / 2 ? tmp : "/tmp");
	if (mkdtemp(s->folder))
		return 0;
	snprintf(s->err, s->errlen, "cannot create %s: %s", s->folder, strerror(errno));
	return -EIO;
}

static int collect(struct session *s)
{
	int ret = 0;

	for (unsigned int r = 0; !ret && r < NR_PROBE_RUNS; r++)
		ret = record_run(s, r);
	ret = ret ?: record_cost(s);
	if (ret)
		return ret;
	machine_compare(&s->machine, &s->out->memory);
	return 0;
}

int probe_collect(struct probe_evidence *out, const struct host *h, char *err, size_t errlen)
{
	struct session s = { .host = h, .out = out, .err = err, .errlen = errlen };
	int ret;

	*out = (struct probe_evidence){ .cpu = find_cpu(h), .period = PERIOD };
	*err = '\0';
	if (out->cpu < 0) {
		snprintf(err, errlen, "no SPE found on the CPUs that this process may run on; run "
			 "`spelunk doctor` to see why");
		return -ENODEV;
	}
	ret = make_folder(&s);
	if (ret)
		return ret;
	ret = machine_open(&s.machine, err, errlen) ?: collect(&s);
	machine_close(&s.machine);
	rmdir(s.folder);
	return ret;
}

#else

int probe_collect(struct probe_evidence *out, const struct host *h, char *err, size_t errlen)
{
	*out = (struct probe_evidence){ 0 };
	snprintf(err, errlen, "spelunk was built for another kind of CPU");
	return -ENOSYS;
}

#endif
