// SPDX-License-Identifier: GPL-2.0-only
/* Virtual machines in simulated process lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "collector/host/guests.h"
#include "tests/unit/tree_fixture.h"

#define CMDLINE(pid, text)	tree_write(root, "/proc/" #pid "/cmdline", text, sizeof(text))

static const struct tree_file processes[] = {
	/* QEMU by libvirt: two vCPUs, the second thread first */
	{ "/proc/900/comm", "qemu-system-aar\n" },
	{ "/proc/900/status", "Name:\tqemu\nUid:\t64055\t64055\t64055\t64055\n" },
	{ "/proc/900/fd/9", "->anon_inode:kvm-vm" },
	{ "/proc/900/fd/21", "->anon_inode:kvm-vcpu:1" },
	{ "/proc/900/fd/20", "->anon_inode:kvm-vcpu:0" },
	{ "/proc/900/fd/22", "->anon_inode:kvm-vcpu-stats:0" },
	{ "/proc/900/fd/23", "->anon_inode:kvm-vcpu:5 (deleted)" },
	{ "/proc/900/fd/3", "->/dev/kvm" },
	{ "/proc/900/task/900/comm", "qemu-system-aar\n" },
	{ "/proc/900/task/911/comm", "CPU 1/KVM\n" },
	{ "/proc/900/task/912/comm", "CPU 0/KVM\n" },
	{ "/proc/900/task/913/comm", "CPU 7/KVMX\n" },
	/* one of another program, whose threads have no names */
	{ "/proc/77/comm", "my vmm\n" },
	{ "/proc/77/fd/4", "->anon_inode:kvm-vm" },
	{ "/proc/77/fd/5", "->anon_inode:kvm-vm" },
	{ "/proc/77/fd/6", "->anon_inode:kvm-vcpu:0" },
	{ "/proc/77/fd/7", "->anon_inode:kvm-vcpu:0" },
	{ "/proc/77/task/77/comm", "my vmm\n" },
	{ "/proc/77/task/78/comm", "my vmm\n" },
	/* a program with a file of that name is not a VM */
	{ "/proc/50/comm", "editor\n" },
	{ "/proc/50/fd/3", "->/tmp/anon_inode:kvm-vm" },
	{ "/proc/50/task/50/comm", "CPU 0/KVM\n" },
	{ "/proc/self/fd/3", "->anon_inode:kvm-vm" },
	{ "/proc/0100x/fd/3", "->anon_inode:kvm-vm" },
	TREE_END
};

static void finds_them(void **state)
{
	char *root = tree_new();
	struct guests g;
	bool several;

	tree_put(root, processes);
	CMDLINE(900, "/usr/bin/qemu\0-name\0guest=web,,1,debug-threads=on\0-S");
	CMDLINE(77, "./vmm\0-n");
	assert_int_equal(guests_read(&g, root), 0);
	assert_int_equal(g.nr, 2);
	assert_int_equal(g.guest[0].pid, 77);
	assert_string_equal(g.guest[0].name, "my vmm");
	assert_false(g.guest[0].named);
	assert_int_equal(g.guest[0].nr_vms, 2);
	assert_int_equal(g.guest[0].nr_threads, 2);
	assert_true(g.guest[0].threads[0] == 77 && g.guest[0].threads[1] == 78);
	assert_int_equal(g.guest[0].nr_vcpus, 1);
	assert_int_equal(g.guest[0].vcpus[0].tid, 0);
	assert_int_equal(g.guest[1].pid, 900);
	assert_int_equal(g.guest[1].uid, 64055);
	assert_string_equal(g.guest[1].name, "web,1");
	assert_true(g.guest[1].named);
	assert_int_equal(g.guest[1].nr_vcpus, 2);
	assert_int_equal(g.guest[1].vcpus[0].vcpu, 0);
	assert_int_equal(g.guest[1].vcpus[0].tid, 912);
	assert_int_equal(g.guest[1].vcpus[1].vcpu, 1);
	assert_int_equal(g.guest[1].vcpus[1].tid, 911);
	assert_false(g.cut || g.unread);
	assert_ptr_equal(guests_find(&g, "web,1", &several), &g.guest[1]);
	assert_ptr_equal(guests_find(&g, "77", &several), &g.guest[0]);
	assert_null(guests_find(&g, "web", &several));
	assert_false(several);
	guests_free(&g);
	tree_remove(root);
	free(root);
}

static void names(void **state)
{
	static const struct { const char *arg, *want; } t[] = {
		{ "web", "web" }, { "web,process=x", "web" }, { "guest=a b", "a b" },
		{ "debug-threads=on,guest=db", "db" }, { "debug-threads=on", "vmm" },
		{ "a,,b", "a,b" }, { "", "vmm" }, { "notguest=x", "vmm" },
	};
	static const struct tree_file vm[] = {
		{ "/proc/5/comm", "vmm\n" }, { "/proc/5/fd/3", "->anon_inode:kvm-vm" }, TREE_END
	};
	char *root = tree_new(), cmdline[64];
	struct guests g;

	tree_put(root, vm);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		size_t len = snprintf(cmdline, sizeof(cmdline), "qemu%c-name%c%s%c", 0, 0,
				      t[i].arg, 0);

		tree_write(root, "/proc/5/cmdline", cmdline, len);
		assert_int_equal(guests_read(&g, root), 0);
		assert_int_equal(g.nr, 1);
		assert_string_equal(g.guest[0].name, t[i].want);
		guests_free(&g);
	}
	tree_remove(root);
	free(root);
}

