/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers for the fuzzers, the same for the same seed: splitmix64. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>

static unsigned long long state;

static inline unsigned long long random64(void)
{
	unsigned long long z = state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline unsigned int below(unsigned int limit)
{
	return (random64() >> 32) % limit;
}

static inline bool one_in(unsigned int n)
{
	return !below(n);
}

#endif
