/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORT_HTML_ASSETS_H
#define REPORT_HTML_ASSETS_H

/*
 * page.css and page.js, which the build embeds (report/html/embed.sh), and the hashes that a
 * Content-Security-Policy names them by: "sha256-...".
 */
extern const char html_css[], html_css_hash[];
extern const char html_js[], html_js_hash[];

#endif
