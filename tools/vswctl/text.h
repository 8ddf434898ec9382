/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_TEXT_H
#define VSWCTL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "util.h"

void *must(void *memory);
__printf(1, 2)
char *text_format(const char *fmt, ...);
char *text_utf8(const char *text, size_t len);
bool text_valid(const char *text);
bool text_has_control(const char *text);
char *text_escape(const char *text);
char *text_escape_json(const char *text);
char *text_quote(const char *text);
size_t text_width(const char *text);
char *text_fit(const char *text, size_t width);
void text_locale(void);
bool text_is_unicode(void);

#endif /* VSWCTL_TEXT_H */
