#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One result is bad.
echo "TAP version 13"
echo "1..2"
echo "ok 1 - one"
echo "# why"
echo "not ok 2 - two"
exit 1
