// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest VMM that the lab needs: one VM of KVM on arm64 with an interrupt
 * controller, a thread per vCPU named as in QEMU, and a device that controls the guest
 * (device.h).
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "collector/host/vm.h"
#include "tests/lab/guest/device.h"
#include "tests/lab/guest/linux.h"
#include "tests/lab/guest/pagemap.h"

#define WORK_EL1 (WORK_LOAD | WORK_STORE | WORK_BRANCH | WORK_CHASE)

static const char usage[] =
	"usage: vmm [options]: runs the guest, prints how often it was left and why\n"
	"  --vcpus N          1 to 8 [1]\n"
	"  --name NAME        of the process and in the output [vmm]\n"
	"  --rounds R         [100]\n"
	"  --inner I          steps of each function per round [1000]\n"
	"  --run LIST         of load,store,branch,chase,none: functions at EL1 [all]\n"
	"  --el0              functions at EL0 too\n"
	"  --mmio             after each round: an exit to user space\n"
	"  --slow USEC        ... one to another address, where the VMM burns that long\n"
	"  --idreg            ... a read of an ID register\n"
	"  --hvc              ... a call that KVM answers\n"
	"  --hvc-unknown      ... a call that KVM refuses\n"
	"  --wfi              ... a wait for the virtual timer\n"
	"  --hostile          ... accesses to all registers of SPE, by EL1 and EL0, PSB CSYNC,\n"
	"                     and threads' numbers as CONTEXTIDR_EL1\n"
	"  --mailbox          counts beside each vCPU and with all in the guest's memory, while\n"
	"                     they run and do so, and prints where\n"
	"  --wait USEC        how long that waits [100]\n"
	"  --step N           a debugger steps vCPU 0's first N instructions of round 0\n"
	"  --pin              vCPU n runs on the n-th CPU there is, modulo their number\n"
	"  --memory           print a hash of the guest's memory, too, as it was left\n"
	"  --guest FILE       flat binary in place of the one inside\n"
	"  --linux IMAGE --initrd FILE --dtb FILE   a Linux with one vCPU; off ends it\n"
	"  --box FILE         what that Linux left for us (linux.h)\n"
	"  --cntvoff TICKS    how far its counter is behind ours [KVM's choice]: Linux 6.4\n";

static struct {
	uint32_t vcpus, rounds, inner, work, wait, slow, step;
	const char *name, *guest, *linux_image, *initrd, *dtb, *box;
	uint64_t cntvoff;
	int pin, memory;
} opt = {
	.vcpus = 1, .rounds = 100, .inner = 1000, .work = WORK_EL1, .wait = 100,
	.name = "vmm",
};

struct machine;

struct vcpu {
	struct machine *machine;
	struct vm_vcpu cpu;
	int nr;
	pthread_t thread;
	uint32_t doorbells, irqs, was_user, sum, probes, undefined, slow, steps;
};

struct machine {
	struct vm vm;
	uint8_t *ram;
	size_t ram_size;
	uint64_t mailbox;		/* physical */
	uint32_t running;		/* vCPUs */
	struct vcpu vcpus[GUEST_VCPUS];
};

/* image.S */
extern const uint8_t guest_image[], guest_image_end[];

/* For functions of vm.h that should not fail. */
static void must(const struct machine *m, int ret)
{
	if (ret)
		errx(1, "%s: %s", m->vm.failed, strerror(-ret));
}

/* Likewise for an ioctl. */
#define need(fd, request, argument) \
	need_(fd, request, (unsigned long)(argument), #request)

static int need_(int fd, unsigned long request, unsigned long argument, const char *name)
{
	int result = ioctl(fd, request, argument);

	if (result < 0)
		err(1, "%s", name);
	return result;
}

/* Options. */

static uint32_t number(const char *text, uint32_t min, uint32_t max)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || end == text || *end || *text == '-' || value < min || value > max)
		errx(2, "%s: not a number from %u to %u", text, min, max);
	return value;
}

