/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_ASSETS_H
#define REPORT_HTML_ASSETS_H

/*
 * page.css and page.js, embedded by the build (report/html/embed.sh), and their hashes for the
 * Content-Security-Policy: "sha256-...".
 */
extern const char html_css[], html_css_hash[];
extern const char html_js[], html_js_hash[];

#endif
