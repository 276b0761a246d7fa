// SPDX-License-Identifier: GPL-2.0-only
/*
 * Samples KVM guests with SPE, beside the kernel's own arm_spe_pmu driver.
 *
 * On a VHE host the profiling buffer belongs to EL2 and stays in EL2's translation regime
 * while a guest runs (MDCR_EL2.E2PB = 0). Whether the guest's operations are sampled is
 * decided by PMSCR_EL1.{E0SPE,E1SPE}, which EL2 accesses as PMSCR_EL12 [Arm ARM DDI 0487,
 * D17.4, Table D17-1]. The driver writes PMSCR_EL2 alone. KVM leaves PMSCR_EL12 as reset
 * left it, or writes 0 when it initialises a CPU (Linux 6.17 and later).
 *
 * This module sits between perf and the driver: it replaces the add, del, start and stop
 * functions in struct pmu of each arm_spe_N. Its functions call the driver's, and write what
 * the event's exclude_* flags ask for to PMSCR_EL12. perf calls all four with interrupts
 * disabled, on the CPU that the event counts on. So no guest runs there meanwhile, and the
 * ERET into the next guest synchronises the register. Nothing is added to a world switch.
 *
 * Why not kprobes: these four pointers are perf's only way into the driver, whatever the
 * compiler has inlined there. A call through a pointer is never missed, works without
 * CONFIG_KPROBES, and costs a few instructions where a probe costs a debug exception.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/cpu_pm.h>
#include <linux/device.h>
#include <linux/irq_work.h>
#include <linux/kernfs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/perf_event.h>
#include <linux/rcupdate.h>
#include <linux/sysfs.h>

#include <asm/cpufeature.h>
#include <asm/sysreg.h>
#include <asm/virt.h>

/* Kernel versions differ in the names of these fields, and 6.1 has no PMSCR_EL12. */
#define GUEST_PMSCR		sys_reg(3, 5, 9, 9, 0)	/* PMSCR_EL12 */
#define PMSCR_E0SPE		BIT_ULL(0)		/* in PMSCR_EL2: E0HSPE */
#define PMSCR_E1SPE		BIT_ULL(1)		/* in PMSCR_EL2: E2SPE */
#define PMSCR_CX		BIT_ULL(3)
#define PMBSR_S			BIT_ULL(17)
#define PMBIDR_P		BIT_ULL(4)
#define DFR0_PMSVER_SHIFT	32

/* caps/guest_profiling of a PMU: 1 if events without exclude_guest sample guests. */
#define CAPS			"caps"
#define CAP			"guest_profiling"

static bool guests_by_default = true;
module_param(guests_by_default, bool, 0644);
MODULE_PARM_DESC(guests_by_default,
		 "events that exclude neither host nor guests sample both; 0: the host only (default: 1)");

struct guests_cpu {
	bool spe;		/* it has SPE, and EL3 lets us use it */
	u64 pmscr;		/* what the running event asks for of guests; 0: nothing */
};

static DEFINE_PER_CPU(struct guests_cpu, this);

/* The PMUs whose functions were replaced. One serves all CPUs of a kind, so there are few. */
#define PMUS_MAX		16
static struct device *hooked[PMUS_MAX];
static unsigned int nr_hooked;
static DEFINE_MUTEX(hooked_lock);

/* The driver's own functions, the same for all its PMUs; valid while one is hooked. */
static struct {
	int (*add)(struct perf_event *event, int flags);
	void (*del)(struct perf_event *event, int flags);
	void (*start)(struct perf_event *event, int flags);
	void (*stop)(struct perf_event *event, int flags);
} driver;

/* All PMUs are on one bus, which the kernel does not export. Its constness varies. */
static __typeof__(((struct device *)NULL)->bus) pmu_bus;

/* The driver turned out to write PMSCR_EL12 itself: leave it alone. */
static bool stand_aside;

/* Without SPE PMSCR_EL12 is UNDEFINED; if EL3 owns the buffer, accesses trap there. */
static bool cpu_has_spe(void)
{
	return cpuid_feature_extract_unsigned_field(read_sysreg(id_aa64dfr0_el1),
						    DFR0_PMSVER_SHIFT) &&
	       !(read_sysreg_s(SYS_PMBIDR_EL1) & PMBIDR_P);
}

