/* SPDX-License-Identifier: GPL-2.0-only */
/* What happens to netdevs and addresses around us. */
#ifndef _VSW_NOTIFIER_H
#define _VSW_NOTIFIER_H

int vsw_notifier_init(void);
void vsw_notifier_exit(void);

#endif /* _VSW_NOTIFIER_H */
