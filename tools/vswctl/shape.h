/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_SHAPE_H
#define VSWCTL_SHAPE_H

#include <linux/types.h>
#include <jansson.h>

struct args;
struct key;
struct req;

/**
 * struct shape - a shaper
 * @average: its rate in bit/s, 0 for no shaping
 * @peak: the rate in bit/s that is not exceeded, 0 for no such limit
 * @burst: bytes that may come at once
 */
struct shape {
	__u64 average;
	__u64 peak;
	__u64 burst;
};

int parse_shape(struct args *args, const struct key *key, const char *value,
		void *field);
void shape_put(struct req *req, __u16 type, const struct shape *shape);
char *shape_text(const json_t *shape);

#endif /* VSWCTL_SHAPE_H */
