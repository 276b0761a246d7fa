// SPDX-License-Identifier: GPL-2.0-only
#include "decoder/names.h"
#include "report/fleet/fleet_impl.h"
#include "report/json/writer.h"
#include "report/write.h"

/* The keys are a stable interface, and are only ever added to: spelunk-report(1). */

static void put_file(struct json *j, const struct fleet_file *f)
{
	json_open(j, NULL, '{');
	json_string(j, "path", f->path);
	json_string(j, "error", f->why);
	json_string(j, "host", f->host);
	if (f->host) {
		json_string(j, "arch", f->arch);
		json_string(j, "kernel", f->kernel);
		json_uint(j, "nr_cpus", f->nr_cpus);
		json_string(j, "cpu", f->midr ? spe_cpu_name(f->midr) : NULL);
		if (json_known(j, "sampled_ns", f->ns))
			json_uint(j, "sampled_ns", f->ns);
		json_uint(j, "records", f->records);
		json_uint(j, "filtered_out", f->filtered);
		json_uint(j, "cycle_samples", f->cycles);
		json_uint(j, "vms_entered", f->nr_vms);
		json_uint(j, "vm_entries", f->entries);
		json_bool(j, "symbols_missing", f->nameless);
		json_losses(j, "losses", &f->lost);
		fleet_json_findings(j, f);
	}
	json_close(j, '}');
}

void fleet_json_files(struct json *j, const struct fleet_report *r)
{
	struct loss all = { .cpu = -1 };

	json_string(j, "spelunk", SPELUNK_VERSION);
	json_string(j, "filter", r->filter);
	json_open(j, "recordings", '[');
	for (size_t i = 0; i < r->nr_files; i++) {
		put_file(j, &r->files[i]);
		loss_add(&all, &r->files[i].lost);
	}
	json_close(j, ']');
	json_losses(j, "losses_all", &all);
}
