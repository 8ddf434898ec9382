/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_LOAD_H
#define VSWCTL_LOAD_H

#include <stddef.h>
#include <jansson.h>

struct ctl;

/**
 * struct path - a place in a document
 * @up: the place that it is in, NULL for the document
 * @key: its key there; NULL if it is in an array
 * @index: its index there
 */
struct path {
	const struct path *up;
	const char *key;
	size_t index;
};

/**
 * struct load - a document that is being checked
 * @ctl: the run, to say what is wrong
 * @file: name of the file
 * @text: what is in it
 * @doc: the same as values
 */
struct load {
	const struct ctl *ctl;
	const char *file;
	const char *text;
	json_t *doc;
};

unsigned int path_line(const char *text, const struct path *path);
char *path_text(const struct path *path);
int load_wrong(const struct load *load, const struct path *path, char *text);
int load_relate(const struct load *load);
int load_text(const struct ctl *ctl, const char *name, const char *text,
	      size_t len, json_t **doc);
int load_file(const struct ctl *ctl, const char *file, json_t **doc);

#endif /* VSWCTL_LOAD_H */