/* Command lines of these programs, from their documentation and from public process lists. */
static void every_vmm_has_its_way_to_name_a_vm(void **state)
{
	static const struct { const char *cmdline, *want; } t[] = {
		{ "/usr/bin/qemu-system-aarch64 -name guest=default_vmi-fedora,debug-threads=on -S",
		  "default_vmi-fedora" },		/* KubeVirt: NAMESPACE_NAME */
		{ "/opt/kata/bin/qemu-system-aarch64 -name sandbox-0965321e1649,debug-threads=on",
		  "sandbox-0965321e1649" },
		{ "/firecracker --id=551e7604-e35c --start-time-us=5", "551e7604-e35c" },
		{ "/srv/firecracker-v1.7.0-aarch64 --api-sock /run/a.socket --id web", "web" },
		{ "/opt/kata/bin/firecracker --api-sock "
		  "/run/vc/firecracker/ubuntu-kata-fc/root/run/firecracker.socket", "ubuntu-kata-fc" },
		{ "firecracker --api-sock /tmp/fc.socket", "vmm" },
		{ "/opt/kata/bin/cloud-hypervisor --api-socket /run/vc/vm/3f1316b887ba/clh-api.sock",
		  "3f1316b887ba" },
		{ "cloud-hypervisor --api-socket /run/hearth/vms/mail.sock --kernel vmlinux", "mail" },
		{ "cloud-hypervisor --api-socket path=/run/db.sock", "db" },
		{ "./cloud-hypervisor --api-socket /tmp/cloud-hypervisor.sock", "vmm" },
		{ "/usr/bin/containerd-shim-kata-v2 -namespace k8s.io -address "
		  "/run/containerd/containerd.sock -publish-binary /usr/bin/containerd -id "
		  "2415e1bffd9f -debug", "2415e1bffd9f" },
		{ "runsc-sandbox --root=/var/run/runsc --platform=kvm boot --bundle=/b 8496793d4d0a",
		  "8496793d4d0a" },
		{ "crosvm run --cid 3 -s /run/vm/arc.sock vmlinux", "arc" },
		{ "lkvm run --name build -c 2", "build" },
		{ "/usr/bin/cloud-hypervisor --api-socket", "vmm" },	/* nothing follows */
		{ "my-firecracker --id web", "vmm" },			/* another program */
	};
	static const struct tree_file vm[] = {
		{ "/proc/5/comm", "vmm\n" }, { "/proc/5/fd/3", "->anon_inode:kvm-vm" }, TREE_END
	};
	char *root = tree_new(), cmdline[256];
	struct guests g;

	tree_put(root, vm);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		size_t len = (size_t)snprintf(cmdline, sizeof(cmdline), "%s", t[i].cmdline);

		for (size_t at = 0; at < len; at++)
			if (cmdline[at] == ' ')
				cmdline[at] = '\0';
		tree_write(root, "/proc/5/cmdline", cmdline, len + 1);
		assert_int_equal(guests_read(&g, root), 0);
		assert_int_equal(g.nr, 1);
		assert_string_equal(g.guest[0].name, t[i].want);
		guests_free(&g);
	}
	tree_remove(root);
	free(root);
}

static void two_of_a_name(void **state)
{
	static const struct tree_file vms[] = {
		{ "/proc/5/comm", "vmm\n" }, { "/proc/5/fd/3", "->anon_inode:kvm-vm" },
		{ "/proc/6/comm", "vmm\n" }, { "/proc/6/fd/3", "->anon_inode:kvm-vm" }, TREE_END
	};
	char *root = tree_new();
	struct guests g;
	bool several;

	tree_put(root, vms);
	assert_int_equal(guests_read(&g, root), 0);
	assert_null(guests_find(&g, "vmm", &several));
	assert_true(several);
	guests_free(&g);
	tree_remove(root);
	free(root);
}

static void thread_names(void **state)
{
	static const char *const comms[] = { "fc_vcpu 3\n", "vcpu3\n", "crosvm_vcpu3\n",
					     "kvm-vcpu-3\n", "CPU 3/KVM\n" };
	static const struct tree_file vm[] = {
		{ "/proc/5/fd/3", "->anon_inode:kvm-vm" }, TREE_END
	};
	char *root = tree_new();
	struct guests g;

	tree_put(root, vm);
	for (size_t i = 0; i < sizeof(comms) / sizeof(comms[0]); i++) {
		tree_write(root, "/proc/5/task/6/comm", comms[i], strlen(comms[i]));
		assert_int_equal(guests_read(&g, root), 0);
		assert_int_equal(g.guest[0].nr_vcpus, 1);
		assert_int_equal(g.guest[0].vcpus[0].vcpu, 3);
		assert_int_equal(g.guest[0].vcpus[0].tid, 6);
		guests_free(&g);
	}
	tree_remove(root);
	free(root);
}

static void no_proc(void **state)
{
	char *root = tree_new();
	struct guests g;

	assert_int_equal(guests_read(&g, root), -ENOENT);
	assert_int_equal(g.nr, 0);
	guests_free(&g);
	tree_remove(root);
	free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_them), cmocka_unit_test(names),
		cmocka_unit_test(every_vmm_has_its_way_to_name_a_vm),
		cmocka_unit_test(two_of_a_name), cmocka_unit_test(thread_names),
		cmocka_unit_test(no_proc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
