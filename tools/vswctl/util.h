/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_UTIL_H
#define VSWCTL_UTIL_H

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define __printf(fmt, args)				\
	__attribute__((__format__(__printf__,		\
				  fmt, args)))

#endif /* VSWCTL_UTIL_H */
