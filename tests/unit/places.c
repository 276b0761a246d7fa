// SPDX-License-Identifier: GPL-2.0-only
/* What is read of /proc about cgroups and PID namespaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "collector/live/places.h"
#include "tests/unit/tree_fixture.h"

static const struct {
	const char *text, *path;
} files[] = {
	/* Debian 12: cgroup v2 */
	{ "0::/system.slice/ssh.service\n", "/system.slice/ssh.service" },
	/* RHEL 8: v1, with systemd's own hierarchy */
	{ "12:pids:/system.slice/sshd.service\n11:perf_event:/\n4:cpu,cpuacct:/\n"
	  "1:name=systemd:/system.slice/sshd.service\n", "/system.slice/sshd.service" },
	{ "11:perf_event:/docker/abc\n1:name=systemd:/system.slice/docker.service\n",
	  "/docker/abc" },
	/* Ubuntu 20.04: hybrid */
	{ "3:net_cls,net_prio,perf_event:/\n1:name=systemd:/user.slice\n0::/user.slice/a.scope\n",
	  "/user.slice/a.scope" },
	{ "2:cpuset:/\n1:name=systemd:/\n0::/\n", "/" },
	{ "11:perf_events:/x\n", NULL },
	{ "garbage\n0::\n", NULL },
	{ "", NULL },
};

static void the_hierarchy_that_perf_knows_counts(void **state)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char text[512];
		const char *path;

		strcpy(text, files[i].text);
		path = places_cgroup(text);
		assert_string_equal(path ? path : "none", files[i].path ? files[i].path : "none");
	}
}

/* A pod's process as containerd and the kubelet's systemd driver leave it, and a host's. */
static const struct tree_file machine[] = {
	{ "/proc/1/status", "Name:\tsystemd\nTgid:\t1\nPid:\t1\nNSpid:\t1\n" },
	{ "/proc/1/task/1/cgroup", "0::/init.scope\n" },
	{ "/proc/4711/status", "Name:\tjava\nTgid:\t4711\nPid:\t4711\nNStgid:\t4711\t12\t7\n"
	  "NSpid:\t4711\t12\t7\nNSpgid:\t4711\t12\t7\n" },
	{ "/proc/4711/task/4711/cgroup", "0::/kubepods.slice/a.scope\n" },
	{ "/proc/4711/task/4712/cgroup", "0::/kubepods.slice/a.scope/threads\n" },
	{ "/proc/4712/status", "Name:\tjava\nTgid:\t4711\nPid:\t4712\n" },
	{ "/proc/99/status", "Name:\told\nTgid:\t99\n" },	/* a kernel before 4.1 */
	{ "/proc/99/task/99/cgroup", "1:name=systemd:/old\n" },
	{ "/proc/meminfo", "MemTotal: 1 kB\n" },
	TREE_END,
};

struct got {
	struct buffer b;
	uint64_t now;
};

static int keep(void *to, const void *p, size_t len)
{
	buffer_add(&((struct got *)to)->b, p, len);
	return 0;
}

static uint64_t clock_of(void *to)
{
	return ((struct got *)to)->now;
}

/* "time pid tid nspid path;" of each */
static void tell(const struct buffer *b, char *out)
{
	*out = '\0';
	for (size_t at = 0; at < b->len;) {
		const uint8_t *p = b->p + at;
		uint32_t len = le32(p + 20);

		sprintf(out + strlen(out), "%u %u %u %u %.*s;", (unsigned int)le64(p), le32(p + 8),
			le32(p + 12), le32(p + 16), (int)len, (const char *)p + 24);
		at += 24 + (len + 7) / 8 * 8;
	}
}

static void threads_are_read_as_proc_has_them(void **state)
{
	struct got got = { .now = 5 };
	const struct places_sink out = { keep, clock_of, &got };
	char *root = tree_new(), text[1024];
	const int32_t one[] = { 4711, 4712 };

	tree_put(root, machine);
	assert_int_equal(places_read(&out, root, NULL, 0), 0);
	tell(&got.b, text);
	assert_string_equal(text, "5 1 1 1 /init.scope;5 99 99 0 /old;"
			    "5 4711 4711 7 /kubepods.slice/a.scope;"
			    "5 4711 4712 7 /kubepods.slice/a.scope/threads;");
	got.b.len = 0;
	assert_int_equal(places_read(&out, root, one, 2), 0);
	tell(&got.b, text);
	assert_string_equal(text, "5 4711 4711 7 /kubepods.slice/a.scope;"
			    "5 4711 4712 7 /kubepods.slice/a.scope/threads;");
	/* without a clock nobody could say when that was */
	got.b.len = got.now = 0;
	assert_int_equal(places_read(&out, root, NULL, 0), 0);
	assert_int_equal(got.b.len, 0);
	buffer_free(&got.b);
	tree_remove(root);
	free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hierarchy_that_perf_knows_counts),
		cmocka_unit_test(threads_are_read_as_proc_has_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
