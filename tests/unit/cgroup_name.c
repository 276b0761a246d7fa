// SPDX-License-Identifier: GPL-2.0-only
/* Names in paths of cgroups: a line of /proc/PID/cgroup for each row of cgroup_names.def. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cgroup_name.h"

#define ID	"8f4d1c0b7a6e5948372615f0e9d8c7b6a5948372615f0e9d8c7b6a5948372615"
#define UUID	"2f7a5c8e-7b2c-4c0b-9a57-3e5a7fa2a1d7"
#define UUID_	"2f7a5c8e_7b2c_4c0b_9a57_3e5a7fa2a1d7"
#define STATIC	"a0e65c1f6ad12ab6b9c0a7f9f5c3d2e1"

static const struct {
	const char *path;
	const char *names[NR_CGROUP_KINDS];	/* pod, container, unit, machine; NULL: none */
} paths[] = {
	/* kubelet, cgroupfs driver: Guaranteed, Burstable, BestEffort; a static pod */
	{ "/kubepods/pod" UUID "/" ID, { UUID, "8f4d1c0b7a6e" } },
	{ "/kubepods/burstable/pod" UUID "/" ID, { UUID, "8f4d1c0b7a6e" } },
	{ "/kubepods/besteffort/pod" UUID "/crio-" ID, { UUID, "8f4d1c0b7a6e" } },
	{ "/kubepods/burstable/pod" STATIC "/" ID, { STATIC, "8f4d1c0b7a6e" } },
	{ "/kubepods/burstable/pod" UUID "/kata_" ID, { UUID, "8f4d1c0b7a6e" } },
	/* kubelet, systemd driver */
	{ "/kubepods.slice/kubepods-pod" UUID_ ".slice/cri-containerd-" ID ".scope",
	  { UUID, "8f4d1c0b7a6e", "cri-containerd-" ID ".scope" } },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UUID_
	  ".slice/crio-" ID ".scope", { UUID, "8f4d1c0b7a6e", "crio-" ID ".scope" } },
	{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UUID_
	  ".slice/docker-" ID ".scope", { UUID, "8f4d1c0b7a6e", "docker-" ID ".scope" } },
	{ "/system.slice/containerd.service/kubepods-burstable-pod" UUID_
	  ".slice:cri-containerd:" ID, { UUID, NULL, "containerd.service" } },
	{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UUID_
	  ".slice/cri-containerd-" ID ".scope",
	  { UUID, "8f4d1c0b7a6e", "cri-containerd-" ID ".scope" } },
	{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
	  "kubelet-kubepods-burstable-pod" UUID_ ".slice", { UUID } },
	{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
	  "kubelet-kubepods-besteffort-pod" UUID_ ".slice", { UUID } },
	/* CRI-O's monitor is no container, nor is Podman's */
	{ "/kubepods.slice/kubepods-pod" UUID_ ".slice/crio-conmon-" ID ".scope",
	  { UUID, NULL, "crio-conmon-" ID ".scope" } },
	{ "/machine.slice/libpod-conmon-" ID ".scope",
	  { NULL, NULL, "libpod-conmon-" ID ".scope" } },
	/* Docker, Podman, nerdctl, containerd, LXC */
	{ "/system.slice/docker-" ID ".scope",
	  { NULL, "8f4d1c0b7a6e", "docker-" ID ".scope" } },
	{ "/docker/" ID, { NULL, "8f4d1c0b7a6e" } },
	{ "/docker/" ID " (deleted)", { NULL, "8f4d1c0b7a6e" } },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID
	  ".scope/container", { NULL, "8f4d1c0b7a6e", "user@1000.service" } },
	{ "/libpod_parent/libpod-" ID, { NULL, "8f4d1c0b7a6e" } },
	{ "/machine.slice/machine-libpod_pod_" ID ".slice/libpod-" ID ".scope",
	  { "8f4d1c0b7a6e", "8f4d1c0b7a6e", "libpod-" ID ".scope" } },
	{ "/system.slice/nerdctl-" ID ".scope",
	  { NULL, "8f4d1c0b7a6e", "nerdctl-" ID ".scope" } },
	{ "/default/" ID, { NULL, "8f4d1c0b7a6e" } },
	{ "/lxc.payload.web/system.slice/nginx.service", { NULL, "web" } },
	{ "/lxc/web/system.slice/nginx.service", { NULL, "web" } },
	/* Kubernetes in Docker: the innermost container */
	{ "/system.slice/docker-0000000000000000000000000000000000000000000000000000000000000000"
	  ".scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UUID_
	  ".slice/cri-containerd-" ID ".scope", { UUID, "8f4d1c0b7a6e",
	  "docker-0000000000000000000000000000000000000000000000000000000000000000.scope" } },
	/* systemd */
	{ "/system.slice/ssh.service", { NULL, NULL, "ssh.service" } },
	{ "/system.slice/system-getty.slice/getty@tty1.service",
	  { NULL, NULL, "getty@tty1.service" } },
	{ "/user.slice/user-1000.slice/session-3.scope", { NULL, NULL, "session-3.scope" } },
	{ "/user.slice/user-1000.slice/user@1000.service/app.slice/dbus.service",
	  { NULL, NULL, "user@1000.service" } },
	{ "/system.slice/cups.socket", { NULL, NULL, "cups.socket" } },
	{ "/system.slice/boot-efi.mount", { NULL, NULL, "boot-efi.mount" } },
	{ "/system.slice/dev-sda2.swap", { NULL, NULL, "dev-sda2.swap" } },
	{ "/init.scope", { NULL, NULL, "init.scope" } },
	{ "/system.slice/_cpu.service", { NULL, NULL, "cpu.service" } },
	/* machines */
	{ "/machine.slice/machine-qemu\\x2d1\\x2dweb.scope/libvirt/vcpu0",
	  { NULL, NULL, "machine-qemu\\x2d1\\x2dweb.scope", "qemu-1-web" } },
	{ "/machine.slice/systemd-nspawn@deb\\x2d12.service/payload",
	  { NULL, NULL, "systemd-nspawn@deb\\x2d12.service", "deb-12" } },
	{ "/machine/qemu-3-db.libvirt-qemu/emulator", { NULL, NULL, NULL, "qemu-3-db" } },
	{ "/machine/lxc-4-box.libvirt-lxc", { NULL, NULL, NULL, "lxc-4-box" } },
	/* nothing */
	{ "/", { NULL } },
	{ "", { NULL } },
	{ "/system.slice", { NULL } },
	{ "/kubepods/burstable", { NULL } },
	{ "/docker/buildx", { NULL } },
	{ "/docker/" ID "0", { NULL } },
	{ "/pod" UUID, { NULL } },
	{ "/kubepods/podding", { NULL } },
	{ "/kubepods/pod2f7a5c8e-7b2c-4c0b-9a57-3e5a7fa2a1dx", { NULL } },
	{ "/machine.slice/machine-.scope", { NULL, NULL, "machine-.scope" } },
	{ "/machine.slice/machine-a\\x00b.scope", { NULL, NULL, "machine-a\\x00b.scope" } },
};

static void every_row_finds_its_name(void **state)
{
	char name[CGROUP_NAME_ROOM];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		for (enum cgroup_kind k = 0; k < NR_CGROUP_KINDS; k++) {
			const char *want = paths[i].names[k] ?: "";

			assert_int_equal(cgroup_name(k, paths[i].path, name), *want != 0);
			if (strcmp(name, want))
				fail_msg("%s: kind %d is \"%s\", not \"%s\"", paths[i].path, k, name,
					 want);
		}
}

static void a_folder_longer_than_any_is_no_name(void **state)
{
	char path[1024] = "/system.slice/", name[CGROUP_NAME_ROOM];

	memset(path + 14, 'x', 300);
	strcpy(path + 314, ".service");
	assert_false(cgroup_name(CGROUP_UNIT, path, name));
	assert_string_equal(name, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_finds_its_name),
		cmocka_unit_test(a_folder_longer_than_any_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
