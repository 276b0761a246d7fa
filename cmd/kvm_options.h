/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CMD_KVM_OPTIONS_H
#define CMD_KVM_OPTIONS_H

#include "report/kvm.h"

/* The command line of `spelunk kvm`, understood. */
struct kvm_args {
	const char *input;	/* "perf.data"; "-": standard input */
	const char *output;	/* NULL: standard output */
	enum report_format format;
	enum kvm_table table;
	bool table_given;
	size_t limit;		/* 0: the format's own choice */
	enum host_mode host_mode;	/* HOST_UNKNOWN: find out */
	const char **symfs;	/* owned; the words are argv's */
	size_t nr_symfs;
	const char *kallsyms, *vmlinux;	/* NULL: none */
	bool local_files, quiet, help;
};

/* As report_args_parse(). */
int kvm_args_parse(struct kvm_args *a, int argc, char **argv, char *err, size_t errlen);
void kvm_args_free(struct kvm_args *a);
void kvm_args_help(FILE *out);

#endif
