/* SPDX-License-Identifier: GPL-2.0-only */
/* What is shown to vswitch_kunit.ko, and to nobody if that is not built. */
#ifndef _VSW_KUNIT_H
#define _VSW_KUNIT_H

#include <linux/export.h>
#include <linux/kconfig.h>

#if IS_ENABLED(CONFIG_VSWITCH_KUNIT_TEST)
#include <kunit/visibility.h>
#define EXPORT_SYMBOL_IF_VSW_KUNIT(symbol) EXPORT_SYMBOL_IF_KUNIT(symbol)
#else
#define EXPORT_SYMBOL_IF_VSW_KUNIT(...)
#endif

#endif /* _VSW_KUNIT_H */
