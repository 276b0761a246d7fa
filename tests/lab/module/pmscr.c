// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests of kvm/module: /sys/kernel/debug/pmscr. Read, it shows PMSCR_EL12 of each CPU
 * that is online, one hexadecimal number a line. Written, all CPUs announce that they lose
 * their power, find garbage in the register, as the architecture leaves it UNKNOWN, and
 * announce that they are back.
 *
 * Two kinds of kernels whose own driver samples guests:
 * cap_of=TYPE: the PMU of that type has a file caps/guest_profiling.
 * native=1: the driver writes PMSCR_EL12 when an event is added.
 */
#include <linux/cpu.h>
#include <linux/cpu_pm.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <asm/sysreg.h>

#define GUEST_PMSCR	sys_reg(3, 5, 9, 9, 0)
#define GARBAGE		0x3b	/* E0SPE, E1SPE, CX, PA, TS */
#define NATIVE		0x3	/* E0SPE, E1SPE */
#define PERIOD		1000000

static int cap_of = -1;
module_param(cap_of, int, 0);

static bool native;
module_param(native, bool, 0);

static struct device *pmu;
static struct dentry *file;

static void read_one(void *value)
{
	*(u64 *)value = read_sysreg_s(GUEST_PMSCR);
}

static int pmscr_show(struct seq_file *m, void *unused)
{
	unsigned int cpu;
	u64 value;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		smp_call_function_single(cpu, read_one, &value, 1);
		seq_printf(m, "%llx\n", value);
	}
	cpus_read_unlock();
	return 0;
}

static void lose_power(void *unused)
{
	cpu_pm_enter();
	write_sysreg_s(GARBAGE, GUEST_PMSCR);
	cpu_pm_exit();
}

static ssize_t pmscr_write(struct file *f, const char __user *text, size_t len, loff_t *pos)
{
	on_each_cpu(lose_power, NULL, 1);
	return len;
}

static int pmscr_open(struct inode *inode, struct file *f)
{
	return single_open(f, pmscr_show, NULL);
}

static const struct file_operations pmscr_operations = {
	.owner = THIS_MODULE,
	.open = pmscr_open,
	.read = seq_read,
	.write = pmscr_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static ssize_t guest_profiling_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "1\n");
}
static DEVICE_ATTR_RO(guest_profiling);

static int add_cap(void)
{
	struct perf_event_attr attr = {
		.type = cap_of,
		.size = sizeof(attr),
		.sample_period = PERIOD,
		.disabled = 1,
	};
	struct perf_event *event = perf_event_create_kernel_counter(&attr, 0, NULL, NULL, NULL);

	if (IS_ERR(event))
		return PTR_ERR(event);
	pmu = get_device(event->pmu->dev);
	perf_event_release_kernel(event);
	return sysfs_add_file_to_group(&pmu->kobj, &dev_attr_guest_profiling.attr, "caps");
}

static int driver_adds(struct kprobe *p, struct pt_regs *regs)
{
	write_sysreg_s(NATIVE, GUEST_PMSCR);
	return 0;
}

static struct kprobe probe = { .symbol_name = "arm_spe_pmu_add", .pre_handler = driver_adds };

static int __init pmscr_init(void)
{
	int err = cap_of >= 0 ? add_cap() : 0;

	if (!err && native)
		err = register_kprobe(&probe);
	if (!err)
		file = debugfs_create_file("pmscr", 0600, NULL, NULL, &pmscr_operations);
	return err;
}

static void __exit pmscr_exit(void)
{
	debugfs_remove(file);
	if (native)
		unregister_kprobe(&probe);
	if (!pmu)
		return;
	sysfs_remove_file_from_group(&pmu->kobj, &dev_attr_guest_profiling.attr, "caps");
	put_device(pmu);
}

module_init(pmscr_init);
module_exit(pmscr_exit);
MODULE_DESCRIPTION("PMSCR_EL12 of each CPU, for tests");
MODULE_LICENSE("GPL");
