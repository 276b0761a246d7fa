// SPDX-License-Identifier: GPL-2.0-only
/* Functions as CSV and JSON: a row per instruction, sampled or not. */
#include <inttypes.h>

#include "report/annotate.h"
#include "report/json/writer.h"
#include "report/write.h"

static const struct metrics none;	/* for instructions without samples */

static void put_csv(FILE *out, const struct report_options *opt, const struct annotated *f,
		    const struct instruction *i)
{
	csv_text(out, f->symbol);
	fputc(',', out);
	csv_text(out, f->object);
	fprintf(out, ",0x%" PRIx64 ",0x%" PRIx64 ",", i->offset, i->address);
	if (i->has_word)
		fprintf(out, "0x%08" PRIx32, i->word);
	fputc(',', out);
	csv_text(out, i->text ? i->text : "");
	fputc(',', out);
	csv_text(out, i->to ? i->to : "");
	fputc(',', out);
	csv_text(out, i->file ? i->file : "");
	fputc(',', out);
	if (i->line)
		fprintf(out, "%u", i->line);
	fputc(',', out);
	csv_text(out, i->source ? i->source : "");
	for (size_t c = 0; c < columns_nr(opt); c++) {
		fputc(',', out);
		csv_metric(out, columns_at(opt, c), i->m ? i->m : &none, &f->whole);
	}
	fputc('\n', out);
}

void annotate_csv(FILE *out, const struct annotate_report *r, const struct report_options *opt)
{
	fputs("symbol,object,offset,address,word,instruction,to,file,line,source", out);
	for (size_t c = 0; c < columns_nr(opt); c++)
		fprintf(out, ",%s", column_name(columns_at(opt, c)));
	fputc('\n', out);
	for (size_t n = 0; n < r->a->nr; n++)
		for (size_t i = 0; i < r->a->function[n].nr; i++)
			put_csv(out, opt, &r->a->function[n], &r->a->function[n].insn[i]);
}

static void put_instruction(struct json *j, const struct annotated *f,
			    const struct report_options *opt, const struct instruction *i)
{
	json_open(j, NULL, '{');
	json_hex(j, "offset", i->offset);
	json_hex(j, "address", i->address);
	if (json_known(j, "word", i->has_word))
		json_hex(j, "word", i->word);
	json_string(j, "instruction", i->text);
	json_string(j, "to", i->to);
	json_bool(j, "relocated", i->is_relocated);
	json_string(j, "file", i->file);
	if (json_known(j, "line", i->line))
		json_uint(j, "line", i->line);
	json_string(j, "source", i->source);
	json_open(j, "values", '[');
	for (size_t c = 0; c < columns_nr(opt); c++)
		json_metric(j, columns_at(opt, c), i->m ? i->m : &none, &f->whole);
	json_close(j, ']');
	json_close(j, '}');
}

static void put_function(struct json *j, const struct report_options *opt,
			 const struct annotated *f)
{
	json_open(j, NULL, '{');
	json_string(j, "symbol", f->symbol);
	json_string(j, "object", f->object);
	json_hex(j, "start", f->start);
	json_uint(j, "bytes", f->size);
	json_uint(j, "bytes_left_out", f->cut);
	json_uint(j, "samples", f->whole.samples);
	json_uint(j, "operations", f->whole.operations);
	json_uint(j, "total_sum", f->whole.total.cycles);
	if (json_known(j, "hottest", f->nr && f->insn[f->hottest].m))
		json_hex(j, "hottest", f->insn[f->hottest].offset);
	json_string(j, "code_file", f->code_file);
	json_string(j, "why_no_code", f->code_file ? NULL : f->why);
	json_string(j, "source_missing", f->no_source);
	json_open(j, "instructions", '[');
	for (size_t i = 0; i < f->nr; i++)
		put_instruction(j, f, opt, &f->insn[i]);
	json_close(j, ']');
	json_close(j, '}');
}

void annotate_json(FILE *out, const struct annotate_report *r, const struct report_options *opt)
{
	struct json j = { .out = out, .first = true };

	json_open(&j, NULL, '{');
	json_recording(&j, r->d);
	json_columns(&j, opt);
	json_open(&j, "functions", '[');
	for (size_t i = 0; i < r->a->nr; i++)
		put_function(&j, opt, &r->a->function[i]);
	json_close(&j, ']');
	json_uint(&j, "functions_left_out", r->a->left_out);
	json_uint(&j, "samples_left_out", r->a->left_samples);
	json_uint(&j, "nameless_samples", r->a->nameless);
	json_strings(&j, "missing", r->d->missing, r->d->nr_missing);
	json_strings(&j, "notes", r->d->info->notes, r->d->info->nr_notes);
	json_close(&j, '}');
	fputc('\n', out);
}
