/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXPORT_TEXT_H
#define EXPORT_TEXT_H

#include "base/buffer.h"

/* Append text without its NUL as UTF-8, escaped as report/escape.h does. */
void export_text(struct buffer *b, const char *text);

#endif
