// SPDX-License-Identifier: GPL-2.0-only
/* vswitch_kunit.ko: the rooms of vswitch.ko that need no frame, by table. */
#include <linux/module.h>

#include "../compat.h"

MODULE_DESCRIPTION("KUnit tests of the virtual switch");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(VSW_KUNIT_NS);
