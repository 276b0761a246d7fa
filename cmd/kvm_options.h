/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_KVM_OPTIONS_H
#define CMD_KVM_OPTIONS_H

#include "cmd/report_options.h"
#include "report/kvm/kvm.h"

/* The command line of `spelunk kvm`: options of report, and --table. */
struct kvm_args {
	struct report_args report;
	enum kvm_table table;
	char **rest;		/* words for report's parser; owned */
};

/* 0, or -EINVAL or -ENOMEM with a sentence in err; kvm_args_free() in either case. */
int kvm_args_parse(struct kvm_args *a, int argc, char **argv, char *err, size_t errlen);
void kvm_args_free(struct kvm_args *a);

#endif