static uint32_t functions(char *list)
{
	static const struct { const char *name; uint32_t work; } known[] = {
		{ "load", WORK_LOAD }, { "store", WORK_STORE }, { "branch", WORK_BRANCH },
		{ "chase", WORK_CHASE }, { "none", 0 },
	};
	size_t nr = sizeof(known) / sizeof(known[0]), i;
	uint32_t work = 0;

	for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		for (i = 0; i < nr && strcmp(name, known[i].name); i++)
			;
		if (i == nr)
			errx(2, "--run: no function %s", name);
		work |= known[i].work;
	}
	return work;
}

#define IS_WORK 0x10000 /* an option that is a bit of enum guest_work */

static const struct option options[] = {
	{ "vcpus", required_argument, NULL, 'v' },
	{ "name", required_argument, NULL, 'n' },
	{ "rounds", required_argument, NULL, 'r' },
	{ "inner", required_argument, NULL, 'i' },
	{ "run", required_argument, NULL, 'f' },
	{ "wait", required_argument, NULL, 'w' },
	{ "slow", required_argument, NULL, 's' },
	{ "step", required_argument, NULL, 'S' },
	{ "guest", required_argument, NULL, 'g' },
	{ "linux", required_argument, NULL, 'l' },
	{ "initrd", required_argument, NULL, 'I' },
	{ "dtb", required_argument, NULL, 'd' },
	{ "box", required_argument, NULL, 'b' },
	{ "cntvoff", required_argument, NULL, 'c' },
	{ "pin", no_argument, NULL, 'p' },
	{ "memory", no_argument, NULL, 'm' },
	{ "help", no_argument, NULL, 'h' },
	{ "el0", no_argument, NULL, IS_WORK | WORK_USER },
	{ "mmio", no_argument, NULL, IS_WORK | WORK_MMIO },
	{ "idreg", no_argument, NULL, IS_WORK | WORK_IDREG },
	{ "hvc", no_argument, NULL, IS_WORK | WORK_HVC },
	{ "hvc-unknown", no_argument, NULL, IS_WORK | WORK_HVC_UNKNOWN },
	{ "wfi", no_argument, NULL, IS_WORK | WORK_WFI },
	{ "mailbox", no_argument, NULL, IS_WORK | WORK_MAILBOX },
	{ "hostile", no_argument, NULL, IS_WORK | WORK_HOSTILE },
	{ 0 },
};

static void take_option(int option)
{
	switch (option) {
	case 'v': opt.vcpus = number(optarg, 1, GUEST_VCPUS); break;
	case 'n': opt.name = optarg; break;
	case 'r': opt.rounds = number(optarg, 0, UINT32_MAX); break;
	case 'i': opt.inner = number(optarg, 0, UINT32_MAX); break;
	case 'f': opt.work = (opt.work & ~WORK_EL1) | functions(optarg); break;
	case 'w': opt.wait = number(optarg, 0, 1000000); break;
	case 's':
		opt.slow = number(optarg, 0, 1000000);
		opt.work |= WORK_SLOW;
		break;
	case 'S': opt.step = number(optarg, 1, UINT32_MAX); break;
	case 'g': opt.guest = optarg; break;
	case 'l': opt.linux_image = optarg; break;
	case 'I': opt.initrd = optarg; break;
	case 'd': opt.dtb = optarg; break;
	case 'b': opt.box = optarg; break;
	case 'c': opt.cntvoff = strtoull(optarg, NULL, 0); break;
	case 'p': opt.pin = 1; break;
	case 'm': opt.memory = 1; break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	default:
		if (option & IS_WORK) {
			opt.work |= option & ~IS_WORK;
			break;
		}
		fputs(usage, stderr);
		exit(2);
	}
}

static void take_options(int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		take_option(option);
	if (optind < argc)
		errx(2, "%s: not an option", argv[optind]);
	if (!opt.linux_image != !opt.initrd || !opt.linux_image != !opt.dtb)
		errx(2, "--linux, --initrd and --dtb go together");
	if (opt.box && !opt.linux_image)
		errx(2, "only a Linux has a box");
	if (opt.linux_image && opt.vcpus != 1)
		errx(2, "a Linux has one vCPU");
	if (opt.work & WORK_MAILBOX && (opt.linux_image || opt.vcpus > MAILBOX_VMM))
		errx(2, "a mailbox has our guest, with %d vCPUs at most", MAILBOX_VMM);
}