/* With interrupts disabled, on a CPU that has SPE. */
static void ask(u64 pmscr)
{
	__this_cpu_write(this.pmscr, pmscr);
	write_sysreg_s(pmscr, GUEST_PMSCR);
}

/* PMSCR_EL12 was lost or was never ours. With interrupts disabled. */
static void ask_again(void)
{
	if (__this_cpu_read(this.spe) && !READ_ONCE(stand_aside))
		write_sysreg_s(__this_cpu_read(this.pmscr), GUEST_PMSCR);
}

/*
 * PMSCR_EL12 for an event. What perf lets it sample of the host is what it samples of
 * guests: their kernel only with the host's kernel, their user space only with the host's.
 * CX is as the driver set it, which is for those who may see CONTEXTIDR. The PE ignores the
 * other fields while EL2 owns the buffer: those of PMSCR_EL2 apply to guests, too.
 */
static u64 guest_pmscr(const struct perf_event_attr *attr, u64 host)
{
	u64 pmscr = 0;

	if (attr->exclude_guest || (!attr->exclude_host && !READ_ONCE(guests_by_default)))
		return 0;
	if (!attr->exclude_user)
		pmscr |= PMSCR_E0SPE;
	if (!attr->exclude_kernel)
		pmscr |= PMSCR_E1SPE;
	return pmscr ? pmscr | (host & PMSCR_CX) : 0;
}

/*
 * The driver does not know exclude_host and enables sampling of the host. PMBSR_EL1.S = 1
 * keeps profiling disabled meanwhile [StatisticalProfilingEnabled]. It also raises the
 * interrupt, which is level triggered: the level is gone before interrupts are enabled.
 */
static void hold_host(u64 pmbsr)
{
	write_sysreg_s(pmbsr | PMBSR_S, SYS_PMBSR_EL1);
	isb();
}

static void exclude_host(u64 pmbsr)
{
	u64 host = read_sysreg_s(SYS_PMSCR_EL1);

	write_sysreg_s(host & ~(PMSCR_E0SPE | PMSCR_E1SPE), SYS_PMSCR_EL1);
	isb();
	write_sysreg_s(pmbsr, SYS_PMBSR_EL1);
	isb();
}

/* Not where it is noticed: the scheduler's locks may be held there, and a console takes them. */
static void say_aside(struct irq_work *unused)
{
	pr_warn("this kernel's driver writes PMSCR_EL12 itself: this module now does nothing\n");
}

static DEFINE_IRQ_WORK(aside, say_aside);

static void give_way(void)
{
	WRITE_ONCE(stand_aside, true);
	irq_work_queue(&aside);
}

/* start: the driver's add or start */
static int start_with_guests(struct perf_event *event, int flags,
			     int (*start)(struct perf_event *event, int flags))
{
	const struct perf_event_attr *attr = &event->attr;
	u64 guest, pmbsr;
	int ret;

	if (!__this_cpu_read(this.spe) || READ_ONCE(stand_aside))
		return start(event, flags);
	guest = read_sysreg_s(GUEST_PMSCR);
	pmbsr = read_sysreg_s(SYS_PMBSR_EL1);
	if (attr->exclude_host)
		hold_host(pmbsr);
	ret = start(event, flags);
	if (attr->exclude_host)
		exclude_host(pmbsr);
	if (read_sysreg_s(GUEST_PMSCR) != guest)
		give_way();
	else if (!ret && !(event->hw.state & PERF_HES_STOPPED))
		ask(guest_pmscr(attr, read_sysreg_s(SYS_PMSCR_EL1)));
	return ret;
}

static int driver_start(struct perf_event *event, int flags)
{
	driver.start(event, flags);
	return 0;
}

static void stop_with_guests(void)
{
	if (__this_cpu_read(this.spe) && !READ_ONCE(stand_aside))
		ask(0);
}

static int guests_add(struct perf_event *event, int flags)
{
	return start_with_guests(event, flags, driver.add);
}

static void guests_del(struct perf_event *event, int flags)
{
	driver.del(event, flags);
	stop_with_guests();
}

static void guests_start(struct perf_event *event, int flags)
{
	start_with_guests(event, flags, driver_start);
}

static void guests_stop(struct perf_event *event, int flags)
{
	driver.stop(event, flags);
	stop_with_guests();
}

static ssize_t guest_profiling_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(guests_by_default) && !READ_ONCE(stand_aside));
}
static DEVICE_ATTR_RO(guest_profiling);

