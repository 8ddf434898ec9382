/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VSWCTL_MEMBER_H
#define VSWCTL_MEMBER_H

struct plan;

void member_detach(struct plan *plan);
void member_set(struct plan *plan);
void member_attach(struct plan *plan);

#endif /* VSWCTL_MEMBER_H */
