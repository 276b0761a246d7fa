/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TUI_NEW_FILE_H
#define TUI_NEW_FILE_H

#include "base/helper.h"

/*
 * Creates the file named by the bytes of a question, for what the screens write: answer.fd, or
 * -errno with an advice in .text or "".  Never an existing file, and only below the current folder,
 * the home or a folder for temporary files, where nothing hidden is on the way: a program that
 * reads hostile files must not choose, say, /etc/cron.d or ~/.bash_login.
 */
extern const struct helper_service new_file_service;

#endif
