// SPDX-License-Identifier: GPL-2.0-only
/* Cgroups by what users call them, in the folders of a simulated machine. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/live/cgroup_find.h"
#include "tests/unit/tree_fixture.h"

#define CG	"/sys/fs/cgroup"
#define WEB	"kubepods-burstable-pod2f7a5c8e_7b2c_4c0b_9a57_3e5a7fa2a1d7.slice"
#define WEB_AT	CG "/kubepods.slice/kubepods-burstable.slice/" WEB
#define OLD	"kubepods-pod0a1b2c3d_4e5f_6071_8293_a4b5c6d7e8f9.slice"
#define OLD_AT	CG "/kubepods.slice/" OLD
#define SHOP	"kubepods-podaaaaaaaa_4e5f_6071_8293_a4b5c6d7e8f9.slice"
#define SHOP_AT	CG "/kubepods.slice/" SHOP
#define ID	"5a1f0c9e7d3b0000000000000000000000000000000000000000000000000000"
#define PODS	"/var/log/pods/"

/* Debian 12 with libvirt, and a kubelet with systemd's driver; log folders as the kubelet's. */
static const struct tree_file machine[] = {
	{ CG "/cgroup.procs", "" },
	{ CG "/system.slice/cgroup.procs", "" },
	{ CG "/system.slice/nginx.service/cgroup.procs", "" },
	{ CG "/system.slice/cron.service/cgroup.procs", "" },
	{ CG "/user.slice/cgroup.procs", "" },
	{ CG "/user.slice/cron.service/cgroup.procs", "" },
	{ CG "/machine.slice/cgroup.procs", "" },
	{ CG "/machine.slice/machine-qemu\\x2d1\\x2dweb.scope/cgroup.procs", "" },
	{ CG "/machine.slice/machine-qemu\\x2d1\\x2dweb.scope/libvirt/cgroup.procs", "" },
	{ CG "/kubepods.slice/cgroup.procs", "" },
	{ CG "/kubepods.slice/kubepods-burstable.slice/cgroup.procs", "" },
	{ WEB_AT "/cgroup.procs", "" },
	{ WEB_AT "/cri-containerd-" ID ".scope/cgroup.procs", "" },
	{ OLD_AT "/cgroup.procs", "" },
	{ SHOP_AT "/cgroup.procs", "" },
	{ CG "/nothing/file", "" },
	{ PODS "default_web-0_2f7a5c8e-7b2c-4c0b-9a57-3e5a7fa2a1d7", "/" },
	{ PODS "default_web-0_ffffffff-7b2c-4c0b-9a57-3e5a7fa2a1d7", "/" },
	{ PODS "default_shop_0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", "/" },
	{ PODS "test_shop_aaaaaaaa-4e5f-6071-8293-a4b5c6d7e8f9", "/" },
	{ PODS "garbage", "/" },
	TREE_END
};

static const struct {
	const char *what;
	int pod, ret;
	const char *path, *other;
} cases[] = {
	{ "/system.slice/nginx.service", 0, 0, CG "/system.slice/nginx.service", NULL },
	{ CG "/system.slice", 0, 0, CG "/system.slice", NULL },
	{ CG, 0, 0, CG, NULL },
	{ "/", 0, 0, CG "/", NULL },
	{ "/nothing", 0, -ENOENT, NULL, NULL },
	{ "/sys/fs/cgroups", 0, -ENOENT, NULL, NULL },
	{ "nginx.service", 0, 0, CG "/system.slice/nginx.service", NULL },
	{ "nginx", 0, -ENOENT, NULL, NULL },
	{ "cron.service", 0, -ENOTUNIQ, CG "/system.slice/cron.service",
	  CG "/user.slice/cron.service" },
	{ "user.slice", 0, 0, CG "/user.slice", NULL },
	/* what reports print: a machine, a container, a pod */
	{ "qemu-1-web", 0, 0, CG "/machine.slice/machine-qemu\\x2d1\\x2dweb.scope", NULL },
	{ "5a1f0c9e7d3b", 0, 0, WEB_AT "/cri-containerd-" ID ".scope", NULL },
	{ "2f7a5c8e-7b2c-4c0b-9a57-3e5a7fa2a1d7", 0, 0, WEB_AT, NULL },
	{ "2f7a5c8e-7b2c-4c0b-9a57-3e5a7fa2a1d7", 1, 0, WEB_AT, NULL },
	/* the other web-0 has ended */
	{ "web-0", 1, 0, WEB_AT, NULL },
	{ "default/web-0", 1, 0, WEB_AT, NULL },
	{ "test/web-0", 1, -ENOENT, NULL, NULL },
	{ "shop", 1, -ENOTUNIQ, OLD_AT, SHOP_AT },
	{ "test/shop", 1, 0, SHOP_AT, NULL },
	{ "sho", 1, -ENOENT, NULL, NULL },
	{ "garbage", 1, -ENOENT, NULL, NULL },
	{ "nginx.service", 1, -ENOENT, NULL, NULL },
	{ "", 1, -ENOENT, NULL, NULL },
	{ "", 0, -ENOENT, NULL, NULL },
};

static void names_mean_one_cgroup(void **state)
{
	char *root = tree_new();

	tree_put(root, machine);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cgroup_found f;
		int ret = cases[i].pod ? cgroup_find_pod(&f, root, cases[i].what) :
					 cgroup_find(&f, root, cases[i].what);

		print_message("# %s\n", cases[i].what);
		assert_int_equal(ret, cases[i].ret);
		if (cases[i].path)
			assert_string_equal(f.path, cases[i].path);
		if (cases[i].other)
			assert_string_equal(f.other, cases[i].other);
	}
	tree_remove(root);
	free(root);
}

/* With cgroup v1, perf events know the hierarchy of their own controller. */
static const struct tree_file v1[] = {
	{ CG "/perf_event/cgroup.procs", "" },
	{ CG "/perf_event/docker/cgroup.procs", "" },
	{ CG "/perf_event/docker/" ID "/cgroup.procs", "" },
	{ CG "/unified/cgroup.procs", "" },
	{ CG "/unified/docker/cgroup.procs", "" },
	TREE_END
};

static void the_hierarchy_of_perf_events_counts(void **state)
{
	char *root = tree_new();
	struct cgroup_found f;

	assert_int_equal(cgroup_find(&f, root, "docker"), -ENODEV);
	assert_int_equal(cgroup_find(&f, root, "/docker"), -ENODEV);
	assert_int_equal(cgroup_find_pod(&f, root, "docker"), -ENODEV);
	tree_put(root, v1);
	assert_int_equal(cgroup_find(&f, root, "/docker"), 0);
	assert_string_equal(f.path, CG "/perf_event/docker");
	assert_int_equal(cgroup_find(&f, root, "5a1f0c9e7d3b"), 0);
	assert_string_equal(f.path, CG "/perf_event/docker/" ID);
	tree_remove(root);
	free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_mean_one_cgroup),
		cmocka_unit_test(the_hierarchy_of_perf_events_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