/* The machine. */

static void load_guest(uint8_t *ram)
{
	size_t size = guest_image_end - guest_image;
	FILE *f;

	if (opt.linux_image) {
		linux_load(ram, opt.linux_image, opt.initrd, opt.dtb);
		return;
	}
	if (!opt.guest) {
		memcpy(ram, guest_image, size);
		return;
	}
	f = fopen(opt.guest, "re");
	if (!f)
		err(1, "%s", opt.guest);
	size = fread(ram, 1, GUEST_RAM_SIZE, f);
	if (ferror(f) || !size || fgetc(f) != EOF)
		errx(1, "%s: unreadable, empty, or more than %lu bytes", opt.guest,
		     GUEST_RAM_SIZE);
	fclose(f);
}

static void make_memory(struct machine *m)
{
	m->ram_size = opt.linux_image ? LINUX_RAM_SIZE + LINUX_BOX_SIZE : GUEST_RAM_SIZE;
	m->ram = mmap(NULL, m->ram_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (m->ram == MAP_FAILED)
		err(1, "memory of the guest");
	load_guest(m->ram);
	must(m, vm_memory(&m->vm, GUEST_RAM, m->ram, m->ram_size));
}

/* All but the first wait for the guest's CPU_ON, which sets their entry point. */
static void make_vcpu(struct machine *m, int nr)
{
	struct vcpu *v = &m->vcpus[nr];

	v->machine = m;
	v->nr = nr;
	must(m, vm_vcpu(&m->vm, &v->cpu, nr, nr != 0));
	if (nr)
		return;
	must(m, vm_set_core(&v->cpu, offsetof(struct kvm_regs, regs.pc),
			    GUEST_RAM + (opt.linux_image ? LINUX_IMAGE : 0)));
	must(m, vm_set_core(&v->cpu, offsetof(struct kvm_regs, regs.regs[0]),
			    opt.linux_image ? GUEST_RAM + LINUX_DTB : 0));
}

static void make_machine(struct machine *m)
{
	must(m, vm_open(&m->vm));
	make_memory(m);
	if (opt.cntvoff)
		must(m, vm_counter_offset(&m->vm, opt.cntvoff));
	for (uint32_t i = 0; i < opt.vcpus; i++)
		make_vcpu(m, i);
	must(m, vm_gic(&m->vm, GUEST_GICD, GUEST_GICR));
}

/* The debugger. */

static void step(const struct vcpu *v, int on)
{
	struct kvm_guest_debug debug = {
		.control = on ? KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP : 0,
	};

	need(v->cpu.fd, KVM_SET_GUEST_DEBUG, &debug);
}

/* An instruction was stepped. */
static void take_step(struct vcpu *v)
{
	if (++v->steps == opt.step)
		step(v, 0);
}

/* The device. */

static void burn(uint32_t microseconds)
{
	struct timespec now, until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += microseconds % 1000000 * 1000L;
	until.tv_sec += microseconds / 1000000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while (now.tv_sec < until.tv_sec ||
	       (now.tv_sec == until.tv_sec && now.tv_nsec < until.tv_nsec));
}

/* The guest reads the waiting time as its last parameter: work begins. */
static uint32_t device_read(const struct vcpu *v, uint64_t at)
{
	switch (at) {
	case DEVICE_VCPUS: return opt.vcpus;
	case DEVICE_ROUNDS: return opt.rounds;
	case DEVICE_INNER: return opt.inner;
	case DEVICE_WORK: return opt.work;
	case DEVICE_WAIT:
		if (opt.step && !v->nr)
			step(v, 1);
		return opt.wait;
	default: errx(1, "the guest reads register %#lx", (unsigned long)at);
	}
}

/* False: the vCPU is done. */
static int device_write(struct vcpu *v, uint64_t at, uint32_t value)
{
	switch (at) {
	case DEVICE_DOORBELL: v->doorbells++; return 1;
	case DEVICE_SLOW: v->slow++; burn(opt.slow); return 1;
	case DEVICE_CONSOLE: fputc(value, stderr); return 1;
	case DEVICE_TOOK_IRQ: v->irqs = value; return 1;
	case DEVICE_WAS_USER: v->was_user = value; return 1;
	case DEVICE_SUM: v->sum = value; return 1;
	case DEVICE_PROBES: v->probes = value; return 1;
	case DEVICE_UNDEFINED: v->undefined = value; return 1;
	case DEVICE_FAILED: errx(1, "the guest gives up");
	case DEVICE_DONE: return 0;
	default: errx(1, "the guest writes register %#lx", (unsigned long)at);
	}
}

static int access_device(struct vcpu *v)
{
	struct kvm_run *run = v->cpu.run;
	uint64_t at = run->mmio.phys_addr - GUEST_DEVICE;

	if (run->mmio.phys_addr - LINUX_UART < LINUX_UART_SIZE) {
		linux_uart(run);
		return 1;
	}
	if (run->mmio.len != sizeof(uint32_t))
		errx(1, "the guest accesses %u bytes at %#lx", run->mmio.len,
		     (unsigned long)run->mmio.phys_addr);
	if (run->mmio.is_write)
		return device_write(v, at, vm_mmio_value(&v->cpu));
	vm_mmio_answer(&v->cpu, device_read(v, at));
	return 1;
}

/* Running. */

static void pin(int nr)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(nr % sysconf(_SC_NPROCESSORS_ONLN), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "vCPU %d cannot be pinned", nr);
}