/* Does the kernel sample guests without this module? */
static bool has_cap(struct device *dev)
{
	struct kernfs_node *caps = sysfs_get_dirent(dev->kobj.sd, CAPS);
	struct kernfs_node *cap = caps ? sysfs_get_dirent(caps, CAP) : NULL;

	sysfs_put(cap);
	sysfs_put(caps);
	return cap;
}

static bool is_drivers(const struct pmu *pmu)
{
	return pmu->add == driver.add && pmu->del == driver.del && pmu->start == driver.start &&
	       pmu->stop == driver.stop;
}

/*
 * perf calls the functions with interrupts disabled: synchronize_rcu() waits for all that
 * run. The functions that end sampling are replaced before those that begin it, and restored
 * after them. A PMU that goes has no running event; when this module is unloaded,
 * unwatch_cpus() clears PMSCR_EL12.
 */
static void take_functions(struct pmu *pmu)
{
	driver.add = pmu->add;
	driver.del = pmu->del;
	driver.start = pmu->start;
	driver.stop = pmu->stop;
	synchronize_rcu();
	WRITE_ONCE(pmu->del, guests_del);
	WRITE_ONCE(pmu->stop, guests_stop);
	synchronize_rcu();
	WRITE_ONCE(pmu->add, guests_add);
	WRITE_ONCE(pmu->start, guests_start);
}

static void give_functions_back(struct pmu *pmu)
{
	WRITE_ONCE(pmu->add, driver.add);
	WRITE_ONCE(pmu->start, driver.start);
	synchronize_rcu();
	WRITE_ONCE(pmu->del, driver.del);
	WRITE_ONCE(pmu->stop, driver.stop);
	synchronize_rcu();
}

static int refuse(struct device *dev, int err, const char *why)
{
	pr_err("%s is left alone: %s\n", dev_name(dev), why);
	return err;
}

static int find_hooked(const struct device *dev)
{
	int i;

	for (i = 0; i < nr_hooked; i++)
		if (hooked[i] == dev)
			return i;
	return -ENOENT;
}

static int hook(struct device *dev)
{
	struct pmu *pmu = dev_get_drvdata(dev);
	int err;

	if (find_hooked(dev) >= 0)
		return 0;
	if (has_cap(dev))
		return refuse(dev, -EEXIST, "this kernel samples guests without this module");
	if (nr_hooked == PMUS_MAX)
		return refuse(dev, -ENOSPC, "there are too many SPE PMUs");
	if (nr_hooked && !is_drivers(pmu))
		return refuse(dev, -EBUSY, "its driver is not that of the other SPE PMUs");
	take_functions(pmu);
	hooked[nr_hooked++] = dev;
	err = sysfs_add_file_to_group(&dev->kobj, &dev_attr_guest_profiling.attr, CAPS);
	if (err)
		pr_warn("%s/" CAPS "/" CAP " cannot be made: %d\n", dev_name(dev), err);
	pr_info("%s samples guests for events that do not exclude them\n", dev_name(dev));
	return 0;
}

static void unhook(int i)
{
	struct device *dev = hooked[i];

	sysfs_remove_file_from_group(&dev->kobj, &dev_attr_guest_profiling.attr, CAPS);
	give_functions_back(dev_get_drvdata(dev));
	hooked[i] = hooked[--nr_hooked];
}

static void unhook_all(void)
{
	mutex_lock(&hooked_lock);
	while (nr_hooked)
		unhook(nr_hooked - 1);
	mutex_unlock(&hooked_lock);
	irq_work_sync(&aside);
}

static int pmu_added(struct device *dev, void *unused)
{
	int err;

	if (strncmp(dev_name(dev), "arm_spe_", 8))
		return 0;
	mutex_lock(&hooked_lock);
	err = hook(dev);
	mutex_unlock(&hooked_lock);
	return err;
}

static void pmu_removed(struct device *dev)
{
	int i;

	mutex_lock(&hooked_lock);
	i = find_hooked(dev);
	if (i >= 0)
		unhook(i);
	mutex_unlock(&hooked_lock);
}

/* The driver may be loaded, unloaded, bound and unbound at any time. */
static int pmu_changed(struct notifier_block *nb, unsigned long action, void *dev)
{
	if (action == BUS_NOTIFY_ADD_DEVICE)
		pmu_added(dev, NULL);
	else if (action == BUS_NOTIFY_DEL_DEVICE)
		pmu_removed(dev);
	return NOTIFY_OK;
}

