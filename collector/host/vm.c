// SPDX-License-Identifier: GPL-2.0-only
#ifdef __aarch64__ /* elsewhere linux/kvm.h lacks what this needs */

#include "collector/host/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

/* linux include/uapi/linux/kvm.h since 6.4; older headers lack it. */
struct counter_offset {
	uint64_t offset, reserved;
};
#define SET_COUNTER_OFFSET	_IOW(KVMIO, 0xb5, struct counter_offset)

/* An ioctl of KVM: returns its result, or -errno with its name in vm->failed. */
#define ask(vm, fd, request, argument) \
	ask_(vm, fd, request, (unsigned long)(argument), #request)

static int ask_(struct vm *vm, int fd, unsigned long request, unsigned long argument,
		const char *name)
{
	int result = ioctl(fd, request, argument);

	if (result >= 0)
		return result;
	vm->failed = name;
	return -errno;
}

int vm_open(struct vm *vm)
{
	int ret;

	*vm = (struct vm){ .fd = -1, .gic = -1, .failed = "/dev/kvm" };
	vm->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vm->kvm < 0)
		return -errno;
	vm->fd = ret = ask(vm, vm->kvm, KVM_CREATE_VM, 0);
	if (ret >= 0)
		ret = ask(vm, vm->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (ret < 0)
		return ret;
	vm->run_size = (size_t)ret;
	return 0;
}

void vm_close(struct vm *vm)
{
	if (vm->gic >= 0)
		close(vm->gic);
	if (vm->fd >= 0)
		close(vm->fd);
	if (vm->kvm >= 0)
		close(vm->kvm);
}

int vm_memory(struct vm *vm, uint64_t at, void *ram, size_t size)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = at, .memory_size = size, .userspace_addr = (uintptr_t)ram,
	};

	return ask(vm, vm->fd, KVM_SET_USER_MEMORY_REGION, &region);
}

int vm_counter_offset(struct vm *vm, uint64_t ticks)
{
	struct counter_offset o = { .offset = ticks };

	return ask(vm, vm->fd, SET_COUNTER_OFFSET, &o);
}

static int set_gic(struct vm *vm, uint32_t group, uint64_t attribute, uint64_t *value)
{
	struct kvm_device_attr attr = {
		.group = group, .attr = attribute, .addr = (uintptr_t)value,
	};

	return ask(vm, vm->gic, KVM_SET_DEVICE_ATTR, &attr);
}

int vm_gic(struct vm *vm, uint64_t distributor, uint64_t redistributors)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	int ret = ask(vm, vm->fd, KVM_CREATE_DEVICE, &device);

	if (ret)
		return ret;
	vm->gic = (int)device.fd;
	ret = set_gic(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST, &distributor);
	if (!ret)
		ret = set_gic(vm, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST,
			      &redistributors);
	return ret ?: set_gic(vm, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

int vm_vcpu(struct vm *vm, struct vm_vcpu *out, unsigned int nr, bool off)
{
	struct kvm_vcpu_init init;
	int ret = ask(vm, vm->fd, KVM_CREATE_VCPU, nr);

	*out = (struct vm_vcpu){ .vm = vm, .fd = ret, .run = MAP_FAILED };
	if (ret < 0)
		return ret;
	ret = ask(vm, vm->fd, KVM_ARM_PREFERRED_TARGET, &init);
	if (ret)
		return ret;
	init.features[0] |= 1U << KVM_ARM_VCPU_PSCI_0_2;
	if (off)
		init.features[0] |= 1U << KVM_ARM_VCPU_POWER_OFF;
	ret = ask(vm, out->fd, KVM_ARM_VCPU_INIT, &init);
	if (ret)
		return ret;
	out->run = mmap(NULL, vm->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, out->fd, 0);
	vm->failed = "struct kvm_run";
	return out->run == MAP_FAILED ? -errno : 0;
}

void vm_vcpu_close(struct vm_vcpu *v)
{
	if (v->fd < 0 || !v->vm)
		return;
	if (v->run != MAP_FAILED)
		munmap(v->run, v->vm->run_size);
	close(v->fd);
}

int vm_set_register(struct vm_vcpu *v, uint64_t id, uint64_t value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)&value };

	return ask(v->vm, v->fd, KVM_SET_ONE_REG, &reg);
}

int vm_set_core(struct vm_vcpu *v, size_t offset, uint64_t value)
{
	return vm_set_register(v, KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |
			       offset / sizeof(uint32_t), value);
}

int vm_run(struct vm_vcpu *v)
{
	while (ioctl(v->fd, KVM_RUN, 0) < 0) {
		if (errno == EAGAIN)
			continue;
		if (errno == EINTR && !__atomic_load_n(&v->run->immediate_exit, __ATOMIC_RELAXED))
			continue;
		v->vm->failed = "KVM_RUN";
		return -errno;
	}
	return 0;
}

static void nothing(int number __attribute__((unused)))
{
}

/*
 * A signal makes the thread leave the guest; if it is not in the guest yet, KVM does not enter it.
 */
void vm_stop(struct vm_vcpu *v, pthread_t thread)
{
	struct sigaction action = { .sa_handler = nothing };

	sigaction(SIGUSR1, &action, NULL);
	__atomic_store_n(&v->run->immediate_exit, 1, __ATOMIC_SEQ_CST);
	pthread_kill(thread, SIGUSR1);
}

uint64_t vm_mmio_value(const struct vm_vcpu *v)
{
	uint64_t value = 0;

	memcpy(&value, v->run->mmio.data, sizeof(value));
	return v->run->mmio.len < sizeof(value) ?
	       value & ((1ULL << 8 * v->run->mmio.len) - 1) : value;
}

void vm_mmio_answer(struct vm_vcpu *v, uint64_t value)
{
	memcpy(v->run->mmio.data, &value, sizeof(value));
}

#endif