/* False: the vCPU is done. */
static int handle_exit(struct vcpu *v)
{
	switch (v->cpu.run->exit_reason) {
	case KVM_EXIT_MMIO:
		return access_device(v);
	case KVM_EXIT_DEBUG:
		take_step(v);
		return 1;
	case KVM_EXIT_SYSTEM_EVENT:
		if (opt.linux_image)
			return 0;
	}
	errx(1, "vCPU %d was left for reason %u", v->nr, v->cpu.run->exit_reason);
}

static void *run_vcpu(void *argument)
{
	struct vcpu *v = argument;
	char name[16];

	snprintf(name, sizeof(name), "CPU %d/KVM", v->nr);
	prctl(PR_SET_NAME, name);
	if (opt.pin)
		pin(v->nr);
	do
		must(v->machine, vm_run(&v->cpu));
	while (handle_exit(v));
	__atomic_fetch_sub(&v->machine->running, 1, __ATOMIC_RELAXED);
	return NULL;
}

static struct guest_mailbox *mailbox(const struct machine *m)
{
	return (void *)(m->ram + GUEST_MAILBOX - GUEST_RAM);
}

static void __attribute__((noipa)) vmm_post(struct machine *machine)
{
	struct guest_mailbox *m = mailbox(machine);
	volatile uint64_t *mine = &m->words[MAILBOX_VMM];

	while (__atomic_load_n(&machine->running, __ATOMIC_RELAXED)) {
		*mine = *mine + 1;
		__atomic_fetch_add(&m->all[0], 1, __ATOMIC_RELAXED);
	}
	machine->mailbox = pagemap_physical(m);
}

