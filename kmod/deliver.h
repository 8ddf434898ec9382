/* SPDX-License-Identifier: GPL-2.0-only */
/* Doing what was decided: copy, tag, transmit, count. */
#ifndef _VSW_DELIVER_H
#define _VSW_DELIVER_H

#include "forward.h"

rx_handler_result_t vsw_deliver(struct sk_buff **pskb,
				const struct vsw_frame *f,
				struct vsw_port *from,
				const struct vsw_verdict *verdict);

#endif /* _VSW_DELIVER_H */
