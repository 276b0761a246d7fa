/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_TERMINAL_CLIPBOARD_H
#define TUI_TERMINAL_CLIPBOARD_H

#include <stdio.h>

/*
 * Write the sequence that asks a terminal to copy the text (OSC 52, as xterm's ctlseqs
 * describes it): in base64, so that no byte of the text reaches the terminal as it is.
 */
void clipboard_write(FILE *out, const char *text);

#endif
