// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/doctor/probe/probe.h"

#include <errno.h>
#include <stdlib.h>

#include "cmd/cmd.h"

/* Check whether the probe can run.  0, or -errno with a sentence. */
static int check_host(struct run *run, const struct host *h)
{
	if (!host_is_arm(h))
		return run_fail(run, -ENODEV, "--probe requires a 64-bit Arm host with SPE and "
				"KVM; this machine is %s", *h->machine ? h->machine : "unknown");
	if (!h->nr_spe)
		return run_fail(run, -ENODEV, "--probe requires SPE, which was not found on this "
				"machine; run `spelunk doctor` to see why");
	return 0;
}

int doctor_probe(struct run *run, const struct doctor_args *a, const struct output *o)
{
	struct probe_result *r = calloc(1, sizeof(*r));
	struct host *host = host_new("");
	int ret = r && host ? check_host(run, host) : run_fail(run, -ENOMEM, "out of memory");

	run->exit = EXIT_NO_PROBE;
	ret = ret ?: probe_collect(&r->evidence, host, run->err, sizeof(run->err));
	if (!ret) {
		r->host = host;
		r->all = probe_judge(host, &r->evidence, r->answers);
		if (a->json)
			probe_print_json(o->out, r);
		else
			probe_print_text(o, r);
		ret = r->all == PROBE_BAD ? EXIT_UNUSABLE : EXIT_OK;
	}
	host_free(host);
	free(r);
	return ret;
}
