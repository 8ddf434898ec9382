// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text: UTF-8 that may come from anywhere, made safe for a terminal and
 * measured in columns.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>
#include <linux/types.h>

#include "text.h"

#define REPLACEMENT 0xfffd

static bool unicode;

/**
 * must - go on with memory, or not at all
 * @memory: what an allocation returned
 *
 * Return: @memory.
 */
void *must(void *memory)
{
	if (memory)
		return memory;
	fputs("vswctl: out of memory\n", stderr);
	exit(1);
}

/**
 * text_format - printf into new memory
 * @fmt: as for printf
 *
 * Return: text to be freed.
 */
char *text_format(const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return must(text);
}

/* The length of the UTF-8 sequence at @s, 0 if it is not one. */
static size_t decode(const char *text, size_t len, __u32 *code)
{
	static const __u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)text;
	size_t n, i;

	if (s[0] < 0x80)
		n = 1;
	else if ((s[0] & 0xe0) == 0xc0)
		n = 2;
	else if ((s[0] & 0xf0) == 0xe0)
		n = 3;
	else if ((s[0] & 0xf8) == 0xf0)
		n = 4;
	else
		return 0;
	if (n > len)
		return 0;
	*code = n == 1 ? s[0] : s[0] & (0xff >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (s[i] & 0x3f);
	}
	if (*code < least[n] || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code <= 0xdfff))
		return 0;
	return n;
}

/* Controls, and the marks that turn the direction of what follows them. */
static bool is_control(__u32 code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

/**
 * text_utf8 - make UTF-8 of bytes
 * @text: the bytes
 * @len: how many there are
 *
 * Return: text to be freed, with the replacement character for every byte
 * that does not belong to a character.
 */
char *text_utf8(const char *text, size_t len)
{
	char *clean = must(malloc(3 * len + 1));
	char *to = clean;
	__u32 code;
	size_t n;

	for (; len; text += n, len -= n) {
		n = decode(text, len, &code);
		if (n) {
			memcpy(to, text, n);
			to += n;
		} else {
			memcpy(to, "\xef\xbf\xbd", 3);
			to += 3;
			n = 1;
		}
	}
	*to = '\0';
	return clean;
}

/**
 * text_valid - whether text is UTF-8
 * @text: the text
 *
 * Return: true if it is.
 */
bool text_valid(const char *text)
{
	size_t len = strlen(text);
	__u32 code;
	size_t n;

	for (; len; text += n, len -= n) {
		n = decode(text, len, &code);
		if (!n)
			return false;
	}
	return true;
}

/**
 * text_has_control - whether text has control characters
 * @text: the text
 *
 * Return: true if it has one.
 */
bool text_has_control(const char *text)
{
	size_t len = strlen(text);
	__u32 code;
	size_t n;

	for (; len; text += n, len -= n) {
		n = decode(text, len, &code);
		if (n && is_control(code))
			return true;
		n = n ? n : 1;
	}
	return false;
}

static char *escape(const char *text, const char *fmt)
{
	size_t len = strlen(text), size;
	__u32 code;
	char *safe;
	FILE *out;
	size_t n;

	out = must(open_memstream(&safe, &size));
	for (; len; text += n, len -= n) {
		n = decode(text, len, &code);
		if (n && !is_control(code)) {
			fwrite(text, 1, n, out);
			continue;
		}
		fprintf(out, fmt, n ? code : (unsigned char)*text);
		n = n ? n : 1;
	}
	fclose(out);
	return must(safe);
}

/**
 * text_escape - make text safe for a terminal
 * @text: any bytes
 *
 * Return: text to be freed, in which every control character and everything
 * that is not UTF-8 is written out as a number.
 */
char *text_escape(const char *text)
{
	return escape(text, "\\x%02x");
}

/**
 * text_escape_json - make a JSON document of one line safe for a terminal
 * @text: the document
 *
 * Return: the same document, to be freed, with escaped control characters.
 */
char *text_escape_json(const char *text)
{
	return escape(text, "\\u%04x");
}

/**
 * text_quote - text as a shell reads it as one word, and a batch file too
 * @text: the text
 *
 * Return: text to be freed, in quotes if it needs them.
 */
char *text_quote(const char *text)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:,/@%+=-";
	char *quoted;
	size_t size;
	FILE *out;

	if (*text && !text[strspn(text, plain)])
		return must(strdup(text));
	out = must(open_memstream(&quoted, &size));
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	}
	fputc('\'', out);
	fclose(out);
	return must(quoted);
}

/* Whether a character takes two columns, for where the locale cannot say. */
static bool is_wide(__u32 code)
{
	static const struct {
		__u32 first;
		__u32 last;
	} wide[] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf },
		{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
		{ 0xff00, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
		{ 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wide); i++)
		if (code >= wide[i].first && code <= wide[i].last)
			return true;
	return false;
}

static size_t char_width(__u32 code)
{
	int width = wcwidth((wchar_t)code);

	if (width >= 0)
		return width;
	return is_wide(code) ? 2 : 1;
}

/**
 * text_width - columns that text takes on a terminal
 * @text: text without control characters
 *
 * Return: the number of columns.
 */
size_t text_width(const char *text)
{
	size_t len = strlen(text), width = 0;
	__u32 code;
	size_t n;

	for (; len; text += n, len -= n) {
		n = decode(text, len, &code);
		width += char_width(n ? code : REPLACEMENT);
		n = n ? n : 1;
	}
	return width;
}

/**
 * text_fit - cut text so that it fits
 * @text: text without control characters
 * @width: columns that there are
 *
 * Return: text to be freed, which ends with a mark if something is missing.
 */
char *text_fit(const char *text, size_t width)
{
	const char *mark = unicode ? "…" : "~";
	size_t len = strlen(text), used = 0, n;
	const char *at = text;
	__u32 code;

	if (text_width(text) <= width)
		return must(strdup(text));
	if (!width)
		return must(strdup(""));
	for (; len; at += n, len -= n) {
		size_t more;

		n = decode(at, len, &code);
		more = char_width(n ? code : REPLACEMENT);
		n = n ? n : 1;
		if (used + more > width - 1)
			break;
		used += more;
	}
	return text_format("%.*s%s", (int)(at - text), text, mark);
}

/* What the environment asks for, whether or not the locale is installed. */
static bool wants_utf8(void)
{
	static const char *const variable[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(variable); i++) {
		const char *value = getenv(variable[i]);

		if (value && *value)
			return strcasestr(value, "UTF-8") ||
			       strcasestr(value, "UTF8");
	}
	return false;
}

/**
 * text_locale - take the character set of the environment
 */
void text_locale(void)
{
	if (setlocale(LC_CTYPE, ""))
		unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
	else
		unicode = wants_utf8();
}

/**
 * text_is_unicode - whether the terminal shows more than ASCII
 *
 * Return: true in a UTF-8 locale.
 */
bool text_is_unicode(void)
{
	return unicode;
}