static struct notifier_block pmu_notifier = { .notifier_call = pmu_changed };

/* All PMUs are on the same bus as the kernel's software PMU. */
static int find_pmu_bus(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.size = sizeof(attr),
		.disabled = 1,
	};
	struct perf_event *event = perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);

	if (IS_ERR(event))
		return PTR_ERR(event);
	if (event->pmu->dev)
		pmu_bus = event->pmu->dev->bus;
	perf_event_release_kernel(event);
	return pmu_bus ? 0 : -ENODEV;
}

/* /dev/kvm is a misc device. Their class is not exported: get it from a device of our own. */
static int find_kvm(void)
{
	struct miscdevice ours = { .minor = MISC_DYNAMIC_MINOR, .name = KBUILD_MODNAME };
	struct device *kvm;
	int err = misc_register(&ours);

	if (err)
		return err;
	kvm = class_find_device_by_name(ours.this_device->class, "kvm");
	misc_deregister(&ours);
	if (!kvm)
		pr_err("there is no KVM, and so there are no guests\n");
	put_device(kvm);
	return kvm ? 0 : -EOPNOTSUPP;
}

/* A CPU loses its registers while it is off, and KVM may write 0 before this runs. */
static int guests_cpu_online(unsigned int cpu)
{
	local_irq_disable();
	__this_cpu_write(this.spe, cpu_has_spe());
	ask_again();
	local_irq_enable();
	return 0;
}

static int guests_cpu_offline(unsigned int cpu)
{
	local_irq_disable();
	stop_with_guests();
	local_irq_enable();
	return 0;
}

/* After power was off, or may have been, and after KVM's own notifier. */
static int cpu_power(struct notifier_block *nb, unsigned long action, void *unused)
{
	if (action == CPU_PM_EXIT || action == CPU_PM_ENTER_FAILED)
		ask_again();
	return NOTIFY_OK;
}

static struct notifier_block cpu_power_notifier = {
	.notifier_call = cpu_power,
	.priority = INT_MIN,
};

static int cpuhp_state;

static int watch_cpus(void)
{
	int cpu, ret;

	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "perf/arm/spe_guests:online",
				guests_cpu_online, guests_cpu_offline);
	if (ret < 0)
		return ret;
	cpuhp_state = ret;
	ret = -ENODEV;
	for_each_online_cpu(cpu)
		if (per_cpu(this.spe, cpu))
			ret = 0;
	if (ret)
		pr_err("no CPU has SPE, or EL3 keeps it for itself (PMBIDR_EL1.P)\n");
	else
		ret = cpu_pm_register_notifier(&cpu_power_notifier);
	if (ret)
		cpuhp_remove_state(cpuhp_state);
	return ret;
}

/* Leaves PMSCR_EL12 at 0. */
static void unwatch_cpus(void)
{
	cpu_pm_unregister_notifier(&cpu_power_notifier);
	cpuhp_remove_state(cpuhp_state);
}

static int watch_pmus(void)
{
	int err = bus_register_notifier(pmu_bus, &pmu_notifier);

	if (err)
		return err;
	err = bus_for_each_dev(pmu_bus, NULL, NULL, pmu_added);
	if (err) {
		bus_unregister_notifier(pmu_bus, &pmu_notifier);
		unhook_all();
	}
	return err;
}

static int __init guests_init(void)
{
	int err;

	if (!is_kernel_in_hyp_mode()) {
		pr_err("the host's kernel runs at EL1 (nVHE, hVHE or pKVM): SPE cannot sample guests\n");
		return -EOPNOTSUPP;
	}
	err = find_kvm();
	if (err)
		return err;
	err = find_pmu_bus();
	if (err) {
		pr_err("perf's PMUs cannot be found: %d\n", err);
		return err;
	}
	err = watch_cpus();
	if (err)
		return err;
	err = watch_pmus();
	if (err)
		unwatch_cpus();
	return err;
}

static void __exit guests_exit(void)
{
	bus_unregister_notifier(pmu_bus, &pmu_notifier);
	unhook_all();
	unwatch_cpus();
}

module_init(guests_init);
module_exit(guests_exit);
MODULE_AUTHOR("the spelunk project");
MODULE_DESCRIPTION("Arm SPE samples of KVM guests on VHE hosts");
MODULE_VERSION("1.0");
MODULE_LICENSE("GPL");