static double run_all(struct machine *m)
{
	struct timespec start, end;

	m->running = opt.vcpus;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (uint32_t i = 0; i < opt.vcpus; i++)
		if (pthread_create(&m->vcpus[i].thread, NULL, run_vcpu, &m->vcpus[i]))
			errx(1, "no thread for vCPU %u", i);
	if (opt.work & WORK_MAILBOX)
		vmm_post(m);
	for (uint32_t i = 0; i < opt.vcpus; i++)
		pthread_join(m->vcpus[i].thread, NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9;
}

/*
 * KVM's own statistics, because user space sees only exits that reach it.  For some kinds, such as
 * interrupts and page faults, there is only the total.
 */
static struct count {
	const char *stat, *name;
	uint64_t value;
} counts[] = {
	{ "exits", "exits", 0 },
	{ "mmio_exit_user", "mmio", 0 },
	{ "mmio_exit_kernel", "mmio-kernel", 0 },
	{ "hvc_exit_stat", "hvc", 0 },
	{ "wfi_exit_stat", "wfi", 0 },
	{ "wfe_exit_stat", "wfe", 0 },
	{ "signal_exits", "signal", 0 },
};

#define NR_COUNTS (sizeof(counts) / sizeof(counts[0]))

static void read_at(int fd, void *buffer, size_t size, off_t at)
{
	if (pread(fd, buffer, size, at) != (ssize_t)size)
		errx(1, "statistics of KVM: cannot be read");
}

static void add_stat(int fd, const struct kvm_stats_desc *desc, off_t data)
{
	uint64_t value;

	for (size_t i = 0; i < NR_COUNTS; i++) {
		if (strcmp(desc->name, counts[i].stat))
			continue;
		read_at(fd, &value, sizeof(value), data + desc->offset);
		counts[i].value += value;
	}
}

static void add_stats(const struct vcpu *v)
{
	int fd = need(v->cpu.fd, KVM_GET_STATS_FD, 0);
	struct kvm_stats_header header;
	struct kvm_stats_desc *desc;
	size_t size;

	read_at(fd, &header, sizeof(header), 0);
	size = sizeof(*desc) + header.name_size;
	desc = malloc(size);
	if (!desc)
		err(1, "statistics of KVM");
	for (uint32_t i = 0; i < header.num_desc; i++) {
		read_at(fd, desc, size, header.desc_offset + i * size);
		add_stat(fd, desc, header.data_offset);
	}
	free(desc);
	close(fd);
}

/* FNV-1a by words. */
static uint64_t hash_of(const struct machine *m)
{
	uint64_t hash = 0xcbf29ce484222325, word;

	for (size_t i = 0; i < m->ram_size; i += sizeof(word)) {
		memcpy(&word, m->ram + i, sizeof(word));
		hash = (hash ^ word) * 0x100000001b3;
	}
	return hash;
}

static void print_counts(const struct machine *m, double seconds)
{
	uint64_t doorbells = 0, irqs = 0, was_user = 0, probes = 0, undefined = 0;
	uint64_t slow = 0, steps = 0;

	for (uint32_t i = 0; i < opt.vcpus; i++) {
		const struct vcpu *v = &m->vcpus[i];

		add_stats(v);
		doorbells += v->doorbells;
		slow += v->slow;
		steps += v->steps;
		irqs += v->irqs;
		was_user += v->was_user;
		probes += v->probes;
		undefined += v->undefined;
	}
	printf("vmm: name=%s vcpus=%u rounds=%u inner=%u seconds=%.3f exits/s=%.0f",
	       opt.name, opt.vcpus, opt.rounds, opt.inner, seconds,
	       counts[0].value / seconds);
	for (size_t i = 0; i < NR_COUNTS; i++)
		printf(" %s=%lu", counts[i].name, (unsigned long)counts[i].value);
	printf(" doorbells=%lu slow=%lu steps=%lu irqs=%lu el0=%lu sums=",
	       (unsigned long)doorbells, (unsigned long)slow, (unsigned long)steps,
	       (unsigned long)irqs, (unsigned long)was_user);
	for (uint32_t i = 0; i < opt.vcpus; i++)
		printf("%s%08x", i ? "," : "", m->vcpus[i].sum);
	if (opt.work & WORK_HOSTILE)
		printf(" probes=%lu undefined=%lu", (unsigned long)probes, (unsigned long)undefined);
	if (opt.memory)
		printf(" memory=%016lx", (unsigned long)hash_of(m));
	if (opt.work & WORK_MAILBOX)
		printf(" mailbox=%#lx", (unsigned long)m->mailbox);
	printf("\n");
}

int main(int argc, char **argv)
{
	static struct machine m;

	take_options(argc, argv);
	prctl(PR_SET_NAME, opt.name);
	make_machine(&m);
	print_counts(&m, run_all(&m));
	if (opt.box)
		linux_box(m.ram, opt.box);
	return 0;
}
