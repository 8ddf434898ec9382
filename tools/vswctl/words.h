/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_WORDS_H
#define VSWCTL_WORDS_H

#include <stddef.h>

/* As many words as any place of the grammar has. */
#define WORDS_MAX 32

/**
 * struct words - the words that one place of the grammar takes
 * @word: the words
 * @count: how many there are
 */
struct words {
	const char *word[WORDS_MAX];
	size_t count;
};

void words_add(struct words *words, const char *word);
const char *words_meant(const struct words *words, const char *said);
char *words_list(const struct words *words);

#endif /* VSWCTL_WORDS_H */
