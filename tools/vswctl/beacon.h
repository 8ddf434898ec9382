/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_BEACON_H
#define VSWCTL_BEACON_H

struct plan;

void beacon_hold(struct plan *plan);
void beacon_release(struct plan *plan);

#endif /* VSWCTL_BEACON_H */
